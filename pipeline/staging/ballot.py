"""All leads vote on each epoch by their mean probabilities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, product
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from pipeline.hypnogram import EPOCH_S
from pipeline.staging import model
from pipeline.staging.witness import Features, Witness

N_STAGES = 5
SECONDS_PER_HOUR = 3600.0

_Party = tuple[tuple[Witness, ...], NDArray[np.bool_]]
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
        """Count the staged epochs in which the lead was believed."""
        return int((_fitted(witness.may_vote, len(self.probabilities)) & self.is_staged).sum())


@dataclass(frozen=True, kw_only=True, eq=False)
class _Ballot:
    """Leads that are staged together, and the epochs for which they are."""

    party: tuple[Witness, ...]
    rows: NDArray[np.bool_]

    @property
    def model_name(self) -> str:
        return "_".join(witness.kind for witness in self.party)


def count(eeg: Sequence[Witness], eog: Sequence[Witness], emg: Sequence[Witness]) -> Tally:
    """Give the mean probabilities over each EEG, staged with the EMG and an EOG.

    A single EEG is staged with each EOG; of several, one takes the first EOG and the next the
    other.

    Where no EOG, or no EMG, is believed, the EEG is staged by the model that does without.

    Parameters
    ----------
    eeg
        At least one.
    """
    n_epochs = max(w.n_epochs for w in eeg)
    sums, n_votes = np.zeros((n_epochs, N_STAGES)), np.zeros(n_epochs)
    ballots = sorted(_ballots(eeg, eog, emg), key=lambda ballot: ballot.model_name)
    used = []
    for name, alike in groupby(ballots, key=lambda ballot: ballot.model_name):
        used.append(name)
        trained = model.load(name)
        for ballot in alike:
            columns = table(trained.names, ballot.party, n_epochs)
            sums[ballot.rows] += model.predict(trained, columns[ballot.rows])
            n_votes[ballot.rows] += 1
    with np.errstate(invalid="ignore"):  # nobody voted: 0 / 0 is the NaN that is wanted
        return Tally(probabilities=sums / n_votes[:, None], models=tuple(used))


def _ballots(
    eeg: Sequence[Witness], eog: Sequence[Witness], emg: Sequence[Witness]
) -> Iterator[_Ballot]:
    n_epochs = max(w.n_epochs for w in eeg)
    for place, voter in enumerate(eeg):
        own = [((voter,), _fitted(voter.may_vote, n_epochs))]
        beside = _or_none(eog, n_epochs) if len(eeg) == 1 else _in_turn(place, eog, n_epochs)
        for parts in product(own, beside, _or_none(emg, n_epochs)):
            rows = np.logical_and.reduce([is_for for _, is_for in parts])
            if rows.any():
                yield _Ballot(party=sum((party for party, _ in parts), ()), rows=rows)


def _in_turn(place: int, eog: Sequence[Witness], n_epochs: int) -> list[_Party]:
    """Give each EOG the epochs that are its own: those in which none before it is believed.

    The EOG that comes first changes from EEG to EEG, so that all have their say without a ballot
    for each pair of leads.
    """
    first = place % len(eog) if eog else 0
    parties = _or_none([*eog[first:], *eog[:first]], n_epochs)
    is_taken = np.zeros(n_epochs, np.bool_)
    turns = []
    for party, is_believed in parties:
        turns.append((party, is_believed & ~is_taken))
        is_taken = is_taken | is_believed
    return turns


def _or_none(witnesses: Sequence[Witness], n_epochs: int) -> list[_Party]:
    """Give each lead with the epochs in which it is believed, and nobody with all others."""
    believed = [_fitted(w.may_vote, n_epochs) for w in witnesses]
    nobody = ~np.logical_or.reduce([np.zeros(n_epochs, np.bool_), *believed])
    parties = [(w,) for w in witnesses]
    return [*zip(parties, believed, strict=True), ((), nobody)]


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
