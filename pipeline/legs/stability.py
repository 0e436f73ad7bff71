"""How far the leg events hang on the detector's thresholds: the same night in other settings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import product

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pipeline.events import Event, EventKind
from pipeline.legs.detector_settings import Setting, SettingEvents
from pipeline.legs.sleep_start_parameters import SleepStartParameters
from pipeline.parameters import Parameters

KINDS = frozenset({EventKind.SLEEP_START, EventKind.LEG_MOVEMENT, EventKind.UNILATERAL_LM})
_N_WINDOWS = 2  # shorter and longer
_Key = tuple[EventKind, str, str]


class StabilityParameters(Parameters):
    """Which other settings are tried, and when an event is the same in one."""

    is_computed: bool = Field(
        default=True,
        description="whether the other settings are tried; source: clinical rules, section 5.3",
    )
    shift_uv: float = Field(
        default=2.0,
        ge=0.0,
        lt=5.0,
        description="the onset thresholds over rest are tried this much lower and higher, too; "
        "source: clinical rules, section 5.3: +/- 2 uV",
    )
    onset_tolerance_s: float = Field(
        default=0.25,
        ge=0.0,
        description="an event is kept in a setting where one of its kind and side overlaps it or "
        "begins this near; source: this project's choice, half of the shortest leg movement",
    )


def other_settings(parameters: StabilityParameters) -> tuple[Setting, ...]:
    """Give every setting but the published one; none where they are not to be tried."""
    if not parameters.is_computed:
        return ()
    shifts = dict.fromkeys((-parameters.shift_uv, 0.0, parameters.shift_uv))
    return tuple(Setting(shift_uv=s, window=w) for w, s in product(range(_N_WINDOWS), shifts))


def shifted_starts(parameters: SleepStartParameters, shift_uv: float) -> SleepStartParameters:
    """Give the parameters with another least peak over rest."""
    least_uv = max(parameters.min_over_rest_uv + shift_uv, 0.0)
    return parameters.model_copy(update={"min_over_rest_uv": least_uv})


def accepted(events: Iterable[Event]) -> tuple[Event, ...]:
    """Give the accepted events of the kinds that are followed over the settings."""
    return tuple(e for e in events if e.kind in KINDS and e.is_accepted)


def with_stability(
    events: Iterable[Event], others: Sequence[SettingEvents], parameters: StabilityParameters
) -> tuple[Event, ...]:
    """Give the events, the accepted ones with the share of the settings that keep them.

    The published setting is one of them and keeps each. None of another kind, for rejected
    candidates, and where no other setting was tried.
    """
    rows = tuple(events)
    if not others:
        return rows
    followed = [row for row in rows if row.kind in KINDS and row.is_accepted]
    n_kept = np.ones(len(followed), dtype=np.int64)
    for other in others:
        n_kept += _is_kept(followed, other.events, parameters.onset_tolerance_s)
    shares = dict(zip(map(id, followed), n_kept / (len(others) + 1), strict=True))
    return tuple(
        replace(row, stability=float(shares[id(row)])) if id(row) in shares else row for row in rows
    )


def _is_kept(
    rows: Sequence[Event], found: Iterable[Event], tolerance_s: float
) -> NDArray[np.bool_]:
    there = _spans_by_key(found)
    kept = np.zeros(len(rows), dtype=np.bool_)
    mine: dict[_Key, list[int]] = {}
    for place, row in enumerate(rows):
        mine.setdefault(_key(row), []).append(place)
    for key in mine.keys() & there.keys():
        places = mine[key]
        spans = np.array([(rows[k].onset_s, rows[k].offset_s) for k in places])
        kept[places] = _meets(spans, there[key], tolerance_s)
    return kept


def _spans_by_key(events: Iterable[Event]) -> dict[_Key, NDArray[np.float64]]:
    """Onset and end of the events of each kind and side, sorted by onset, shape (n, 2)."""
    there: dict[_Key, list[tuple[float, float]]] = {}
    for event in events:
        there.setdefault(_key(event), []).append((event.onset_s, event.offset_s))
    return {key: np.array(sorted(each)) for key, each in there.items()}


def _meets(
    spans: NDArray[np.float64], others: NDArray[np.float64], tolerance_s: float
) -> NDArray[np.bool_]:
    """Tell for each span whether another one overlaps it or begins near it."""
    starts, latest = others[:, 0], np.concatenate(([-np.inf], np.maximum.accumulate(others[:, 1])))
    overlap = latest[np.searchsorted(starts, spans[:, 1])] > spans[:, 0]
    first, last = spans[:, 0] - tolerance_s, spans[:, 0] + tolerance_s
    is_near = np.searchsorted(starts, first) < np.searchsorted(starts, last, side="right")
    kept: NDArray[np.bool_] = overlap | is_near
    return kept


def _key(event: Event) -> _Key:
    return event.kind, event.rule_set, event.side
