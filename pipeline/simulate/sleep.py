"""The course of sleep: stages in epochs, descents, and what jerks do to them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.hypnogram import EPOCH_S, Hypnogram, Stage, from_letters
from pipeline.intervals import runs
from pipeline.simulate.recipe import SleepPlan

_MARGIN_S = 4.0  # no jerk that close to the start or the end of a stretch of N1
_REFRACTORY_S = 12.0  # between two jerks: each stays an event of its own
_N1_SPREAD = 4
_LIGHT_N2 = 14  # epochs of N2 before and after N3


@dataclass(frozen=True, kw_only=True)
class DescentTruth:
    """One descent as it was made.

    Attributes
    ----------
    start_s
        First N1 epoch.
    natural_n1_s
        N1 dwell that it would have had without jerks.
    delay_s
        What its jerks added before N2, in whole epochs.
    jerks_s
        Onsets of its jerks in N1.
    is_aborted_by_jerk
        Its last jerk ended it in wake.
    """

    start_s: float
    natural_n1_s: float
    delay_s: float
    jerks_s: tuple[float, ...]
    is_aborted_by_jerk: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class SleepCourse:
    """The hypnogram, and the descents that it was made of."""

    hypnogram: Hypnogram
    descents: tuple[DescentTruth, ...]


def draw_course(plan: SleepPlan, n_epochs: int, rng: np.random.Generator) -> SleepCourse:
    """Give the course of a night of `n_epochs` epochs, drawn or as the plan's letters say."""
    if plan.stages:
        return _given(plan, n_epochs, rng)
    stages: list[Stage] = [Stage.W] * round(plan.latency_min * 60.0 / EPOCH_S)
    descents: list[DescentTruth] = []
    n_cycles = max(1, round((n_epochs - len(stages)) * EPOCH_S / 60.0 / plan.cycle_min))
    cycle = 0
    while len(stages) < n_epochs:
        _add_cycle(stages, descents, plan, cycle / max(1, n_cycles - 1), rng)
        cycle += 1
    stages = stages[:n_epochs]
    stages[-4:] = [Stage.W] * min(4, n_epochs)
    return SleepCourse(hypnogram=_hypnogram(stages), descents=_inside(descents, stages))


def _hypnogram(stages: list[Stage]) -> Hypnogram:
    return Hypnogram(stages=np.array(stages, dtype=np.int8), source="technician")


def _inside(descents: list[DescentTruth], stages: list[Stage]) -> tuple[DescentTruth, ...]:
    """Drop the descents that the end of the record cut."""
    end_s = (len(stages) - 4) * EPOCH_S
    return tuple(d for d in descents if d.start_s + d.natural_n1_s + d.delay_s < end_s)


def _add_cycle(
    stages: list[Stage],
    descents: list[DescentTruth],
    plan: SleepPlan,
    progress: float,
    rng: np.random.Generator,
) -> None:
    """Append one cycle; `progress` runs from 0 in the first to 1 in the last."""
    epochs = plan.cycle_min * 60.0 / EPOCH_S
    n3 = round(epochs * plan.n3_share * max(0.2, 1.8 - 1.6 * progress))
    r = round(epochs * plan.r_share * (0.5 + progress))
    fixed = n3 + r + 2 * _LIGHT_N2
    each = plan.n1_epochs + plan.wake_epochs
    left = epochs - fixed - (plan.awakenings_per_cycle + 1) * each
    n2 = max(6, round(left / max(1, plan.awakenings_per_cycle)))
    _descend(stages, descents, plan, rng)
    stages += [Stage.N2] * _LIGHT_N2 + [Stage.N3] * n3 + [Stage.N2] * _LIGHT_N2
    for _ in range(plan.awakenings_per_cycle):
        _awaken(stages, plan, rng)
        _descend(stages, descents, plan, rng)
        stages += [Stage.N2] * max(6, n2 + int(rng.integers(-4, 5)))
    stages += [Stage.R] * r
    _awaken(stages, plan, rng)


def _awaken(stages: list[Stage], plan: SleepPlan, rng: np.random.Generator) -> None:
    spread = max(1, plan.wake_epochs // 2)
    stages += [Stage.W] * max(
        2, int(rng.integers(plan.wake_epochs - spread, plan.wake_epochs + spread + 1))
    )


def _descend(
    stages: list[Stage], descents: list[DescentTruth], plan: SleepPlan, rng: np.random.Generator
) -> None:
    """Append N1 until N2 is reached; a descent that a jerk ends is tried again."""
    while True:
        descent, n_epochs = _attempt(len(stages) * EPOCH_S, plan, rng)
        stages += [Stage.N1] * n_epochs
        descents.append(descent)
        if not descent.is_aborted_by_jerk:
            return
        _awaken(stages, plan, rng)


def _attempt(start_s: float, plan: SleepPlan, rng: np.random.Generator) -> tuple[DescentTruth, int]:
    spread = min(_N1_SPREAD, plan.n1_epochs - 2)
    natural = int(rng.integers(plan.n1_epochs - spread, plan.n1_epochs + spread + 1))
    dwell_s, at_s, jerks = natural * EPOCH_S, _MARGIN_S, list[float]()
    while plan.jerks_per_n1_min > 0 and len(jerks) < plan.max_jerks_per_descent:
        at_s += float(rng.exponential(60.0 / plan.jerks_per_n1_min))
        if at_s > dwell_s - _MARGIN_S:
            break
        jerks.append(start_s + at_s)
        if rng.random() < plan.abort_probability:
            n_epochs = int(at_s // EPOCH_S) + 1
            return _descent(start_s, natural, 0.0, jerks, aborted=True), n_epochs
        dwell_s += plan.delay_per_jerk_s
        at_s += _REFRACTORY_S
    n_epochs = int(np.ceil(dwell_s / EPOCH_S))
    delay_s = (n_epochs - natural) * EPOCH_S
    return _descent(start_s, natural, delay_s, jerks, aborted=False), n_epochs


def _descent(
    start_s: float, natural: int, delay_s: float, jerks: list[float], *, aborted: bool
) -> DescentTruth:
    return DescentTruth(
        start_s=start_s,
        natural_n1_s=natural * EPOCH_S,
        delay_s=delay_s,
        jerks_s=tuple(jerks),
        is_aborted_by_jerk=aborted,
    )


def _given(plan: SleepPlan, n_epochs: int, rng: np.random.Generator) -> SleepCourse:
    """Stages as drawn by the recipe, its last letter repeated; jerks fall where N1 is."""
    letters = (plan.stages + plan.stages[-1] * n_epochs)[:n_epochs]
    hypnogram = from_letters(letters)
    free = plan.model_copy(update={"delay_per_jerk_s": 0.0, "abort_probability": 0.0})
    descents = [
        _in_run(float(first * EPOCH_S), int(last - first), free, rng)
        for first, last in runs(hypnogram.stages == Stage.N1)
        if first > 0 and hypnogram.stages[first - 1] == Stage.W
    ]
    return SleepCourse(hypnogram=hypnogram, descents=tuple(descents))


def _in_run(
    start_s: float, n_epochs: int, plan: SleepPlan, rng: np.random.Generator
) -> DescentTruth:
    count = int(rng.poisson(plan.jerks_per_n1_min * n_epochs * EPOCH_S / 60.0))
    times = np.sort(rng.uniform(_MARGIN_S, n_epochs * EPOCH_S - _MARGIN_S, count))
    kept = _apart(times)[: plan.max_jerks_per_descent] + start_s
    return _descent(start_s, n_epochs, 0.0, [float(t) for t in kept], aborted=False)


def _apart(times: NDArray[np.float64]) -> NDArray[np.float64]:
    kept: list[float] = []
    for time in times:
        if not kept or time - kept[-1] >= _REFRACTORY_S:
            kept.append(float(time))
    return np.array(kept)
