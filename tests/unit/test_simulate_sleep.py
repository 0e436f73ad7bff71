"""The simulated course of sleep, and what its jerks do to it."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.hypnogram import Stage
from pipeline.intervals import runs
from pipeline.simulate.noise import stream
from pipeline.simulate.recipe import SleepPlan
from pipeline.simulate.sleep import SleepCourse, draw_course

NIGHT = 960


def course(plan: SleepPlan, seed: int = 1) -> SleepCourse:
    return draw_course(plan, NIGHT, stream(seed, "sleep"))


def letters(night: SleepCourse) -> str:
    return "".join(Stage(int(s)).letter[-1] for s in night.hypnogram.stages)


def test_each_jerk_puts_n2_off_by_the_chosen_delay() -> None:
    night = course(SleepPlan(delay_per_jerk_s=60.0, jerks_per_n1_min=0.5))
    assert any(len(d.jerks_s) > 1 for d in night.descents)
    for descent in night.descents:
        assert descent.delay_s == 60.0 * len(descent.jerks_s)
        first = int(descent.start_s // 30)
        n1 = int((descent.natural_n1_s + descent.delay_s) // 30)
        assert letters(night)[first : first + n1 + 1] == "1" * n1 + "2"


def test_jerks_without_effect_leave_the_natural_dwell() -> None:
    night = course(SleepPlan(delay_per_jerk_s=0.0, jerks_per_n1_min=1.0))
    assert sum(len(d.jerks_s) for d in night.descents) > 20
    assert {d.delay_s for d in night.descents} == {0.0}


def test_jerks_come_at_the_chosen_rate_in_n1() -> None:
    plan = SleepPlan(jerks_per_n1_min=0.3, max_jerks_per_descent=100)
    nights = [course(plan, seed) for seed in range(40)]
    n_jerks = sum(len(d.jerks_s) for night in nights for d in night.descents)
    minutes = sum(d.natural_n1_s - 8.0 for night in nights for d in night.descents) / 60.0
    dead_minutes = n_jerks * 12.0 / 60.0
    assert n_jerks / (minutes - dead_minutes) == pytest.approx(0.3, rel=0.1)


def test_a_jerk_that_aborts_is_followed_by_wake_within_an_epoch() -> None:
    night = course(SleepPlan(abort_probability=0.5, jerks_per_n1_min=0.6))
    aborted = [d for d in night.descents if d.is_aborted_by_jerk]
    assert len(aborted) >= 3
    for descent in aborted:
        epoch = int(descent.jerks_s[-1] // 30)
        assert letters(night)[epoch : epoch + 2] == "1W"


def test_jerks_lie_inside_their_descents_n1_and_apart() -> None:
    night = course(SleepPlan(jerks_per_n1_min=3.0, delay_per_jerk_s=30.0))
    times = np.array([t for d in night.descents for t in d.jerks_s])
    assert len(times) > 50
    assert {night.hypnogram.stage_at(t) for t in times} == {Stage.N1}
    assert np.diff(times).min() >= 7.0


def test_no_descent_has_more_jerks_than_allowed() -> None:
    night = course(SleepPlan(jerks_per_n1_min=6.0, max_jerks_per_descent=2))
    assert max(len(d.jerks_s) for d in night.descents) == 2


def test_given_letters_are_the_hypnogram_and_the_last_one_lasts() -> None:
    night = draw_course(SleepPlan(stages="WW1123R"), 9, stream(1, "sleep"))
    assert letters(night) == "WW1123RRR"


def test_given_letters_have_a_descent_for_each_n1_after_wake() -> None:
    night = draw_course(SleepPlan(stages="WW112W11233R12W"), 15, stream(1, "sleep"))
    assert [d.start_s for d in night.descents] == [60.0, 180.0]
    assert [d.natural_n1_s for d in night.descents] == [60.0, 60.0]


def test_a_drawn_night_has_plausible_shares_of_each_stage() -> None:
    stages = np.concatenate([course(SleepPlan(), seed).hypnogram.stages for seed in range(10)])
    shares = np.bincount(stages, minlength=5) / len(stages)
    low, high = (0.08, 0.08, 0.38, 0.15, 0.15), (0.15, 0.15, 0.50, 0.25, 0.25)
    assert np.all(shares >= low)
    assert np.all(shares <= high)


def test_n3_is_early_and_r_late() -> None:
    stages = course(SleepPlan()).hypnogram.stages
    centre = {s: np.flatnonzero(stages == s).mean() for s in (Stage.N3, Stage.R)}
    assert centre[Stage.N3] < NIGHT / 2 < centre[Stage.R]


def test_the_night_begins_with_its_latency_and_ends_awake() -> None:
    stages = course(SleepPlan(latency_min=20.0)).hypnogram.stages
    assert runs(stages == Stage.W)[0].tolist() == [0, 40]
    assert runs(stages == Stage.W)[-1, 1] == NIGHT
