"""How far persons differ: random-effects meta-analysis of one estimate per person."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

_MOST_STEPS = 200
_TOLERANCE = 1e-12
_LEAST_FOR_PREDICTION = 3


@dataclass(frozen=True, kw_only=True)
class Spread:
    """Mean and spread of the persons' estimates, on their own scale.

    Attributes
    ----------
    mean, low, high
        Mean of the persons, with the Hartung-Knapp interval.
    tau
        Standard deviation of the true values between persons (Paule-Mandel).
    predicted_low, predicted_high
        Where the true value of a further person is expected; None for fewer than three persons.
    i_squared
        Share of the persons' differences that chance within persons does not explain, 0 to 1.
    n_persons
        How many.
    """

    mean: float
    low: float
    high: float
    tau: float
    predicted_low: float | None
    predicted_high: float | None
    i_squared: float
    n_persons: int


def spread(values: NDArray[np.float64], errors: NDArray[np.float64], level: float) -> Spread | None:
    """Give mean and spread of the estimates; None for fewer than two.

    Parameters
    ----------
    values, errors
        Estimate and standard error of each person, shape (n_persons,).
    level
        Confidence.

    References
    ----------
    Paule and Mandel 1982, doi 10.6028/jres.087.022; Hartung and Knapp 2001, doi
    10.1002/sim.791; prediction interval: Higgins 2009, doi 10.1111/j.1467-985X.2008.00552.x.
    """
    n = len(values)
    if n <= 1:
        return None
    tau2 = _between(values, errors)
    weights = 1.0 / (errors**2 + tau2)
    mean = float((weights * values).sum() / weights.sum())
    scale = float((weights * (values - mean) ** 2).sum() / (n - 1))
    half = float(scipy.special.stdtrit(n - 1, 0.5 + level / 2.0)) * np.sqrt(scale / weights.sum())
    within = 1.0 / errors**2
    centre = (within * values).sum() / within.sum()
    q = float((within * (values - centre) ** 2).sum())
    ahead = _ahead(n, tau2 + 1.0 / float(weights.sum()), level)
    return Spread(
        mean=mean,
        low=mean - half,
        high=mean + half,
        tau=float(np.sqrt(tau2)),
        predicted_low=None if ahead is None else mean - ahead,
        predicted_high=None if ahead is None else mean + ahead,
        i_squared=max(0.0, 1.0 - (n - 1) / q) if q > 0 else 0.0,
        n_persons=n,
    )


def _between(values: NDArray[np.float64], errors: NDArray[np.float64]) -> float:
    """Give the variance between persons at which the weighted squares have their mean."""
    tau2 = 0.0
    for _ in range(_MOST_STEPS):
        weights = 1.0 / (errors**2 + tau2)
        mean = (weights * values).sum() / weights.sum()
        excess = (weights * (values - mean) ** 2).sum() - (len(values) - 1)
        if tau2 == 0.0 and excess <= 0.0:
            return 0.0
        step = excess / (weights**2 * (values - mean) ** 2).sum()
        tau2 = max(0.0, tau2 + float(step))
        if abs(step) <= _TOLERANCE * max(1.0, tau2):
            break
    return tau2


def _ahead(n: int, variance: float, level: float) -> float | None:
    if n < _LEAST_FOR_PREDICTION:
        return None
    return float(scipy.special.stdtrit(n - 2, 0.5 + level / 2.0)) * float(np.sqrt(variance))
