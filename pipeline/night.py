"""One night, analysed: the whole story as a pure function."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.agreement import Agreement
from pipeline.descents import Descent
from pipeline.events import TaggedEvent
from pipeline.hypnogram import Hypnogram
from pipeline.legs.activity import Envelope, LegCondition
from pipeline.lights import Lights
from pipeline.metrics import Metric
from pipeline.notices import Notice
from pipeline.recording import Segment


@dataclass(frozen=True, kw_only=True)
class ChannelUse:
    """Which channel fed which role.

    Attributes
    ----------
    used_for
        ``staging``, ``legs``, ``chin`` or ``heart``; empty where it was not used.
    n_epochs_staged, n_epochs_silent, n_epochs_outvoted
        Epochs in which it took part in the staging, held no signal, or stood against all other
        leads of its kind; None where it was not asked.
    is_derived
        Made of two channels.
    """

    role: str
    label: str
    rate_hz: float
    resolution_uv: float
    highpass_hz: float | None
    lowpass_hz: float | None
    used_for: str
    reason: str = ""
    is_derived: bool = False
    n_epochs_staged: int | None = None
    n_epochs_silent: int | None = None
    n_epochs_outvoted: int | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Trace:
    """One signal in a close-up.

    Attributes
    ----------
    microvolts
        Shape (n_samples,); the first sample is at the close-up's `start_s`.
    thresholds_uv
        Levels that the rules used here, by name, such as ``{"rest": 2.1, "onset": 10.1}``.
    """

    role: str
    label: str
    rate_hz: float
    microvolts: NDArray[np.float32]
    thresholds_uv: dict[str, float]


@dataclass(frozen=True, kw_only=True, eq=False)
class Closeup:
    """Ten seconds around one event: both legs, chin, one EEG, one EOG."""

    event: TaggedEvent
    start_s: float
    stop_s: float
    traces: tuple[Trace, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Night:
    """All that was found in one night; what the result folder is written from.

    Attributes
    ----------
    duration_s
        Length of the record.
    start_clock_s
        Local time of day at the record's start, seconds after midnight; None when unknown.
    segment
        The part of a recording with gaps that this night is; None where it is all of it. Every
        time of the night counts from the beginning of that part.
    hypnogram
        The one that everything counts by: the technician's where given, else the automatic.
    automatic
        The automatic hypnogram with its probabilities; None where no EEG allowed it.
    agreement
        Of the technician's (reference) and the automatic; None unless both exist.
    scorable_s
        Scorable seconds of each epoch by leg role, each of shape (n_epochs,).
    """

    duration_s: float
    start_clock_s: float | None
    lights: Lights
    hypnogram: Hypnogram
    automatic: Hypnogram | None
    agreement: Agreement | None
    events: tuple[TaggedEvent, ...]
    descents: tuple[Descent, ...]
    metrics: tuple[Metric, ...]
    channels: tuple[ChannelUse, ...]
    leg_conditions: tuple[LegCondition, ...]
    scorable_s: dict[str, NDArray[np.float64]]
    envelopes: tuple[Envelope, ...]
    closeups: tuple[Closeup, ...]
    notices: tuple[Notice, ...]
    segment: Segment | None = None

    def metric(self, name: str) -> Metric:
        """Give the metric of that name."""
        return next(m for m in self.metrics if m.name == name)
