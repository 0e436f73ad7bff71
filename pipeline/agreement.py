"""How well two scorings of one night agree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Agreement:
    """Agreement of two hypnograms over the epochs that both have staged.

    Attributes
    ----------
    n_epochs
        Epochs compared.
    accuracy, kappa
        Share of equal epochs; Cohen's kappa (None when chance agreement is 1).
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
