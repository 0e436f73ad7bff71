"""Other settings of the detector, and what each accepts."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.events import Event


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One setting of the detector.

    Attributes
    ----------
    shift_uv
        What is added to the thresholds over rest that an event must reach.
    window
        Which of `ConditionedLeg.rests` gives the resting level.
    """

    shift_uv: float
    window: int


@dataclass(frozen=True, kw_only=True, eq=False)
class SettingEvents:
    """What one other setting of the detector accepts.

    Attributes
    ----------
    events
        Accepted sleep starts and leg movements.
    """

    setting: Setting
    events: tuple[Event, ...]
