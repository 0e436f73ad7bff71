"""The night as BIDS tables: events, and the hypnogram of a draft."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pipeline.edf.annotations import Annotation
from pipeline.events import TECHNICIAN, Side
from pipeline.exchange import read_back
from pipeline.exchange.bids_columns import (
    COLUMNS,
    HYPNOGRAM_COLUMNS,
    LIGHTS_OFF,
    LIGHTS_ON,
    STAGE_TYPES,
    events_sidecar,
    hypnogram_sidecar,
)
from pipeline.exchange.cells import cell, line, number, seconds
from pipeline.exchange.scored_night import (
    EventRow,
    Probabilities,
    ScoredNight,
    StageRow,
)
from pipeline.formats import events_tsv
from pipeline.formats.marks import Mark
from pipeline.hypnogram import SCORED

_MISSING = "n/a"  # BIDS 1.11.1, tabular files
_Cells = dict[str, str]


def events_content(night: ScoredNight) -> bytes:
    """Give ``_events.tsv``: lights, stages and events of every scorer, by onset.

    References
    ----------
    BIDS 1.11.1, task events and tabular files.
    """
    return _table(COLUMNS, _event_rows(night))


def events_json(night: ScoredNight) -> bytes:
    """Give ``_events.json``, which describes the columns and tags the events."""
    return _json(events_sidecar(night))


def hypnogram_content(night: ScoredNight) -> bytes:
    """Give ``_hypnogram.tsv``: the stages used, then the automatic ones where others are used.

    References
    ----------
    The draft of the sleep extension of BIDS, issue 2138 of its specification; not released.
    """
    return _table(HYPNOGRAM_COLUMNS, _hypnogram_rows(night))


def hypnogram_json(night: ScoredNight) -> bytes:
    """Give ``_hypnogram.json``."""
    return _json(hypnogram_sidecar(night))


def events_wanted(night: ScoredNight) -> list[Annotation]:
    """Give what a reader has to find in the events, scorer after scorer."""
    return _wanted(_event_rows(night), "trial_type")


def hypnogram_wanted(night: ScoredNight) -> list[Annotation]:
    """Give what a reader has to find in the hypnogram, scorer after scorer."""
    return _wanted(_hypnogram_rows(night), "stage")


def marks(written: bytes) -> tuple[Mark, ...]:
    """Give what the importer finds in a table, scorer after scorer."""
    return tuple(mark for file in events_tsv.parse(written) for mark in file.marks)


def _table(columns: Sequence[str], rows: Iterable[_Cells]) -> bytes:
    lines = [line(*columns)]
    lines += [line(*(row.get(name) or _MISSING for name in columns)) for row in rows]
    return "".join(lines).encode()


def _wanted(rows: Sequence[_Cells], label: str) -> list[Annotation]:
    scorers = list(dict.fromkeys(row["scorer"] for row in rows))
    return [
        read_back.annotation(float(row["onset"]), float(row["duration"]), row[label], _channel(row))
        for scorer in scorers
        for row in rows
        if row["scorer"] == scorer
    ]


def _channel(row: _Cells) -> str:
    channel = row.get("channel", _MISSING)
    return "" if channel == _MISSING else channel


def _event_rows(night: ScoredNight) -> list[_Cells]:
    rows = [
        *_lights(night),
        *(_stage(row, night.stage_scorer) for row in night.stages),
        *(_event(row) for row in night.events),
    ]
    return sorted(rows, key=lambda row: (float(row["onset"]), row["trial_type"], row["scorer"]))


def _lights(night: ScoredNight) -> Iterator[_Cells]:
    for name, time_s in ((LIGHTS_OFF, night.lights_off_s), (LIGHTS_ON, night.lights_on_s)):
        if time_s is not None:
            yield _cells(time_s, 0.0, TECHNICIAN) | {"trial_type": name}


def _stage(row: StageRow, scorer: str) -> _Cells:
    facts = {"trial_type": STAGE_TYPES[row.stage], "stage": row.stage.letter}
    return _cells(row.onset_s, row.duration_s, scorer) | facts | _chances(row.probabilities)


def _event(row: EventRow) -> _Cells:
    is_sided = row.side is not Side.UNKNOWN
    return {
        **_cells(row.onset_s, row.duration_s, row.scorer),
        "trial_type": row.term.value,
        "channel": cell(row.channel, _MISSING),
        "side": row.side.value if is_sided else "",
        "stage": row.stage,
        "rule_set": cell(row.rule_set, ""),
        "grade": cell(row.grade, ""),
        "is_ambiguous": "" if row.is_ambiguous is None else str(row.is_ambiguous).lower(),
        "amplitude_uv": number(row.amplitude_uv, ""),
        "rest_uv": number(row.rest_uv, ""),
        "z": number(row.z, ""),
        "stability": number(row.stability, ""),
        "confidence": number(row.confidence, ""),
        "imi_s": number(row.imi_s, ""),
        **_chances(row.probabilities),
    }


def _hypnogram_rows(night: ScoredNight) -> list[_Cells]:
    used = [
        _cells(row.onset_s, row.duration_s, night.stage_scorer) | {"stage": row.stage.letter}
        for row in night.stages
    ]
    if night.stage_scorer == night.automatic_scorer:
        return used
    return used + [
        _cells(row.onset_s, row.duration_s, night.automatic_scorer)
        | {"stage": row.automatic.letter}
        for row in night.stages
        if row.automatic is not None
    ]


def _cells(onset_s: float, duration_s: float, scorer: str) -> _Cells:
    return {"onset": seconds(onset_s), "duration": seconds(duration_s), "scorer": scorer}


def _chances(probabilities: Probabilities | None) -> _Cells:
    if probabilities is None:
        return {}
    names = (f"p_{stage.name.lower()}" for stage in SCORED)
    return {name: number(p, "") for name, p in zip(names, probabilities, strict=True)}


def _json(record: dict[str, Any]) -> bytes:
    return json.dumps(record, indent=1, allow_nan=False).encode() + b"\n"
