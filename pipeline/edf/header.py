"""The header of an EDF, EDF+, BDF or BDF+ file: every field checked, every claim bounded."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from dataclasses import dataclass

from pipeline.codes import Code
from pipeline.edf import fields, scaling
from pipeline.edf.extent import Disk, Extent, measure
from pipeline.edf.fields import Field, Gate, cut
from pipeline.edf.plus import check_plus, check_width, is_annotation_label
from pipeline.edf.preamble import BDF_VERSION, check_suffix, shifted
from pipeline.edf.prefilter import Prefilter, read_prefilter
from pipeline.edf.signal_fields import MAIN_BYTES, signal_fields
from pipeline.edf.startdate import Start, check_plus_fields, read_start
from pipeline.edf.units import Unit, read_unit
from pipeline.montage import ChannelFacts
from pipeline.notices import Notice
from pipeline.recording import Segment

_UNIT_WORDS = {
    Code.UNIT_ENCODING: "a micro sign that is not ASCII; read as uV",
    Code.UNIT_SPELLING: "a unit that is not spelt as EDF+ wants; read as the volts it names",
    Code.UNIT_UNKNOWN: "a unit whose size is not certain; the channel cannot be scored",
}


@dataclass(frozen=True, kw_only=True)
class SignalHeader:
    """What the header says of one signal.

    Attributes
    ----------
    index
        Place in the header, from 0.
    gain, offset
        Physical value in the header's own unit = gain * digital + offset; None where the
        declared ranges give none.
    unit
        The unit and its microvolts.
    rate_hz
        Samples per record / record duration; 0.0 for annotation signals.
    """

    index: int
    label: str
    unit: Unit
    gain: float | None
    offset: float | None
    physical_min: float
    physical_max: float
    digital_min: int
    digital_max: int
    prefilter: Prefilter
    samples_per_record: int
    rate_hz: float
    is_annotation: bool = False

    @property
    def scale_uv(self) -> float | None:
        """Microvolts per header unit; None where it is no voltage or has no gain."""
        return None if self.gain is None else self.unit.scale_uv


@dataclass(frozen=True, kw_only=True)
class Header:
    """All that the header says, after checking it against the file's size.

    Attributes
    ----------
    channels
        All signals in the header's order, annotation signals among them.
    n_file_records
        Whole records that are in the file.
    first_record, n_records
        Those that are read: all of them, unless there is a `segment`.
    duration_s
        n_records * record_duration_s, gaps excluded.
    start
        Local wall clock without a zone; 1 January 1985 stands for an unknown date (EDF+), None
        for an unknown time. A fraction of a second from the first timekeeping annotation is in.
    start_date, start_time
        What is known of it.
    is_discontinuous
        The EDF+D flag; whether there are gaps shows only when the records are read.
    start_offset_s
        Onset of the first record that is read in the file's own time; annotations are told less
        this.
    segment
        The unbroken part of a file with gaps that this header speaks of; None for whole files.
    size_bytes, fingerprint
        Size of the file and digest of its header, to see that it is still the same file.
    """

    channels: tuple[SignalHeader, ...]
    n_file_records: int
    n_records: int
    record_duration_s: float
    duration_s: float
    start: dt.datetime | None
    start_date: dt.date | None
    start_time: dt.time | None
    is_plus: bool
    is_bdf: bool
    is_discontinuous: bool
    header_bytes: int
    size_bytes: int
    fingerprint: str
    first_record: int = 0
    start_offset_s: float = 0.0
    segment: Segment | None = None
    notices: tuple[Notice, ...] = ()

    @property
    def sample_bytes(self) -> int:
        """Bytes of one sample: 2 in EDF, 3 in BDF."""
        return 3 if self.is_bdf else 2

    @property
    def record_bytes(self) -> int:
        """Bytes of one data record."""
        return self.sample_bytes * sum(c.samples_per_record for c in self.channels)

    @property
    def annotation_indices(self) -> tuple[int, ...]:
        """Places of the annotation signals."""
        return tuple(c.index for c in self.channels if c.is_annotation)

    def facts(self) -> tuple[ChannelFacts, ...]:
        """Give what the montage decides by, without the annotation signals."""
        return tuple(
            ChannelFacts(
                index=c.index,
                label=c.label,
                rate_hz=c.rate_hz,
                unit=c.unit.text,
                scale_uv=c.scale_uv,
            )
            for c in self.channels
            if not c.is_annotation
        )


def parse_header(head: bytes, disk: Disk, *, suffix: str = "") -> Header:
    """Give the header's facts.

    Parameters
    ----------
    head
        The whole header, as long as `header_size` says.
    disk
        The file's size and its last bytes; every claim is held against them.
    suffix
        The file name's extension in small letters, such as ``.edf``; blank when not known.

    Raises
    ------
    EdfError
        With a code, the byte and what to do.
    """
    gate = Gate()
    is_bdf = head.startswith(BDF_VERSION)
    check_suffix(suffix, gate, is_bdf=is_bdf)
    _doubt_spelling(head, gate, is_bdf=is_bdf)
    reserved = fields.text(cut(head, "reserved field", 192, 44), gate)
    is_flagged = reserved.startswith(("EDF+", "BDF+"))
    signals = signal_fields(head, len(head) // MAIN_BYTES - 1)
    if all(fields.is_shifted(f["samples per record"]) for f in signals):
        raise shifted(signals[0]["samples per record"])
    is_annotation = [is_annotation_label(f["label"]) for f in signals]
    extent = measure(head, signals, disk, gate, is_bdf=is_bdf, is_annotation=is_annotation)
    check_width(head, extent, disk, is_bdf=is_bdf)
    check_plus(reserved, [f["label"] for f in signals], gate, is_bdf=is_bdf)
    start = _start(head, gate, is_plus=is_flagged)
    channels = tuple(
        _channel(i, parts, extent, gate, is_annotation=is_annotation[i], is_bdf=is_bdf)
        for i, parts in enumerate(signals)
    )
    _check_labels(channels, gate)
    return Header(
        channels=channels,
        n_file_records=extent.n_records,
        n_records=extent.n_records,
        record_duration_s=extent.record_duration_s,
        duration_s=extent.n_records * extent.record_duration_s,
        start=start.moment,
        start_date=start.date,
        start_time=start.time,
        is_plus=is_flagged or any(is_annotation),
        is_bdf=is_bdf,
        is_discontinuous=reserved.startswith(("EDF+D", "BDF+D")),
        header_bytes=len(head),
        size_bytes=disk.size_bytes,
        fingerprint=hashlib.sha256(head).hexdigest(),
        notices=gate.collected(),
    )


def _doubt_spelling(head: bytes, gate: Gate, *, is_bdf: bool) -> None:
    """Note what was read well enough to find the header, and is yet not spelt as EDF wants."""
    fields.whole(cut(head, "number of signals", 252, 4), gate, Code.NSIGNALS)
    if not is_bdf:
        fields.text(cut(head, "version", 0, 8), gate)
    flag = cut(head, "reserved field", 192, 44)
    if flag.bare.startswith(("EDF+", "BDF+")) and flag.raw[:1] in {b" ", b"\x00"}:
        message = "Blanks before the flag, which must come first; read as if there were none."
        gate.doubt(Code.EDFPLUS_FLAG, flag.where, message)


def _start(head: bytes, gate: Gate, *, is_plus: bool) -> Start:
    patient = fields.text(cut(head, "patient field", 8, 80), gate)
    recording = fields.text(cut(head, "recording field", 88, 80), gate)
    if is_plus:
        check_plus_fields(patient, recording, gate)
    day, clock = cut(head, "start date", 168, 8), cut(head, "start time", 176, 8)
    return read_start(day, clock, recording, gate, is_plus=is_plus)


def _channel(
    index: int,
    parts: dict[str, Field],
    extent: Extent,
    gate: Gate,
    *,
    is_annotation: bool,
    is_bdf: bool,
) -> SignalHeader:
    label = fields.text(parts["label"], gate)
    fields.text(parts["transducer"], gate)
    fields.doubt_nul(parts["dimension"], gate)
    unit = read_unit(parts["dimension"].raw, label)
    if unit.doubt and not is_annotation:
        gate.doubt(unit.doubt, parts["dimension"].where, f"Holds {_UNIT_WORDS[unit.doubt]}.")
    ranges = scaling.read_scaling(parts, gate, is_annotation=is_annotation, is_bdf=is_bdf)
    n_samples = extent.samples_per_record[index]
    has_rate = not is_annotation and extent.record_duration_s > 0.0
    return SignalHeader(
        index=index,
        label=label,
        unit=unit,
        gain=ranges.gain,
        offset=ranges.offset,
        physical_min=ranges.physical_min,
        physical_max=ranges.physical_max,
        digital_min=ranges.digital_min,
        digital_max=ranges.digital_max,
        prefilter=read_prefilter(fields.text(parts["prefiltering"], gate)),
        samples_per_record=n_samples,
        rate_hz=n_samples / extent.record_duration_s if has_rate else 0.0,
        is_annotation=is_annotation,
    )


def _check_labels(channels: tuple[SignalHeader, ...], gate: Gate) -> None:
    labels = Counter(c.label for c in channels if not c.is_annotation)
    for label, count in labels.items():
        places = ", ".join(str(c.index + 1) for c in channels if c.label == label)
        if not label:
            gate.doubt(Code.BLANK_LABEL, f"signals {places}", "No label.")
        elif count > 1:
            gate.doubt(Code.DUP_LABEL, f"signals {places}", "One label for several signals.")
