"""The data records, read in blocks into one buffer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import FileIO

import numpy as np
from numpy.typing import NDArray

from pipeline.edf.header import Header
from pipeline.edf.plainfile import changed

_BLOCK_BYTES = 2**22  # fits the caches better than whole nights; reused for every block


@dataclass(frozen=True, kw_only=True)
class Block:
    """Some whole data records; `records` is overwritten by the next block."""

    first_record: int
    records: NDArray[np.uint8]  # (n_records, record_bytes), overwritten by the next block


def read_blocks(file: FileIO, header: Header) -> Iterator[Block]:
    """Give the data in blocks of whole records, in one buffer that is used again."""
    per_block = max(1, min(header.n_records, _BLOCK_BYTES // header.record_bytes))
    buffer = np.empty((per_block, header.record_bytes), dtype=np.uint8)
    file.seek(header.header_bytes)
    for first in range(0, header.n_records, per_block):
        records = buffer[: min(per_block, header.n_records - first)]
        _fill(file, records)
        yield Block(first_record=first, records=records)


def _fill(file: FileIO, records: NDArray[np.uint8]) -> None:
    room = records.data.cast("B")
    done = 0
    while done < len(room):
        got = file.readinto(room[done:])
        if not got:
            raise changed("it became shorter")
        done += got


def start_bytes(header: Header) -> list[int]:
    """Give where each signal begins within a record, and where the last one ends."""
    counts = [0] + [c.samples_per_record for c in header.channels]
    return [int(n) * header.sample_bytes for n in np.cumsum(counts)]


def annotation_bytes(
    header: Header, block: Block, most: int | None = None
) -> list[tuple[bytes, ...]]:
    """Give, for each record of the block, the bytes of its annotation signals (at most `most`)."""
    starts = start_bytes(header)
    indices = header.annotation_indices[:most]
    columns = [_rows(block.records[:, starts[i] : starts[i + 1]]) for i in indices]
    return list(zip(*columns, strict=True))


def _rows(part: NDArray[np.uint8]) -> list[bytes]:
    n_bytes, content = part.shape[1], part.tobytes()
    return [content[k * n_bytes : (k + 1) * n_bytes] for k in range(len(part))]
