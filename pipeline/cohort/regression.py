"""Maximum likelihood of generalised linear models, with errors clustered by person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

_MOST_STEPS = 100
_TOLERANCE = 1e-11
_LONGEST_STEP = 2.0
_LARGEST_ETA = 30.0  # exp() of more is past every count and every hazard
_SMALLEST, _LARGEST = 1e-300, 500.0  # hazards whose exponential float64 can hold
_DIVERGED = 30.0  # a coefficient of this size is one that ran away

Vector = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Family:
    """A distribution with its link, by the derivatives of the log-likelihood of one row.

    Attributes
    ----------
    score
        First derivative to the linear predictor, of (eta, y).
    expected
        Expected negative second derivative, of eta.
    observed
        Observed negative second derivative, of (eta, y).
    """

    score: Callable[[Vector, Vector], Vector]
    expected: Callable[[Vector], Vector]
    observed: Callable[[Vector, Vector], Vector]


@dataclass(frozen=True, kw_only=True, eq=False)
class Fit:
    """A fitted model.

    Attributes
    ----------
    coefficients
        Shape (n_terms,).
    covariance
        By the expected information of the model, shape (n_terms, n_terms).
    has_converged
        False where the likelihood has no maximum: a term separates the rows.
    """

    coefficients: Vector
    covariance: NDArray[np.float64]
    has_converged: bool


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A number with interval and p-value, all on the scale of the coefficient."""

    value: float
    error: float
    low: float
    high: float
    p: float


def _hazard(eta: Vector) -> Vector:
    return np.exp(np.minimum(eta, _LARGEST_ETA))


def _over_expm1(hazard: Vector) -> Vector:
    """Give h / (exp(h) - 1), which is 1 at 0."""
    bounded = np.clip(hazard, _SMALLEST, _LARGEST)
    found: Vector = bounded / np.expm1(bounded)
    return found


def _cloglog_observed(eta: Vector, y: Vector) -> Vector:
    h = _hazard(eta)
    ratio = _over_expm1(h)
    return (1.0 - y) * h + y * ratio * (ratio + h - 1.0)


CLOGLOG = Family(
    score=lambda eta, y: y * _over_expm1(_hazard(eta)) - (1.0 - y) * _hazard(eta),
    expected=lambda eta: _hazard(eta) * _over_expm1(_hazard(eta)),
    observed=_cloglog_observed,
)
"""Bernoulli with the complementary log-log link: the hazard of an epoch is 1 - exp(-exp(eta))."""

POISSON = Family(
    score=lambda eta, y: y - _hazard(eta),
    expected=_hazard,
    observed=lambda eta, _: _hazard(eta),
)
"""Poisson with the log link."""


def fit(
    terms: NDArray[np.float64],
    y: Vector,
    family: Family,
    *,
    offset: Vector | None = None,
) -> Fit:
    """Give the maximum of the likelihood by Fisher scoring (IRLS).

    Parameters
    ----------
    terms
        Shape (n_rows, n_terms), of full rank.
    y
        Shape (n_rows,).
    family
        Distribution and link.
    offset
        Added to the linear predictor, shape (n_rows,).
    """
    beta = np.zeros(terms.shape[1])
    base = np.zeros(len(y)) if offset is None else offset
    has_converged = False
    for _ in range(_MOST_STEPS):
        eta = terms @ beta + base
        weights = family.expected(eta)
        inverse = _inverse(terms.T @ (weights[:, None] * terms))
        step = inverse @ (terms.T @ family.score(eta, y))
        beta = beta + np.clip(step, -_LONGEST_STEP, _LONGEST_STEP)
        if np.abs(step).max() < _TOLERANCE:
            has_converged = True
            break
        if np.abs(beta).max() > _DIVERGED:
            break
    information = terms.T @ (family.expected(terms @ beta + base)[:, None] * terms)
    return Fit(coefficients=beta, covariance=_inverse(information), has_converged=has_converged)


def clustered_covariance(
    terms: NDArray[np.float64],
    y: Vector,
    family: Family,
    fitted: Fit,
    clusters: NDArray[np.int64],
    *,
    offset: Vector | None = None,
) -> NDArray[np.float64]:
    """Give the sandwich covariance with the rows of a cluster added up, (n_terms, n_terms).

    Parameters
    ----------
    clusters
        Number of each row's cluster, shape (n_rows,); at least two of them.

    Notes
    -----
    The bread is the observed information. The small-sample factor is G / (G - 1) times
    (n - 1) / (n - k), with G clusters, n rows and k terms.

    References
    ----------
    Liang and Zeger 1986, doi 10.1093/biomet/73.1.13.
    """
    base = np.zeros(len(y)) if offset is None else offset
    eta = terms @ fitted.coefficients + base
    bread = _inverse(terms.T @ (family.observed(eta, y)[:, None] * terms))
    rows = terms * family.score(eta, y)[:, None]
    _, place = np.unique(clusters, return_inverse=True)
    n_clusters, n_rows, n_terms = int(place.max()) + 1, *terms.shape
    sums = np.zeros((n_clusters, n_terms))
    np.add.at(sums, place, rows)
    factor = n_clusters / (n_clusters - 1) * (n_rows - 1) / (n_rows - n_terms)
    sandwich: NDArray[np.float64] = factor * bread @ (sums.T @ sums) @ bread
    return sandwich


def estimate(value: float, error: float, level: float, *, freedom: float) -> Estimate:
    """Give the interval and the two-sided p-value of a coefficient, by Student's t.

    Parameters
    ----------
    value, error
        Coefficient and its standard error.
    level
        Confidence.
    freedom
        Degrees of freedom; infinite for the normal distribution.
    """
    t = float(scipy.special.stdtrit(min(freedom, 1e9), 0.5 + level / 2.0))
    tail = float(scipy.special.stdtr(min(freedom, 1e9), -abs(value) / error)) if error > 0 else 0.5
    p = 2.0 * tail
    return Estimate(value=value, error=error, low=value - t * error, high=value + t * error, p=p)


def _inverse(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.linalg.pinv(matrix, hermitian=True), np.float64)
