"""What the numbers are made from, and the time in bed that they are counted over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pipeline.delay import NightDelay
from pipeline.descents import Descent
from pipeline.events import Event, EventKind, TaggedEvent
from pipeline.hypnogram import SCORED, SLEEP, Hypnogram, Stage
from pipeline.parameters import Parameters

MINUTE_S = 60.0
HOUR_S = 3600.0
PERCENT = 100.0
STAGE_NAMES: Mapping[Stage, str] = MappingProxyType(
    {Stage.W: "wake", Stage.N1: "N1", Stage.N2: "N2", Stage.N3: "N3", Stage.R: "R"}
)
GRADES = ("A", "B", "C")
NO_STAGES = "no epoch between lights off and lights on is staged"
NO_SLEEP = "no sleep between lights off and lights on"
NO_LEGS = "no leg channel could be scored"


class MetricParameters(Parameters):
    """How the night's numbers are given."""

    confidence: float = Field(
        default=0.95,
        gt=0.0,
        lt=1.0,
        description="confidence of the exact Poisson and Wilson intervals; source: convention",
    )
    lowest_headline_grade: str = Field(
        default="B",
        pattern="^[ABC]$",
        description="the leading numbers count accepted candidate sleep starts of this grade and "
        "better; source: own choice, C is what a lone small burst gets",
    )

    @property
    def headline_grades(self) -> tuple[str, ...]:
        """Grades that the leading numbers count, best first."""
        return tuple(g for g in GRADES if g <= self.lowest_headline_grade)


@dataclass(frozen=True, kw_only=True, eq=False)
class MetricInputs:
    """All that the numbers are made from.

    Attributes
    ----------
    hypnogram
        The one that everything counts by.
    automatic
        Where stage probabilities come from when `hypnogram` has none.
    lights_off_s, lights_on_s
        The time in bed, in seconds from the start of the record.
    events
        Every event of the night, tagged, arousals among them.
    descents
        Of the whole night.
    scorable_s
        Scorable seconds of each epoch by leg role, each of shape (n_epochs,); empty or all 0
        where no leg could be scored.
    drawn
        Nights drawn from the probabilities of `estimates`, on its epochs, `Stage` values, shape
        (n_draws, n_epochs); None where there are no probabilities.
    delay
        What the matched comparison says; None where it was not made.
    no_legs_reason
        Why no leg could be scored; read only where that is so.
    leg_reasons
        Why each leg that was refused could not be scored, by role.
    other_settings
        Accepted sleep starts and leg movements in each other setting of the detector.
    has_arousals, has_respiratory
        Whether arousals, and respiratory events, were scored at all.
    """

    hypnogram: Hypnogram
    lights_off_s: float
    lights_on_s: float
    events: tuple[TaggedEvent, ...] = ()
    descents: tuple[Descent, ...] = ()
    scorable_s: Mapping[str, NDArray[np.float64]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    automatic: Hypnogram | None = None
    drawn: NDArray[np.int8] | None = None
    delay: NightDelay | None = None
    no_legs_reason: str = NO_LEGS
    leg_reasons: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    other_settings: tuple[tuple[Event, ...], ...] = ()
    has_arousals: bool = False
    has_respiratory: bool = False

    @cached_property
    def weights_s(self) -> NDArray[np.float64]:
        """Seconds of each epoch between lights off and lights on, shape (n_epochs,)."""
        onsets_s = self.hypnogram.onsets_s
        starts = np.maximum(onsets_s, self.lights_off_s)
        ends = np.minimum(onsets_s + self.hypnogram.epoch_s, self.lights_on_s)
        weights_s: NDArray[np.float64] = np.clip(ends - starts, 0.0, None)
        return weights_s

    @cached_property
    def legs_s(self) -> NDArray[np.float64]:
        """Seconds of each epoch in bed with at least one scorable leg, shape (n_epochs,).

        The leg with more scorable time stands for both: exact unless both legs fail in turn
        within one epoch, and then too short rather than too long.
        """
        columns = [np.minimum(x, self.weights_s) for x in self.scorable_s.values()]
        best: NDArray[np.float64] = np.max([np.zeros(len(self.hypnogram)), *columns], axis=0)
        return best

    @property
    def estimates(self) -> Hypnogram | None:
        """The hypnogram that has stage probabilities, or None."""
        found = (self.hypnogram, self.automatic)
        return next((h for h in found if h is not None and h.probabilities is not None), None)

    @property
    def has_legs(self) -> bool:
        """Whether any leg could be scored at any time in bed."""
        return bool(self.legs_s.any())

    def in_bed(self, *kinds: EventKind) -> list[TaggedEvent]:
        """Give the accepted events of these kinds that begin between lights off and lights on."""
        return [
            t
            for t in self.events
            if t.event.kind in kinds
            and t.event.is_accepted
            and self.lights_off_s <= t.event.onset_s < self.lights_on_s
        ]

    def seconds(self, *stages: Stage) -> float:
        """Seconds in bed spent in the stages."""
        of_stage = [self.hypnogram.stages == int(stage) for stage in stages]
        return float(self.weights_s[np.logical_or.reduce(of_stage)].sum())

    @cached_property
    def leg_hours(self) -> Mapping[Stage, float]:
        """Hours in bed with at least one scorable leg, by stage."""
        stages = self.hypnogram.stages
        hours = {s: float(self.legs_s[stages == s].sum()) / HOUR_S for s in SCORED}
        return MappingProxyType(hours)

    def no_time_reason(self, *stages: Stage) -> str:
        """Say why a number of the legs over these stages is absent; empty when it is not."""
        if not self.seconds(*SCORED):
            return NO_STAGES
        if not self.has_legs:
            return self.no_legs_reason
        if not self.seconds(*stages):
            return no_stage_reason(*stages)
        if not sum(self.leg_hours[s] for s in stages):
            return f"no leg could be scored in {_named(*stages)}"
        return ""


def no_stage_reason(*stages: Stage) -> str:
    """Say that the night has none of these stages."""
    return f"no {_named(*stages)} between lights off and lights on"


def _named(*stages: Stage) -> str:
    if set(stages) == set(SLEEP):
        return "sleep"
    return "staged time" if set(stages) == set(SCORED) else STAGE_NAMES[stages[0]]
