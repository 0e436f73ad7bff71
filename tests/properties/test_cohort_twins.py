"""The fast regression against slow twins that know only the likelihood."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.cohort.regression import CLOGLOG, POISSON, clustered_covariance, fit
from pipeline.cohort.spread import spread

_STEP = 1e-4


def cloglog_row(beta: NDArray[np.float64], x: NDArray[np.float64], y: float) -> float:
    hazard = math.exp(float(beta @ x))
    return math.log(-math.expm1(-hazard)) if y else -hazard


def poisson_row(beta: NDArray[np.float64], x: NDArray[np.float64], y: float) -> float:
    eta = float(beta @ x)
    return y * eta - math.exp(eta)


def drawn(seed: int, *, is_count: bool) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    draw = np.random.default_rng(seed)
    columns = (np.ones(60), draw.standard_normal(60), draw.integers(0, 2, 60))
    terms = np.column_stack(columns).astype(np.float64)
    means = np.exp(terms @ np.array([-0.5, 0.4, -0.6]))
    counts, events = draw.poisson(means), draw.random(60) < -np.expm1(-means)
    return terms, (counts if is_count else events).astype(np.float64)


@pytest.mark.parametrize("is_count", [False, True])
@pytest.mark.parametrize("seed", [1, 2])
def test_estimates_and_clustered_errors_follow_from_the_likelihood_alone(
    seed: int, is_count: bool
) -> None:
    terms, y = drawn(seed, is_count=is_count)
    family, row = (POISSON, poisson_row) if is_count else (CLOGLOG, cloglog_row)
    fitted = fit(terms, y, family)
    beta, clusters = fitted.coefficients, np.arange(60) % 7
    units = np.eye(3) * _STEP

    def slope(x: NDArray[np.float64], value: float, at: NDArray[np.float64]) -> list[float]:
        return [(row(at + u, x, value) - row(at - u, x, value)) / (2 * _STEP) for u in units]

    scores = np.array([slope(x, v, beta) for x, v in zip(terms, y, strict=True)])
    assert scores.sum(axis=0) == pytest.approx(np.zeros(3), abs=1e-5)
    curvature = np.zeros((3, 3))
    for x, v in zip(terms, y, strict=True):
        for i, u in enumerate(units):
            up, down = slope(x, v, beta + u), slope(x, v, beta - u)
            curvature[i] -= (np.array(up) - np.array(down)) / (2 * _STEP)
    bread, meat = np.linalg.inv(curvature), np.zeros((3, 3))
    for cluster in range(7):
        total = scores[clusters == cluster].sum(axis=0)
        meat += np.outer(total, total)
    expected = 7 / 6 * 59 / 57 * bread @ meat @ bread
    found = clustered_covariance(terms, y, family, fitted, clusters)
    assert found == pytest.approx(expected, rel=1e-4, abs=1e-8)


def test_the_spread_is_the_one_at_which_the_weighted_squares_have_their_mean() -> None:
    draw = np.random.default_rng(4)
    errors = draw.uniform(0.1, 0.4, 9)
    values = 0.5 * draw.standard_normal(9) + errors * draw.standard_normal(9)
    found = spread(values, errors, 0.95)
    assert found is not None
    weights = 1 / (errors**2 + found.tau**2)
    squares = weights * (values - (weights * values).sum() / weights.sum()) ** 2
    assert squares.sum() == pytest.approx(8.0)
    half = 2.30600413503 * math.sqrt(1.0 / weights.sum())  # t of 8; the squares' mean is 1
    assert (found.low, found.high) == pytest.approx((found.mean - half, found.mean + half))
