"""The night as tables: epochs, events, descents, each column with its unit in the name."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.columns import schema
from pipeline.events import TaggedEvent
from pipeline.hypnogram import SCORED, Hypnogram, Stage
from pipeline.night import Night
from pipeline.night_columns import (
    DESCENT_COLUMNS,
    EPOCH_COLUMNS,
    EVENT_COLUMNS,
    LEG_ROLES,
    PROBABILITIES,
)

_STAGE_OF = dict(zip(PROBABILITIES, SCORED, strict=True))


def epochs_table(night: Night) -> pa.Table:
    """Give one row per epoch: stage, source, probabilities, scorable seconds per leg."""
    hypnogram = night.hypnogram
    columns: dict[str, object] = {
        "epoch": range(len(hypnogram)),
        "onset_s": hypnogram.onsets_s,
        "duration_s": np.full(len(hypnogram), hypnogram.epoch_s),
        "stage": [Stage(int(s)).letter for s in hypnogram.stages],
        "source": [hypnogram.source] * len(hypnogram),
    }
    columns |= _automatic_columns(hypnogram, night.automatic)
    for role in LEG_ROLES:
        columns[f"scorable_{role.value}_s"] = night.scorable_s.get(role, [None] * len(hypnogram))
    return pa.table({c.name: pa.array(columns[c.name], c.kind) for c in EPOCH_COLUMNS})


def events_table(events: Iterable[TaggedEvent]) -> pa.Table:
    """Give one row per event, accepted and rejected, in the order of their onsets."""
    rows = list(events)
    return pa.table(
        {
            c.name: pa.array([_event_value(row, c.name) for row in rows], c.kind)
            for c in EVENT_COLUMNS
        }
    )


def descents_table(night: Night) -> pa.Table:
    """Give one row per descent."""
    rows = [
        {c.name: _plain(getattr(d, _DESCENT_NAMES.get(c.name, c.name))) for c in DESCENT_COLUMNS}
        for d in night.descents
    ]
    return pa.Table.from_pylist(rows, schema=schema(DESCENT_COLUMNS))


_DESCENT_NAMES = {"descent": "number"}


def _automatic_columns(used: Hypnogram, automatic: Hypnogram | None) -> dict[str, object]:
    """Give the automatic stage and its probabilities, looked up at each epoch's middle."""
    middles = used.onsets_s + used.epoch_s / 2
    stages = [None if automatic is None else automatic.stage_at(t).letter for t in middles]
    columns: dict[str, object] = {"automatic_stage": stages}
    rows = [None if automatic is None else automatic.probabilities_at(t) for t in middles]
    for place, name in enumerate(PROBABILITIES):
        columns[name] = [None if row is None else _plain(float(row[place])) for row in rows]
    return columns


def _event_value(tagged: TaggedEvent, name: str) -> object:
    """Give what a column holds: an attribute of the tagged event, else of the event itself."""
    if name in _STAGE_OF:
        return (
            None if tagged.probabilities is None else _plain(tagged.probabilities[_STAGE_OF[name]])
        )
    return _plain(getattr(tagged if hasattr(tagged, name) else tagged.event, name))


def _plain(value: Any) -> object:
    """Give a value as a table holds it: words for enumerations, None for what is no number."""
    if isinstance(value, Stage):
        return value.letter
    if isinstance(value, Enum):
        return value.value
    return None if isinstance(value, float) and np.isnan(value) else value
