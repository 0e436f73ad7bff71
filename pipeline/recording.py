"""What was recorded: channels as the file holds them, leads as the analysis wants them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.notices import Notice

ALL = slice(None)


@dataclass(frozen=True, kw_only=True, eq=False)
class Channel:
    """One channel of the file, at its native rate, as whole digital numbers.

    Attributes
    ----------
    index
        Place in the file's header, from 0.
    label
        The header's label, blanks stripped.
    rate_hz
        True rate: samples per record / record duration.
    digital
        Read-only integers, shape (n_samples,), bit for bit as in the file.
    gain_uv, offset_uv
        Microvolts = gain_uv * digital + offset_uv.
    digital_min, digital_max
        The declared range; samples at its ends may be clipped.
    highpass_hz, lowpass_hz
        The header's prefilter where it could be read.
    """

    index: int
    label: str
    rate_hz: float
    digital: NDArray[np.integer[Any]]
    gain_uv: float
    offset_uv: float
    digital_min: int
    digital_max: int
    highpass_hz: float | None = None
    lowpass_hz: float | None = None

    def __post_init__(self) -> None:
        self.digital.setflags(write=False)

    @property
    def resolution_uv(self) -> float:
        """One digital step in microvolts."""
        return abs(self.gain_uv)

    def microvolts(self, part: slice = ALL) -> NDArray[np.float64]:
        """Give the samples (or part of them) in microvolts, shape (n_samples,), as a new array."""
        scaled: NDArray[np.float64] = self.digital[part].astype(np.float64)
        scaled *= self.gain_uv
        if self.offset_uv != 0.0:
            scaled += self.offset_uv
        return scaled


@dataclass(frozen=True, kw_only=True, eq=False)
class Lead:
    """A signal in a role (C4-M1, left leg, chin), in microvolts.

    Attributes
    ----------
    role
        Value of a `pipeline.montage.Role`.
    label
        The channel's label, or ``"C4-M1"`` for a derivation of two channels.
    rate_hz
        True sampling rate.
    microvolts
        Read-only, shape (n_samples,).
    resolution_uv
        The coarser digital step of the channels it was made from.
    floor_uv, ceiling_uv
        The range that the recorder could represent.
    highpass_hz, lowpass_hz
        The header's prefilter where it could be read.
    """

    role: str
    label: str
    rate_hz: float
    microvolts: NDArray[np.float64]
    resolution_uv: float
    floor_uv: float
    ceiling_uv: float
    highpass_hz: float | None = None
    lowpass_hz: float | None = None

    def __post_init__(self) -> None:
        self.microvolts.setflags(write=False)

    @property
    def duration_s(self) -> float:
        """Length of the lead in seconds."""
        return len(self.microvolts) / self.rate_hz


LeadSource = Callable[[slice], Lead]  # makes the wanted samples of one lead; may be none of them


@dataclass(frozen=True, kw_only=True)
class Segment:
    """The unbroken part that was read of a recording with gaps.

    Attributes
    ----------
    number, n_parts
        Which part, from 1, of how many.
    start_s
        Its beginning, in seconds after the recording's own; add it to the time of an event to
        find the event in the file.
    duration_s
        Its length.
    left_out_s
        What was recorded besides.
    """

    number: int
    n_parts: int
    start_s: float
    duration_s: float
    left_out_s: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Recording:
    """The channels that were read of one study.

    Attributes
    ----------
    duration_s
        Length of the record in seconds, gaps excluded.
    start
        Local wall clock as the file gives it, without a zone; None when unknown.
    channels
        Channel by its index in the file's header.
    notices
        What the reader repaired or doubted.
    segment
        The part that was read; None where it is all of the recording.
    """

    duration_s: float
    start: datetime | None = None
    channels: Mapping[int, Channel] = field(default_factory=lambda: MappingProxyType({}))
    notices: tuple[Notice, ...] = ()
    segment: Segment | None = None

    @property
    def start_clock_s(self) -> float | None:
        """Local time of day at the start, in seconds after midnight; None when unknown."""
        if self.start is None:
            return None
        midnight = self.start.replace(hour=0, minute=0, second=0, microsecond=0)
        return (self.start - midnight).total_seconds()
