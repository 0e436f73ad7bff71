"""The night in epochs: a stage for each, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

TOLERANCE_S = 1e-6  # far under a sample, far over what float64 loses in a night
EPOCH_S = 30.0  # AASM manual, technical rules: sleep is scored in 30 s epochs


class Stage(IntEnum):
    """Sleep stages; negative values were not staged and never count as wake."""

    MOVEMENT = -2
    UNSCORED = -1
    W = 0
    N1 = 1
    N2 = 2
    N3 = 3
    R = 4

    @property
    def letter(self) -> str:
        """The stage as tables and reports write it: W, N1, N2, N3, R, ? or M."""
        return {Stage.MOVEMENT: "M", Stage.UNSCORED: "?"}.get(self, self.name)


SCORED = (Stage.W, Stage.N1, Stage.N2, Stage.N3, Stage.R)
SLEEP = (Stage.N1, Stage.N2, Stage.N3, Stage.R)
_DRAWN = {"W": 0, "1": 1, "2": 2, "3": 3, "R": 4, "?": -1, "M": -2}


@dataclass(frozen=True, kw_only=True, eq=False)
class Hypnogram:
    """Stages of consecutive epochs of equal length.

    Attributes
    ----------
    stages
        Read-only `Stage` values, int8, shape (n_epochs,).
    probabilities
        Probability of W, N1, N2, N3, R, shape (n_epochs, 5), rows sum to 1; a row of NaN is
        an epoch without an estimate. None where nobody estimated any.
    offset_s
        Onset of epoch 0, in seconds from the start of the record.
    source
        Who staged: ``technician`` or ``auto``.
    """

    stages: NDArray[np.int8]
    probabilities: NDArray[np.float64] | None = None
    epoch_s: float = EPOCH_S
    offset_s: float = 0.0
    source: str = "technician"

    def __post_init__(self) -> None:
        self.stages.setflags(write=False)
        if self.probabilities is not None:
            self.probabilities.setflags(write=False)

    def __len__(self) -> int:
        return len(self.stages)

    @property
    def onsets_s(self) -> NDArray[np.float64]:
        """Onset of each epoch in seconds from the start of the record, shape (n_epochs,)."""
        return self.offset_s + self.epoch_s * np.arange(len(self.stages), dtype=np.float64)

    @property
    def end_s(self) -> float:
        """End of the last epoch in seconds from the start of the record."""
        return self.offset_s + self.epoch_s * len(self.stages)

    @property
    def is_sleep(self) -> NDArray[np.bool_]:
        """Whether each epoch is N1, N2, N3 or R, shape (n_epochs,)."""
        return self.stages > Stage.W

    @property
    def is_scored(self) -> NDArray[np.bool_]:
        """Whether each epoch has a stage, shape (n_epochs,)."""
        return self.stages >= Stage.W

    def epoch_at(self, time_s: float) -> int | None:
        """Index of the epoch that holds `time_s`, or None outside the hypnogram."""
        index = int(np.floor((time_s - self.offset_s + TOLERANCE_S) / self.epoch_s))
        return index if 0 <= index < len(self.stages) else None

    def epochs_at(self, times_s: NDArray[np.float64]) -> NDArray[np.int64]:
        """Index of the epoch that holds each time, or -1 outside the hypnogram."""
        place = np.floor((times_s - self.offset_s + TOLERANCE_S) / self.epoch_s).astype(np.int64)
        return np.where((place >= 0) & (place < len(self.stages)), place, -1)

    def stage_at(self, time_s: float) -> Stage:
        """Stage of the epoch that holds `time_s`; UNSCORED outside the hypnogram."""
        index = self.epoch_at(time_s)
        return Stage.UNSCORED if index is None else Stage(int(self.stages[index]))

    def probabilities_at(self, time_s: float) -> NDArray[np.float64] | None:
        """Probabilities of W, N1, N2, N3, R at `time_s`, shape (5,), or None."""
        index = self.epoch_at(time_s)
        if index is None or self.probabilities is None:
            return None
        row: NDArray[np.float64] = self.probabilities[index]
        return row

    def minutes(self, *stages: Stage) -> float:
        """Minutes spent in the given stages."""
        return float(np.isin(self.stages, stages).sum() * self.epoch_s / 60.0)


def from_letters(letters: str, **facts: object) -> Hypnogram:
    """Give the hypnogram drawn as one letter an epoch: ``"WW112233R?M"``.

    Keyword arguments go to `Hypnogram`.
    """
    return Hypnogram(stages=np.array([_DRAWN[x] for x in letters], dtype=np.int8), **facts)  # type: ignore[arg-type]
