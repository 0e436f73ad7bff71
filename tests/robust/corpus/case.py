"""One case of the corpus: what is wrong, the bytes, the verdict and the truth.

The truth comes from the study as it was drawn (`means`), never from the reader under test.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from tests.unit.edf_bytes import Signal, Study

DAY = dt.date(2020, 3, 2)
CLOCK = dt.time(22, 15, 30)
MICROVOLTS = {"uV": 1.0, "mV": 1e3, "V": 1e6, "nV": 1e-3}
Event = tuple[float, float | None, str]  # onset_s, duration_s, text


class Must(StrEnum):
    """What a reader must do with a file."""

    EXACT = "exact"
    WARN = "warn"
    REFUSE = "reject"


@dataclass(frozen=True, kw_only=True)
class ChannelTruth:
    """What one channel holds; `gain` and `offset` are None where the header gives no gain."""

    label: str
    digital: tuple[int, ...]
    rate_hz: float
    scale_uv: float | None
    gain: Fraction | None
    offset: Fraction | None

    def physical(self, place: int) -> float | None:
        """Give one sample in the header's own unit."""
        if self.gain is None or self.offset is None:
            return None
        return float(self.gain * self.digital[place] + self.offset)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A file of the corpus.

    Attributes
    ----------
    means
        The study that is really there, in fields that need no interpretation; None where the
        file must be refused.
    also
        Codes of further notices that are right.
    place
        What the refusal's place must hold.
    date, time, offset_s, events
        Of the start and the annotations; `offset_s` is taken off the onsets already.
    """

    id: str
    must: Must
    code: str
    wrong: str
    content: bytes
    means: Study | None = None
    also: frozenset[str] = frozenset()
    place: str = ""
    suffix: str = ".edf"
    date: dt.date | None = DAY
    time: dt.time | None = CLOCK
    offset_s: float = 0.0
    events: tuple[Event, ...] = ()

    @property
    def studied(self) -> Study:
        """What is really there."""
        assert self.means is not None
        return self.means

    def channels(self) -> tuple[ChannelTruth, ...]:
        """Give the truth of each channel."""
        study = self.studied
        return tuple(_channel(signal, study) for signal in study.signals)

    @property
    def duration_s(self) -> float:
        """Length of the records that are there."""
        return self.studied.records * _number(self.studied.duration)


def exact(
    name: str,
    wrong: str,
    study: Study,
    *,
    means: Study | None = None,
    events: Sequence[Event] = (),
    suffix: str = ".edf",
    date: dt.date | None = DAY,
    time: dt.time | None = CLOCK,
    offset_s: float = 0.0,
) -> Case:
    """Give a legal file: read exactly, without a notice."""
    return Case(
        id=name,
        must=Must.EXACT,
        code="OK",
        wrong=wrong,
        content=study.encode(),
        means=means or study,
        events=tuple(events),
        suffix=suffix,
        date=date,
        time=time,
        offset_s=offset_s,
    )


def warn(
    name: str,
    code: str,
    wrong: str,
    study: Study | bytes,
    *,
    means: Study | None = None,
    also: Sequence[str] = (),
    events: Sequence[Event] = (),
    suffix: str = ".edf",
    date: dt.date | None = DAY,
    time: dt.time | None = CLOCK,
    offset_s: float = 0.0,
) -> Case:
    """Give a file that is read as `means`, with a notice of `code`."""
    if means is None:
        assert isinstance(study, Study)
        means = study
    return Case(
        id=name,
        must=Must.WARN,
        code=code,
        wrong=wrong,
        content=study if isinstance(study, bytes) else study.encode(),
        means=means,
        also=frozenset(also),
        events=tuple(events),
        suffix=suffix,
        date=date,
        time=time,
        offset_s=offset_s,
    )


def refuse(
    name: str, code: str, place: str, wrong: str, study: Study | bytes, *, suffix: str = ".edf"
) -> Case:
    """Give a file that is refused with `code`, at `place`."""
    return Case(
        id=name,
        must=Must.REFUSE,
        code=code,
        place=place,
        wrong=wrong,
        content=study if isinstance(study, bytes) else study.encode(),
        suffix=suffix,
    )


def _channel(signal: Signal, study: Study) -> ChannelTruth:
    low, high = (Fraction(_text(x)) for x in signal.physical)
    first, last = (int(_text(x)) for x in signal.digital_range)
    has_gain = low != high and first != last
    gain = (high - low) / (last - first) if has_gain else None
    return ChannelTruth(
        label=_text(signal.label),
        digital=tuple(signal.digital[: study.records * signal.per_record]),
        rate_hz=signal.per_record / _number(study.duration),
        scale_uv=MICROVOLTS.get(_text(signal.unit)) if has_gain else None,
        gain=gain,
        offset=None if gain is None else low - gain * first,
    )


def _number(text: str | bytes) -> float:
    return float(_text(text))


def _text(text: str | bytes) -> str:
    return text if isinstance(text, str) else text.decode("ascii")
