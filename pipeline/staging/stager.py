"""Stages of a night with their probabilities, from EEG, EOG and chin EMG."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

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
from pipeline.staging.dissent import DissentParameters
from pipeline.staging.features import Kind
from pipeline.staging.quality import QualityParameters
from pipeline.staging.witness import Witness, examine, heard_together

N_STAGES = 5
SECONDS_PER_MINUTE = 60.0


class StagingParameters(Parameters):
    """How many leads vote in the automatic staging, and which are fit for it."""

    max_voters: int = Field(
        6,
        ge=1,
        description="EEG derivations that vote: the first usable ones in the order given "
        "(central first, as in the models' training); 6 are all that serve a role, 1 is YASA's "
        "own answer; source: own choice, so that one bad electrode does not spoil a night",
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
    dissent: DissentParameters = Field(
        DissentParameters(), description="epochs of one derivation that the others show to be bad"
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
    n_silent
        Epochs in which it held no signal.
    n_dissenting
        Epochs in which it lost its vote because the other leads of its kind showed an artefact.
    is_often_outvoted
        Whether these are so many that another lead should be preferred wherever one is enough.
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
    n_silent: int
    n_dissenting: int
    is_often_outvoted: bool
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
        One for each lead that was looked at: EEG in the order given, EOG, chin EMG; those that
        were refused last in their kind.
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
    eog: Iterable[Lead],
    emg: Iterable[Lead],
    parameters: StagingParameters,
    *,
    offset_s: float = 0.0,
) -> StagingResult:
    """Give the stage of each 30 s epoch with its probabilities.

    Features, smoothing and models are those of `yasa.SleepStaging` 0.8.1. Each usable EEG
    derivation is staged together with each EOG and the chin EMG; the probabilities are averaged.

    Parameters
    ----------
    eeg, eog, emg
        Leads of each kind, best EEG first; EOG and EMG may be empty. They are taken one after
        another and not kept, so that iterators need not hold more than one in memory, and no
        more EEG than may vote.
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
    - YASA takes one EEG and one EOG. Of several of a kind, one that differs grossly from the
      others in an epoch counts there neither in the vote nor in its own smoothing and scaling.
    """
    voters, refused = _hear(eeg, Kind.EEG, parameters, most=parameters.max_voters)
    _require_eeg(voters, refused)
    eyes, refused_eyes = _hear(eog, Kind.EOG, parameters)
    chins, refused_chins = _hear(emg, Kind.EMG, parameters, most=1)
    tally = ballot.count(voters, eyes, chins)
    believed = (*voters, *eyes, *chins)
    witnesses = (*voters, *refused, *eyes, *refused_eyes, *chins, *refused_chins)
    return StagingResult(
        hypnogram=_hypnogram(tally.probabilities, voters, offset_s),
        votes=tuple(_vote(w, tally, parameters) for w in witnesses),
        doubts=tuple(f"{w.label}: {w.doubt}" for w in witnesses if w.doubt),
        models=tally.models,
        notices=(
            *_refusals(witnesses),
            *_unlikely(witnesses),
            *_outvoted(believed, parameters),
            *_doubts(tally, {w.kind for w in believed}, parameters),
        ),
    )


def _hear(
    leads: Iterable[Lead], kind: Kind, parameters: StagingParameters, *, most: int | None = None
) -> tuple[tuple[Witness, ...], tuple[Witness, ...]]:
    """Give those who are believed, at most so many, and those who were refused before them."""
    believed: list[Witness] = []
    refused: list[Witness] = []
    # map lets go of each lead before it asks for the next; a loop's variable would hold it
    for witness in map(partial(examine, kind=kind, parameters=parameters.quality), leads):
        (refused if witness.is_refused else believed).append(witness)
        if len(believed) == most:
            break
    return heard_together(believed, parameters.dissent), tuple(refused)


def _require_eeg(voters: Sequence[Witness], refused: Sequence[Witness]) -> None:
    if voters:
        return
    raise MontageError(
        "No EEG derivation can be staged.",
        code=_common_code(refused),
        found="; ".join(f"{w.label}: {w.reason}" for w in refused) or "no EEG channel",
        remedy="Name the lab's EEG channels under [montage.labels] in the configuration "
        "(`hypnic check` lists them), or give a technician's scoring.",
    )


def _common_code(refused: Sequence[Witness]) -> Code:
    """Give why there is no EEG: its amplitude, where that alone refused every derivation."""
    codes = {witness.code for witness in refused}
    return Code.UNIT_IMPLAUSIBLE if codes == {Code.UNIT_IMPLAUSIBLE} else Code.NO_EEG


def _hypnogram(
    probabilities: NDArray[np.float64], voters: Sequence[Witness], offset_s: float
) -> Hypnogram:
    if any(w.has_rest and w.n_epochs == len(probabilities) for w in voters):
        probabilities = np.vstack((probabilities, np.full(N_STAGES, np.nan)))
    is_staged = np.isfinite(probabilities).all(axis=1)
    stages = np.full(len(probabilities), Stage.UNSCORED, dtype=np.int8)
    stages[is_staged] = probabilities[is_staged].argmax(axis=1)
    return Hypnogram(stages=stages, probabilities=probabilities, offset_s=offset_s, source="auto")


def _vote(witness: Witness, tally: ballot.Tally, parameters: StagingParameters) -> Vote:
    return Vote(
        role=witness.role,
        label=witness.label,
        rate_hz=witness.rate_hz,
        kind=witness.kind,
        n_epochs=0 if witness.is_refused else tally.n_used(witness),
        n_silent=int((~witness.is_good).sum()),
        n_dissenting=int(witness.is_dissenting.sum()),
        is_often_outvoted=_is_often_outvoted(witness, parameters),
        robust_sd_uv=witness.robust_sd_uv,
        reason=witness.reason,
    )


def _refusals(witnesses: Sequence[Witness]) -> list[Notice]:
    return [
        Notice(
            code=w.code,
            where=w.role,
            message=f"{w.label} was not used for staging: {w.reason}.",
        )
        for w in witnesses
        if w.code is not None
    ]


def _unlikely(witnesses: Sequence[Witness]) -> list[Notice]:
    return [
        Notice(code=Code.UNIT_IMPLAUSIBLE, where=w.role, message=f"{w.label}: {w.doubt}.")
        for w in witnesses
        if w.doubt
    ]


def _outvoted(believed: Sequence[Witness], parameters: StagingParameters) -> list[Notice]:
    return [
        Notice(
            code=Code.EPOCHS_OUTVOTED,
            where=w.role,
            message=f"{w.label} was left out of the staging in {w.is_dissenting.sum()} of "
            f"{w.n_epochs} epochs: there it differs grossly from the other {w.kind.upper()} leads.",
        )
        for w in believed
        if _is_often_outvoted(w, parameters)
    ]


def _is_often_outvoted(witness: Witness, parameters: StagingParameters) -> bool:
    return bool(witness.is_dissenting.mean() >= parameters.dissent.told_share)


def _doubts(
    tally: ballot.Tally, kinds: Collection[Kind], parameters: StagingParameters
) -> list[Notice]:
    notices = []
    n_epochs, n_blind = len(tally.probabilities), int((~tally.is_staged).sum())
    minutes = n_epochs * EPOCH_S / SECONDS_PER_MINUTE
    absent = [kind.upper() for kind in (Kind.EOG, Kind.EMG) if kind not in kinds]
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
