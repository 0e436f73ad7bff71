"""Everything the legs did in a night, from the leads to the events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pipeline.codes import Code
from pipeline.events import Event, Side
from pipeline.hypnogram import EPOCH_S, Hypnogram, Stage
from pipeline.intervals import merge
from pipeline.legs import aasm, wasm
from pipeline.legs.aasm import AasmParameters, score_aasm
from pipeline.legs.activity import LegActivity, LegCondition
from pipeline.legs.artefacts import Cause, are_identical
from pipeline.legs.burst_detection import BurstParameters
from pipeline.legs.candidates import find_candidates
from pipeline.legs.companions import Witnesses
from pipeline.legs.conditioning import ConditionedLeg, condition
from pipeline.legs.conditioning_parameters import ConditioningParameters
from pipeline.legs.heart import beats_are_plausible, find_r_waves
from pipeline.legs.leg import Leg, analyse_leg, refused
from pipeline.legs.leg_bursts import is_activity
from pipeline.legs.leg_leads import LegLeads
from pipeline.legs.leg_movements import LegMovementParameters, to_movements
from pipeline.legs.leg_notices import leg_notices
from pipeline.legs.leg_trains import trains_of_legs, without_rhythms
from pipeline.legs.rows import artefact_rows, movement_rows, unexplained_rows
from pipeline.legs.scored import ScoredMovement, to_events
from pipeline.legs.sleep_start_parameters import SleepStartParameters
from pipeline.legs.trains import TrainParameters, Trains
from pipeline.legs.wasm import WasmParameters, score_wasm
from pipeline.legs.weighing import Surroundings, judged
from pipeline.notices import Notice
from pipeline.parameters import Parameters
from pipeline.recording import Lead
from pipeline.signals import Samples

_BOTH = (Side.LEFT, Side.RIGHT)


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
    r_waves_s, notices = _heart(leads.ecg, parameters.conditioning)
    legs, conditions, more = _legs(leads, r_waves_s, parameters)
    notices += more
    if not legs:
        return LegActivity(conditions=conditions, notices=notices)
    scored = (hypnogram, respiratory, arousals)
    witnesses = Witnesses(chin=leads.chin, r_waves_s=r_waves_s)
    heart = parameters.conditioning.heart
    periodic = _score(legs, scored, parameters).series
    trains = trains_of_legs(
        legs, hypnogram, periodic, witnesses, (parameters.trains, parameters.sleep_starts, heart)
    )
    events = _events(legs, trains, leads, scored, r_waves_s, parameters)
    return LegActivity(
        events=tuple(sorted(events, key=_order)),
        excessive_myoclonus=trains.excessive_myoclonus,
        conditions=conditions,
        envelopes=tuple(leg.envelope for leg in legs),
        notices=notices,
    )


def _order(event: Event) -> tuple[float, str, str, str]:
    return event.onset_s, event.kind, event.rule_set, event.side


def _events(
    legs: tuple[Leg, ...],
    trains: Trains,
    leads: LegLeads,
    scored: tuple[Hypnogram | None, NDArray[np.float64] | None, NDArray[np.float64] | None],
    r_waves_s: NDArray[np.float64] | None,
    parameters: LegParameters,
) -> Iterable[Event]:
    hypnogram, respiratory, arousals = scored
    kinds = (trains.left, trains.right)[: len(legs)]
    legs = tuple(without_rhythms(leg, trains.events, has_sides=len(legs) > 1) for leg in legs)
    scores = _score(legs, scored, parameters)
    around = Surroundings(
        hypnogram=hypnogram,
        series=scores.series,
        movements=np.concatenate([leg.movements.span_s[leg.movements.is_lm] for leg in legs]),
        respiratory=respiratory,
        arousals=arousals,
        r_waves_s=r_waves_s,
        chin=leads.chin,
        eeg=leads.eeg,
    )
    active = tuple(is_activity(leg, parameters.sleep_starts) for leg in legs)
    candidates = find_candidates(legs, kinds, active, parameters.sleep_starts.candidates)
    starts = judged(
        candidates, legs, around, parameters.sleep_starts, parameters.conditioning.heart
    )
    both = (
        *to_events(scores.aasm, aasm.RULE_SET),
        *to_events(scores.wasm, wasm.RULE_SET),
    )
    rows = (*starts, *trains.events, *movement_rows(legs), *artefact_rows(legs))
    sided = both if len(legs) > 1 else (replace(row, side=Side.UNKNOWN) for row in both)
    return (*rows, *sided, *unexplained_rows(legs, rows))


def _score(
    legs: tuple[Leg, ...],
    scored: tuple[Hypnogram | None, NDArray[np.float64] | None, NDArray[np.float64] | None],
    parameters: LegParameters,
) -> _Scores:
    hypnogram, respiratory, arousals = scored
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
    ecg: Lead | None, parameters: ConditioningParameters
) -> tuple[NDArray[np.float64] | None, tuple[Notice, ...]]:
    if ecg is None:
        return None, ()
    r_waves_s = find_r_waves(ecg, parameters.heart)
    if beats_are_plausible(r_waves_s, ecg.duration_s, parameters.heart):
        return r_waves_s, ()
    message = "no regular heart beat was found in the ECG; it was not used for the legs"
    return None, (Notice(code=Code.ECG_UNUSABLE, where=ecg.label, message=message),)


def _legs(
    leads: LegLeads, r_waves_s: NDArray[np.float64] | None, parameters: LegParameters
) -> tuple[tuple[Leg, ...], tuple[LegCondition, ...], tuple[Notice, ...]]:
    """Scorable legs, the condition of each lead, and what was noticed."""
    wanted = [(leads.left, Side.LEFT), (leads.right, Side.RIGHT)]
    if leads.left is None and leads.right is None:
        wanted = [(leads.combined, Side.UNKNOWN)]
    seen = [
        _leg(lead, side, leads, r_waves_s, parameters) for lead, side in wanted if lead is not None
    ]
    found = _without_twins(seen, parameters.conditioning)
    legs = tuple(leg for leg in found if isinstance(leg, Leg))
    conditions = tuple(leg.condition if isinstance(leg, Leg) else leg for leg in found)
    return legs, conditions, leg_notices(legs, conditions)


def _leg(
    lead: Lead,
    side: Side,
    leads: LegLeads,
    r_waves_s: NDArray[np.float64] | None,
    parameters: LegParameters,
) -> tuple[Leg | LegCondition, Samples]:
    """One leg, and some of its EMG to compare with the other leg; the rest is let go."""
    ready = condition(
        lead,
        r_waves_s,
        parameters.conditioning,
        frozen_s=leads.frozen_s.get(lead.role),
        refusal=leads.refusals.get(lead.role, ""),
    )
    if not isinstance(ready, ConditionedLeg):
        return ready, np.empty(0, dtype=np.float32)
    steps = (parameters.conditioning, parameters.bursts, parameters.movements)
    n_wanted = parameters.conditioning.artefacts.identical_samples
    some = ready.emg_uv[:: max(len(ready.emg_uv) // n_wanted, 1)].copy()
    return analyse_leg(ready, side, steps), some


def _without_twins(
    seen: list[tuple[Leg | LegCondition, Samples]], parameters: ConditioningParameters
) -> list[Leg | LegCondition]:
    """Give the legs, both refused where they carry one signal."""
    found = [leg for leg, _ in seen]
    emg = [some for leg, some in seen if isinstance(leg, Leg)]
    if len(emg) != len(_BOTH) or not are_identical(emg[0], emg[1], parameters.artefacts):
        return found
    reason = "both leg channels carry one and the same signal"
    return [refused(_identical(leg), reason) for leg in found if isinstance(leg, Leg)]


def _identical(leg: Leg) -> LegCondition:
    whole_s = len(leg.envelope.rest_uv) * leg.envelope.step_s
    return replace(
        leg.condition,
        unscorable=np.array([[0.0, whole_s]]),
        unscorable_causes=(Cause.IDENTICAL.value,),
    )
