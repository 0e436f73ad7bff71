"""Whose stages count: the technician's, or the automatic ones of the usable leads."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.codes import Code
from pipeline.config import Config
from pipeline.errors import MontageError
from pipeline.events import TECHNICIAN
from pipeline.hypnogram import Hypnogram
from pipeline.notices import Notice
from pipeline.plausibility import UsableStudy
from pipeline.recording import Lead
from pipeline.roles import Role
from pipeline.scoring import Scoring
from pipeline.staging.features import Kind
from pipeline.staging.stager import StagingResult, stage
from pipeline.study import EEG_ROLES, EOG_ROLES


@dataclass(frozen=True, kw_only=True, eq=False)
class SharedLeads:
    """The leads that arousals and legs both need, made once; None where there is none."""

    eeg: Lead | None
    chin: Lead | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Stages:
    """The stages that everything is counted by, beside the automatic ones.

    Attributes
    ----------
    staged
        None where no EEG allowed it.
    """

    hypnogram: Hypnogram
    staged: StagingResult | None
    notices: tuple[Notice, ...]

    @property
    def automatic(self) -> Hypnogram | None:
        """The automatic hypnogram, where there is one."""
        return None if self.staged is None else self.staged.hypnogram


def choose_stages(usable: UsableStudy, config: Config) -> Stages:
    """Stage by machine where possible, then choose whose stages count."""
    scored, unstaged = technicians_stages(usable.study.scoring)
    try:
        staged = _staged(usable, config)
    except MontageError as error:
        if scored is None:
            raise _explained(error, usable) from error
        return Stages(hypnogram=scored, staged=None, notices=(*unstaged, _no_automatic(error)))
    wants_automatic = config.night.stage_source != TECHNICIAN
    chosen = staged.hypnogram if scored is None or wants_automatic else scored
    return Stages(hypnogram=chosen, staged=staged, notices=unstaged + staged.notices)


def shared_leads(usable: UsableStudy, stages: Stages) -> SharedLeads:
    """Give the chin and the first EEG that was staged; none where none was.

    One that the others often outvoted comes last. An EEG that is flat or not in microvolts would
    give no arousal, which is no finding of none.
    """
    votes = () if stages.staged is None else stages.staged.votes
    voters = [vote for vote in votes if vote.kind is Kind.EEG and not vote.reason]
    voters.sort(key=lambda vote: vote.is_often_outvoted)  # stable: the order of the roles stays
    first = [Role(vote.role) for vote in voters[:1]]
    return SharedLeads(eeg=usable.lead(*first), chin=usable.lead(Role.CHIN))


def technicians_stages(scoring: Scoring) -> tuple[Hypnogram | None, tuple[Notice, ...]]:
    """Give the technician's stages; a hypnogram without a single stage is none."""
    scored = scoring.hypnogram
    if scored is None or scored.is_scored.any():
        return scored, ()
    words = "The scoring holds unscored epochs only; the automatic stages are used."
    return None, (Notice(code=Code.SCORING_EMPTY, where="scoring", message=words),)


def _staged(usable: UsableStudy, config: Config) -> StagingResult:
    eeg, eog, emg = (usable.leads(*roles) for roles in (EEG_ROLES, EOG_ROLES, (Role.CHIN,)))
    return stage(eeg, eog, emg, config.staging)


def _no_automatic(error: MontageError) -> Notice:
    return Notice(
        code=error.code,
        where=error.where,
        message=f"{error.what} The technician's stages are used, without probabilities.",
    )


def _explained(error: MontageError, usable: UsableStudy) -> MontageError:
    """Give the error with what the recorder did to the EEG as its code, where that is why."""
    if not any(usable.findings.has(Code.FROZEN, role) for role in EEG_ROLES):
        return error
    return MontageError(
        error.what,
        code=Code.FROZEN,
        where=error.where,
        found=f"the recorder repeats the same samples; {error.found}",
        remedy="Export the study once more from the recorder, or give a technician's scoring.",
    )
