"""The rim: opens a study read-only, checks it, and reads what is wanted of it."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from io import FileIO
from pathlib import Path

from pipeline.codes import Code
from pipeline.edf.annotations import (
    AnnotationList,
    parse_annotations,
    record_onset,
)
from pipeline.edf.blocks import annotation_bytes, read_blocks, read_lists, start_bytes
from pipeline.edf.channels import Samples, to_recording
from pipeline.edf.extent import Disk
from pipeline.edf.header import Header, parse_header
from pipeline.edf.preamble import check_joined, claimed_records, header_size, opening_bytes
from pipeline.edf.samples import copy_samples, empty_samples
from pipeline.edf.signal_fields import MAIN_BYTES
from pipeline.edf.timekeeping import check_timekeeping, only_longest, unbroken_parts
from pipeline.edf.transfer import check_alignment, check_bytes, check_transfer
from pipeline.errors import ResourceError
from pipeline.notices import Notice
from pipeline.plainfile import bytes_at, changed, opened, size_of
from pipeline.recording import Recording

_LARGEST_READ_BYTES = 2**30  # resource: an 8 h night's ten leads take 150 MB
_TAIL_BYTES = 2**16
_TRANSFER_PROBE_BYTES = 2**24  # a CR LF by chance comes once in 2**16 bytes
_SIZE_IS_OFF = (Code.EXTRA_DATA, Code.TRUNCATED)
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
        _check_copied(file, header)
        return _with_first_onset(file, header)


def read_longest_part(path: Path, header: Header) -> Header:
    """Give the header of the longest part without a gap; `header` itself where there is no gap.

    Only the records' timekeeping is read. What is then read by the header that is given holds
    that part alone, and its times count from the part's beginning.

    Raises
    ------
    EdfError
        TIME_REVERSED.
    PassingError
        CHANGED: the file is no longer the one whose header was read.
    """
    onsets_s = _onsets(path, header)
    if not onsets_s or header.record_duration_s <= 0.0:
        return header
    parts = unbroken_parts(
        onsets_s, header.record_duration_s, is_discontinuous=header.is_discontinuous
    )
    return only_longest(header, parts)


def check_gaps(path: Path, header: Header) -> tuple[Notice, ...]:
    """Give what `read_recording` would say of the records' onsets, reading nothing else.

    Raises
    ------
    EdfError
        DISCONTINUOUS, TIME_REVERSED.
    """
    read = slice(header.first_record, header.first_record + header.n_records)
    return _timing_notices(header, _onsets(path, header)[read])


def _onsets(path: Path, header: Header) -> list[float]:
    """Give the onset of every record of the file; none where it has no annotation signal."""
    if not header.annotation_indices:
        return []
    with opened(path) as file:
        _check_same(file, header)
        onsets_s = _first_onsets(read_lists(file, header, most=1))
        _check_same(file, header)
    return onsets_s


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
    return to_recording(header, samples, _timing_notices(header, _first_onsets(records)))


def read_whole(
    path: Path, header: Header, indices: Sequence[int]
) -> tuple[Recording, AnnotationList]:
    """Give what `read_recording` and `read_annotations` give, from one pass over the file."""
    if header.segment is not None:  # annotations of the part may stand in any record
        return read_recording(path, header, indices), read_annotations(path, header)
    samples, records = _read(path, header, indices)
    timing = _timing_notices(header, _first_onsets(records))
    return to_recording(header, samples, timing), _annotations(header, records, timing)


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
        records = read_lists(file, header)
        _check_same(file, header)
    read = records[header.first_record : header.first_record + header.n_records]
    return _annotations(header, records, _timing_notices(header, _first_onsets(read)))


def _annotations(
    header: Header, records: Sequence[Sequence[bytes]], timing: tuple[Notice, ...]
) -> AnnotationList:
    if not header.annotation_indices:
        return AnnotationList(annotations=())
    end_s = header.duration_s if header.segment is None else 0.0  # other parts' may lie behind
    found = parse_annotations(records, start_offset_s=header.start_offset_s, duration_s=end_s)
    return replace(found, notices=found.notices + timing)


def _head(file: FileIO) -> bytes:
    size = size_of(file)
    main = bytes_at(file, 0, MAIN_BYTES)
    opening = main if len(main) < MAIN_BYTES else bytes_at(file, 0, opening_bytes(main))
    needed = header_size(opening, size)
    head = bytes_at(file, 0, needed)
    if len(head) < needed:
        raise changed("it became shorter than its header")
    return head


def _disk(file: FileIO) -> Disk:
    size = size_of(file)
    return Disk(size_bytes=size, tail=bytes_at(file, max(0, size - _TAIL_BYTES), _TAIL_BYTES))


def _check_copied(file: FileIO, header: Header) -> None:
    """Refuse data that a program took for text."""
    begin = header.header_bytes
    first = bytes_at(file, begin, _TAIL_BYTES)
    check_bytes(first)
    if not any(n.code in _SIZE_IS_OFF for n in header.notices):
        return
    check_transfer(bytes_at(file, begin, _TRANSFER_PROBE_BYTES))
    claimed = claimed_records(bytes_at(file, 0, MAIN_BYTES))
    check_joined(bytes_at(file, begin + claimed * header.record_bytes, MAIN_BYTES))
    stop = begin + header.n_records * header.record_bytes
    n_bytes = min(_TAIL_BYTES, (stop - begin) // 4) // header.sample_bytes * header.sample_bytes
    check_alignment(first[:n_bytes], bytes_at(file, stop - n_bytes, n_bytes), header.sample_bytes)


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
    is_legal = 0.0 <= onset_s < _LATEST_FIRST_ONSET_S
    if math.isnan(onset_s) or not onset_s:
        return header
    notices = header.notices
    if header.record_duration_s == 0.0 and not is_legal:
        return replace(header, notices=(*notices, _odd_start(onset_s)))
    if not is_legal:
        notices += (_late_start(onset_s),)
    start = None if header.start is None else header.start + timedelta(seconds=onset_s)
    return replace(header, start=start, start_offset_s=onset_s, notices=notices)


def _late_start(onset_s: float) -> Notice:
    message = (
        f"The first record begins {onset_s:+.3f} s from the header's start; the start and all "
        "annotations were moved by that much."
    )
    return Notice(code=Code.TAL, where="annotations, record 1", message=message)


def _odd_start(onset_s: float) -> Notice:
    message = (
        f"The first record begins {onset_s:+.3f} s from the header's start, where EDF+ allows a "
        "fraction of a second; the start and all annotations were kept as written."
    )
    return Notice(code=Code.TAL, where="annotations, record 1", message=message)


def _timing_notices(header: Header, onsets_s: Sequence[float]) -> tuple[Notice, ...]:
    if not onsets_s:
        return ()
    return check_timekeeping(
        onsets_s, header.record_duration_s, is_discontinuous=header.is_discontinuous
    )


def _first_onsets(records: Sequence[Sequence[bytes]]) -> list[float]:
    return [record_onset(signals[0]) for signals in records]
