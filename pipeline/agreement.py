"""How well two scorings of one night agree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.hypnogram import SCORED, Hypnogram, Stage


@dataclass(frozen=True, kw_only=True, eq=False)
class Agreement:
    """Agreement of two hypnograms over the epochs that both have staged.

    Attributes
    ----------
    n_epochs
        Epochs compared.
    accuracy, kappa
        Share of equal epochs; Cohen's kappa (None when chance agreement is 1). Where
        no epoch could be compared, the accuracy is NaN and kappa None.
    f1
        F1 of each stage W, N1, N2, N3, R by the reference; None where neither has it.
    confusion
        Counts, rows the reference, columns the other, shape (5, 5).
    """

    n_epochs: int
    accuracy: float
    kappa: float | None
    f1: tuple[float | None, ...]
    confusion: NDArray[np.int64]


def compare(reference: Hypnogram, other: Hypnogram) -> Agreement:
    """Give the agreement of `other` with `reference` over the epochs that both have staged.

    Parameters
    ----------
    reference, other
        May differ in offset and epoch length: `other` is read at the middle of each of the
        reference's epochs.

    References
    ----------
    Cohen 1960, doi 10.1177/001316446002000104.
    """
    expected, found = _paired(reference, other)
    size = len(SCORED)
    counts = np.bincount(expected * size + found, minlength=size * size)
    confusion = counts.reshape(size, size).astype(np.int64)
    accuracy = float(np.trace(confusion)) / len(expected) if len(expected) else np.nan
    return Agreement(
        n_epochs=len(expected),
        accuracy=accuracy,
        kappa=_kappa(confusion),
        f1=tuple(_f1(confusion, stage) for stage in SCORED),
        confusion=confusion,
    )


def _paired(reference: Hypnogram, other: Hypnogram) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the stages of both at the middle of the reference's epochs, where both have one."""
    middles_s = reference.onsets_s + reference.epoch_s / 2.0
    place = np.floor((middles_s - other.offset_s) / other.epoch_s).astype(np.int64)
    is_inside = (place >= 0) & (place < len(other))
    expected, found = reference.stages[is_inside], other.stages[place[is_inside]]
    is_staged = (expected >= Stage.W) & (found >= Stage.W)
    return expected[is_staged].astype(np.int64), found[is_staged].astype(np.int64)


def _kappa(confusion: NDArray[np.int64]) -> float | None:
    total = int(confusion.sum())
    if not total:
        return None
    by_chance = float(confusion.sum(axis=0) @ confusion.sum(axis=1)) / total**2
    observed = float(np.trace(confusion)) / total
    return None if by_chance == 1.0 else (observed - by_chance) / (1.0 - by_chance)


def _f1(confusion: NDArray[np.int64], stage: Stage) -> float | None:
    n_either = int(confusion[stage].sum() + confusion[:, stage].sum())
    return 2.0 * float(confusion[stage, stage]) / n_either if n_either else None
