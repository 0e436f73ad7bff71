"""Our curves and restricted means against those of lifelines and statsmodels."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.delay.competing_risks import Ending, incidence

HORIZON_S = 300.0
GRID_S = (15.0, 60.0, 137.0, 299.0)


def drawn(seed: int, n: int = 80) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
    """Give distinct times (lifelines would shift tied ones at random) and endings of each kind."""
    rng = np.random.default_rng(seed)
    times_s = rng.permutation(np.arange(1, n + 1)) * 5.0 + rng.uniform(0, 4, n)
    return times_s, rng.integers(0, 3, n).astype(np.int8)


@pytest.mark.parametrize("seed", range(5))
def test_the_incidence_of_n2_is_lifelines_aalen_johansen(seed: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        lifelines = pytest.importorskip("lifelines")
    times_s, endings = drawn(seed)
    ours = incidence(times_s, endings, np.ones((1, len(times_s))))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = lifelines.AalenJohansenFitter(calculate_variance=False)
        theirs.fit(times_s, endings, event_of_interest=int(Ending.N2))
    curve = theirs.cumulative_density_.iloc[:, 0]
    for time_s in GRID_S:
        assert ours.by(time_s)[0] == pytest.approx(curve[curve.index <= time_s].iloc[-1], abs=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_its_restricted_mean_is_the_area_over_their_curve(seed: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        lifelines = pytest.importorskip("lifelines")
    times_s, endings = drawn(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = lifelines.AalenJohansenFitter(calculate_variance=False)
        theirs.fit(times_s, endings, event_of_interest=int(Ending.N2))
    curve = theirs.cumulative_density_.iloc[:, 0]
    inside = curve[curve.index < HORIZON_S]
    widths = np.diff([*inside.index, HORIZON_S])
    area_s = float(((1.0 - inside.to_numpy()) * widths).sum())
    ours = incidence(times_s, endings, np.ones((1, len(times_s)))).restricted_mean_s(HORIZON_S)
    assert ours[0] == pytest.approx(area_s, abs=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_without_wake_it_is_one_less_kaplan_meier_with_its_restricted_mean(seed: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        lifelines = pytest.importorskip("lifelines")
        from lifelines.utils import restricted_mean_survival_time
    times_s, endings = drawn(seed)
    is_n2 = endings == Ending.N2
    weights = np.random.default_rng(seed).integers(1, 4, len(times_s)).astype(np.float64)
    kinds = np.where(is_n2, Ending.N2, Ending.CUT_OFF).astype(np.int8)
    ours = incidence(times_s, kinds, weights[None, :])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = lifelines.KaplanMeierFitter().fit(times_s, is_n2, weights=weights)
        mean_s = restricted_mean_survival_time(theirs, t=HORIZON_S)
    for time_s in GRID_S:
        assert ours.by(time_s)[0] == pytest.approx(1.0 - theirs.predict(time_s), abs=1e-6)
    assert ours.restricted_mean_s(HORIZON_S)[0] == pytest.approx(mean_s, abs=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_the_incidence_is_also_that_of_statsmodels(seed: int) -> None:
    duration = pytest.importorskip("statsmodels.duration.survfunc")
    times_s, endings = drawn(seed)
    theirs = duration.CumIncidenceRight(times_s, endings.astype(np.int64))
    curve = theirs.cinc[0]
    ours = incidence(times_s, endings, np.ones((1, len(times_s))))
    for time_s in GRID_S:
        place = int(np.searchsorted(theirs.times, time_s, side="right")) - 1
        assert ours.by(time_s)[0] == pytest.approx(curve[place], abs=1e-6)
