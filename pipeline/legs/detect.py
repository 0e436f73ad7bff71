"""Everything the legs did in a night, from the leads to the events."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pipeline.codes import Code
from pipeline.events import Event, EventKind, Side
from pipeline.hypnogram import EPOCH_S, Hypnogram, Stage
from pipeline.intervals import merge
from pipeline.legs import aasm, wasm
from pipeline.legs.aasm import AasmParameters, score_aasm
from pipeline.legs.activity import LegActivity
from pipeline.legs.burst_detection import BurstParameters
from pipeline.legs.candidates import find_candidates
from pipeline.legs.companions import Witnesses, witnesses
from pipeline.legs.conditioning_parameters import ConditioningParameters
from pipeline.legs.detector_settings import SettingEvents
from pipeline.legs.heart import beats_are_plausible, find_r_waves
from pipeline.legs.heart_in_legs import beats_in_legs
from pipeline.legs.heart_notices import heart_notices
from pipeline.legs.lead_legs import scorable_legs
from pipeline.legs.leg import Leg, in_setting
from pipeline.legs.leg_bursts import is_activity
from pipeline.legs.leg_leads import LegLeads
from pipeline.legs.leg_movements import LegMovementParameters, to_movements
from pipeline.legs.leg_trains import trains_of_legs, without_rhythms
from pipeline.legs.rows import artefact_rows, movement_rows, unexplained_rows
from pipeline.legs.scored import ScoredMovement, to_events
from pipeline.legs.sleep_start_parameters import SleepStartParameters
from pipeline.legs.stability import (
    StabilityParameters,
    accepted,
    other_settings,
    shifted_starts,
    with_stability,
)
from pipeline.legs.trains import TrainParameters, Trains
from pipeline.legs.wasm import WasmParameters, score_wasm
from pipeline.legs.weighing import Surroundings, judged
from pipeline.notices import Notice
from pipeline.parameters import Parameters


class LegParameters(Parameters):
    """Everything that steers the analysis of the legs."""

    conditioning: ConditioningParameters = Field(
        default=ConditioningParameters(),
        description="filter, clean, judge",
    )
    bursts: BurstParameters = Field(
        default=BurstParameters(),
        description="bursts on the short envelope",
    )
    movements: LegMovementParameters = Field(
        default=LegMovementParameters(),
        description="movements of one leg",
    )
    sleep_starts: SleepStartParameters = Field(
        default=SleepStartParameters(),
        description="candidate sleep starts",
    )
    aasm: AasmParameters = Field(default=AasmParameters(), description="the AASM rule set")
    wasm: WasmParameters = Field(default=WasmParameters(), description="the WASM 2016 rule set")
    trains: TrainParameters = Field(
        default=TrainParameters(),
        description="trains and large movements",
    )
    stability: StabilityParameters = Field(
        default=StabilityParameters(),
        description="other settings, and how many of them keep an event",
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Heart:
    """Beats whose leak is taken from the legs, and beats that tell the heart rate; None: neither.

    The latter come from an ECG alone.
    """

    beats_s: NDArray[np.float64] | None
    rate_s: NDArray[np.float64] | None


@dataclass(frozen=True, kw_only=True, eq=False)
class _Scored:
    """What others scored in the night; None where they did not."""

    hypnogram: Hypnogram | None
    respiratory: NDArray[np.float64] | None
    arousals: NDArray[np.float64] | None


@dataclass(frozen=True, kw_only=True, eq=False)
class _Scores:
    """The movements of the legs by both rule sets."""

    aasm: tuple[ScoredMovement, ...]
    wasm: tuple[ScoredMovement, ...]

    @property
    def series(self) -> NDArray[np.float64]:
        """Movements of PLM series by either rule set, in seconds, shape (n, 2)."""
        spans = [(m.onset_s, m.offset_s) for m in (*self.aasm, *self.wasm) if m.is_plm]
        return merge(np.array(spans, dtype=np.float64).reshape(-1, 2))


def detect(
    leads: LegLeads,
    hypnogram: Hypnogram | None,
    respiratory: NDArray[np.float64] | None,
    arousals: NDArray[np.float64] | None,
    parameters: LegParameters,
) -> LegActivity:
    """Give every leg event of the night, and how well each leg could be scored.

    Parameters
    ----------
    hypnogram
        None where nobody staged: sleep starts are then graded without the stage, and the rule
        sets score every stretch as unscored.
    respiratory, arousals
        Onset and end in seconds from the start of the record, shape (n, 2); None: not scored.

    Notes
    -----
    A stretch over 8 uV that lies mostly within a rhythm of its leg (tremor, alternating activation,
    high-frequency or rhythmic movement) is that train, and no leg movement.
    """
    heart, notices = _heart(leads, parameters.conditioning)
    steps = (parameters.conditioning, parameters.bursts, parameters.movements)
    settings = other_settings(parameters.stability)
    legs, conditions, more = scorable_legs(leads, heart.beats_s, steps, settings=settings)
    notices += more
    if not legs:
        return LegActivity(conditions=conditions, notices=notices)
    scored = _Scored(hypnogram=hypnogram, respiratory=respiratory, arousals=arousals)
    looking = (parameters.sleep_starts.evidence, parameters.conditioning.heart)
    around = witnesses(leads, legs, arousals, heart.rate_s, looking)
    trains, calm, moved = _in_setting(legs, scored, around, parameters, with_refused=True)
    events = (*moved, *trains.events, *artefact_rows(legs))
    on_one_leg = tuple(e for e in events if e.kind is not EventKind.LEG_MOVEMENT)
    events += unexplained_rows(calm, on_one_leg)
    others = _in_other_settings(legs, scored, around, parameters)
    return LegActivity(
        events=with_stability(sorted(events, key=_order), others, parameters.stability),
        others=others,
        excessive_myoclonus=trains.excessive_myoclonus,
        conditions=conditions,
        envelopes=tuple(leg.envelope for leg in legs),
        notices=notices,
    )


def _order(event: Event) -> tuple[float, str, str, str]:
    return event.onset_s, event.kind, event.rule_set, event.side


def _in_setting(
    legs: tuple[Leg, ...],
    scored: _Scored,
    around: Witnesses,
    parameters: LegParameters,
    *,
    with_refused: bool,
) -> tuple[Trains, tuple[Leg, ...], tuple[Event, ...]]:
    """Trains, the legs without them, and candidates and movements, all in one setting."""
    periodic = _score(legs, scored, parameters).series
    steps = (parameters.trains, parameters.sleep_starts)
    trains = trains_of_legs(legs, scored.hypnogram, periodic, around, steps)
    calm = tuple(without_rhythms(leg, trains.events, has_sides=len(legs) > 1) for leg in legs)
    moved = _moved(calm, trains, scored, around, parameters, with_refused=with_refused)
    return trains, calm, moved


def _in_other_settings(
    legs: tuple[Leg, ...], scored: _Scored, around: Witnesses, parameters: LegParameters
) -> tuple[SettingEvents, ...]:
    others = []
    for number, setting in enumerate(other_settings(parameters.stability)):
        there = tuple(in_setting(leg, number) for leg in legs)
        starts = shifted_starts(parameters.sleep_starts, setting.shift_uv)
        steps = parameters.model_copy(update={"sleep_starts": starts})
        _, _, events = _in_setting(there, scored, around, steps, with_refused=False)
        others.append(SettingEvents(setting=setting, events=accepted(events)))
    return tuple(others)


def _moved(
    legs: tuple[Leg, ...],
    trains: Trains,
    scored: _Scored,
    around: Witnesses,
    parameters: LegParameters,
    *,
    with_refused: bool,
) -> tuple[Event, ...]:
    """Candidates for sleep starts, and movements by all rules."""
    kinds = (trains.left, trains.right)[: len(legs)]
    scores = _score(legs, scored, parameters)
    beside = Surroundings(
        hypnogram=scored.hypnogram,
        series=scores.series,
        movements=np.concatenate([leg.movements.span_s[leg.movements.is_lm] for leg in legs]),
        respiratory=scored.respiratory,
        witnesses=around,
    )
    active = tuple(is_activity(leg, parameters.sleep_starts) for leg in legs)
    candidates = find_candidates(
        legs, kinds, active, parameters.sleep_starts.candidates, with_noise=with_refused
    )
    starts = judged(candidates, legs, beside, parameters.sleep_starts, with_refused=with_refused)
    both = (
        *to_events(scores.aasm, aasm.RULE_SET),
        *to_events(scores.wasm, wasm.RULE_SET),
    )
    sided = both if len(legs) > 1 else (replace(row, side=Side.UNKNOWN) for row in both)
    return (*starts, *movement_rows(legs), *sided)


def _score(
    legs: tuple[Leg, ...],
    scored: _Scored,
    parameters: LegParameters,
) -> _Scores:
    hypnogram, respiratory, arousals = scored.hypnogram, scored.respiratory, scored.arousals
    staged = hypnogram if hypnogram is not None else _unstaged(legs)
    plain, shaped = (
        [m for leg in legs for m in to_movements(leg.movements, leg.side, with_shape=with_shape)]
        for with_shape in (False, True)
    )
    return _Scores(
        aasm=score_aasm(plain, staged, respiratory, arousals, parameters.aasm),
        wasm=score_wasm(shaped, staged, respiratory, arousals, parameters.wasm),
    )


def _unstaged(legs: tuple[Leg, ...]) -> Hypnogram:
    n_epochs = int(np.ceil(max(len(leg.envelope.peak_uv) for leg in legs) / EPOCH_S))
    return Hypnogram(stages=np.full(n_epochs, Stage.UNSCORED, dtype=np.int8), source="none")


def _heart(
    leads: LegLeads, parameters: ConditioningParameters
) -> tuple[_Heart, tuple[Notice, ...]]:
    notices: tuple[Notice, ...] = ()
    if leads.ecg is not None:
        r_waves_s = find_r_waves(leads.ecg, parameters.heart)
        if beats_are_plausible(r_waves_s, leads.ecg.duration_s, parameters.heart):
            return _Heart(beats_s=r_waves_s, rate_s=r_waves_s), ()
        message = "no regular heart beat was found in the ECG; it was not used for the legs"
        notices = (Notice(code=Code.ECG_UNUSABLE, where=leads.ecg.label, message=message),)
    beats_s = beats_in_legs(leads.in_use, parameters.heart)
    return _Heart(beats_s=beats_s, rate_s=None), (
        *notices,
        *heart_notices(leads, beats_s, parameters),
    )
