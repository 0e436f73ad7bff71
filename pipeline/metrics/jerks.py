"""Candidate sleep starts: how many, how often, in which stage."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from pipeline.confidence import poisson_interval, wilson_interval
from pipeline.events import EventKind, TaggedEvent
from pipeline.hypnogram import SCORED, Stage
from pipeline.metrics.doubt import central
from pipeline.metrics.inputs import (
    HOUR_S,
    PERCENT,
    STAGE_NAMES,
    MetricInputs,
    MetricParameters,
)
from pipeline.metrics.metric import Metric
from pipeline.metrics.scorable import scorable_metrics
from pipeline.metrics.sequels import sequel_metrics

GROUP = "Jerks"
_jerk = partial(Metric, group=GROUP)
_LEG_TIME = "time with at least one scorable leg"


def jerk_metrics(inputs: MetricInputs, parameters: MetricParameters) -> tuple[Metric, ...]:
    """Give the numbers of the candidate sleep starts; N1 and the best grades lead."""
    every = inputs.in_bed(EventKind.SLEEP_START)
    best = [t for t in every if t.event.grade in parameters.headline_grades]
    in_n1 = [t for t in best if t.stage == Stage.N1]
    grades = f"grade {' or '.join(parameters.headline_grades)}"
    return (
        *_counted(inputs, best, "jerks", f"candidate sleep starts of {grades}", parameters),
        _share(inputs, best, grades, parameters),
        *_expected(inputs, best, grades, parameters),
        *sequel_metrics(inputs, in_n1, grades, parameters),
        *_counted(
            inputs,
            every,
            "jerks_all_grades",
            "accepted candidate sleep starts of any grade",
            parameters,
        ),
        *scorable_metrics(inputs),
    )


def _counted(
    inputs: MetricInputs,
    jerks: Sequence[TaggedEvent],
    name: str,
    what: str,
    parameters: MetricParameters,
) -> list[Metric]:
    """Give count and rate in N1, in the other stages, and over the night."""
    order = (Stage.N1, Stage.W, Stage.N2, Stage.N3, Stage.R)
    rows: list[Metric] = []
    for stages in (*((s,) for s in order), SCORED):
        rows += _count_and_rate(inputs, jerks, stages, (name, what), parameters)
    unscored = [t for t in jerks if t.stage not in SCORED]
    rows.append(
        _jerk(
            name=f"{name}_unscored",
            title=f"{_title(name)} in unscored epochs",
            value=len(unscored) if inputs.has_legs else None,
            unit="",
            definition=f"Number of {what} in epochs without a stage; they enter no rate.",
            reason="" if inputs.has_legs else inputs.no_legs_reason,
        )
    )
    return rows


def _count_and_rate(
    inputs: MetricInputs,
    jerks: Sequence[TaggedEvent],
    stages: tuple[Stage, ...],
    words: tuple[str, str],
    parameters: MetricParameters,
) -> tuple[Metric, Metric]:
    name, what = words
    is_all = len(stages) > 1
    stage = "" if is_all else STAGE_NAMES[stages[0]]
    place = "in bed" if is_all else f"in {stage}"
    key = name if is_all else f"{name}_{stage.lower()}"
    count = sum(t.stage in stages for t in jerks)
    leg_hours = inputs.leg_hours
    hours = sum(leg_hours[s] for s in stages)
    reason = inputs.no_time_reason(*stages)
    low, high = poisson_interval(count, level=parameters.confidence)
    return (
        _jerk(
            name=key,
            title=f"{_title(name)} {place}",
            value=None if reason else count,
            unit="",
            definition=f"Number of {what} whose onset lies {place}, in a staged epoch.",
            low=None if reason else low,
            high=None if reason else high,
            reason=reason,
        ),
        _jerk(
            name=f"{key}_per_h",
            title=f"{_title(name)} {place} per hour",
            value=None if reason else count / hours,
            unit="/h",
            definition=f"That number per hour of {_LEG_TIME} {place}, with the exact Poisson "
            "interval.",
            low=None if reason else low / hours,
            high=None if reason else high / hours,
            reason=reason,
        ),
    )


def _title(name: str) -> str:
    return "Jerks" if name == "jerks" else "Jerks of all grades"


def _share(
    inputs: MetricInputs, jerks: Sequence[TaggedEvent], grades: str, parameters: MetricParameters
) -> Metric:
    staged = [t for t in jerks if t.stage in SCORED]
    reason = inputs.no_time_reason(Stage.N1) or ("" if staged else f"no jerk of {grades}")
    n_n1 = sum(t.stage == Stage.N1 for t in staged)
    low, high = (
        (None, None) if reason else wilson_interval(n_n1, len(staged), level=parameters.confidence)
    )
    return _jerk(
        name="jerks_n1_percent",
        title="Share of the jerks that are in N1",
        value=None if reason else PERCENT * n_n1 / len(staged),
        unit="%",
        definition=f"100 x candidate sleep starts of {grades} in N1 / those in any staged epoch, "
        "with the Wilson interval.",
        low=None if low is None else PERCENT * low,
        high=None if high is None else PERCENT * high,
        reason=reason,
    )


def _expected(
    inputs: MetricInputs, jerks: Sequence[TaggedEvent], grades: str, parameters: MetricParameters
) -> tuple[Metric, Metric]:
    reason = _no_probabilities(inputs, jerks)
    p_n1 = [t.probabilities[Stage.N1] for t in jerks if t.probabilities is not None]
    hours = float((_p_n1_of_epochs(inputs) * inputs.legs_s).sum()) / HOUR_S
    low, high = (None, None) if reason else _interval(inputs, jerks, parameters)
    return (
        _jerk(
            name="jerks_n1_expected",
            title="Jerks in N1 expected under the stage probabilities",
            value=None if reason else float(sum(p_n1)),
            unit="",
            definition=f"Sum of p(N1) over all candidate sleep starts of {grades} in bed; the "
            "interval is over nights drawn from the stage probabilities.",
            low=low,
            high=high,
            reason=reason,
        ),
        _jerk(
            name="jerks_n1_expected_per_h",
            title="Jerks in N1 per hour expected under the stage probabilities",
            value=None if reason or not hours else sum(p_n1) / hours,
            unit="/h",
            definition=f"That sum per hour of {_LEG_TIME}, each epoch weighted with its p(N1).",
            reason=reason or ("" if hours else "no scorable time has any probability of N1"),
        ),
    )


def _no_probabilities(inputs: MetricInputs, jerks: Sequence[TaggedEvent]) -> str:
    if not inputs.has_legs:
        return inputs.no_legs_reason
    if inputs.estimates is None:
        return "no stage probabilities were estimated"
    n_unknown = sum(t.probabilities is None for t in jerks)
    return (
        f"the stage probabilities are not known at {n_unknown} of {len(jerks)} jerks"
        if n_unknown
        else ""
    )


def _interval(
    inputs: MetricInputs, jerks: Sequence[TaggedEvent], parameters: MetricParameters
) -> tuple[float | None, float | None]:
    """Give the interval of the jerks in N1 over the drawn nights."""
    estimates = inputs.estimates
    if estimates is None or inputs.drawn is None:
        return None, None
    epochs = [e for t in jerks if (e := estimates.epoch_at(t.event.onset_s)) is not None]
    counts = (inputs.drawn[:, epochs] == Stage.N1).sum(axis=1)
    return central(counts.astype(np.float64), parameters.confidence)


def _p_n1_of_epochs(inputs: MetricInputs) -> NDArray[np.float64]:
    """Give p(N1) in the middle of each epoch of the hypnogram, 0 where not known, (n_epochs,)."""
    estimates, hypnogram = inputs.estimates, inputs.hypnogram
    middles = hypnogram.onsets_s + hypnogram.epoch_s / 2
    if estimates is None or estimates.probabilities is None:
        return np.zeros(len(hypnogram))
    place = np.floor((middles - estimates.offset_s) / estimates.epoch_s).astype(np.int64)
    is_inside = (place >= 0) & (place < len(estimates))
    p_n1 = np.zeros(len(hypnogram))
    p_n1[is_inside] = estimates.probabilities[place[is_inside], Stage.N1]
    return np.nan_to_num(p_n1)
