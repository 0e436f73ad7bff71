"""The scorable legs of a study, from its leads."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pipeline.events import Side
from pipeline.legs.activity import LegCondition
from pipeline.legs.artefacts import Cause
from pipeline.legs.burst_detection import BurstParameters
from pipeline.legs.conditioning import ConditionedLeg, condition
from pipeline.legs.conditioning_parameters import ConditioningParameters
from pipeline.legs.detector_settings import Setting
from pipeline.legs.leg import Leg, analyse_leg, refused
from pipeline.legs.leg_leads import LegLeads
from pipeline.legs.leg_movements import LegMovementParameters
from pipeline.legs.leg_notices import leg_notices
from pipeline.legs.twins import are_identical, to_compare
from pipeline.notices import Notice
from pipeline.recording import Lead
from pipeline.signals import Samples

Steps = tuple[ConditioningParameters, BurstParameters, LegMovementParameters]
_BOTH = (Side.LEFT, Side.RIGHT)


def scorable_legs(
    leads: LegLeads,
    r_waves_s: NDArray[np.float64] | None,
    steps: Steps,
    *,
    settings: tuple[Setting, ...] = (),
) -> tuple[tuple[Leg, ...], tuple[LegCondition, ...], tuple[Notice, ...]]:
    """Give the scorable legs, the condition of each lead, and what was noticed.

    Parameters
    ----------
    settings
        Other settings of the detector in which bursts and movements are found as well.
    """
    wanted = [(leads.left, Side.LEFT), (leads.right, Side.RIGHT)]
    if leads.left is None and leads.right is None:
        wanted = [(leads.combined, Side.UNKNOWN)]
    seen = [
        _leg((lead, side), leads, r_waves_s, steps, settings)
        for lead, side in wanted
        if lead is not None
    ]
    found = _without_twins(seen, steps[0])
    legs = tuple(leg for leg in found if isinstance(leg, Leg))
    conditions = tuple(leg.condition if isinstance(leg, Leg) else leg for leg in found)
    return legs, conditions, leg_notices(legs, conditions)


def _leg(
    placed: tuple[Lead, Side],
    leads: LegLeads,
    r_waves_s: NDArray[np.float64] | None,
    steps: Steps,
    settings: tuple[Setting, ...],
) -> tuple[Leg | LegCondition, Samples]:
    """One leg, and some of its EMG to compare with the other leg; the rest is let go."""
    lead, side = placed
    conditioning = steps[0]
    ready = condition(
        lead,
        r_waves_s,
        conditioning,
        frozen_s=leads.frozen_s.get(lead.role),
        refusal=leads.refusals.get(lead.role, ""),
    )
    if not isinstance(ready, ConditionedLeg):
        return ready, np.empty((0, 0), dtype=np.float32)
    some = to_compare(ready.emg_uv, conditioning.artefacts)
    return analyse_leg(ready, side, steps, settings=settings), some


def _without_twins(
    seen: list[tuple[Leg | LegCondition, Samples]], parameters: ConditioningParameters
) -> list[Leg | LegCondition]:
    """Give the legs, both refused where they carry one signal."""
    found = [leg for leg, _ in seen]
    emg = [some for leg, some in seen if isinstance(leg, Leg)]
    if len(emg) != len(_BOTH) or not are_identical(emg[0], emg[1], parameters.artefacts):
        return found
    reason = "both leg channels carry one and the same signal"
    return [refused(_identical(leg), reason) for leg in found if isinstance(leg, Leg)]


def _identical(leg: Leg) -> LegCondition:
    whole_s = len(leg.envelope.rest_uv) * leg.envelope.step_s
    return replace(
        leg.condition,
        unscorable=np.array([[0.0, whole_s]]),
        unscorable_causes=(Cause.IDENTICAL.value,),
    )
