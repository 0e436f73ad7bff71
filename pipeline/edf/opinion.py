"""Our reading of a file against a second reader's: every difference as a fact, none by guess.

Nothing that is told holds a patient's data: annotation texts are compared and only counted, a
start differs by so many seconds.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.edf.annotation_match import unmatched
from pipeline.edf.annotations import Annotation
from pipeline.edf.disagreements import Aspect, Convention, Disagreement, Teller
from pipeline.edf.header import Header, SignalHeader
from pipeline.edf.timekeeping import STEP_TOLERANCE_S
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
    has_cut_durations
        Whether it gave a duration that may have been cut short.
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
    has_cut_durations: bool = False
    samples: Samples
    values: Values


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
    tell = Teller(second.reader, notices)
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
    tell = Teller(second.reader, notices)
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


def _of_signal(ours: SignalHeader, theirs: SecondSignal, tell: Teller) -> Iterator[Disagreement]:
    where = f"signal {ours.index + 1}"
    if theirs.per_record != ours.samples_per_record:
        yield tell(Aspect.PER_RECORD, where, str(ours.samples_per_record), str(theirs.per_record))
    if theirs.rate_hz is not None and not _is_close(ours.rate_hz, theirs.rate_hz):
        yield tell(Aspect.RATE, where, f"{ours.rate_hz:.9g} Hz", f"{theirs.rate_hz:.9g} Hz")
    for what, one, other in (
        (Aspect.PHYSICAL_RANGE, (ours.physical_min, ours.physical_max), theirs.physical),
        (Aspect.DIGITAL_RANGE, (ours.digital_min, ours.digital_max), theirs.digital),
    ):
        if other is not None and not all(map(_is_close, one, other)):
            yield tell(what, where, _range(one), _range(other))


def _of_start(header: Header, second: SecondReading, tell: Teller) -> Iterator[Disagreement]:
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
    tell: Teller,
) -> Iterator[Disagreement]:
    missing, surplus = unmatched(ours, theirs, second.text_bytes)
    if missing or surplus:
        yield tell(
            Aspect.ANNOTATIONS,
            "",
            f"{len(ours)}, {len(missing)} of them not found",
            f"{len(theirs)}, {len(surplus)} of them not found by us",
            _convention((missing, surplus), (ours, theirs), second),
        )


_Lists = tuple[Sequence[Annotation], Sequence[Annotation]]  # ours, theirs


def _convention(unlike: _Lists, whole: _Lists, second: SecondReading) -> Convention | None:
    """Give the convention that accounts for all of the difference."""
    if second.reader == EDFIO and _differ_in_line_feeds(whole):
        return Convention.LINE_FEED
    if second.has_cut_durations and _differ_in_duration(unlike, second.text_bytes):
        return Convention.LONG_DURATION
    return None


def _differ_in_duration(unlike: _Lists, text_bytes: int | None) -> bool:
    """Whether they are the same annotations but for their durations."""
    one, other = ([replace(a, duration_s=0.0) for a in part] for part in unlike)
    return not any(unmatched(one, other, text_bytes))


def _differ_in_line_feeds(whole: _Lists) -> bool:
    """Whether theirs are ours without the lists that have a text with a line feed."""
    ours, theirs = whole
    stamps = {(a.onset_s, a.duration_s) for a in ours if "\n" in a.text}
    rest = [a for a in ours if (a.onset_s, a.duration_s) not in stamps]
    named = [a for a in theirs if a.text]  # an empty one is no annotation of ours
    return not any(unmatched(rest, named, None))


def _of_samples(
    ours: NDArray[np.integer[Any]], number: int, where: str, second: SecondReading, tell: Teller
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
    tell: Teller,
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
