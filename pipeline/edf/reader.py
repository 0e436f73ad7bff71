"""The rim: opens a study read-only, checks it, and reads what is wanted of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from io import FileIO
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.codes import Code
from pipeline.edf.annotations import (
    AnnotationList,
    check_timekeeping,
    parse_annotations,
    record_onset,
)
from pipeline.edf.blocks import annotation_bytes, read_blocks, start_bytes
from pipeline.edf.extent import Disk
from pipeline.edf.header import Header, parse_header
from pipeline.edf.plainfile import bytes_at, changed, opened, size_of
from pipeline.edf.preamble import MAIN_BYTES, header_size
from pipeline.edf.samples import copy_samples, empty_samples
from pipeline.edf.transfer import check_transfer
from pipeline.errors import ResourceError
from pipeline.notices import Notice
from pipeline.recording import Channel, Recording

Samples = dict[int, NDArray[np.integer[Any]]]  # by place in the header
_LARGEST_READ_BYTES = 2**30  # resource: an 8 h night's ten leads take 150 MB
_TAIL_BYTES = 2**16
_TRANSFER_PROBE_BYTES = 2**20
_LATEST_FIRST_ONSET_S = 1.0  # EDF+ 2.2.4: the first onset holds only the fraction of a second


def read_header(path: Path) -> Header:
    """Give the header's facts; of the data, only the first record's timekeeping is read.

    Raises
    ------
    EdfError
        The file is not what EDF describes.
    PassingError
        It could not be opened or read this time.
    """
    with opened(path) as file:
        head = _head(file)
        header = parse_header(head, _disk(file), suffix=path.suffix.lower())
        if any(n.code == Code.EXTRA_DATA for n in header.notices):
            check_transfer(bytes_at(file, header.header_bytes, _TRANSFER_PROBE_BYTES))
        return _with_first_onset(file, header)


def read_recording(path: Path, header: Header, indices: Sequence[int]) -> Recording:
    """Give the wanted channels at their native rates, as whole digital numbers.

    The records' own onsets are checked on the way, so that gaps never join in silence.

    Parameters
    ----------
    header
        What `read_header` gave for this very file.
    indices
        Places of the wanted signals in the header; annotation signals are no channels.

    Raises
    ------
    EdfError
        DISCONTINUOUS, TIME_REVERSED; UNIT_UNKNOWN is for the montage to say.
    PassingError
        CHANGED: the file is no longer the one whose header was read, or it shrank meanwhile.
    ResourceError
        The channels would take more than a GiB.
    """
    samples, records = _read(path, header, indices, most=1)
    return _recording(header, samples, _timing_notices(header, records))


def read_whole(
    path: Path, header: Header, indices: Sequence[int]
) -> tuple[Recording, AnnotationList]:
    """Give what `read_recording` and `read_annotations` give, from one pass over the file."""
    samples, records = _read(path, header, indices)
    timing = _timing_notices(header, records)
    return _recording(header, samples, timing), _annotations(header, records, timing)


def read_annotations(path: Path, header: Header) -> AnnotationList:
    """Give all annotations of all annotation signals, and what was doubtful about them.

    Raises
    ------
    EdfError
        DISCONTINUOUS, TIME_REVERSED.
    PassingError
        CHANGED: the file is no longer the one whose header was read.
    """
    if not header.annotation_indices:
        return AnnotationList(annotations=())
    with opened(path) as file:
        _check_same(file, header)
        records = [
            r for block in read_blocks(file, header) for r in annotation_bytes(header, block)
        ]
        _check_same(file, header)
    return _annotations(header, records, _timing_notices(header, records))


def _annotations(
    header: Header, records: Sequence[Sequence[bytes]], timing: tuple[Notice, ...]
) -> AnnotationList:
    if not header.annotation_indices:
        return AnnotationList(annotations=())
    found = parse_annotations(
        records, start_offset_s=header.start_offset_s, duration_s=header.duration_s
    )
    return replace(found, notices=found.notices + timing)


def _recording(header: Header, samples: Samples, timing: tuple[Notice, ...]) -> Recording:
    return Recording(
        duration_s=header.duration_s,
        start=header.start,
        channels=MappingProxyType({i: _channel(header, i, samples[i]) for i in samples}),
        notices=header.notices + timing + _range_notices(header, samples),
    )


def _head(file: FileIO) -> bytes:
    size = size_of(file)
    needed = header_size(bytes_at(file, 0, MAIN_BYTES), size)
    head = bytes_at(file, 0, needed)
    if len(head) < needed:
        raise changed("it became shorter than its header")
    return head


def _disk(file: FileIO) -> Disk:
    size = size_of(file)
    return Disk(size_bytes=size, tail=bytes_at(file, max(0, size - _TAIL_BYTES), _TAIL_BYTES))


def _check_same(file: FileIO, header: Header) -> None:
    """See that size and header are still those that were judged."""
    if size_of(file) != header.size_bytes:
        raise changed("another size")
    head = bytes_at(file, 0, header.header_bytes)
    if hashlib.sha256(head).hexdigest() != header.fingerprint:
        raise changed("another header")


def _room(header: Header, wanted: Sequence[int]) -> Samples:
    for i in wanted:
        if not 0 <= i < len(header.channels) or header.channels[i].is_annotation:
            raise ValueError(f"signal {i} is no channel of this file")
    counts = {i: header.n_records * header.channels[i].samples_per_record for i in wanted}
    n_bytes = sum(counts.values()) * (4 if header.is_bdf else 2)
    if n_bytes > _LARGEST_READ_BYTES:
        raise ResourceError(
            "The wanted channels are too large.",
            code=Code.RESOURCE,
            found=f"{n_bytes} bytes",
            remedy="Cut the study into nights, or take fewer channels.",
        )
    return {i: empty_samples(n, is_bdf=header.is_bdf) for i, n in counts.items()}


def _read(
    path: Path, header: Header, indices: Sequence[int], most: int | None = None
) -> tuple[Samples, list[tuple[bytes, ...]]]:
    """Give the channels, and each record's annotation bytes of `most` annotation signals."""
    samples = _room(header, tuple(dict.fromkeys(indices)))
    with opened(path) as file:
        _check_same(file, header)
        records = _fill_channels(file, header, samples, most)
        _check_same(file, header)
    return samples, records


def _fill_channels(
    file: FileIO, header: Header, samples: Samples, most: int | None
) -> list[tuple[bytes, ...]]:
    starts = start_bytes(header)
    records: list[tuple[bytes, ...]] = []
    for block in read_blocks(file, header):
        stop = block.first_record + len(block.records)
        for i, out in samples.items():
            n = header.channels[i].samples_per_record
            copy_samples(block.records, starts[i], out[block.first_record * n : stop * n])
        records += annotation_bytes(header, block, most)
    return records


def _with_first_onset(file: FileIO, header: Header) -> Header:
    """Add the fraction of a second that the first record's timekeeping adds to the start."""
    if not header.annotation_indices:
        return header
    first = header.annotation_indices[0]
    place = header.header_bytes + start_bytes(header)[first]
    n_bytes = header.channels[first].samples_per_record * header.sample_bytes
    onset_s = record_onset(bytes_at(file, place, n_bytes))
    notices = header.notices
    has_length = header.record_duration_s > 0.0
    if onset_s < 0.0 or (onset_s >= _LATEST_FIRST_ONSET_S and not has_length):
        return replace(header, notices=(*notices, _odd_start(onset_s)))
    if not onset_s > 0.0:
        return header
    if onset_s >= _LATEST_FIRST_ONSET_S:
        notices += (_late_start(onset_s),)
    start = None if header.start is None else header.start + timedelta(seconds=onset_s)
    return replace(header, start=start, start_offset_s=onset_s, notices=notices)


def _late_start(onset_s: float) -> Notice:
    message = (
        f"The first record begins {onset_s:.3f} s after the header's start; the start and all "
        "annotations were moved by that much."
    )
    return Notice(code=Code.TAL, where="annotations, record 1", message=message)


def _odd_start(onset_s: float) -> Notice:
    message = (
        f"The first record begins {onset_s:+.3f} s from the header's start, where EDF+ allows a "
        "fraction of a second; the start and all annotations were kept as written."
    )
    return Notice(code=Code.TAL, where="annotations, record 1", message=message)


def _timing_notices(header: Header, records: Sequence[Sequence[bytes]]) -> tuple[Notice, ...]:
    if not records:
        return ()
    onsets_s = [record_onset(signals[0]) for signals in records]
    return check_timekeeping(
        onsets_s, header.record_duration_s, is_discontinuous=header.is_discontinuous
    )


def _range_notices(
    header: Header, samples: Mapping[int, NDArray[np.integer[Any]]]
) -> tuple[Notice, ...]:
    """Note channels whose samples leave the declared digital range; nothing is clipped."""
    notices = []
    for i, digital in samples.items():
        signal = header.channels[i]
        low, high = int(digital.min()), int(digital.max())
        if low < signal.digital_min or high > signal.digital_max:
            message = (
                f"Samples from {low} to {high} in a declared range of {signal.digital_min} to "
                f"{signal.digital_max}; read as they are, not clipped."
            )
            where = f"signal {i + 1}"
            notices.append(Notice(code=Code.OUT_OF_RANGE, where=where, message=message))
    return tuple(notices)


def _channel(header: Header, index: int, digital: NDArray[np.integer[Any]]) -> Channel:
    """Give the channel; its microvolts are NaN where the unit or the gain is not known."""
    signal = header.channels[index]
    scale_uv = float("nan") if signal.scale_uv is None else signal.scale_uv
    return Channel(
        index=index,
        label=signal.label,
        rate_hz=signal.rate_hz,
        digital=digital,
        gain_uv=scale_uv * (signal.gain or 0.0),
        offset_uv=scale_uv * (signal.offset or 0.0),
        digital_min=signal.digital_min,
        digital_max=signal.digital_max,
        highpass_hz=signal.prefilter.highpass_hz,
        lowpass_hz=signal.prefilter.lowpass_hz,
    )
