"""Event rows for single legs: movements, artefacts, and what nothing explains."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from pipeline.events import Event, EventKind
from pipeline.intervals import overlaps
from pipeline.legs.leg import Leg

LM_RULE_SET = "AASM_v3"
ARTEFACT_RULE_SET = "HYPNIC_artefact_v1"
BURST_RULE_SET = "HYPNIC_burst_v1"
_SHORTEST_LM_S, _LONGEST_LM_S = 0.5, 10.0  # AASM manual v3


def movement_rows(legs: tuple[Leg, ...]) -> tuple[Event, ...]:
    """Give one row per movement of one leg of 0.5 to 10 s, before the legs are combined."""
    rows = []
    for leg in legs:
        onset_s, offset_s = leg.movements.span_s.T
        is_lm = leg.movements.is_lm & (offset_s - onset_s <= _LONGEST_LM_S)
        rows += _rows(leg, is_lm, EventKind.UNILATERAL_LM, LM_RULE_SET)
    return tuple(rows)


def unexplained_rows(legs: tuple[Leg, ...], explained: tuple[Event, ...]) -> tuple[Event, ...]:
    """Give one row per raised stretch that no other row covers.

    A refused candidate for a sleep start explains no stretch of 0.5 s and more.
    """
    known = _spans(explained)
    others = _spans(event for event in explained if event.kind is not EventKind.SLEEP_START)
    rows: list[Event] = []
    for leg in legs:
        is_long = leg.movements.offset_s - leg.movements.onset_s >= _SHORTEST_LM_S
        spans = leg.movements.span_s
        is_known = np.where(is_long, overlaps(spans, others), overlaps(spans, known))
        rows += _rows(leg, ~is_known, EventKind.BURST, BURST_RULE_SET)
    return tuple(rows)


def artefact_rows(legs: tuple[Leg, ...]) -> tuple[Event, ...]:
    """Give one row per stretch that could not be scored; the rule set ends with its cause."""
    return tuple(
        Event(
            kind=EventKind.ARTEFACT,
            rule_set=f"{ARTEFACT_RULE_SET}_{cause}",
            onset_s=float(start),
            duration_s=float(stop - start),
            side=leg.side,
            channel=leg.condition.label,
        )
        for leg in legs
        for (start, stop), cause in zip(
            leg.condition.unscorable, leg.condition.unscorable_causes, strict=True
        )
    )


def _rows(leg: Leg, keep: NDArray[np.bool_], kind: EventKind, rule_set: str) -> list[Event]:
    found = leg.movements
    return [
        Event(
            kind=kind,
            rule_set=rule_set,
            onset_s=float(found.onset_s[row]),
            duration_s=float(found.offset_s[row] - found.onset_s[row]),
            side=leg.side,
            channel=leg.condition.label,
            amplitude_uv=float(found.peak_uv[row]),
            rest_uv=float(found.rest_uv[row]),
            z=float(found.z[row]),
        )
        for row in np.flatnonzero(keep)
    ]


def _spans(events: Iterable[Event]) -> NDArray[np.float64]:
    rows = [(event.onset_s, event.offset_s) for event in events]
    return np.array(rows, dtype=np.float64).reshape(-1, 2)
