"""The cohort's estimates agree with statsmodels and lifelines, where they are installed."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.cohort import CohortParameters
from pipeline.cohort.comparisons import holm
from pipeline.cohort.person_period import person_periods
from pipeline.cohort.regression import CLOGLOG, POISSON, clustered_covariance, fit
from pipeline.cohort.spread import spread
from pipeline.cohort.trends import theil_sen
from pipeline.tagging import TaggingParameters
from tests.unit.cohort_nights import drawn_cohort

Rows = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]


@pytest.fixture(scope="module")
def rows() -> Rows:
    """Give terms, events and persons of a drawn cohort."""
    nights = drawn_cohort(3, log_ratio=-0.5)
    found = person_periods(nights, CohortParameters().hazard, TaggingParameters()).rows
    terms = np.column_stack((np.ones(len(found)), np.log(found.elapsed_min), found.has_jerk))
    return terms, found.is_n2, found.person


def statsmodels() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("statsmodels.api")


def test_statsmodels_gives_the_same_hazard_ratios_and_clustered_errors(rows: Rows) -> None:
    sm = statsmodels()
    terms, y, person = rows
    link = sm.families.Binomial(link=sm.families.links.CLogLog())
    theirs = sm.GLM(y, terms, family=link).fit(
        tol=1e-13, maxiter=100, cov_type="cluster", cov_kwds={"groups": person}
    )
    ours = fit(terms, y, CLOGLOG)
    robust = clustered_covariance(terms, y, CLOGLOG, ours, person)
    assert ours.coefficients == pytest.approx(theirs.params, abs=1e-6)
    assert np.sqrt(np.diag(robust)) == pytest.approx(theirs.bse, abs=1e-6)


def test_statsmodels_gives_the_same_model_errors(rows: Rows) -> None:
    sm = statsmodels()
    terms, y, _ = rows
    link = sm.families.Binomial(link=sm.families.links.CLogLog())
    theirs = sm.GLM(y, terms, family=link).fit(tol=1e-13, maxiter=100)
    assert np.sqrt(np.diag(fit(terms, y, CLOGLOG).covariance)) == pytest.approx(
        theirs.bse, abs=1e-6
    )


def test_statsmodels_gives_the_same_rate_ratios_and_clustered_errors() -> None:
    sm = statsmodels()
    draw = np.random.default_rng(1)
    person = np.repeat(np.arange(20), 3)
    terms = np.column_stack((np.ones(60), (person % 2).astype(np.float64)))
    hours = draw.uniform(0.3, 1.5, 60)
    y = draw.poisson(hours * np.exp(2.0 + 0.5 * terms[:, 1])).astype(np.float64)
    theirs = sm.GLM(y, terms, family=sm.families.Poisson(), offset=np.log(hours)).fit(
        tol=1e-13, maxiter=100, cov_type="cluster", cov_kwds={"groups": person}
    )
    ours = fit(terms, y, POISSON, offset=np.log(hours))
    robust = clustered_covariance(terms, y, POISSON, ours, person, offset=np.log(hours))
    assert ours.coefficients == pytest.approx(theirs.params, abs=1e-6)
    assert np.sqrt(np.diag(robust)) == pytest.approx(theirs.bse, abs=1e-6)


def test_statsmodels_gives_the_same_spread_between_persons() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        meta = pytest.importorskip("statsmodels.stats.meta_analysis")
    draw = np.random.default_rng(2)
    errors = draw.uniform(0.1, 0.6, 12)
    values = -0.3 + 0.4 * draw.standard_normal(12) + errors * draw.standard_normal(12)
    theirs = meta.combine_effects(values, errors**2, method_re="iterated", use_t=True)
    ours = spread(values, errors, 0.95)
    assert ours is not None
    assert ours.tau**2 == pytest.approx(theirs.tau2, abs=1e-6)
    assert ours.mean == pytest.approx(theirs.mean_effect_re, abs=1e-6)
    half = (ours.high - ours.low) / 2
    from scipy.stats import t

    assert half / t.ppf(0.975, 11) == pytest.approx(theirs.sd_eff_w_re_hksj, abs=1e-6)


def test_statsmodels_adjusts_p_values_alike() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        multi = pytest.importorskip("statsmodels.stats.multitest")
    p = np.random.default_rng(3).uniform(0, 0.2, 9)
    assert holm(p.tolist()) == pytest.approx(multi.multipletests(p, method="holm")[1])


def test_lifelines_gives_the_same_hazard_from_events_known_to_the_epoch(rows: Rows) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        lifelines = pytest.importorskip("lifelines")
        anp = pytest.importorskip("autograd.numpy")
        pandas = pytest.importorskip("pandas")

        class Constant(lifelines.fitters.ParametricRegressionFitter):  # type: ignore[misc,name-defined]
            _fitted_parameter_names = ["beta_"]  # noqa: RUF012  # lifelines' way

            def _cumulative_hazard(self, params: Any, times: Any, columns: Any) -> Any:
                return times * anp.exp(anp.dot(columns["beta_"], params["beta_"]))

        terms, y, _ = rows
        table = pandas.DataFrame(
            {
                "constant": 1.0,
                "elapsed": terms[:, 1],
                "jerk": terms[:, 2],
                "lower": np.where(y > 0, 0.0, 1.0),
                "upper": np.where(y > 0, 1.0, np.inf),
            }
        )
        theirs = Constant()
        theirs.fit_interval_censoring(
            table, "lower", "upper", regressors={"beta_": ["constant", "elapsed", "jerk"]}
        )
    ours = fit(terms, y, CLOGLOG)
    assert ours.coefficients == pytest.approx(theirs.params_.to_numpy(), abs=1e-3)


def test_scipy_gives_the_same_slope() -> None:
    from scipy.stats import theilslopes

    draw = np.random.default_rng(5)
    for n in (4, 9, 30):
        order = np.arange(n, dtype=np.float64)
        values = np.round(3 * draw.standard_normal(n) + 0.2 * order)
        theirs = theilslopes(values, order)
        ours = theil_sen(order, values, 0.95)
        assert ours.per_night == pytest.approx(theirs[0])
        if np.isfinite([ours.low, ours.high]).all():
            assert (ours.low, ours.high) == pytest.approx((theirs[2], theirs[3]))
