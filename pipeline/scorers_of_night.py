"""The technician and the machine as scorers, from a night's result folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from pipeline import store
from pipeline.comparison.scorer import Scorer
from pipeline.events import TECHNICIAN, Event, EventKind, Side, Status, is_scored
from pipeline.hypnogram import SCORED, Hypnogram, Stage
from pipeline.legs.rows import LM_RULE_SET
from pipeline.lights import Lights
from pipeline.night_columns import PROBABILITIES
from pipeline.result_files import EPOCHS, EVENTS, NIGHT_JSON
from pipeline.scoring import Scoring

AUTO = "auto"
_STAGES = {stage.letter: stage for stage in Stage}
_Row = Mapping[str, Any]


def scorers_of_night(folder: Path) -> Iterator[Scorer]:
    """Give the technician, where there is one, and the automatic scorer of a night's results."""
    store.check(folder)
    record = store.read_record(folder / NIGHT_JSON)
    epochs = pq.read_table(folder / EPOCHS).to_pylist()
    events = pq.read_table(folder / EVENTS).to_pylist()
    for source, scoring, starts in (
        (TECHNICIAN, *_technician(epochs, events)),
        (AUTO, *_automatic(epochs, events, record)),
    ):
        if scoring.hypnogram is not None or scoring.arousals or scoring.movements:
            yield Scorer(
                name=source,
                alias=source,
                scoring=scoring,
                lights=Lights(**record["lights"]),
                duration_s=record["duration_s"],
                sleep_starts=starts,
                record=record["study_key"],
            )


def _technician(epochs: Sequence[_Row], events: Sequence[_Row]) -> tuple[Scoring, None]:
    is_staged = bool(epochs) and epochs[0]["source"] == TECHNICIAN
    scored = [_event(row) for row in events if is_scored(row["rule_set"])]
    scoring = Scoring(
        hypnogram=_hypnogram(epochs, "stage", TECHNICIAN) if is_staged else None,
        arousals=_of_kind(scored, EventKind.AROUSAL) or None,
        respiratory=_of_kind(scored, EventKind.RESPIRATORY) or None,
        movements=_of_kind(scored, EventKind.UNILATERAL_LM) or None,
    )
    return scoring, None


def _automatic(
    epochs: Sequence[_Row], events: Sequence[_Row], record: _Row
) -> tuple[Scoring, tuple[Event, ...] | None]:
    """Give what the machine found; arousals are none of its own where a technician scored them."""
    found = [_event(row) for row in events if not is_scored(row["rule_set"])]
    has_stages = any(row["automatic_stage"] is not None for row in epochs)
    arousals = _of_kind(found, EventKind.AROUSAL)
    is_ours = not any(
        row["kind"] == EventKind.AROUSAL and is_scored(row["rule_set"]) for row in events
    )
    has_legs = any(leg["is_scorable"] for leg in record["legs"])
    movements = _of_kind([e for e in found if e.rule_set == LM_RULE_SET], EventKind.UNILATERAL_LM)
    scoring = Scoring(
        hypnogram=_hypnogram(epochs, "automatic_stage", AUTO) if has_stages else None,
        arousals=arousals if arousals or (is_ours and has_stages) else None,
        movements=movements if has_legs else None,
    )
    return scoring, _of_kind(found, EventKind.SLEEP_START) if has_legs else None


def _hypnogram(epochs: Sequence[_Row], column: str, source: str) -> Hypnogram:
    letters = [row[column] or Stage.UNSCORED.letter for row in epochs]
    rows = [[row[name] for name in PROBABILITIES] for row in epochs]
    shares = np.array(rows, dtype=np.float64).reshape(-1, len(SCORED))
    is_estimated = source == AUTO and bool(np.isfinite(shares).any())
    return Hypnogram(
        stages=np.array([_STAGES[letter] for letter in letters], dtype=np.int8),
        probabilities=shares if is_estimated else None,
        epoch_s=epochs[0]["duration_s"],
        offset_s=epochs[0]["onset_s"],
        source=source,
    )


def _event(row: _Row) -> Event:
    return Event(
        kind=EventKind(row["kind"]),
        rule_set=row["rule_set"],
        onset_s=row["onset_s"],
        duration_s=row["duration_s"],
        side=Side(row["side"]),
        status=Status(row["status"]),
    )


def _of_kind(events: Sequence[Event], kind: EventKind) -> tuple[Event, ...]:
    return tuple(e for e in events if e.kind is kind and e.is_accepted)
