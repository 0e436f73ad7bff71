"""Lights off and lights on: from a technician's marks, else from the record's ends."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.codes import Code
from pipeline.hypnogram import EPOCH_S
from pipeline.notices import Notice
from pipeline.scoring import Scoring


@dataclass(frozen=True, kw_only=True)
class Lights:
    """When the night's scored period begins and ends.

    Attributes
    ----------
    off_s, on_s
        Seconds from the start of the record.
    is_off_assumed, is_on_assumed
        No usable mark exists: the record's start or end stands for it.
    """

    off_s: float
    on_s: float
    is_off_assumed: bool
    is_on_assumed: bool

    @property
    def is_assumed(self) -> bool:
        """Whether either end is assumed."""
        return self.is_off_assumed or self.is_on_assumed


def find_lights(scoring: Scoring, duration_s: float) -> tuple[Lights, tuple[Notice, ...]]:
    """Give the lights of the night, and what was wrong with the marks.

    Marks that leave less than one epoch in bed are not used.
    """
    off_s, on_s = scoring.lights_off_s, scoring.lights_on_s
    lights = Lights(
        off_s=0.0 if off_s is None else off_s,
        on_s=duration_s if on_s is None else on_s,
        is_off_assumed=off_s is None,
        is_on_assumed=on_s is None,
    )
    is_marked = off_s is not None or on_s is not None
    if not is_marked or lights.on_s - lights.off_s >= min(EPOCH_S, duration_s):
        return lights, ()
    whole = Lights(off_s=0.0, on_s=duration_s, is_off_assumed=True, is_on_assumed=True)
    return whole, (_unusable(lights),)


def _unusable(lights: Lights) -> Notice:
    return Notice(
        code=Code.LIGHTS_ORDER,
        where="lights off and on",
        message=f"Lights off at {lights.off_s:g} s and lights on at {lights.on_s:g} s leave no "
        "time in bed; the whole recording is used instead.",
    )
