"""What the night was like around each event: stage, arousal, wake, descent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pipeline import intervals
from pipeline.arousal_parameters import ArousalParameters
from pipeline.arousals import scorable_for_arousal
from pipeline.descents import Descent
from pipeline.events import ArousalOrder, Event, EventKind, TaggedEvent
from pipeline.hypnogram import SLEEP, Hypnogram, Stage
from pipeline.parameters import Parameters

_LIGHTER: Mapping[Stage, tuple[Stage, ...]] = MappingProxyType(
    {
        Stage.N1: (Stage.W,),
        Stage.N2: (Stage.W, Stage.N1),
        Stage.N3: (Stage.W, Stage.N1, Stage.N2),
        Stage.R: (Stage.W, Stage.N1),
    }
)


class TaggingParameters(Parameters):
    """How near in time counts as belonging together."""

    ambiguous_s: float = Field(
        default=15.0,
        ge=0.0,
        description="an event this near to a stage change has an ambiguous stage; source: "
        "clinical.md 5.2, half an epoch",
    )
    arousal_before_s: float = Field(
        default=10.0,
        gt=0.0,
        description="an arousal that began in so many seconds before the event came first; "
        "source: clinical.md 4, after Ferri 2015, doi 10.5665/sleep.4740",
    )
    simultaneous_s: float = Field(
        default=0.5,
        ge=0.0,
        description="onsets at most this far apart are simultaneous; source: clinical.md 4, after "
        "Ferri 2015, doi 10.5665/sleep.4740",
    )
    arousal_after_s: float = Field(
        default=3.0,
        gt=0.0,
        description="an arousal that began in so many seconds after the event followed it; "
        "source: clinical.md 4",
    )
    wake_within_s: float = Field(
        default=30.0,
        gt=0.0,
        description="an epoch of wake, or of a lighter stage, that begins in so many seconds after "
        "the event followed it; source: clinical.md 5.2",
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class ArousalScoring:
    """The arousals that a night is tagged with, and where they could be seen at all.

    Attributes
    ----------
    times_s
        Start and end of each arousal, sorted, seconds, shape (n, 2).
    scorable_s
        Stretches in which an arousal could be scored, seconds, shape (m, 2).
    source
        ``technician`` or the rule set of the automatic detector.
    """

    times_s: NDArray[np.float64]
    scorable_s: NDArray[np.float64]
    source: str


def arousal_scoring(
    arousals: Iterable[Event],
    hypnogram: Hypnogram,
    parameters: ArousalParameters,
    *,
    source: str,
    has_chin: bool = True,
) -> ArousalScoring:
    """Give the arousals as intervals, with the time in which they could be scored.

    Parameters
    ----------
    arousals
        Scored by a technician or by `pipeline.arousals.detect_arousals`.
    hypnogram
        Stages.
    parameters
        Thresholds.
    source
        ``technician`` or `pipeline.arousals.RULE_SET`.
    has_chin
        False where automatic arousals had no chin EMG: then R is not scorable.
    """
    times = sorted((a.onset_s, a.offset_s) for a in arousals)
    return ArousalScoring(
        times_s=np.asarray(times, dtype=np.float64).reshape(-1, 2),
        scorable_s=scorable_for_arousal(hypnogram, parameters, has_chin=has_chin),
        source=source,
    )


def tag(
    events: Iterable[Event],
    hypnogram: Hypnogram,
    arousals: ArousalScoring | None,
    descents: Sequence[Descent],
    parameters: TaggingParameters,
    *,
    automatic: Hypnogram | None = None,
) -> tuple[TaggedEvent, ...]:
    """Give each event with its stage, its arousal, the wake after it and its descent.

    Parameters
    ----------
    events
        Of any kind, in any order, which is kept.
    hypnogram
        The one that everything counts by.
    arousals
        None when arousals were not scored at all; then no event has an arousal order.
    descents
        Of the whole night, in the order of time.
    parameters
        Thresholds.
    automatic
        Where stage probabilities come from when `hypnogram` has none.

    Notes
    -----
    Whether an arousal could be scored is decided by the event's onset alone and never by the
    outcome, so that shares of the scorable events are not biased. Of several arousals the one
    whose onset is nearest decides.
    """
    surroundings = _Surroundings.of(hypnogram, automatic, arousals)
    return tuple(_tagged(e, surroundings, descents, parameters) for e in events)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Surroundings:
    """The hypnogram, and what each event asks of it."""

    hypnogram: Hypnogram
    estimates: Hypnogram | None
    changes_s: NDArray[np.float64]
    lighter_s: Mapping[Stage, NDArray[np.float64]]  # onsets of epochs lighter than each stage
    unknown_s: NDArray[np.float64]  # onsets of unscored epochs, and the end
    arousals_s: NDArray[np.float64] | None  # onsets; None: not scored
    arousal_edges_s: NDArray[np.float64]  # start, stop, start, ... of where one can be scored

    @classmethod
    def of(
        cls, hypnogram: Hypnogram, automatic: Hypnogram | None, arousals: ArousalScoring | None
    ) -> _Surroundings:
        onsets_s, stages = hypnogram.onsets_s, hypnogram.stages
        is_change = np.append(False, stages[1:] != stages[:-1])[: len(stages)]
        return cls(
            hypnogram=hypnogram,
            estimates=hypnogram if hypnogram.probabilities is not None else automatic,
            changes_s=onsets_s[is_change],
            lighter_s={
                stage: onsets_s[np.isin(stages, lighter)] for stage, lighter in _LIGHTER.items()
            },
            unknown_s=np.append(onsets_s[~hypnogram.is_scored], hypnogram.end_s),
            arousals_s=None if arousals is None else np.sort(arousals.times_s[:, 0]),
            arousal_edges_s=np.empty(0)
            if arousals is None
            else intervals.merge(arousals.scorable_s).ravel(),
        )


def _tagged(
    event: Event,
    around: _Surroundings,
    descents: Sequence[Descent],
    parameters: TaggingParameters,
) -> TaggedEvent:
    order, latency_s = _arousal(event, around, parameters)
    descent = _descent(event.onset_s, descents)
    stage = around.hypnogram.stage_at(event.onset_s)
    return TaggedEvent(
        event=event,
        stage=stage,
        stage_at_offset=around.hypnogram.stage_at(event.offset_s),
        probabilities=_probabilities(event.onset_s, around.estimates),
        is_ambiguous=_nearest_s(around.changes_s, event.onset_s) <= parameters.ambiguous_s,
        arousal_order=order,
        arousal_latency_s=latency_s,
        is_followed_by_wake=_is_followed(
            event.onset_s, stage, around.lighter_s[Stage.N1], around, parameters.wake_within_s
        ),
        is_followed_by_lighter=_is_followed(
            event.onset_s,
            stage,
            around.lighter_s.get(stage, around.lighter_s[Stage.N1]),
            around,
            parameters.wake_within_s,
        ),
        descent=descent.number if descent else None,
        since_descent_s=event.onset_s - descent.start_s if descent else None,
        descent_outcome=descent.outcome.value if descent else None,
        to_outcome_s=descent.end_s - event.onset_s if descent else None,
    )


def _nearest_s(times_s: NDArray[np.float64], time_s: float) -> float:
    """Give the distance to the nearest of the sorted times; infinite when there is none."""
    place = int(np.searchsorted(times_s, time_s))
    near = times_s[max(place - 1, 0) : place + 1]
    return float(np.abs(near - time_s).min()) if len(near) else np.inf


def _probabilities(
    time_s: float, estimates: Hypnogram | None
) -> tuple[float, float, float, float, float] | None:
    row = estimates.probabilities_at(time_s) if estimates is not None else None
    if row is None or np.isnan(row).any():
        return None
    w, n1, n2, n3, r = (float(p) for p in row)
    return w, n1, n2, n3, r


def _is_followed(
    time_s: float,
    stage: Stage,
    wanted_s: NDArray[np.float64],
    around: _Surroundings,
    within_s: float,
) -> bool | None:
    """Tell whether a wanted epoch begins soon; None outside sleep and where nobody can know."""
    if stage not in SLEEP:
        return None
    wanted, unknown = (_next(x, time_s) - time_s for x in (wanted_s, around.unknown_s))
    if wanted <= within_s:
        return True
    return None if unknown < within_s else False


def _next(times_s: NDArray[np.float64], time_s: float) -> float:
    place = int(np.searchsorted(times_s, time_s, side="right"))
    return float(times_s[place]) if place < len(times_s) else np.inf


def _arousal(
    event: Event, around: _Surroundings, parameters: TaggingParameters
) -> tuple[ArousalOrder | None, float | None]:
    if around.arousals_s is None or event.kind is EventKind.AROUSAL:
        return None, None
    n_edges_passed = int(np.searchsorted(around.arousal_edges_s, event.onset_s, side="right"))
    if n_edges_passed % 2 == 0:
        return ArousalOrder.NOT_SCORABLE, None
    latency_s = _nearest_latency_s(around.arousals_s, event.onset_s, parameters)
    if latency_s is None:
        return ArousalOrder.NONE, None
    return _order(latency_s, parameters.simultaneous_s), latency_s


def _nearest_latency_s(
    arousals_s: NDArray[np.float64], onset_s: float, parameters: TaggingParameters
) -> float | None:
    first = int(np.searchsorted(arousals_s, onset_s - parameters.arousal_before_s))
    stop = int(np.searchsorted(arousals_s, onset_s + parameters.arousal_after_s, side="right"))
    near = (arousals_s[first:stop] - onset_s).tolist()
    return min(near, key=abs) if near else None


def _order(latency_s: float, simultaneous_s: float) -> ArousalOrder:
    if abs(latency_s) <= simultaneous_s:
        return ArousalOrder.SIMULTANEOUS
    return ArousalOrder.AROUSAL_FIRST if latency_s < 0 else ArousalOrder.JERK_FIRST


def _descent(time_s: float, descents: Sequence[Descent]) -> Descent | None:
    return next((d for d in descents if d.start_s <= time_s < d.end_s), None)
