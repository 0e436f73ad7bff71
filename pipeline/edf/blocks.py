"""The data records, read in blocks into one buffer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import FileIO

import numpy as np
from numpy.typing import NDArray

from pipeline.edf.header import Header
from pipeline.plainfile import bytes_at, changed

_BLOCK_BYTES = 2**22  # fits the caches better than whole nights; reused for every block


@dataclass(frozen=True, kw_only=True)
class Block:
    """Some whole data records; `first_record` counts from the first that is read."""

    first_record: int
    records: NDArray[np.uint8]  # (n_records, record_bytes), overwritten by the next block


def read_blocks(file: FileIO, header: Header) -> Iterator[Block]:
    """Give the data in blocks of whole records, in one buffer that is used again."""
    per_block = max(1, min(header.n_records, _BLOCK_BYTES // header.record_bytes))
    buffer = np.empty((per_block, header.record_bytes), dtype=np.uint8)
    file.seek(header.header_bytes + header.first_record * header.record_bytes)
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


def read_lists(file: FileIO, header: Header, most: int | None = None) -> list[tuple[bytes, ...]]:
    """Give the bytes of the annotation signals (at most `most`) of every record of the file.

    No sample is read; where only a part of the file is, the lists are still those of all of it.
    """
    starts = start_bytes(header)
    places = [(starts[i], starts[i + 1] - starts[i]) for i in header.annotation_indices[:most]]
    return [
        tuple(_whole(file, header.header_bytes + k * header.record_bytes + p, n) for p, n in places)
        for k in range(header.n_file_records)
    ]


def _whole(file: FileIO, place: int, n_bytes: int) -> bytes:
    found = bytes_at(file, place, n_bytes)
    if len(found) < n_bytes:
        raise changed("it became shorter")
    return found


def _rows(part: NDArray[np.uint8]) -> list[bytes]:
    n_bytes, content = part.shape[1], part.tobytes()
    return [content[k * n_bytes : (k + 1) * n_bytes] for k in range(len(part))]
