"""Several EEG derivations vote on each epoch by their mean probabilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from pipeline.hypnogram import EPOCH_S
from pipeline.staging import model
from pipeline.staging.features import Kind
from pipeline.staging.witness import Features, Witness

N_STAGES = 5
SECONDS_PER_HOUR = 3600.0

_Value = TypeVar("_Value", bound=np.generic)


@dataclass(frozen=True, kw_only=True, eq=False)
class Tally:
    """The result of the vote.

    Attributes
    ----------
    probabilities
        Of W, N1, N2, N3, R, shape (n_epochs, 5); NaN where no EEG holds a signal.
    models
        Names of the models that were used, sorted.
    """

    probabilities: NDArray[np.float64]
    models: tuple[str, ...]

    @property
    def is_staged(self) -> NDArray[np.bool_]:
        """Whether each epoch has probabilities, shape (n_epochs,)."""
        return np.isfinite(self.probabilities[:, 0])

    def n_used(self, witness: Witness) -> int:
        """Count the staged epochs in which the lead holds a signal."""
        return int((_fitted(witness.is_good, len(self.probabilities)) & self.is_staged).sum())


def count(voters: Sequence[Witness], helpers: Mapping[Kind, Witness]) -> Tally:
    """Give the mean probabilities of the voters, each staged with the helpers.

    Parameters
    ----------
    voters
        At least one EEG.
    helpers
        EOG and chin EMG, where there are any.
    """
    n_epochs = max(w.n_epochs for w in voters)
    sums, n_votes = np.zeros((n_epochs, N_STAGES)), np.zeros(n_epochs)
    used: set[str] = set()
    for name, is_for in _plan(helpers, n_epochs).items():
        ballots = [(v, is_for & _fitted(v.is_good, n_epochs)) for v in voters]
        ballots = [(voter, rows) for voter, rows in ballots if rows.any()]
        if not ballots:
            continue
        trained = model.load(name)
        used.add(name)
        for voter, rows in ballots:
            columns = table(trained.names, [voter, *helpers.values()], n_epochs)
            sums[rows] += model.predict(trained, columns[rows])
            n_votes[rows] += 1
    with np.errstate(invalid="ignore"):  # nobody voted: 0 / 0 is the NaN that is wanted
        return Tally(probabilities=sums / n_votes[:, None], models=tuple(sorted(used)))


def _plan(helpers: Mapping[Kind, Witness], n_epochs: int) -> dict[str, NDArray[np.bool_]]:
    """Give for each model the epochs that it is for, by the helpers that are good there."""
    nobody = np.zeros(n_epochs, np.bool_)
    good = {kind: _fitted(w.is_good, n_epochs) for kind, w in helpers.items()}
    eog, emg = good.get(Kind.EOG, nobody), good.get(Kind.EMG, nobody)
    return {
        "eeg_eog_emg": eog & emg,
        "eeg_eog": eog & ~emg,
        "eeg_emg": ~eog & emg,
        "eeg": ~eog & ~emg,
    }


def table(names: Sequence[str], witnesses: Sequence[Witness], n_epochs: int) -> NDArray[np.float32]:
    """Give the features in the model's own order, shape (n_epochs, n_features)."""
    onsets_s = EPOCH_S * np.arange(n_epochs)
    columns: Features = {
        "time_hour": (onsets_s / SECONDS_PER_HOUR).astype(np.float32),
        "time_norm": (onsets_s / max(onsets_s[-1], 1.0)).astype(np.float32),
    }
    for witness in witnesses:
        columns |= witness.features
    return np.stack([_fitted(columns[name], n_epochs) for name in names], axis=1)


def _fitted(values: NDArray[_Value], n_epochs: int) -> NDArray[_Value]:
    """Give the values of the first epochs, with zeros where a lead is shorter."""
    fitted = np.zeros(n_epochs, values.dtype)
    fitted[: len(values)] = values[:n_epochs]
    return fitted
