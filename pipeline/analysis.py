"""One night's analysis: the whole story, as a pure function from signals to a `Night`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline import agreement, closeups
from pipeline.arousals import RULE_SET, detect_arousals
from pipeline.channel_uses import channel_uses
from pipeline.config import Config
from pipeline.depth import sleep_depth, with_depth
from pipeline.descents import find_descents
from pipeline.drawn_hypnograms import draw
from pipeline.events import TECHNICIAN, Event, EventKind, TaggedEvent
from pipeline.hypnogram import Hypnogram
from pipeline.leg_limits import (
    implausible_trains,
    no_legs_reason,
    partly_scorable,
    scorable_by_leg,
)
from pipeline.legs.activity import LegActivity
from pipeline.legs.detect import detect
from pipeline.legs.leg_leads import LegLeads
from pipeline.lights import find_lights
from pipeline.metrics import (
    Metric,
    MetricInputs,
    measure,
    with_doubt,
    without_night_statistics,
)
from pipeline.montage import Role
from pipeline.night import Closeup, Night
from pipeline.night_course import delay_of
from pipeline.night_stages import (
    SharedLeads,
    Stages,
    choose_stages,
    shared_leads,
    technicians_stages,
)
from pipeline.notices import Notice
from pipeline.plausibility import RECORD, UsableStudy, causes_told, examine
from pipeline.recording import LeadSource
from pipeline.scoring import Scoring
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
    usable = UsableStudy(study=study, findings=examine(study, config.plausibility))
    stages = choose_stages(usable, config)
    shared = shared_leads(usable, stages)
    on_step("arousals")
    arousals = _arousals(study.scoring, shared, stages.hypnogram, config)
    on_step("legs")
    activity = _legs(usable, shared, stages.hypnogram, arousals, config)
    del shared
    on_step("counting")
    night = _counted(usable, stages, arousals, activity, config)
    on_step("close-ups")
    return replace(night, closeups=_closeups(study, night.events, config))


@dataclass(frozen=True, kw_only=True, eq=False)
class _Arousals:
    """The arousals of the night; `scoring` is None where nobody could score any."""

    events: tuple[Event, ...]
    scoring: ArousalScoring | None


def _arousals(
    scoring: Scoring, shared: SharedLeads, hypnogram: Hypnogram, config: Config
) -> _Arousals:
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
    usable: UsableStudy,
    shared: SharedLeads,
    hypnogram: Hypnogram,
    arousals: _Arousals,
    config: Config,
) -> LegActivity:
    study = usable.study
    leads = LegLeads(
        left=study.lead(Role.LEG_LEFT),
        right=study.lead(Role.LEG_RIGHT),
        combined=study.lead(Role.LEG_COMBINED),
        chin=shared.chin,
        eeg=shared.eeg,
        ecg=usable.lead(Role.ECG),
        frozen_s={role: usable.findings.barred_s(role) for role in LEG_ROLES},
        refusals={role: usable.findings.refusal(role) for role in LEG_ROLES},
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
    usable: UsableStudy, stages: Stages, arousals: _Arousals, activity: LegActivity, config: Config
) -> Night:
    """Tag every event, follow the descents, and take the night's numbers."""
    study = usable.study
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
    if stages.automatic is not None:
        tagged = with_depth(tagged, sleep_depth(stages.automatic, config.depth))
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
        other_settings=tuple(other.events for other in activity.others),
        has_arousals=arousals.scoring is not None,
        has_respiratory=study.scoring.respiratory is not None,
    )
    inputs = replace(inputs, delay=delay_of(inputs, config))
    return Night(
        duration_s=study.recording.duration_s,
        start_clock_s=study.recording.start_clock_s,
        segment=study.recording.segment,
        lights=lights,
        hypnogram=hypnogram,
        automatic=stages.automatic,
        agreement=_agreement(technicians_stages(study.scoring)[0], stages.automatic),
        events=tagged,
        descents=descents,
        metrics=_trusted(measure(inputs, config.metrics, config.delay), usable, stages),
        channels=channel_uses(study, stages.staged),
        leg_conditions=activity.conditions,
        scorable_s=scorable_s,
        envelopes=activity.envelopes,
        closeups=(),
        notices=(
            *_notices(usable, stages, activity),
            *lights_notices,
            *implausible_trains(activity, config.night.most_train_min),
            *partly_scorable(activity, scorable_s, hypnogram, config.night.least_scorable_share),
        ),
    )


def _drawn_nights(stages: Stages, config: Config) -> NDArray[np.int8] | None:
    return None if stages.automatic is None else draw(stages.automatic, config.draws)


def _trusted(
    metrics: tuple[Metric, ...], usable: UsableStudy, stages: Stages
) -> tuple[Metric, ...]:
    """Give the metrics, without those that the record cannot carry, doubted where stages are."""
    reason = usable.findings.refusal(RECORD)
    if reason:
        metrics = without_night_statistics(metrics, reason)
    doubts = () if stages.staged is None else stages.staged.doubts
    if doubts and stages.hypnogram is stages.automatic:
        metrics = with_doubt(metrics, "; ".join(doubts))
    return metrics


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


def _notices(usable: UsableStudy, stages: Stages, activity: LegActivity) -> tuple[Notice, ...]:
    study = usable.study
    found = (
        study.recording.notices
        + study.montage.notices
        + usable.findings.notices
        + study.scoring.notices
        + stages.notices
        + activity.notices
        + tuple(causes_told(activity, usable.findings, study.recording.duration_s))
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
