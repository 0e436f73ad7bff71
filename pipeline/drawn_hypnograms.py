"""Whole hypnograms drawn from the stage probabilities: the nights that it may have been."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pipeline.hypnogram import SCORED, Hypnogram, Stage
from pipeline.parameters import Parameters

_LEAST = 1e-12  # a probability of 0 stays all but impossible, and has a logarithm
_N_STAGES = len(SCORED)


class DrawParameters(Parameters):
    """How many nights are drawn, and how long a doubt lasts in them."""

    n_draws: int = Field(
        200,
        ge=2,
        description="hypnograms drawn from the stage probabilities; source: clinical.md 5.3, at "
        "least 200",
    )
    memory: float = Field(
        0.95,
        ge=0.0,
        lt=1.0,
        description="correlation of the doubt from one epoch to the next: 0 draws each epoch by "
        "itself; source: on a real night (UCDDB018) an expert's departures from the most probable "
        "stage have autocorrelations of 0.56, 0.43, 0.41 and 0.28 after 1, 2, 3 and 5 epochs; "
        "0.95 draws 0.45, 0.39, 0.32 and 0.24, independent epochs at most 0.13",
    )
    seed: int = Field(
        1, ge=0, description="of the random numbers: one night gives one answer; source: own choice"
    )


def draw(hypnogram: Hypnogram, parameters: DrawParameters) -> NDArray[np.int8]:
    """Give drawn stages, `Stage` values, shape (n_draws, n_epochs).

    Each epoch of each drawn night has each stage with just the probability that the stager gave
    it, so that means over draws are the sums of the probabilities. Within one drawn night the
    same doubt goes on from epoch to epoch: a stage that was called too eagerly here is called so
    there too. Epochs without probabilities are UNSCORED in all draws.

    Parameters
    ----------
    hypnogram
        With probabilities.

    Raises
    ------
    ValueError
        The hypnogram has no probabilities.

    Notes
    -----
    The stage is the one with the largest log p + g, with g standard Gumbel, which has exactly
    the probabilities p (Gumbel 1954; Maddison et al. 2014, doi 10.48550/arXiv.1411.0030). Each
    stage's g is a monotone image of a stationary Gaussian AR(1) series over the epochs (a
    Gaussian copula), which leaves the distribution in each epoch as it is.
    """
    if hypnogram.probabilities is None:
        raise ValueError("a hypnogram without probabilities cannot be drawn from")
    shape = (len(hypnogram), parameters.n_draws, _N_STAGES)
    scores = _gumbel(_lasting(shape, parameters))
    scores += np.log(np.maximum(hypnogram.probabilities, _LEAST))[:, None, :]
    is_staged = np.isfinite(hypnogram.probabilities).all(axis=1)
    stages = np.full(shape[:2], Stage.UNSCORED, dtype=np.int8)
    stages[is_staged] = scores[is_staged].argmax(axis=2)
    return stages.T


def _lasting(shape: tuple[int, int, int], parameters: DrawParameters) -> NDArray[np.float64]:
    """Give standard Gaussian series that remember the epoch before, along the first axis."""
    series = np.random.Generator(np.random.PCG64(parameters.seed)).standard_normal(shape)
    fresh = np.sqrt(1.0 - parameters.memory**2)
    for epoch in range(1, len(series)):
        series[epoch] = fresh * series[epoch] + parameters.memory * series[epoch - 1]
    return series


def _gumbel(gaussian: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.special import log_ndtr

    gumbel: NDArray[np.float64] = -np.log(-log_ndtr(gaussian))
    return gumbel
