"""The course of jerks in N1 over a person's nights."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class Slope:
    """Change per night.

    Attributes
    ----------
    per_night, low, high
        Median of the slopes between every two nights, with Sen's interval; ends that the nights
        are too few for are infinite.
    n_nights
        Nights that it is made of.
    """

    per_night: float
    low: float
    high: float
    n_nights: int


def theil_sen(order: NDArray[np.float64], values: NDArray[np.float64], level: float) -> Slope:
    """Give the Theil-Sen slope of the values over their order.

    Parameters
    ----------
    order
        Different numbers, shape (n,), at least two.
    values
        Shape (n,).
    level
        Confidence.

    References
    ----------
    Sen 1968, doi 10.1080/01621459.1968.10480934; ties among the values narrow the variance of
    Kendall's statistic.
    """
    n = len(values)
    first, second = np.triu_indices(n, 1)
    slopes = np.sort((values[second] - values[first]) / (order[second] - order[first]))
    z = float(scipy.special.ndtri(0.5 + level / 2.0))
    half = z * math.sqrt(_kendall_variance(values))
    low = round((len(slopes) - half) / 2.0) - 1
    high = round((len(slopes) + half) / 2.0)
    is_wide = half >= len(slopes)
    return Slope(
        per_night=float(np.median(slopes)),
        low=-math.inf if is_wide or low < 0 else float(slopes[low]),
        high=math.inf if is_wide or high >= len(slopes) else float(slopes[high]),
        n_nights=n,
    )


def _kendall_variance(values: NDArray[np.float64]) -> float:
    n = len(values)
    _, ties = np.unique(values, return_counts=True)
    total = n * (n - 1) * (2 * n + 5) - float((ties * (ties - 1) * (2 * ties + 5)).sum())
    return total / 18.0
