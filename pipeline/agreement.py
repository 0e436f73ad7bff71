"""How well two scorings of one night agree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.hypnogram import SCORED, TOLERANCE_S, Hypnogram, Stage

Counts = NDArray[np.int64]


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
    n_unscored
        Epochs that both cover and at least one has not staged: left out.
    n_outside
        Epochs of the reference that the other does not cover: left out.
    """

    n_epochs: int
    accuracy: float
    kappa: float | None
    f1: tuple[float | None, ...]
    confusion: Counts
    n_unscored: int = 0
    n_outside: int = 0

    @property
    def n_left_out(self) -> int:
        """Epochs of the reference that could not be compared."""
        return self.n_unscored + self.n_outside

    @property
    def stage_kappas(self) -> tuple[float | None, ...]:
        """Cohen's kappa of each stage W, N1, N2, N3, R against all others together.

        None where neither has the stage, or both have nothing else.
        """
        return tuple(_kappa(_against_rest(self.confusion, stage)) for stage in SCORED)


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
    is_inside, expected, found = _paired(reference, other)
    is_staged = (expected >= Stage.W) & (found >= Stage.W)
    confusion = confusion_matrix(expected[is_staged], found[is_staged])
    n_epochs = int(is_staged.sum())
    return Agreement(
        n_epochs=n_epochs,
        accuracy=float(np.trace(confusion)) / n_epochs if n_epochs else np.nan,
        kappa=_kappa(confusion),
        f1=tuple(_f1(confusion, stage) for stage in SCORED),
        confusion=confusion,
        n_unscored=len(expected) - n_epochs,
        n_outside=int((~is_inside).sum()),
    )


def confusion_matrix(expected: NDArray[np.integer], found: NDArray[np.integer]) -> Counts:
    """Count the epochs by both stages, shape (5, 5); every stage given is one of `SCORED`."""
    size = len(SCORED)
    places = expected.astype(np.int64) * size + found.astype(np.int64)
    return np.bincount(places, minlength=size * size).reshape(size, size).astype(np.int64)


def _paired(
    reference: Hypnogram, other: Hypnogram
) -> tuple[NDArray[np.bool_], NDArray[np.int8], NDArray[np.int8]]:
    """Give where the other covers the reference's middles, and the stages of both there."""
    middles_s = reference.onsets_s + reference.epoch_s / 2.0
    place = np.floor((middles_s - other.offset_s + TOLERANCE_S) / other.epoch_s).astype(np.int64)
    is_inside = (place >= 0) & (place < len(other))
    return is_inside, reference.stages[is_inside], other.stages[place[is_inside]]


def _against_rest(confusion: Counts, stage: Stage) -> Counts:
    """Give the counts of the stage (row and column 0) and of all others together (1)."""
    both = confusion[stage, stage]
    only_reference, only_other = confusion[stage].sum() - both, confusion[:, stage].sum() - both
    neither = confusion.sum() - both - only_reference - only_other
    return np.array([[both, only_reference], [only_other, neither]], dtype=np.int64)


def _kappa(confusion: Counts) -> float | None:
    total = int(confusion.sum())
    if not total:
        return None
    by_chance = float(confusion.sum(axis=0) @ confusion.sum(axis=1)) / total**2
    observed = float(np.trace(confusion)) / total
    return None if by_chance == 1.0 else (observed - by_chance) / (1.0 - by_chance)


def _f1(confusion: Counts, stage: Stage) -> float | None:
    n_either = int(confusion[stage].sum() + confusion[:, stage].sum())
    return 2.0 * float(confusion[stage, stage]) / n_either if n_either else None
