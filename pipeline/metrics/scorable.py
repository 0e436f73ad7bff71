"""How much of each stage could be scored, leg by leg: the denominators of every rate."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.hypnogram import SCORED, Stage
from pipeline.metrics.inputs import (
    MINUTE_S,
    NO_STAGES,
    STAGE_NAMES,
    MetricInputs,
    no_stage_reason,
)
from pipeline.metrics.metric import Metric
from pipeline.montage import Role

_LEGS = {
    Role.LEG_LEFT: "the left leg",
    Role.LEG_RIGHT: "the right leg",
    Role.LEG_COMBINED: "both legs on one channel",
}


def scorable_metrics(inputs: MetricInputs) -> tuple[Metric, ...]:
    """Give the scorable minutes of each stage, for any leg and for each leg lead."""
    no_legs = "" if inputs.has_legs else inputs.no_legs_reason
    found = [
        _scorable(inputs, "any_leg", "at least one leg", inputs.legs_s, stage, no_legs)
        for stage in SCORED
    ]
    for role, words in _LEGS.items():
        seconds = inputs.scorable_s.get(role.value)
        refused = inputs.leg_reasons.get(role.value, f"no channel serves as {words}")
        absent = "" if seconds is not None else refused
        inside = np.zeros(len(inputs.hypnogram)) if seconds is None else seconds
        inside = np.minimum(inside, inputs.weights_s)
        found += [_scorable(inputs, role.value, words, inside, s, absent) for s in SCORED]
    return tuple(found)


def _scorable(
    inputs: MetricInputs,
    name: str,
    words: str,
    seconds: NDArray[np.float64],
    stage: Stage,
    absent: str,
) -> Metric:
    reason = absent or ("" if inputs.seconds(*SCORED) else NO_STAGES)
    reason = reason or ("" if inputs.seconds(stage) else no_stage_reason(stage))
    value = float(seconds[inputs.hypnogram.stages == stage].sum()) / MINUTE_S
    return Metric(
        name=f"scorable_{name}_{STAGE_NAMES[stage].lower()}_min",
        title=f"Scorable time of {words} in {STAGE_NAMES[stage]}",
        group="Scorable time",
        value=None if reason else value,
        unit="min",
        definition=f"Time in {STAGE_NAMES[stage]} between lights off and lights on in which "
        f"{words} could be scored.",
        reason=reason,
    )
