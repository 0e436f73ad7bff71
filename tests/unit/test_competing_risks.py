"""The probability of N2 with wake as the competing event, and its restricted mean."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.delay.competing_risks import Ending, Incidence, incidence

N2, OTHER, CUT = Ending.N2, Ending.OTHER, Ending.CUT_OFF


def estimated(*rows: tuple[float, Ending], weights: list[float] | None = None) -> Incidence:
    times_s = np.array([t for t, _ in rows], dtype=np.float64)
    endings = np.array([e for _, e in rows], dtype=np.int8)
    mass = np.ones(len(rows)) if weights is None else np.array(weights)
    return incidence(times_s, endings, mass[None, :])


def test_without_censoring_it_is_the_share_that_reached_n2() -> None:
    found = estimated((30, N2), (60, OTHER), (90, N2), (400, N2))
    assert [found.by(t)[0] for t in (29, 30, 90, 500)] == [0.0, 0.25, 0.5, 0.75]


def test_wake_takes_away_those_who_could_have_reached_it() -> None:
    assert estimated((30, OTHER), (60, OTHER)).by(300)[0] == 0.0


def test_those_cut_off_pass_their_weight_to_those_who_stay() -> None:
    found = estimated((30, CUT), (60, N2), (90, OTHER))
    assert found.by(60)[0] == pytest.approx(0.5)


def test_those_cut_off_at_the_same_time_were_still_at_risk() -> None:
    for rows in (((60, CUT), (60, N2)), ((60, N2), (60, CUT))):
        assert estimated(*rows).by(60)[0] == pytest.approx(0.5)


def test_the_restricted_mean_is_the_integral_of_what_is_left() -> None:
    found = estimated((100, N2), (200, N2), (350, N2))
    # 1 until 100 s, 2/3 until 200 s, 1/3 until 300 s
    assert found.restricted_mean_s(300.0)[0] == pytest.approx(100 + 200 / 3 + 100 / 3)


def test_without_n2_it_is_the_horizon() -> None:
    assert estimated((10, OTHER), (20, CUT)).restricted_mean_s(300.0)[0] == 300.0


def test_a_weight_of_two_is_two_alike() -> None:
    rows = ((30, N2), (60, OTHER), (60, N2), (90, CUT))
    doubled = estimated(*rows, weights=[2, 1, 1, 1])
    twice = estimated((30, N2), *rows)
    assert doubled.restricted_mean_s(300)[0] == pytest.approx(twice.restricted_mean_s(300)[0])


def test_a_weight_of_zero_leaves_out() -> None:
    rows = ((30, N2), (60, OTHER), (60, N2))
    without = estimated(*rows, weights=[0, 1, 1])
    assert without.restricted_mean_s(300)[0] == estimated(*rows[1:]).restricted_mean_s(300)[0]


def test_several_samples_are_estimated_as_each_by_itself() -> None:
    rng = np.random.default_rng(1)
    times_s, endings = rng.uniform(1, 400, (6, 20)), rng.integers(0, 3, (6, 20)).astype(np.int8)
    weights = rng.integers(0, 3, (6, 20)).astype(np.float64)
    together = incidence(times_s, endings, weights).restricted_mean_s(300.0)
    alone = [
        incidence(t, e, w[None, :]).restricted_mean_s(300.0)[0]
        for t, e, w in zip(times_s, endings, weights, strict=True)
    ]
    assert together == pytest.approx(alone)
