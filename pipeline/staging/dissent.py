"""Epochs in which one derivation is far louder or quieter than the others: its own artefact."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pipeline.parameters import Parameters
from pipeline.staging.features import Columns, Kind

N_LEADS_TO_COMPARE = 2


class DissentParameters(Parameters):
    """When a derivation stands alone against the others in an epoch."""

    amplitude_factor: float = Field(
        3.0,
        gt=1.0,
        description="times, up or down, that a derivation's SD in an epoch may differ from the "
        "others' once its usual ratio to them is taken off; source: own choice; clean simulated "
        "nights reach 1.5",
    )
    band_factor: float = Field(
        5.0,
        gt=1.0,
        description="the same for its amplitude from 0.4 to 1 Hz (sway) and 16 to 30 Hz (muscle, "
        "mains, noise), which differ more from place to place; source: own choice; clean simulated "
        "nights reach 1.9",
    )
    usual_factor: float = Field(
        2.5,
        ge=1.0,
        description="largest usual ratio between two of them that is taken off: slow waves are "
        "about twice as large at the forehead as at the occiput (AASM manual scores them "
        "frontally); one that is bad for most of the night has no usual ratio; source: own "
        "choice",
    )
    told_share: float = Field(
        0.05,
        ge=0.0,
        le=1.0,
        description="share of its epochs in which a derivation must have stood alone to be told "
        "of; source: own choice, 24 min of 8 h",
    )


def dissents(
    columns: Sequence[Columns],
    is_good: NDArray[np.bool_],
    kind: Kind,
    parameters: DissentParameters,
) -> NDArray[np.bool_]:
    """Tell in which epochs each derivation stands against the others, shape (n_leads, n_epochs).

    In each epoch the derivation with which most others agree speaks for the scalp, of several
    such the one nearest to the night's usual amplitude; who does not agree with it dissents.
    Where all are loud at once (the body moves) they agree, and none dissents. A single
    derivation never does.

    Parameters
    ----------
    columns
        Features of each derivation, of one length.
    is_good
        Where each holds a signal, shape (n_leads, n_epochs).
    """
    is_alone = np.zeros(is_good.shape, np.bool_)
    if len(columns) < N_LEADS_TO_COMPARE:
        return is_alone
    levels = np.stack([_levels(lead, kind) for lead in columns])
    levels[~is_good] = np.nan
    factors = (parameters.amplitude_factor, parameters.band_factor, parameters.band_factor)
    own = levels - _usual(levels, np.log(parameters.usual_factor))
    return _outvoted(own, np.log(factors)) & is_good


def _levels(columns: Columns, kind: Kind) -> NDArray[np.float64]:
    """Give the log amplitude of all, slow and fast activity, shape (n_epochs, 3)."""
    total = columns[f"{kind}_abspow"]
    slow, fast = (total * columns[f"{kind}_{band}"] for band in ("sdelta", "beta"))
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = [np.log(columns[f"{kind}_std"]), 0.5 * np.log(slow), 0.5 * np.log(fast)]
    table = np.stack(logs, axis=1)
    return np.where(np.isfinite(table), table, np.nan)


def _usual(levels: NDArray[np.float64], most: float) -> NDArray[np.float64]:
    """Give each derivation's usual log ratio to the others, shape (n_leads, 1, 3)."""
    ratios = levels - _median(levels, axis=0)
    return np.clip(_median(ratios, axis=1), -most / 2.0, most / 2.0)


def _outvoted(levels: NDArray[np.float64], most: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell who differs from the one with the most followers, shape (n_leads, n_epochs)."""
    differences = np.abs(levels[:, None] - levels[None])
    agrees = (differences <= most).all(axis=-1)
    night = _median(levels.reshape(-1, levels.shape[-1]), axis=0)
    oddity = np.nan_to_num(np.abs(levels - night).max(axis=-1), nan=np.inf)
    nearness = 1.0 / (1.0 + oddity)  # under 1: it decides only between equal numbers
    speaker = (agrees.sum(axis=1) + nearness).argmax(axis=0)
    epochs = np.arange(levels.shape[1])
    outvoted: NDArray[np.bool_] = np.logical_not(agrees)[speaker, :, epochs].T
    return outvoted


def _median(values: NDArray[np.float64], *, axis: int) -> NDArray[np.float64]:
    """Give the median of what is known, 0 where nothing is; the axis is kept."""
    is_known = np.isfinite(values)
    ordered = np.sort(values, axis=axis)  # NaN goes last
    n = is_known.sum(axis=axis, keepdims=True)
    low, high = np.maximum(n - 1, 0) // 2, n // 2
    high = np.minimum(high, values.shape[axis] - 1)
    middle = (np.take_along_axis(ordered, low, axis) + np.take_along_axis(ordered, high, axis)) / 2
    return np.where(n > 0, middle, 0.0)
