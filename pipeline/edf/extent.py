"""How much data there is: the header's arithmetic held against the file's size."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.codes import Code
from pipeline.edf import fields
from pipeline.edf.fields import Field, Gate, cut
from pipeline.errors import EdfError

_BDF_BYTES, _EDF_BYTES = 3, 2
_WIDEST_RECORD_BYTES = 2**26  # over 1000 times the 61440 bytes that EDF recommends at most
_LONGEST_S = 31 * 86400.0  # a month: no sleep study is longer
_MOST_LIST_BYTES = 2**28  # ten times the annotations of a night of one-second records
_MOST_LISTS = 2**21  # three weeks of one-second records; each is parsed by itself
_FASTEST_HZ = 1e6  # no recorder of sleep samples faster
_WIDTH = 8  # characters in the record duration field


@dataclass(frozen=True, kw_only=True)
class Extent:
    """What is in the file, not what the header claims."""

    n_records: int
    record_duration_s: float
    samples_per_record: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Disk:
    """What the disk says of the file.

    Attributes
    ----------
    tail
        Its last bytes, to tell padding from data.
    """

    size_bytes: int
    tail: bytes = b""

    def ends_in_zeros(self, n_bytes: int) -> bool:
        """Whether the last `n_bytes` are zeros, as far as the tail reaches."""
        last = self.tail[-n_bytes:]
        return bool(last) and not any(last)


def measure(
    head: bytes,
    signals: Sequence[Mapping[str, Field]],
    disk: Disk,
    gate: Gate,
    *,
    is_bdf: bool,
    is_annotation: Sequence[bool],
) -> Extent:
    """Give the records that are really there.

    Raises
    ------
    EdfError
        RECORD_DURATION, SAMPLES_PER_RECORD, HEADER_NUMBER, NO_DATA, RESOURCE, TRUNCATED.
    """
    n_samples = tuple(_samples(s["samples per record"], gate) for s in signals)
    record_bytes = sum(n_samples) * (_BDF_BYTES if is_bdf else _EDF_BYTES)
    part = cut(head, "number of records", 236, 8)
    n_records = _records(part, len(head), record_bytes, disk, gate)
    n_widths = [n for n, is_list in zip(n_samples, is_annotation, strict=True) if is_list]
    _check_lists(part, n_records, sum(n_widths) * (_BDF_BYTES if is_bdf else _EDF_BYTES))
    duration = cut(head, "record duration", 244, 8)
    duration_s = _duration(duration, gate, is_free=all(is_annotation))
    if n_records * duration_s > _LONGEST_S:
        raise fields.refused(
            Code.RECORD_DURATION,
            "The study would last more than a month.",
            duration,
            "Correct the header field.",
        )
    counts = [n for n, skip in zip(n_samples, is_annotation, strict=True) if not skip]
    if counts and max(counts) > _FASTEST_HZ * duration_s:
        raise fields.refused(
            Code.RECORD_DURATION,
            "The sampling rate would be over a megahertz.",
            duration,
            "Correct the header field.",
        )
    _doubt_rounding(duration, duration_s, counts, gate)
    return Extent(n_records=n_records, record_duration_s=duration_s, samples_per_record=n_samples)


def _samples(part: Field, gate: Gate) -> int:
    count = fields.whole(part, gate, Code.SAMPLES_PER_RECORD)
    if count <= 0:
        raise fields.refused(
            Code.SAMPLES_PER_RECORD,
            "A signal must have at least one sample in each record.",
            part,
            "Remove the empty signal with EDFbrowser's reduce tool, or export the study again.",
        )
    return count


def _duration(part: Field, gate: Gate, *, is_free: bool) -> float:
    """Seconds per record; `is_free` for files of annotations alone, where 0 is legal (EDF+)."""
    value = fields.decimal(part, gate, Code.RECORD_DURATION)
    if value < 0.0 or (value == 0.0 and not is_free):
        raise fields.refused(
            Code.RECORD_DURATION,
            "No sampling rate can be told from this record duration.",
            part,
            "Export the study again; a rate is not invented.",
        )
    if "e" in part.bare.lower():
        message = f"Written with an exponent; read as {value:g} s, which other readers may not."
        gate.doubt(Code.HEADER_NUMBER, part.where, message)
    return value


def _records(part: Field, head_bytes: int, record_bytes: int, disk: Disk, gate: Gate) -> int:
    claimed = fields.whole(part, gate)
    data_bytes = disk.size_bytes - head_bytes
    if data_bytes <= 0:
        raise _short(Code.NO_DATA, "There is a header and nothing behind it.", part, 0)
    if record_bytes > data_bytes:
        code = Code.RESOURCE if record_bytes > _WIDEST_RECORD_BYTES else Code.TRUNCATED
        raise _short(code, f"One record would take {record_bytes} bytes.", part, data_bytes)
    if claimed < -1:
        raise fields.refused(
            Code.HEADER_NUMBER, "No such number of records.", part, "Correct the header field."
        )
    present = data_bytes // record_bytes
    if 0 < claimed < present and disk.ends_in_zeros(data_bytes - claimed * record_bytes):
        present = claimed
    _doubt_claim(part, claimed, present, data_bytes - present * record_bytes, gate)
    return present


def _check_lists(part: Field, n_records: int, list_bytes: int) -> None:
    """Refuse more annotation lists than memory holds; they are read whole, unlike samples."""
    n_bytes = n_records * list_bytes
    if n_bytes > _MOST_LIST_BYTES or (list_bytes and n_records > _MOST_LISTS):
        raise EdfError(
            "The annotation signals are too large to be read.",
            code=Code.RESOURCE,
            where=part.where,
            found=f"{n_records} records with {n_bytes} bytes of annotations",
            remedy="Cut the study into nights, or export it with longer records and shorter "
            "annotation signals.",
        )


def _doubt_claim(part: Field, claimed: int, present: int, rest_bytes: int, gate: Gate) -> None:
    if claimed <= 0:
        message = f"Written {claimed}; {present} whole records are in the file and are read."
        gate.doubt(Code.NRECORDS_UNKNOWN, part.where, message)
    elif claimed > present:
        message = f"The header says {claimed} records; the {present} that are there are read."
        gate.doubt(Code.TRUNCATED, part.where, message)
    elif claimed < present:
        message = f"The header says {claimed} records; all {present} that are there are read."
        gate.doubt(Code.EXTRA_DATA, part.where, message)
    if rest_bytes and claimed <= present:
        message = f"{rest_bytes} bytes behind the last record were left out."
        gate.doubt(Code.EXTRA_DATA, part.where, message)


def _short(code: Code, what: str, part: Field, data_bytes: int) -> EdfError:
    return EdfError(
        what,
        code=code,
        where=part.where,
        found=f"{data_bytes} bytes of data",
        remedy="Copy or export the study again.",
    )


def _doubt_rounding(part: Field, duration_s: float, counts: Sequence[int], gate: Gate) -> None:
    """Note a rate that is whole but for the rounding of an 8-character field."""
    digits = part.bare.partition(".")[2]
    if len(part.bare) < _WIDTH or not digits or not duration_s:
        return
    ulp_s = 10.0 ** -len(digits)
    for count in counts:
        rate_hz = count / duration_s
        whole_hz = round(rate_hz)
        is_whole = math.isclose(rate_hz, whole_hz, rel_tol=1e-12)
        if whole_hz and not is_whole and abs(count / whole_hz - duration_s) <= ulp_s:
            gate.doubt(
                Code.RATE_ROUNDED,
                part.where,
                f"Rounded in the file: {rate_hz:.6f} Hz is used as written, "
                f"{whole_hz} Hz is likely; times may drift by "
                f"{abs(rate_hz / whole_hz - 1.0) * 3600.0:.3f} s per hour.",
            )
