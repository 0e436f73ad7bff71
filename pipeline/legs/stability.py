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
    n_kept = np.ones(len(rows), dtype=np.int64)
    for other in others:
        n_kept += _is_kept(rows, other.events, parameters.onset_tolerance_s)
    shares = n_kept / (len(others) + 1)
    return tuple(
        replace(row, stability=float(share)) if row.kind in KINDS and row.is_accepted else row
        for row, share in zip(rows, shares, strict=True)
    )


def _is_kept(
    rows: Sequence[Event], found: Iterable[Event], tolerance_s: float
) -> NDArray[np.bool_]:
    there: dict[_Key, list[tuple[float, float]]] = {}
    for event in found:
        there.setdefault(_key(event), []).append((event.onset_s, event.offset_s))
    spans = {key: np.array(each).reshape(-1, 2) for key, each in there.items()}
    nothing = np.empty((0, 2))
    return np.array(
        [_meets(row, spans.get(_key(row), nothing), tolerance_s) for row in rows], dtype=np.bool_
    )


def _meets(row: Event, spans: NDArray[np.float64], tolerance_s: float) -> bool:
    overlap = (spans[:, 0] < row.offset_s) & (row.onset_s < spans[:, 1])
    return bool((overlap | (np.abs(spans[:, 0] - row.onset_s) <= tolerance_s)).any())


def _key(event: Event) -> _Key:
    return event.kind, event.rule_set, event.side
