"""Intervals agree with scipy, which computes them in another way."""

from __future__ import annotations

import pytest
from scipy.stats import binomtest, chi2

from pipeline.confidence import poisson_interval, wilson_interval


@pytest.mark.parametrize("count", [1, 2, 7, 40, 1000])
def test_the_poisson_interval_is_garwoods(count: int) -> None:
    expected = chi2.ppf(0.025, 2 * count) / 2, chi2.ppf(0.975, 2 * count + 2) / 2

    assert poisson_interval(count) == pytest.approx(expected, rel=1e-9)


def test_no_event_leaves_zero_to_nearly_four() -> None:
    low, high = poisson_interval(0)

    assert low == 0.0
    assert high == pytest.approx(3.6889, abs=1e-4)


@pytest.mark.parametrize(("hits", "total"), [(0, 1), (1, 1), (0, 20), (3, 10), (50, 50), (17, 400)])
@pytest.mark.parametrize("level", [0.9, 0.95])
def test_wilsons_interval_is_scipys(hits: int, total: int, level: float) -> None:
    oracle = binomtest(hits, total).proportion_ci(level, method="wilson")

    found = wilson_interval(hits, total, level=level)

    assert found == pytest.approx((oracle.low, oracle.high), abs=1e-12)


@pytest.mark.parametrize(("hits", "total"), [(0, 0), (2, 1), (-1, 3)])
def test_a_share_of_nothing_is_refused(hits: int, total: int) -> None:
    with pytest.raises(ValueError, match="have no share"):
        wilson_interval(hits, total)
