"""The night as tables: epochs, events, descents, each column with its unit in the name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.events import TaggedEvent
from pipeline.hypnogram import SCORED, Hypnogram, Stage
from pipeline.montage import Role
from pipeline.night import Night

PROBABILITIES = tuple(f"p_{stage.name.lower()}" for stage in SCORED)
LEG_ROLES = (Role.LEG_LEFT, Role.LEG_RIGHT, Role.LEG_COMBINED)

_Row = Callable[[TaggedEvent], object]

EVENT_COLUMNS: Mapping[str, tuple[pa.DataType, _Row]] = {
    "kind": (pa.string(), lambda t: t.event.kind.value),
    "rule_set": (pa.string(), lambda t: t.event.rule_set),
    "onset_s": (pa.float64(), lambda t: t.event.onset_s),
    "duration_s": (pa.float64(), lambda t: t.event.duration_s),
    "side": (pa.string(), lambda t: t.event.side.value),
    "channel": (pa.string(), lambda t: t.event.channel),
    "stage": (pa.string(), lambda t: t.stage.letter),
    "stage_at_offset": (pa.string(), lambda t: t.stage_at_offset.letter),
    "p_w": (pa.float64(), lambda t: _probability(t, Stage.W)),
    "p_n1": (pa.float64(), lambda t: _probability(t, Stage.N1)),
    "p_n2": (pa.float64(), lambda t: _probability(t, Stage.N2)),
    "p_n3": (pa.float64(), lambda t: _probability(t, Stage.N3)),
    "p_r": (pa.float64(), lambda t: _probability(t, Stage.R)),
    "is_ambiguous": (pa.bool_(), lambda t: t.is_ambiguous),
    "amplitude_uv": (pa.float64(), lambda t: t.event.amplitude_uv),
    "rms_uv": (pa.float64(), lambda t: t.event.rms_uv),
    "area_uv_s": (pa.float64(), lambda t: t.event.area_uv_s),
    "rest_uv": (pa.float64(), lambda t: t.event.rest_uv),
    "z": (pa.float64(), lambda t: t.event.z),
    "grade": (pa.string(), lambda t: t.event.grade),
    "status": (pa.string(), lambda t: t.event.status.value),
    "reason": (pa.string(), lambda t: t.event.reason and t.event.reason.value),
    "is_both_legs": (pa.bool_(), lambda t: t.event.is_both_legs),
    "has_chin": (pa.bool_(), lambda t: t.event.has_chin),
    "isolation_s": (pa.float64(), lambda t: t.event.isolation_s),
    "eeg_sign": (pa.string(), lambda t: t.event.eeg_sign),
    "heart_rate_rise_bpm": (pa.float64(), lambda t: t.event.heart_rate_rise_bpm),
    "imi_s": (pa.float64(), lambda t: t.event.imi_s),
    "series": (pa.int32(), lambda t: t.event.series),
    "n_parts": (pa.int32(), lambda t: t.event.n_parts),
    "is_clm": (pa.bool_(), lambda t: t.event.is_clm),
    "is_plm": (pa.bool_(), lambda t: t.event.is_plm),
    "is_plm_nr": (pa.bool_(), lambda t: t.event.is_plm_nr),
    "is_respiratory": (pa.bool_(), lambda t: t.event.is_respiratory),
    "has_arousal": (pa.bool_(), lambda t: t.event.has_arousal),
    "stability": (pa.float64(), lambda t: t.event.stability),
    "threshold_excess": (pa.float64(), lambda t: t.event.threshold_excess),
    "confidence": (pa.float64(), lambda t: t.event.confidence),
    "arousal_order": (pa.string(), lambda t: t.arousal_order and t.arousal_order.value),
    "arousal_latency_s": (pa.float64(), lambda t: t.arousal_latency_s),
    "is_followed_by_wake": (pa.bool_(), lambda t: t.is_followed_by_wake),
    "descent": (pa.int32(), lambda t: t.descent),
    "since_descent_s": (pa.float64(), lambda t: t.since_descent_s),
    "descent_outcome": (pa.string(), lambda t: t.descent_outcome),
    "to_outcome_s": (pa.float64(), lambda t: t.to_outcome_s),
    "to_n2_s": (pa.float64(), lambda t: t.to_n2_s),
    "depth_before": (pa.float64(), lambda t: t.depth_before),
    "depth_after": (pa.float64(), lambda t: t.depth_after),
    "depth_drop": (pa.float64(), lambda t: t.depth_drop),
    "is_followed_by_lighter": (pa.bool_(), lambda t: t.is_followed_by_lighter),
}


def epochs_table(night: Night) -> pa.Table:
    """Give one row per epoch: stage, source, probabilities, scorable seconds per leg."""
    hypnogram = night.hypnogram
    columns: dict[str, pa.Array] = {
        "epoch": pa.array(range(len(hypnogram)), pa.int32()),
        "onset_s": pa.array(hypnogram.onsets_s, pa.float64()),
        "duration_s": pa.array(np.full(len(hypnogram), hypnogram.epoch_s), pa.float64()),
        "stage": pa.array([Stage(int(s)).letter for s in hypnogram.stages], pa.string()),
        "source": pa.array([hypnogram.source] * len(hypnogram), pa.string()),
    }
    columns |= _automatic_columns(hypnogram, night.automatic)
    for role in LEG_ROLES:
        seconds = night.scorable_s.get(role)
        columns[f"scorable_{role.value}_s"] = _floats(seconds, len(hypnogram))
    return pa.table(columns)


def events_table(events: Iterable[TaggedEvent]) -> pa.Table:
    """Give one row per event, accepted and rejected, in the order of their onsets."""
    rows = list(events)
    return pa.table(
        {
            name: pa.array([_none_for_nan(value(row)) for row in rows], kind)
            for name, (kind, value) in EVENT_COLUMNS.items()
        }
    )


def descents_table(night: Night) -> pa.Table:
    """Give one row per descent."""
    rows: list[dict[str, Any]] = [
        {
            "descent": d.number,
            "start_s": d.start_s,
            "end_s": d.end_s,
            "outcome": d.outcome.value,
            "n1_s": d.n1_s,
            "to_n2_s": d.to_n2_s,
            "to_n3_s": d.to_n3_s,
            "n_jerks": d.n_jerks,
            "is_aborted_by_jerk": d.is_aborted_by_jerk,
        }
        for d in night.descents
    ]
    return pa.Table.from_pylist(rows, schema=_DESCENT_SCHEMA)


_DESCENT_SCHEMA = pa.schema(
    [
        ("descent", pa.int32()),
        ("start_s", pa.float64()),
        ("end_s", pa.float64()),
        ("outcome", pa.string()),
        ("n1_s", pa.float64()),
        ("to_n2_s", pa.float64()),
        ("to_n3_s", pa.float64()),
        ("n_jerks", pa.int32()),
        ("is_aborted_by_jerk", pa.bool_()),
    ]
)


def _automatic_columns(used: Hypnogram, automatic: Hypnogram | None) -> dict[str, pa.Array]:
    """Give the automatic stage and its probabilities, looked up at each epoch's middle."""
    middles = used.onsets_s + used.epoch_s / 2
    stages = [None if automatic is None else automatic.stage_at(t).letter for t in middles]
    columns = {"automatic_stage": pa.array(stages, pa.string())}
    rows = [None if automatic is None else automatic.probabilities_at(t) for t in middles]
    for place, name in enumerate(PROBABILITIES):
        values = [None if row is None else _none_for_nan(float(row[place])) for row in rows]
        columns[name] = pa.array(values, pa.float64())
    return columns


def _probability(tagged: TaggedEvent, stage: Stage) -> float | None:
    return None if tagged.probabilities is None else tagged.probabilities[stage]


def _floats(values: np.ndarray[Any, Any] | None, n_rows: int) -> pa.Array:
    return pa.nulls(n_rows, pa.float64()) if values is None else pa.array(values, pa.float64())


def _none_for_nan(value: object) -> object:
    return None if isinstance(value, float) and np.isnan(value) else value
