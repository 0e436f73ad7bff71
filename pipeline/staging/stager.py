"""Stages of a night with their probabilities, from EEG, EOG and chin EMG."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pipeline.codes import Code
from pipeline.errors import MontageError
from pipeline.hypnogram import EPOCH_S, Hypnogram, Stage
from pipeline.notices import Notice
from pipeline.parameters import Parameters
from pipeline.recording import Lead
from pipeline.staging import ballot
from pipeline.staging.features import Kind
from pipeline.staging.quality import QualityParameters
from pipeline.staging.witness import Witness, examine

N_STAGES = 5
SECONDS_PER_MINUTE = 60.0


class StagingParameters(Parameters):
    """How many leads vote in the automatic staging, and which are fit for it."""

    max_voters: int = Field(
        2,
        ge=1,
        description="EEG derivations that vote: the first usable ones in the order given "
        "(central first, as in the models' training); each costs about 0.5 CPU seconds for 8 h; "
        "source: own choice",
    )
    reliable_min: float = Field(
        5.0,
        ge=0.5,
        description="recordings shorter than this, in minutes, are staged with a notice; "
        "source: yasa.SleepStaging",
    )
    quality: QualityParameters = Field(
        QualityParameters(), description="which leads and epochs may take part"
    )


@dataclass(frozen=True, kw_only=True)
class Vote:
    """What one lead gave to the staging.

    Attributes
    ----------
    role, label, rate_hz
        As in the lead.
    kind
        ``eeg``, ``eog`` or ``emg``.
    n_epochs
        Epochs in which the lead was used; 0 where it was refused.
    robust_sd_uv
        0.4 to 30 Hz, median over the lead's good epochs; None where not measured.
    reason
        Why the lead was refused; empty where it was used.
    """

    role: str
    label: str
    rate_hz: float
    kind: Kind
    n_epochs: int
    robust_sd_uv: float | None
    reason: str


@dataclass(frozen=True, kw_only=True, eq=False)
class StagingResult:
    """The automatic hypnogram and how it came about.

    Attributes
    ----------
    hypnogram
        Source ``auto``; a last partial epoch, and epochs in which no EEG that votes holds a
        signal, are UNSCORED with NaN as probabilities.
    votes
        One for each lead that was looked at: EEG in the order given, EOG, chin EMG.
    doubts
        Why the scale of a lead that votes may be wrong, each with its label.
    models
        Names of the models that were used, such as ``eeg_eog_emg``, sorted.
    notices
        What the reader of the hypnogram should know.
    """

    hypnogram: Hypnogram
    votes: tuple[Vote, ...]
    doubts: tuple[str, ...]
    models: tuple[str, ...]
    notices: tuple[Notice, ...]


def stage(
    eeg: Iterable[Lead],
    eog: Lead | None,
    emg: Lead | None,
    parameters: StagingParameters,
    *,
    offset_s: float = 0.0,
) -> StagingResult:
    """Give the stage of each 30 s epoch with its probabilities.

    Features, smoothing and models are those of `yasa.SleepStaging` 0.8.1. Each usable EEG
    derivation is staged together with the EOG and the chin EMG; the probabilities are averaged.

    Parameters
    ----------
    eeg
        Derivations, best first. They are taken one after another until enough can vote, so a
        generator need not hold more than one in memory.
    eog, emg
        One EOG and the chin EMG, or None.
    offset_s
        Onset of the leads' first sample, in seconds from the start of the record.

    Raises
    ------
    MontageError
        ``NO_EEG``: no EEG derivation can vote; ``UNIT_IMPLAUSIBLE``: none whose amplitude could
        be EEG in microvolts.
    StudyError
        ``SHORT``: less than one epoch was recorded.

    References
    ----------
    Vallat and Walker 2021, doi 10.7554/eLife.70092. Models: BSD-3, models/LICENSE-yasa.txt.

    Deviations
    ----------
    - Epochs in which a lead is flat, saturated or missing count neither in its smoothing nor in
      its scaling. YASA takes the rounding noise of its own filter for a signal there.
    - Epochs without a good EOG or EMG are staged by the model that does without that lead.
    - `pipeline.staging.resampling.condition` lists what differs before the features.
    """
    voters, refused = _choose(eeg, parameters)
    others = [
        examine(lead, kind, parameters.quality)
        for lead, kind in ((eog, Kind.EOG), (emg, Kind.EMG))
        if lead is not None
    ]
    helpers = {w.kind: w for w in others if not w.is_refused}
    tally = ballot.count(voters, helpers)
    witnesses = [*voters, *refused, *others]
    return StagingResult(
        hypnogram=_hypnogram(tally.probabilities, voters, offset_s),
        votes=tuple(_vote(w, tally) for w in witnesses),
        doubts=tuple(f"{w.label}: {w.doubt}" for w in witnesses if w.doubt),
        models=tally.models,
        notices=(
            *_refusals(witnesses),
            *_unlikely(witnesses),
            *_doubts(tally, helpers, parameters),
        ),
    )


def _choose(
    eeg: Iterable[Lead], parameters: StagingParameters
) -> tuple[list[Witness], list[Witness]]:
    """Give those who vote and those who were refused on the way to them."""
    voters: list[Witness] = []
    refused: list[Witness] = []
    for lead in eeg:
        witness = examine(lead, Kind.EEG, parameters.quality)
        (refused if witness.is_refused else voters).append(witness)
        if len(voters) == parameters.max_voters:
            break
    if not voters:
        raise MontageError(
            "No EEG derivation can be staged.",
            code=_common_code(refused),
            found="; ".join(f"{w.label}: {w.reason}" for w in refused) or "no EEG channel",
            remedy="Name the lab's EEG channels under [montage.labels] in the configuration "
            "(`hypnic check` lists them), or give a technician's scoring.",
        )
    return voters, refused


def _common_code(refused: list[Witness]) -> Code:
    """Give why there is no EEG: its amplitude, where that alone refused every derivation."""
    codes = {witness.code for witness in refused}
    return Code.UNIT_IMPLAUSIBLE if codes == {Code.UNIT_IMPLAUSIBLE} else Code.NO_EEG


def _hypnogram(
    probabilities: NDArray[np.float64], voters: list[Witness], offset_s: float
) -> Hypnogram:
    if any(w.has_rest and w.n_epochs == len(probabilities) for w in voters):
        probabilities = np.vstack((probabilities, np.full(N_STAGES, np.nan)))
    is_staged = np.isfinite(probabilities).all(axis=1)
    stages = np.full(len(probabilities), Stage.UNSCORED, dtype=np.int8)
    stages[is_staged] = probabilities[is_staged].argmax(axis=1)
    return Hypnogram(stages=stages, probabilities=probabilities, offset_s=offset_s, source="auto")


def _vote(witness: Witness, tally: ballot.Tally) -> Vote:
    return Vote(
        role=witness.role,
        label=witness.label,
        rate_hz=witness.rate_hz,
        kind=witness.kind,
        n_epochs=0 if witness.is_refused else tally.n_used(witness),
        robust_sd_uv=witness.robust_sd_uv,
        reason=witness.reason,
    )


def _refusals(witnesses: list[Witness]) -> list[Notice]:
    return [
        Notice(
            code=w.code,
            where=w.role,
            message=f"{w.label} was not used for staging: {w.reason}.",
        )
        for w in witnesses
        if w.code is not None
    ]


def _unlikely(witnesses: list[Witness]) -> list[Notice]:
    return [
        Notice(code=Code.UNIT_IMPLAUSIBLE, where=w.role, message=f"{w.label}: {w.doubt}.")
        for w in witnesses
        if w.doubt
    ]


def _doubts(
    tally: ballot.Tally, helpers: dict[Kind, Witness], parameters: StagingParameters
) -> list[Notice]:
    notices = []
    n_epochs, n_blind = len(tally.probabilities), int((~tally.is_staged).sum())
    minutes = n_epochs * EPOCH_S / SECONDS_PER_MINUTE
    absent = [kind.upper() for kind in (Kind.EOG, Kind.EMG) if kind not in helpers]
    if absent:
        message = f"Staged without {' and '.join(absent)}: R and N1 are less certain."
        notices.append(Notice(code=Code.STAGED_WITHOUT, where="staging", message=message))
    if minutes < parameters.reliable_min:
        message = f"Only {minutes:g} min were staged; the models know whole nights."
        notices.append(Notice(code=Code.STAGING_SHORT, where="staging", message=message))
    if n_blind:
        message = f"{n_blind} of {n_epochs} epochs are unscored: no EEG holds a signal there."
        notices.append(Notice(code=Code.EPOCHS_WITHOUT_EEG, where="staging", message=message))
    return notices
