"""One night's analysis: the whole story, as a pure function from signals to a `Night`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline import agreement, closeups
from pipeline.arousals import RULE_SET, detect_arousals
from pipeline.channel_uses import channel_uses
from pipeline.codes import Code
from pipeline.config import Config
from pipeline.descents import find_descents
from pipeline.drawn_hypnograms import draw
from pipeline.errors import MontageError
from pipeline.events import TECHNICIAN, Event, EventKind, TaggedEvent
from pipeline.hypnogram import Hypnogram
from pipeline.leg_limits import (
    implausible_trains,
    no_legs_reason,
    partly_scorable,
    scorable_by_leg,
)
from pipeline.legs.activity import LegActivity
from pipeline.legs.detect import LegLeads, detect
from pipeline.lights import find_lights
from pipeline.metrics import MetricInputs, measure
from pipeline.montage import Role
from pipeline.night import Closeup, Night
from pipeline.notices import Notice
from pipeline.recording import Lead, LeadSource
from pipeline.scoring import Scoring
from pipeline.staging.stager import StagingResult, stage
from pipeline.study import EEG_ROLES, EOG_ROLES, LEG_ROLES, Study
from pipeline.tagging import ArousalScoring, arousal_scoring, tag

STEPS = ("staging", "arousals", "legs", "counting", "close-ups")
OnStep = Callable[[str], None]


def analyse(study: Study, config: Config, *, on_step: OnStep = lambda _: None) -> Night:
    """Give the analysed night.

    Parameters
    ----------
    study
        Channels, roles, a technician's scoring.
    config
        Every parameter.
    on_step
        Told of each of `STEPS` before it begins.

    Raises
    ------
    MontageError
        ``NO_EEG``: no EEG that could be staged, and no technician's stages either.
    """
    on_step("staging")
    shared = _Shared(eeg=study.lead(*EEG_ROLES), chin=study.lead(Role.CHIN))
    stages = _stages(study, shared, config)
    on_step("arousals")
    arousals = _arousals(study.scoring, shared, stages.hypnogram, config)
    on_step("legs")
    activity = _legs(study, shared, stages.hypnogram, arousals, config)
    del shared
    on_step("counting")
    night = _counted(study, stages, arousals, activity, config)
    on_step("close-ups")
    return replace(night, closeups=_closeups(study, night.events, config))


@dataclass(frozen=True, kw_only=True, eq=False)
class _Shared:
    """The leads that staging, arousals and legs all need, made once; None where there is none."""

    eeg: Lead | None
    chin: Lead | None


@dataclass(frozen=True, kw_only=True, eq=False)
class _Stages:
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
        return None if self.staged is None else self.staged.hypnogram


@dataclass(frozen=True, kw_only=True, eq=False)
class _Arousals:
    """The arousals of the night; `scoring` is None where nobody could score any."""

    events: tuple[Event, ...]
    scoring: ArousalScoring | None


def _stages(study: Study, shared: _Shared, config: Config) -> _Stages:
    """Stage by machine where possible, then choose whose stages count."""
    scored, unstaged = _technicians(study.scoring)
    try:
        staged = _staged(study, shared, config)
    except MontageError as error:
        if scored is None:
            raise
        return _Stages(hypnogram=scored, staged=None, notices=(*unstaged, _no_automatic(error)))
    wants_automatic = config.night.stage_source != TECHNICIAN
    chosen = staged.hypnogram if scored is None or wants_automatic else scored
    return _Stages(hypnogram=chosen, staged=staged, notices=unstaged + staged.notices)


def _technicians(scoring: Scoring) -> tuple[Hypnogram | None, tuple[Notice, ...]]:
    """Give the technician's stages; a hypnogram without a single stage is none."""
    scored = scoring.hypnogram
    if scored is None or scored.is_scored.any():
        return scored, ()
    words = "The scoring holds unscored epochs only; the automatic stages are used."
    return None, (Notice(code=Code.SCORING_EMPTY, where="scoring", message=words),)


def _staged(study: Study, shared: _Shared, config: Config) -> StagingResult:
    return stage(_eeg(study, shared), study.lead(*EOG_ROLES), shared.chin, config.staging)


def _eeg(study: Study, shared: _Shared) -> Iterator[Lead]:
    """Give the EEG derivations one after another, the shared one first."""
    if shared.eeg is None:
        return
    yield shared.eeg
    for role in EEG_ROLES:
        lead = None if role == shared.eeg.role else study.lead(role)
        if lead is not None:
            yield lead


def _no_automatic(error: MontageError) -> Notice:
    return Notice(
        code=error.code,
        where=error.where,
        message=f"{error.what} The technician's stages are used, without probabilities.",
    )


def _arousals(scoring: Scoring, shared: _Shared, hypnogram: Hypnogram, config: Config) -> _Arousals:
    """Take the technician's arousals where they were scored, else find them."""
    scored, eeg, chin = scoring.arousals, shared.eeg, shared.chin
    if scored is not None:
        found = arousal_scoring(scored, hypnogram, config.arousals, source=TECHNICIAN)
        return _Arousals(events=scored, scoring=found)
    if eeg is None:
        return _Arousals(events=(), scoring=None)
    events = detect_arousals(eeg, chin, hypnogram, config.arousals)
    found = arousal_scoring(
        events, hypnogram, config.arousals, source=RULE_SET, has_chin=chin is not None
    )
    return _Arousals(events=events, scoring=found)


def _legs(
    study: Study, shared: _Shared, hypnogram: Hypnogram, arousals: _Arousals, config: Config
) -> LegActivity:
    leads = LegLeads(
        left=study.lead(Role.LEG_LEFT),
        right=study.lead(Role.LEG_RIGHT),
        combined=study.lead(Role.LEG_COMBINED),
        chin=shared.chin,
        eeg=shared.eeg,
        ecg=study.lead(Role.ECG),
    )
    respiratory = study.scoring.respiratory
    return detect(
        leads,
        hypnogram,
        None if respiratory is None else _times(respiratory),
        None if arousals.scoring is None else arousals.scoring.times_s,
        config.legs,
    )


def _times(events: tuple[Event, ...]) -> NDArray[np.float64]:
    times = sorted((event.onset_s, event.offset_s) for event in events)
    return np.array(times, dtype=np.float64).reshape(-1, 2)


def _counted(
    study: Study, stages: _Stages, arousals: _Arousals, activity: LegActivity, config: Config
) -> Night:
    """Tag every event, follow the descents, and take the night's numbers."""
    hypnogram = stages.hypnogram
    lights, lights_notices = find_lights(study.scoring, study.recording.duration_s)
    scorable_s = scorable_by_leg(activity, hypnogram)
    jerks_s = _jerks(activity.events, config) if scorable_s else None
    descents = find_descents(hypnogram, lights.off_s, lights.on_s, jerks_s, config.descents)
    scored = (*(study.scoring.respiratory or ()), *(study.scoring.movements or ()))
    events = (*activity.events, *arousals.events, *scored)
    tagged = tag(
        sorted(events, key=lambda event: (event.onset_s, event.kind, event.rule_set)),
        hypnogram,
        arousals.scoring,
        descents,
        config.tagging,
        automatic=stages.automatic,
    )
    inputs = MetricInputs(
        hypnogram=hypnogram,
        lights_off_s=lights.off_s,
        lights_on_s=lights.on_s,
        events=tagged,
        descents=descents,
        scorable_s=scorable_s,
        automatic=stages.automatic,
        drawn=_drawn_nights(stages, config),
        no_legs_reason=no_legs_reason(activity, study.montage),
        leg_reasons={c.role: c.reason for c in activity.conditions if not c.is_scorable},
        has_arousals=arousals.scoring is not None,
        has_respiratory=study.scoring.respiratory is not None,
    )
    return Night(
        duration_s=study.recording.duration_s,
        start_clock_s=study.recording.start_clock_s,
        lights=lights,
        hypnogram=hypnogram,
        automatic=stages.automatic,
        agreement=_agreement(_technicians(study.scoring)[0], stages.automatic),
        events=tagged,
        descents=descents,
        metrics=measure(inputs, config.metrics, config.delay),
        channels=channel_uses(study, stages.staged),
        leg_conditions=activity.conditions,
        scorable_s=scorable_s,
        envelopes=activity.envelopes,
        closeups=(),
        notices=(
            *_notices(study, stages, activity),
            *lights_notices,
            *implausible_trains(activity, config.night.most_train_min),
            *partly_scorable(activity, scorable_s, hypnogram, config.night.least_scorable_share),
        ),
    )


def _drawn_nights(stages: _Stages, config: Config) -> NDArray[np.int8] | None:
    return None if stages.automatic is None else draw(stages.automatic, config.draws)


def _jerks(events: tuple[Event, ...], config: Config) -> NDArray[np.float64]:
    grades = config.metrics.headline_grades
    return np.array(
        [
            event.onset_s
            for event in events
            if event.kind is EventKind.SLEEP_START and event.is_accepted and event.grade in grades
        ],
        dtype=np.float64,
    )


def _agreement(scored: Hypnogram | None, automatic: Hypnogram | None) -> agreement.Agreement | None:
    if scored is None or automatic is None:
        return None
    return agreement.compare(scored, automatic)


def _notices(study: Study, stages: _Stages, activity: LegActivity) -> tuple[Notice, ...]:
    found = (
        study.recording.notices
        + study.montage.notices
        + study.scoring.notices
        + stages.notices
        + activity.notices
    )
    return tuple(dict.fromkeys(found))


def _closeups(study: Study, events: tuple[TaggedEvent, ...], config: Config) -> tuple[Closeup, ...]:
    chosen = closeups.chosen(events)
    if not chosen:
        return ()

    def thresholds(tagged: TaggedEvent) -> dict[str, float]:
        rest_uv = tagged.event.rest_uv
        onset_uv = config.legs.movements.onset_over_rest_uv
        return {} if rest_uv is None else {"rest": rest_uv, "onset": rest_uv + onset_uv}

    return closeups.cut(chosen, _drawn(study), config.closeups, thresholds_of=thresholds)


def _drawn(study: Study) -> Iterator[LeadSource]:
    """Give what makes the leads of a close-up, one after another: legs, chin, one EEG, one EOG."""
    for roles in (*((role,) for role in LEG_ROLES), (Role.CHIN,), EEG_ROLES, EOG_ROLES):
        source = study.source(*roles)
        if source is not None:
            yield source
