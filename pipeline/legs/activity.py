"""What the legs did in a night: the result of all of `pipeline.legs`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.events import Event
from pipeline.legs.detector_settings import SettingEvents
from pipeline.legs.myoclonus import ExcessiveMyoclonus
from pipeline.notices import Notice


@dataclass(frozen=True, kw_only=True, eq=False)
class LegCondition:
    """How well one leg channel can be scored.

    Attributes
    ----------
    role, label, rate_hz, resolution_uv
        Of the lead.
    is_scorable
        Whether any rule may be applied to this leg; False with the reason in `reason`.
    reason
        Why the leg cannot be scored, in a technician's words; empty when it can.
    is_below_aasm_minimum
        Sampled below 200 Hz, or low-passed below 100 Hz by the recorder.
    hum_hz
        Mains frequencies that stood out and were notched.
    heart_leak_uv
        Amplitude of the heart in the leg before correction; None where no beats were known, neither
        from an ECG nor from the legs.
    median_rest_uv
        Median resting level of the long envelope over scorable time; None when not scorable.
    unscorable
        Seconds that no rule may use, half-open, shape (n, 2).
    unscorable_causes
        Cause of each of those stretches, such as ``flat``, ``lead_off``, ``saturated``.
    """

    role: str
    label: str
    rate_hz: float
    resolution_uv: float
    is_scorable: bool
    reason: str
    is_below_aasm_minimum: bool
    hum_hz: tuple[float, ...]
    heart_leak_uv: float | None
    median_rest_uv: float | None
    unscorable: NDArray[np.float64]
    unscorable_causes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Envelope:
    """A leg's long envelope and its resting level, thinned for pictures.

    Attributes
    ----------
    step_s
        Seconds per value.
    peak_uv, rest_uv
        Largest envelope and the resting level in each step, shape (n_steps,).
    """

    role: str
    step_s: float
    peak_uv: NDArray[np.float32]
    rest_uv: NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, eq=False)
class LegActivity:
    """Every leg event of the night, and the condition of each leg.

    Attributes
    ----------
    events
        All kinds, accepted and rejected, sorted by onset.
    others
        What each other setting of the detector accepts; empty where none was tried.
    conditions
        One per leg lead that the study has.
    envelopes
        One per scorable leg lead.
    excessive_myoclonus
        How much of NREM had excessive fragmentary myoclonus; None without a hypnogram or a leg.
    """

    events: tuple[Event, ...] = ()
    others: tuple[SettingEvents, ...] = ()
    conditions: tuple[LegCondition, ...] = ()
    envelopes: tuple[Envelope, ...] = ()
    notices: tuple[Notice, ...] = ()
    excessive_myoclonus: ExcessiveMyoclonus | None = None
