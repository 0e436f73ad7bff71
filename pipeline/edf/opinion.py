"""Our reading of a file against a second reader's: every difference as a fact, none by guess.

Nothing that is told holds a patient's data: annotation texts are compared and only counted, a
start differs by so many seconds.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.codes import Code
from pipeline.edf.annotation_match import unmatched
from pipeline.edf.annotations import PAST_THE_END, STEP_TOLERANCE_S, Annotation
from pipeline.edf.header import Header, SignalHeader
from pipeline.notices import Notice
from pipeline.recording import Recording

EDFIO, PYEDFLIB = "edfio", "pyedflib"
_NEAR = 1e-9  # relative; one reader counts record durations in 100 ns, each computes in its way
_STEP_PART = 1e-6  # of a digital step: what two ways of scaling may differ by
_PROBE = 1000  # samples of each channel whose physical values are compared
_BLOCK = 2**20  # samples compared at a time

Samples = Callable[[int, int, int], NDArray[np.integer[Any]]]
"""Gives the digital samples of a signal (its number among the ordinary ones) from, to."""
Values = Callable[[int, int], NDArray[np.floating[Any]]]
"""Gives the first so many physical values of a signal."""


class Aspect(StrEnum):
    """In what two readers may differ."""

    SIGNALS = "number of signals"
    RECORDS = "number of records"
    PER_RECORD = "samples per record"
    RATE = "sampling rate"
    PHYSICAL_RANGE = "physical range"
    DIGITAL_RANGE = "digital range"
    SAMPLES = "samples"
    VALUES = "physical values"
    START = "start"
    ANNOTATIONS = "annotations"


class Convention(StrEnum):
    """Differences on legal files where the standard says that our reading is right."""

    # EDF+ 2.2.2 lets texts hold line feeds; edfio's pattern stops there and drops the whole TAL
    LINE_FEED = "edfio leaves out annotations with a line feed, which EDF+ 2.2.2 allows"


@dataclass(frozen=True, kw_only=True)
class SecondSignal:
    """What a second reader says of an ordinary signal; None where it says nothing."""

    rate_hz: float | None
    per_record: int
    physical: tuple[float, float] | None
    digital: tuple[int, int] | None


@dataclass(frozen=True, kw_only=True, eq=False)
class SecondReading:
    """What a second reader says of a file; None where it says nothing.

    Attributes
    ----------
    signals
        Those that are no annotation signals, in the file's order.
    date, time
        Of the start; the time with its fraction of a second.
    text_bytes
        The most bytes of an annotation's text that the reader hands out; None for all.
    samples, values
        Ask the reader for digital samples and physical values.
    """

    reader: str
    signals: tuple[SecondSignal, ...]
    n_records: int
    date: dt.date | None
    time: dt.time | None
    annotations: tuple[Annotation, ...] | None
    text_bytes: int | None
    samples: Samples
    values: Values


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    """One thing that two readers say differently of a file.

    Attributes
    ----------
    ours, theirs
        What each says, without names, dates and texts.
    notice
        Our notice that tells of the fault behind it, if there is one.
    convention
        Why a legal file is read differently, where that is known.
    """

    reader: str
    what: Aspect
    where: str
    ours: str
    theirs: str
    notice: Notice | None = None
    convention: Convention | None = None

    @property
    def is_explained(self) -> bool:
        """Whether a notice of ours or a known convention accounts for it."""
        return self.notice is not None or self.convention is not None


_NUMBER = frozenset({Code.HEADER_NUMBER, Code.NUL_PADDING})
_EXPLAINING: dict[Aspect, frozenset[Code]] = {
    Aspect.SIGNALS: frozenset({Code.EDFPLUS_FLAG, Code.NUL_PADDING}),
    Aspect.RECORDS: _NUMBER | {Code.TRUNCATED, Code.EXTRA_DATA, Code.NRECORDS_UNKNOWN},
    Aspect.PER_RECORD: _NUMBER,
    Aspect.RATE: _NUMBER | {Code.RATE_ROUNDED},
    Aspect.PHYSICAL_RANGE: _NUMBER | {Code.PHYS_RANGE},
    Aspect.DIGITAL_RANGE: _NUMBER | {Code.DIG_RANGE},
    Aspect.SAMPLES: _NUMBER | {Code.OUT_OF_RANGE},
    Aspect.VALUES: _NUMBER | {Code.PHYS_RANGE, Code.DIG_RANGE, Code.OUT_OF_RANGE},
    Aspect.START: frozenset({Code.DATE_TIME, Code.TAL, Code.EDFPLUS_FLAG}),
    Aspect.ANNOTATIONS: frozenset({Code.TAL, Code.EDFPLUS_FLAG}),
}


def compare(
    header: Header,
    annotations: Sequence[Annotation],
    notices: Sequence[Notice],
    second: SecondReading,
) -> tuple[Disagreement, ...]:
    """Give in what a second reader differs on header and annotations.

    Parameters
    ----------
    annotations
        All that we read of the file.
    notices
        All that we noticed in it; one that accounts for a difference is put beside it.
    """
    tell = _Teller(second.reader, notices)
    found: list[Disagreement] = []
    ours = [c for c in header.channels if not c.is_annotation]
    if len(ours) != len(second.signals):
        found.append(tell(Aspect.SIGNALS, "", str(len(ours)), str(len(second.signals))))
    else:
        for one, other in zip(ours, second.signals, strict=True):
            found += _of_signal(one, other, tell)
    found += _of_start(header, second, tell)
    if header.n_records != second.n_records:
        found.append(tell(Aspect.RECORDS, "", str(header.n_records), str(second.n_records)))
    elif second.annotations is not None:
        found += _of_annotations(annotations, second.annotations, second, tell)
    return tuple(found)


def compare_samples(
    recording: Recording, header: Header, notices: Sequence[Notice], second: SecondReading
) -> tuple[Disagreement, ...]:
    """Give the channels whose samples or physical values a second reader gives differently."""
    tell = _Teller(second.reader, notices)
    ordinary = [c.index for c in header.channels if not c.is_annotation]
    if len(ordinary) != len(second.signals) or header.n_records != second.n_records:
        return ()
    found: list[Disagreement] = []
    for index, channel in recording.channels.items():
        number = ordinary.index(index)
        if second.signals[number].per_record != header.channels[index].samples_per_record:
            continue
        found += _of_samples(channel.digital, number, f"signal {index + 1}", second, tell)
        found += _of_values(
            header.channels[index], channel.digital[:_PROBE], second.values(number, _PROBE), tell
        )
    return tuple(found)


@dataclass(frozen=True)
class _Teller:
    """Makes disagreements, each with the notice of ours that accounts for it."""

    reader: str
    notices: Sequence[Notice]

    def __call__(
        self,
        what: Aspect,
        where: str,
        ours: str,
        theirs: str,
        convention: Convention | None = None,
    ) -> Disagreement:
        known = [n for n in self.notices if n.code in _EXPLAINING[what] and _names(n, where)]
        return Disagreement(
            reader=self.reader,
            what=what,
            where=where,
            ours=ours,
            theirs=theirs,
            notice=known[0] if known else None,
            convention=convention,
        )


def _names(notice: Notice, where: str) -> bool:
    """Whether the notice may be of this place; one of many places names only the first."""
    if notice.message.startswith(PAST_THE_END):
        return False  # every reader reads such annotations alike
    if not (where and notice.where.startswith("signal ")) or "more fields" in notice.where:
        return True
    return notice.where == where or notice.where.startswith(f"{where},")


def _of_signal(
    ours: SignalHeader, theirs: SecondSignal, tell: _Teller
) -> Iterator[Disagreement]:
    where = f"signal {ours.index + 1}"
    if theirs.per_record != ours.samples_per_record:
        yield tell(
            Aspect.PER_RECORD, where, str(ours.samples_per_record), str(theirs.per_record)
        )
    if theirs.rate_hz is not None and not _is_close(ours.rate_hz, theirs.rate_hz):
        yield tell(Aspect.RATE, where, f"{ours.rate_hz:.9g} Hz", f"{theirs.rate_hz:.9g} Hz")
    for what, one, other in (
        (Aspect.PHYSICAL_RANGE, (ours.physical_min, ours.physical_max), theirs.physical),
        (Aspect.DIGITAL_RANGE, (ours.digital_min, ours.digital_max), theirs.digital),
    ):
        if other is not None and not all(map(_is_close, one, other)):
            yield tell(what, where, _range(one), _range(other))


def _of_start(header: Header, second: SecondReading, tell: _Teller) -> Iterator[Disagreement]:
    """Compare date and time, or the time of day alone where the second reader has no date."""
    if second.time is None:
        return
    if header.start is None:
        yield tell(Aspect.START, "", "no usable start", "a start")
        return
    day = second.date or header.start.date()
    differs_s = (dt.datetime.combine(day, second.time) - header.start).total_seconds()
    if abs(differs_s) > STEP_TOLERANCE_S:
        yield tell(Aspect.START, "", "its own start", f"{differs_s:+.3f} s from it")


def _of_annotations(
    ours: Sequence[Annotation],
    theirs: Sequence[Annotation],
    second: SecondReading,
    tell: _Teller,
) -> Iterator[Disagreement]:
    missing, surplus = unmatched(ours, theirs, second.text_bytes)
    if missing or surplus:
        is_known = second.reader == EDFIO and not surplus and _stand_with_line_feed(missing, ours)
        yield tell(
            Aspect.ANNOTATIONS,
            "",
            f"{len(ours)}, {len(missing)} of them not found",
            f"{len(theirs)}, {len(surplus)} of them not found by us",
            Convention.LINE_FEED if is_known else None,
        )


def _stand_with_line_feed(missing: Sequence[Annotation], ours: Sequence[Annotation]) -> bool:
    """Whether each stands in a list with a text that holds a line feed."""
    stamps = {(a.onset_s, a.duration_s) for a in ours if "\n" in a.text}
    return all((a.onset_s, a.duration_s) in stamps for a in missing)


def _of_samples(
    ours: NDArray[np.integer[Any]], number: int, where: str, second: SecondReading, tell: _Teller
) -> Iterator[Disagreement]:
    for start in range(0, len(ours), _BLOCK):
        part = ours[start : start + _BLOCK]
        differs = part != second.samples(number, start, start + len(part))
        if differs.any():
            place = start + int(np.argmax(differs))
            yield tell(Aspect.SAMPLES, where, "digital samples", f"others from sample {place} on")
            return


def _of_values(
    signal: SignalHeader,
    digital: NDArray[np.integer[Any]],
    theirs: NDArray[np.floating[Any]],
    tell: _Teller,
) -> Iterator[Disagreement]:
    if signal.gain is None or signal.offset is None or not len(theirs):
        return
    ours = digital * signal.gain + signal.offset
    reach = max(abs(signal.physical_min), abs(signal.physical_max))
    slack = _STEP_PART * abs(signal.gain) + _NEAR * reach
    differs = ~(np.abs(ours - theirs) <= slack)
    if differs.any():
        place = int(np.argmax(differs))
        where = f"signal {signal.index + 1}"
        yield tell(Aspect.VALUES, where, f"{ours[place]:.9g}", f"{theirs[place]:.9g}")


def _is_close(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=_NEAR)


def _range(limits: tuple[float, float]) -> str:
    return f"{limits[0]:.9g} to {limits[1]:.9g}"
