"""Which events lie on which lane of the night's raster."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipeline.events import Event, EventKind, Side
from pipeline.metrics.movements import NO_RESPIRATORY
from pipeline.night import Night
from pipeline.report.words import plain

_GRADES = ("A", "B", "C", None)
_TRAINS = frozenset(
    {
        EventKind.HIGH_FREQUENCY_LM,
        EventKind.FOOT_TREMOR,
        EventKind.ALTERNATING_ACTIVATION,
        EventKind.RHYTHMIC_MOVEMENT,
    }
)
_OTHER = frozenset({EventKind.BURST, EventKind.ARTEFACT})
_NO_LEGS = "not available: no leg could be scored"


@dataclass(frozen=True, kw_only=True)
class Lane:
    """One line of the raster.

    Attributes
    ----------
    spans_s
        Seconds from the start of the record, shape (n, 2).
    n_events
        How many events it holds; stretches for the unscorable lanes.
    absent
        Why nothing can be there; empty where the lane was looked at.
    """

    title: str
    css: str
    spans_s: NDArray[np.float64]
    n_events: int
    absent: str = field(default="")


def lanes(night: Night) -> tuple[Lane, ...]:
    """Give the lanes from top to bottom."""
    accepted = [tagged.event for tagged in night.events if tagged.event.is_accepted]
    no_legs = "" if any(leg.is_scorable for leg in night.leg_conditions) else _NO_LEGS
    rows = [
        _lane(f"Sleep start {g or '?'}", f"jerk grade-{g}", accepted, _of_grade(g), no_legs)
        for g in _GRADES
        if g or any(map(_of_grade(g), accepted))
    ]
    rows += _leg_lanes(accepted, no_legs)
    rows.append(_lane("Trains", "train", accepted, lambda e: e.kind in _TRAINS, no_legs))
    rows.append(_of_kind(accepted, EventKind.FRAGMENTARY_MYOCLONUS, "Myoclonus", no_legs))
    rows.append(_of_kind(accepted, EventKind.LARGE_MOVEMENT, "Large movement", no_legs))
    rows.append(_lane("Other leg activity", "other", accepted, lambda e: e.kind in _OTHER, no_legs))
    rows.append(
        _of_kind(accepted, EventKind.AROUSAL, _arousal_title(accepted), _why_no_arousals(night))
    )
    rows.append(
        _of_kind(accepted, EventKind.RESPIRATORY, "Respiratory", _why_no_respiratory(night))
    )
    return (*rows, *_unscorable(night))


def _arousal_title(accepted: list[Event]) -> str:
    is_automatic = any(e.kind is EventKind.AROUSAL and not e.is_scored for e in accepted)
    return "Arousal (automatic)" if is_automatic else "Arousal"


def _why_no_arousals(night: Night) -> str:
    counted = next((m for m in night.metrics if m.name == "arousals"), None)
    return (
        "" if counted is None or counted.value is not None else f"not available: {counted.reason}"
    )


def _why_no_respiratory(night: Night) -> str:
    is_unscored = any(metric.reason == NO_RESPIRATORY for metric in night.metrics)
    return f"not available: {NO_RESPIRATORY}" if is_unscored else ""


def _leg_lanes(accepted: list[Event], no_legs: str) -> list[Lane]:
    sides = [("LM left", Side.LEFT), ("LM right", Side.RIGHT)]
    if any(_is_lm(e) and e.side is Side.UNKNOWN for e in accepted):
        sides.append(("LM, side unknown", Side.UNKNOWN))
    rows = [_lane(title, f"lm-{side}", accepted, _of_side(side), no_legs) for title, side in sides]
    sets = sorted({e.rule_set for e in accepted if e.is_plm is not None}) or [""]
    rows += [
        _lane(f"PLM {plain(s)}".rstrip(), "plm", accepted, _of_series(s), no_legs) for s in sets
    ]
    return rows


def _is_lm(event: Event) -> bool:
    return event.kind is EventKind.UNILATERAL_LM and not event.is_scored


def _of_grade(grade: str | None) -> Callable[[Event], bool]:
    return lambda e: e.kind is EventKind.SLEEP_START and e.grade == grade


def _of_side(side: Side) -> Callable[[Event], bool]:
    return lambda e: _is_lm(e) and e.side is side


def _of_series(rule_set: str) -> Callable[[Event], bool]:
    return lambda e: e.rule_set == rule_set and bool(e.is_plm)


def _of_kind(accepted: list[Event], kind: EventKind, title: str, absent: str) -> Lane:
    return _lane(title, str(kind), accepted, lambda e: e.kind is kind, absent)


def _lane(
    title: str,
    css: str,
    events: Iterable[Event],
    belongs: Callable[[Event], bool],
    absent: str,
) -> Lane:
    spans = [(e.onset_s, e.offset_s) for e in events if belongs(e)]
    return Lane(
        title=title,
        css=f"event {css}",
        spans_s=np.array(spans, np.float64).reshape(-1, 2),
        n_events=len(spans),
        absent="" if spans else absent,
    )


def _unscorable(night: Night) -> list[Lane]:
    return [
        Lane(
            title=f"Unscorable {plain(leg.role.removeprefix('leg_'))}",
            css="event unscorable",
            spans_s=_whole(night) if not leg.is_scorable else leg.unscorable,
            n_events=len(leg.unscorable),
        )
        for leg in night.leg_conditions
    ]


def _whole(night: Night) -> NDArray[np.float64]:
    return np.array([[0.0, night.duration_s]])
