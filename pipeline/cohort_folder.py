"""One result folder as a night of a cohort."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from pipeline import store
from pipeline.cohort import LATENCIES, Candidates, CohortNight, NightDescent
from pipeline.descents import Outcome
from pipeline.events import EventKind, Reason, Status
from pipeline.hypnogram import Hypnogram, Stage
from pipeline.legs import aasm
from pipeline.metrics import MetricParameters
from pipeline.night_columns import LEG_ROLES
from pipeline.result_files import DESCENTS, EPOCHS, EVENTS, NIGHT_JSON

_STAGES = {stage.letter: stage for stage in Stage}
_LEGS = tuple(f"scorable_{role.value}_s" for role in LEG_ROLES)
_EPOCH_COLUMNS = ["onset_s", "duration_s", "stage", "source", *_LEGS]
_EVENT_COLUMNS = [
    "kind",
    "rule_set",
    "onset_s",
    "grade",
    "status",
    "reason",
    "is_plm",
    "is_respiratory",
]
_DESCENT_COLUMNS = ["start_s", "end_s", "outcome"]
_HOUR_MIN = 60.0
_NO = pa.scalar(value=False)


def read_night(folder: Path, manifest: Mapping[str, Any]) -> CohortNight:
    """Give what a cohort needs of a result folder that is whole.

    Raises
    ------
    ResultError, OSError, KeyError, TypeError, ValueError, pyarrow.ArrowException
        Its files are not those of a night.
    """
    record = store.read_record(folder / NIGHT_JSON)
    metrics, lights = record["metrics"], record["lights"]
    epochs = _table(folder / EPOCHS, _EPOCH_COLUMNS)
    events = _table(folder / EVENTS, _EVENT_COLUMNS)
    in_bed = events.filter(_within(events["onset_s"], lights["off_s"], lights["on_s"]))
    hypnogram = _hypnogram(epochs)
    scorable_s = _scorable(epochs)
    rate = metrics["jerks_n1_per_h"]
    has_rate, minutes = rate["value"] is not None, metrics["scorable_any_leg_n1_min"]["value"]
    starts = in_bed.filter(pc.equal(in_bed["kind"], EventKind.SLEEP_START.value))
    arousals = events.filter(pc.equal(events["kind"], EventKind.AROUSAL.value))
    return CohortNight(
        study_key=str(record["study_key"]),
        hypnogram=hypnogram,
        lights_off_s=float(lights["off_s"]),
        lights_on_s=float(lights["on_s"]),
        descents=_descents(folder),
        jerks_s=None if scorable_s is None else _jerks(starts, manifest),
        candidates=None if scorable_s is None else _candidates(starts),
        scorable_s=scorable_s,
        arousals_s=None if metrics["arousals"]["value"] is None else _onsets(arousals),
        movements_s=_movements(events),
        n_jerks_n1=int(metrics["jerks_n1"]["value"]) if has_rate else None,
        n1_h=float(minutes) / _HOUR_MIN if has_rate and minutes else None,
        minutes={name: metrics[name]["value"] for name in LATENCIES},
        why_no_rate="" if has_rate else str(rate["reason"]),
    )


def _table(path: Path, columns: list[str]) -> pa.Table:
    with path.open("rb") as file:
        return pq.read_table(file, columns=columns, use_threads=False)


def _floats(column: pa.ChunkedArray) -> NDArray[np.float64]:
    found: NDArray[np.float64] = column.to_numpy().astype(np.float64)
    return found


def _onsets(table: pa.Table) -> NDArray[np.float64]:
    return np.sort(_floats(table["onset_s"]))


def _within(column: pa.ChunkedArray, start_s: float, stop_s: float) -> pa.ChunkedArray:
    return pc.and_(pc.greater_equal(column, start_s), pc.less(column, stop_s))


def _hypnogram(epochs: pa.Table) -> Hypnogram:
    letters = epochs["stage"].to_pylist()
    onsets_s, lengths_s = _floats(epochs["onset_s"]), _floats(epochs["duration_s"])
    facts: dict[str, Any] = {}
    if letters:
        facts = {"epoch_s": float(lengths_s[0]), "offset_s": float(onsets_s[0])}
        facts["source"] = str(epochs["source"][0].as_py())
    return Hypnogram(stages=np.array([_STAGES[x] for x in letters], np.int8), **facts)


def _scorable(epochs: pa.Table) -> NDArray[np.float64] | None:
    """Give the seconds of each epoch with a scorable leg; None where there are none at all."""
    columns = [np.nan_to_num(_floats(epochs[name])) for name in _LEGS]
    best: NDArray[np.float64] = np.max(columns, axis=0) if len(epochs) else np.empty(0)
    return best if best.any() else None


def _jerks(starts: pa.Table, manifest: Mapping[str, Any]) -> NDArray[np.float64]:
    """Give the accepted onsets of the grades that lead the night's own report."""
    metrics = MetricParameters.model_validate(manifest["settings"]["metrics"])
    grades = pa.array(metrics.headline_grades, pa.string())
    is_accepted = pc.equal(starts["status"], Status.ACCEPTED.value)
    return _onsets(starts.filter(pc.and_(is_accepted, pc.is_in(starts["grade"], grades))))


def _candidates(starts: pa.Table) -> Candidates:
    is_in_plm = pc.fill_null(pc.equal(starts["reason"], Reason.PLM_SERIES.value), _NO)
    kept = starts.append_column("is_in_plm", is_in_plm).filter(
        pc.or_(pc.equal(starts["status"], Status.ACCEPTED.value), is_in_plm)
    )
    kept = kept.sort_by("onset_s")
    return Candidates(
        onsets_s=_floats(kept["onset_s"]),
        is_in_plm=np.array(kept["is_in_plm"].to_pylist(), np.bool_),
    )


def _movements(events: pa.Table) -> NDArray[np.float64]:
    is_lm = pc.and_(
        pc.equal(events["kind"], EventKind.LEG_MOVEMENT.value),
        pc.equal(events["rule_set"], aasm.RULE_SET),
    )
    is_either = pc.or_(
        pc.fill_null(events["is_plm"], _NO), pc.fill_null(events["is_respiratory"], _NO)
    )
    return _onsets(events.filter(pc.and_(is_lm, is_either)))


def _descents(folder: Path) -> tuple[NightDescent, ...]:
    rows = _table(folder / DESCENTS, _DESCENT_COLUMNS).to_pylist()
    return tuple(
        NightDescent(start_s=r["start_s"], end_s=r["end_s"], outcome=Outcome(r["outcome"]))
        for r in rows
    )
