"""One leg with all that was found on its lead."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pipeline.events import Side
from pipeline.legs.activity import Envelope, LegCondition
from pipeline.legs.artefacts import Cause, Stretch, merged
from pipeline.legs.burst_detection import BurstParameters, select
from pipeline.legs.bursts import Bursts
from pipeline.legs.conditioning import ConditionedLeg, with_stretches
from pipeline.legs.conditioning_parameters import ConditioningParameters
from pipeline.legs.detector_settings import Setting
from pipeline.legs.leg_movements import LegMovementParameters, LegMovements
from pipeline.legs.pops import find_pops
from pipeline.legs.search import Found, search


@dataclass(frozen=True, kw_only=True, eq=False)
class Leg:
    """One scorable leg.

    Attributes
    ----------
    side
        As the lead's role says; ``UNKNOWN`` where the lead holds both legs.
    bursts, movements
        On the short and on the long envelope, artefacts left out.
    stretches
        What cannot be scored, and why.
    others
        Bursts and movements in each other setting of the detector that was asked for.
    """

    side: Side
    condition: LegCondition
    bursts: Bursts
    movements: LegMovements
    stretches: tuple[Stretch, ...]
    envelope: Envelope
    others: tuple[Found, ...] = ()

    @cached_property
    def unscorable_s(self) -> NDArray[np.float64]:
        """What cannot be scored, merged, in seconds, shape (n, 2)."""
        return merged(self.stretches)


def analyse_leg(
    conditioned: ConditionedLeg,
    side: Side,
    parameters: tuple[ConditioningParameters, BurstParameters, LegMovementParameters],
    *,
    settings: tuple[Setting, ...] = (),
) -> Leg | LegCondition:
    """Give the bursts and movements of a conditioned lead, pops found and left out.

    Only its condition where pops leave too little time.
    """
    conditioning, bursting, moving = parameters
    looked_at = search(conditioned, settings, bursting, moving)
    bursts = looked_at.published_bursts(conditioned.unusable)
    is_pop = find_pops(
        bursts, conditioned.raw, conditioned.emg_uv, conditioned.rate_hz, conditioning.pops
    )
    popped = _pop_stretches(select(bursts, is_pop), conditioning)
    leg = with_stretches(conditioned, popped, conditioning) if popped else conditioned
    if isinstance(leg, LegCondition):
        return leg
    published, *others = looked_at.found(leg.unusable)
    return Leg(
        side=side,
        condition=leg.condition,
        bursts=published.bursts,
        movements=published.movements,
        stretches=leg.stretches,
        envelope=_thinned(leg),
        others=tuple(others),
    )


def in_setting(leg: Leg, number: int) -> Leg:
    """Give the leg with what was found on it in the other setting of that number."""
    found = leg.others[number]
    return replace(leg, bursts=found.bursts, movements=found.movements)


def refused(condition: LegCondition, reason: str) -> LegCondition:
    """Give the condition of a leg that no rule may be applied to after all."""
    return replace(condition, is_scorable=False, reason=reason, median_rest_uv=None)


def _pop_stretches(popped: Bursts, parameters: ConditioningParameters) -> tuple[Stretch, ...]:
    margin_s = parameters.pops.margin_s
    return tuple(
        Stretch(
            start_s=max(float(start) - margin_s, 0.0),
            stop_s=float(stop) + margin_s,
            cause=Cause.POP,
        )
        for start, stop in zip(popped.onset_s, popped.offset_s, strict=True)
    )


def _thinned(leg: ConditionedLeg) -> Envelope:
    """Largest long envelope and resting level of each second."""
    return Envelope(
        role=leg.condition.role,
        step_s=1.0,
        peak_uv=leg.long.peaks_uv,
        rest_uv=leg.long.rests[0].rest_uv,
    )
