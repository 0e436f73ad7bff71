"""Sleep architecture: how long, how unbroken, in which stages."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from pipeline.hypnogram import SCORED, SLEEP, Stage
from pipeline.metrics.inputs import (
    HOUR_S,
    MINUTE_S,
    NO_SLEEP,
    NO_STAGES,
    PERCENT,
    STAGE_NAMES,
    MetricInputs,
)
from pipeline.metrics.metric import Metric

_sleep = partial(Metric, group="Sleep")
_stages = partial(Metric, group="Stages")
_PASSED_OVER = "Unscored epochs are passed over."


def sleep_metrics(inputs: MetricInputs) -> tuple[Metric, ...]:
    """Give the times, the efficiencies, the breaks of sleep, and the stages."""
    return (
        *_times(inputs),
        *_efficiencies(inputs),
        *_breaks(inputs),
        *(m for stage in SCORED for m in _stage(inputs, stage)),
    )


def _times(inputs: MetricInputs) -> tuple[Metric, ...]:
    minutes = partial(_sleep, unit="min")
    no_stages = "" if inputs.seconds(*SCORED) else NO_STAGES
    waso_s, spt_s = _waso_s(inputs), _spt_s(inputs)
    no_sleep = no_stages or ("" if spt_s is not None else NO_SLEEP)
    return (
        minutes(
            name="trt_min",
            title="Total recording time (TRT)",
            value=_trt_s(inputs) / MINUTE_S,
            definition="From lights off to lights on; the whole recording where these are not "
            "marked.",
        ),
        minutes(
            name="tst_min",
            title="Total sleep time (TST)",
            value=None if no_stages else inputs.seconds(*SLEEP) / MINUTE_S,
            definition="All epochs of N1, N2, N3 and R between lights off and lights on.",
            reason=no_stages,
        ),
        minutes(
            name="spt_min",
            title="Sleep period time (SPT)",
            value=None if spt_s is None else spt_s / MINUTE_S,
            definition="From the first epoch of sleep to the end of the last one.",
            reason=no_sleep,
        ),
        minutes(
            name="waso_min",
            title="Wake after sleep onset (WASO)",
            value=None if waso_s is None else waso_s / MINUTE_S,
            definition="Epochs of wake from the first epoch of sleep to lights on; TRT less SOL "
            "and TST when every epoch is staged.",
            reason=no_sleep,
        ),
        minutes(
            name="unscored_min",
            title="Unscored time",
            value=(_trt_s(inputs) - inputs.seconds(*SCORED)) / MINUTE_S,
            definition="Time between lights off and lights on without a stage; it counts neither "
            "as wake nor as sleep.",
        ),
    )


def _efficiencies(inputs: MetricInputs) -> tuple[Metric, ...]:
    percent = partial(_sleep, unit="%")
    tst_s, trt_s, spt_s = inputs.seconds(*SLEEP), _trt_s(inputs), _spt_s(inputs)
    no_stages = "" if inputs.seconds(*SCORED) else NO_STAGES
    return (
        percent(
            name="sleep_efficiency_percent",
            title="Sleep efficiency (SE)",
            value=None if no_stages else PERCENT * tst_s / trt_s,
            definition="100 TST / TRT; unscored time lowers it.",
            reason=no_stages,
        ),
        percent(
            name="sleep_maintenance_efficiency_percent",
            title="Sleep maintenance efficiency (SME)",
            value=None if spt_s is None else PERCENT * tst_s / spt_s,
            definition="100 TST / SPT.",
            reason=no_stages or ("" if spt_s is not None else NO_SLEEP),
        ),
    )


def _breaks(inputs: MetricInputs) -> tuple[Metric, ...]:
    before, after = _shifts(inputs)
    no_stages = "" if inputs.seconds(*SCORED) else NO_STAGES
    tst_s = inputs.seconds(*SLEEP)
    lighter = (before > Stage.W) & np.isin(after, (Stage.W, Stage.N1))
    count = partial(_sleep, unit="", reason=no_stages)
    return (
        count(
            name="awakenings",
            title="Awakenings",
            value=None if no_stages else int(((before > Stage.W) & (after == Stage.W)).sum()),
            definition="Changes from sleep to wake between lights off and lights on, the last one "
            f"of the night among them. {_PASSED_OVER}",
        ),
        count(
            name="stage_shifts",
            title="Stage shifts",
            value=None if no_stages else len(before),
            definition="Changes from one stage to another, wake among them, between lights off "
            f"and lights on. {_PASSED_OVER}",
        ),
        _sleep(
            name="fragmentation_per_h",
            title="Sleep fragmentation index",
            value=int(lighter.sum()) / (tst_s / HOUR_S) if tst_s else None,
            unit="/h",
            definition="Changes from sleep to wake, and from N2, N3 or R to N1, per hour of TST.",
            reason=no_stages or ("" if tst_s else NO_SLEEP),
        ),
    )


def _stage(inputs: MetricInputs, stage: Stage) -> list[Metric]:
    name, seconds = STAGE_NAMES[stage], inputs.seconds(stage)
    no_stages = "" if inputs.seconds(*SCORED) else NO_STAGES
    tst_s = inputs.seconds(*SLEEP)
    minutes = _stages(
        name=f"{name.lower()}_min",
        title=f"Time in {name}",
        value=None if no_stages else seconds / MINUTE_S,
        unit="min",
        definition=f"Epochs of {name} between lights off and lights on.",
        reason=no_stages,
    )
    if stage == Stage.W:
        return [minutes]
    share = _stages(
        name=f"{name.lower()}_percent_tst",
        title=f"{name} as part of TST",
        value=PERCENT * seconds / tst_s if tst_s else None,
        unit="%",
        definition=f"100 x time in {name} / TST.",
        reason=no_stages or ("" if tst_s else NO_SLEEP),
    )
    return [minutes, share]


def _trt_s(inputs: MetricInputs) -> float:
    return inputs.lights_on_s - inputs.lights_off_s


def _sleep_epochs(inputs: MetricInputs) -> NDArray[np.intp]:
    return np.flatnonzero(inputs.hypnogram.is_sleep & (inputs.weights_s > 0))


def _spt_s(inputs: MetricInputs) -> float | None:
    """Give the seconds from the first epoch of sleep to the end of the last, or None."""
    asleep = _sleep_epochs(inputs)
    if not len(asleep):
        return None
    hypnogram = inputs.hypnogram
    start_s = max(float(hypnogram.onsets_s[asleep[0]]), inputs.lights_off_s)
    stop_s = min(float(hypnogram.onsets_s[asleep[-1]]) + hypnogram.epoch_s, inputs.lights_on_s)
    return stop_s - start_s


def _waso_s(inputs: MetricInputs) -> float | None:
    asleep = _sleep_epochs(inputs)
    if not len(asleep):
        return None
    is_wake = inputs.hypnogram.stages[asleep[0] :] == Stage.W
    return float(inputs.weights_s[asleep[0] :][is_wake].sum())


def _shifts(inputs: MetricInputs) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """Give the stages before and after each change of stage in bed."""
    stages = inputs.hypnogram.stages[(inputs.weights_s > 0) & inputs.hypnogram.is_scored]
    place = np.flatnonzero(stages[1:] != stages[:-1])
    return stages[place], stages[place + 1]
