"""The way out of N1 as competing risks: the probability of N2 by a time, its restricted mean."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class Ending(IntEnum):
    """How the time after a moment ended."""

    CUT_OFF = 0  # censored
    N2 = 1
    OTHER = 2  # wake or R, after which N2 can no longer come in this descent


@dataclass(frozen=True, kw_only=True, eq=False)
class Incidence:
    """Aalen-Johansen probability of N2, for each of several samples.

    Attributes
    ----------
    times_s
        Sorted times, shape (n_samples, n).
    steps
        Rise of the probability of N2 at each of them, shape (n_samples, n).
    """

    times_s: NDArray[np.float64]
    steps: NDArray[np.float64]

    def by(self, time_s: float) -> NDArray[np.float64]:
        """Give the probability of N2 by that time, shape (n_samples,)."""
        share: NDArray[np.float64] = np.where(self.times_s <= time_s, self.steps, 0.0).sum(axis=-1)
        return share

    def restricted_mean_s(self, horizon_s: float) -> NDArray[np.float64]:
        """Give the integral of 1 - F from 0 to the horizon, seconds, shape (n_samples,)."""
        won_s = self.steps * np.clip(horizon_s - self.times_s, 0.0, None)
        mean_s: NDArray[np.float64] = horizon_s - won_s.sum(axis=-1)
        return mean_s


def incidence(
    times_s: NDArray[np.float64], endings: NDArray[np.int8], weights: NDArray[np.float64]
) -> Incidence:
    """Give the probability of N2 over time, with `Ending.OTHER` as the competing event.

    Parameters
    ----------
    times_s, endings
        Time to the ending, in seconds, and which it was; shape (n,), or (n_samples, n).
    weights
        Weight of each time, 0 to leave it out; shape (n_samples, n).

    Notes
    -----
    At each time the sum over causes of weights that end there is divided by the weight still at
    risk; those cut off at the same time count as still at risk.

    References
    ----------
    Aalen and Johansen 1978, Scand J Stat 5:141-150; Putter et al. 2007, doi 10.1002/sim.2712.
    """
    order = np.lexsort((endings == Ending.CUT_OFF, times_s))
    times, kinds = np.take_along_axis(times_s, order, -1), np.take_along_axis(endings, order, -1)
    mass = weights[:, order] if order.ndim == 1 else np.take_along_axis(weights, order, 1)
    at_risk = np.cumsum(mass[:, ::-1], axis=1)[:, ::-1]
    share = mass / np.where(at_risk > 0.0, at_risk, 1.0)
    left = np.cumprod(np.where(kinds == Ending.CUT_OFF, 1.0, 1.0 - share), axis=1)
    before = np.concatenate((np.ones((len(left), 1)), left[:, :-1]), axis=1)
    return Incidence(
        times_s=np.broadcast_to(times, share.shape),
        steps=np.where(kinds == Ending.N2, before * share, 0.0),
    )
