"""What the matched delay says of simulated descents whose truth is known."""

from __future__ import annotations

import pytest

from tests.benchmarks.delay_scenarios import RULES, SCENARIOS, Verdict, judge, told

FEW = RULES.model_copy(update={"n_permutations": 99, "n_resamples": 200})


def verdict(name: str) -> Verdict:
    return judge(SCENARIOS[name], 100, 40, 1, rules=FEW)


@pytest.fixture(scope="module")
def inert() -> Verdict:
    return verdict("jerks do nothing")


@pytest.fixture(scope="module")
def slowing() -> Verdict:
    return verdict("jerks slow")


def test_jerks_that_do_nothing_delay_by_nothing(inert: Verdict) -> None:
    assert inert.truth_s == 0.0
    assert abs(inert.delay_s) < 5.0


def test_the_naive_difference_says_over_a_minute_there(inert: Verdict) -> None:
    assert inert.naive_s > 60.0


def test_their_negative_control_is_near_zero(inert: Verdict) -> None:
    assert abs(inert.negative_control_s) < 5.0


def test_intervals_cover_zero_about_as_often_as_they_say(inert: Verdict) -> None:
    assert 0.9 <= inert.covers_zero <= 1.0


def test_neither_test_finds_something_in_nothing(inert: Verdict) -> None:
    assert inert.exchanged_share < 0.15
    assert inert.turned_share < 0.15


def test_a_slowing_is_found_within_five_seconds(slowing: Verdict) -> None:
    assert slowing.truth_s == pytest.approx(24.0, abs=2.0)
    assert slowing.delay_s == pytest.approx(slowing.truth_s, abs=5.0)


def test_its_negative_control_stays_small(slowing: Verdict) -> None:
    assert abs(slowing.negative_control_s) < 8.0


def test_jerks_that_come_early_and_do_nothing_delay_by_nothing() -> None:
    assert abs(verdict("jerks do nothing and come early").delay_s) < 5.0


def test_a_common_cause_stays_small_once_depth_is_matched() -> None:
    found = verdict("a hidden depth makes jerks likelier and N2 slower")

    assert found.truth_s == 0.0
    assert abs(found.delay_s) < 6.0
    assert found.naive_s > 80.0


def test_a_scenario_is_told_with_truth_estimate_and_trap(inert: Verdict) -> None:
    words = told("jerks do nothing", inert)

    assert "true delay    0.0 s   naive difference" in words
    assert "cover zero" in words
