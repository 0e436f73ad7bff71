"""The arousal index, over the night and per stage."""

from __future__ import annotations

from functools import partial

from pipeline.confidence import poisson_interval
from pipeline.events import EventKind, TaggedEvent
from pipeline.hypnogram import SCORED, SLEEP, Stage
from pipeline.metrics.inputs import (
    HOUR_S,
    NO_SLEEP,
    NO_STAGES,
    STAGE_NAMES,
    MetricInputs,
    MetricParameters,
    no_stage_reason,
)
from pipeline.metrics.metric import Metric

NO_AROUSALS = "arousals were not scored, and no EEG allowed to find them"
_arousal = partial(Metric, group="Arousals")


def arousal_metrics(inputs: MetricInputs, parameters: MetricParameters) -> tuple[Metric, ...]:
    """Give the number of arousals, and their rate in sleep and in each of its stages."""
    found = inputs.in_bed(EventKind.AROUSAL)
    return (
        _arousal(
            name="arousals",
            title="Arousals",
            value=len(found) if inputs.has_arousals else None,
            unit="",
            definition="Arousals that begin between lights off and lights on, by the technician "
            "where scored, else automatic (auto_arousal_v1).",
            reason="" if inputs.has_arousals else NO_AROUSALS,
        ),
        _index(inputs, found, SLEEP, parameters),
        *(_index(inputs, [t for t in found if t.stage == s], (s,), parameters) for s in SLEEP),
    )


def _index(
    inputs: MetricInputs,
    found: list[TaggedEvent],
    stages: tuple[Stage, ...],
    parameters: MetricParameters,
) -> Metric:
    is_all = len(stages) > 1
    name = "" if is_all else f"_{STAGE_NAMES[stages[0]].lower()}"
    hours = inputs.seconds(*stages) / HOUR_S
    reason = _why_absent(inputs, stages)
    low, high = poisson_interval(len(found), level=parameters.confidence)
    return _arousal(
        name=f"arousals{name}_per_h",
        title="Arousal index" if is_all else f"Arousals in {STAGE_NAMES[stages[0]]} per hour",
        value=None if reason else len(found) / hours,
        unit="/h",
        definition="Arousals between lights off and lights on per hour of TST; those that begin "
        "in an epoch of wake count too."
        if is_all
        else f"Arousals that begin in {STAGE_NAMES[stages[0]]} per hour of it.",
        low=None if reason else low / hours,
        high=None if reason else high / hours,
        reason=reason,
    )


def _why_absent(inputs: MetricInputs, stages: tuple[Stage, ...]) -> str:
    if not inputs.has_arousals:
        return NO_AROUSALS
    if not inputs.seconds(*SCORED):
        return NO_STAGES
    if inputs.seconds(*stages):
        return ""
    return NO_SLEEP if len(stages) > 1 else no_stage_reason(*stages)
