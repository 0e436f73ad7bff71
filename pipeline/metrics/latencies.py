"""Latencies: from lights off and from sleep onset."""

from __future__ import annotations

from functools import partial

import numpy as np

from pipeline.delay import DelayParameters, persistent_sleep_s, unbroken_sleep_s
from pipeline.hypnogram import SCORED, SLEEP, Stage
from pipeline.metrics.inputs import (
    MINUTE_S,
    NO_SLEEP,
    NO_STAGES,
    STAGE_NAMES,
    MetricInputs,
    no_stage_reason,
)
from pipeline.metrics.metric import Metric

_latency = partial(Metric, group="Latencies", unit="min")
_DEEPER = (Stage.N3, Stage.N2, Stage.R)


def latency_metrics(inputs: MetricInputs, parameters: DelayParameters) -> tuple[Metric, ...]:
    """Give LPS, and the latencies to sleep, N2, N3 and R; LPS and N3 lead the page."""
    onset_s = first_onset_s(inputs, *SLEEP)
    persistent_s = persistent_onset_s(inputs, parameters)
    unbroken_s = unbroken_onset_s(inputs, parameters)
    minutes = f"{parameters.persistent_sleep_min:g}"
    no_sleep = _why_absent(inputs, NO_SLEEP)
    no_lps = no_sleep or f"no {minutes} unbroken minutes of sleep between lights off and lights on"
    return (
        _latency(
            name="lps_min",
            title="Latency to persistent sleep (LPS) from lights off",
            value=_minutes(inputs.lights_off_s, persistent_s),
            definition=f"From lights off to the start of the first {minutes} unbroken minutes of "
            "sleep of any stage; wake and unscored epochs break sleep.",
            reason="" if persistent_s is not None else no_lps,
        ),
        _latency(
            name="lps_from_sleep_onset_min",
            title="Latency to persistent sleep (LPS) from sleep onset",
            value=_minutes(onset_s, persistent_s),
            definition=f"From the first epoch of sleep to the start of the first {minutes} "
            "unbroken minutes of sleep.",
            reason="" if persistent_s is not None else no_lps,
        ),
        _latency(
            name="sol_min",
            title="Sleep onset latency (SOL)",
            value=_minutes(inputs.lights_off_s, onset_s),
            definition="From lights off to the first epoch of N1, N2, N3 or R.",
            reason=no_sleep,
        ),
        _latency(
            name="sol_unbroken_min",
            title=f"Sleep onset latency to {parameters.unbroken_epochs} unbroken epochs",
            value=_minutes(inputs.lights_off_s, unbroken_s),
            definition=f"From lights off to the first of {parameters.unbroken_epochs} consecutive "
            "epochs of sleep of any stage.",
            reason=""
            if unbroken_s is not None
            else no_sleep or f"no {parameters.unbroken_epochs} consecutive epochs of sleep in bed",
        ),
        *(m for stage in _DEEPER for m in _to_stage(inputs, stage, onset_s)),
    )


def first_onset_s(inputs: MetricInputs, *stages: Stage) -> float | None:
    """Give the onset of the first epoch of the stages in bed, in seconds; None without any."""
    found = np.flatnonzero(np.isin(inputs.hypnogram.stages, stages) & (inputs.weights_s > 0))
    if not len(found):
        return None
    return max(float(inputs.hypnogram.onsets_s[found[0]]), inputs.lights_off_s)


def _to_stage(inputs: MetricInputs, stage: Stage, onset_s: float | None) -> tuple[Metric, Metric]:
    name, first_s = STAGE_NAMES[stage], first_onset_s(inputs, stage)
    reason = "" if first_s is not None else _why_absent(inputs, no_stage_reason(stage))
    return (
        _latency(
            name=f"{name.lower()}_latency_min",
            title=f"{name} latency from lights off",
            value=_minutes(inputs.lights_off_s, first_s),
            definition=f"From lights off to the first epoch of {name}.",
            reason=reason,
        ),
        _latency(
            name=f"{name.lower()}_latency_from_sleep_onset_min",
            title=f"{name} latency from sleep onset",
            value=_minutes(onset_s, first_s),
            definition=f"From the first epoch of sleep to the first epoch of {name}.",
            reason=reason,
        ),
    )


def persistent_onset_s(inputs: MetricInputs, parameters: DelayParameters) -> float | None:
    """Give the start of persistent sleep, in seconds; None without any."""
    found = persistent_sleep_s(
        inputs.hypnogram, inputs.lights_off_s, inputs.lights_on_s, parameters
    )
    return float(found[0, 0]) if len(found) else None


def unbroken_onset_s(inputs: MetricInputs, parameters: DelayParameters) -> float | None:
    """Give the start of the first few unbroken epochs of sleep, in seconds; None without any."""
    found = unbroken_sleep_s(inputs.hypnogram, inputs.lights_off_s, inputs.lights_on_s, parameters)
    return float(found[0, 0]) if len(found) else None


def _minutes(start_s: float | None, stop_s: float | None) -> float | None:
    return None if start_s is None or stop_s is None else (stop_s - start_s) / MINUTE_S


def _why_absent(inputs: MetricInputs, otherwise: str) -> str:
    if not inputs.seconds(*SCORED):
        return NO_STAGES
    return "" if otherwise == NO_SLEEP and inputs.seconds(*SLEEP) else otherwise
