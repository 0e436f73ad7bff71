"""The rows of nights, metrics, channels and warnings, from the nights' JSON records."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline import store
from pipeline.catalogue.listing import Key, NightFolder
from pipeline.catalogue.views import NIGHT_METRICS, RECORD_VIEWS, VIEWS
from pipeline.columns import schema
from pipeline.errors import ResultError
from pipeline.result_files import NIGHT_JSON

Record = Mapping[str, Any]
RECORD_FAULTS = (OSError, ValueError, TypeError, AttributeError, KeyError, pa.ArrowException)
_NIGHTS_AT_A_TIME = 200  # as Python objects; Arrow holds the rest in less
_S_PER_H = 3600.0


def record_tables(
    nights: Sequence[NightFolder], latest: set[Key], views: Sequence[str] = RECORD_VIEWS
) -> dict[str, pa.Table]:
    """Give the tables of the views.

    Parameters
    ----------
    latest
        The latest result of each study.

    Raises
    ------
    OSError, ValueError, TypeError, AttributeError, KeyError, pyarrow.ArrowException
        A record is not that of a night (`RECORD_FAULTS`).
    """
    starts = range(0, max(len(nights), 1), _NIGHTS_AT_A_TIME)
    parts = [_tables(nights[i : i + _NIGHTS_AT_A_TIME], latest, views) for i in starts]
    return {view: pa.concat_tables([part[view] for part in parts]) for view in views}


def _tables(
    nights: Sequence[NightFolder], latest: set[Key], views: Sequence[str]
) -> dict[str, pa.Table]:
    filled: dict[str, dict[str, list[object]]] = {
        view: {c.name: [] for c in VIEWS[view].columns} for view in views
    }
    for night in nights:
        record = json.loads(Path(night.folder, NIGHT_JSON).read_bytes())
        keys = {"study_key": night.key[0], "digest": night.key[1], "is_latest": night.key in latest}
        for view in views:
            lists = filled[view]
            for row in _ROWS[view](record):
                for name, values in lists.items():
                    values.append(keys[name] if name in keys else row.get(name))
    return {
        view: pa.table(
            {c.name: pa.array(lists[c.name], c.kind) for c in VIEWS[view].columns},
        )
        for view, lists in filled.items()
    }


def quarantine_table(out: Path) -> pa.Table:
    """Give the studies that could not be scored; a reason that cannot be read has its key only."""
    columns = schema(VIEWS["quarantine"].facts)
    folders = sorted(path.parent for path in store.quarantine_folder(out, "").glob("*/reason.json"))
    return pa.Table.from_pylist([_reason(folder) for folder in folders], schema=columns)


def _night_rows(record: Record) -> Iterator[Record]:
    lights, segment = record.get("lights") or {}, record.get("segment") or {}
    metrics = record.get("metrics") or {}
    delay = metrics.get("delay_matched_s") or {}
    yield {
        "hypnic_version": record.get("hypnic_version"),
        "duration_h": _hours(record.get("duration_s")),
        "start_clock_hour": record.get("start_clock_hour"),
        "segment_start_s": segment.get("start_s"),
        "stage_source": record.get("stage_source"),
        "lights_off_s": lights.get("off_s"),
        "lights_on_s": lights.get("on_s"),
        "is_lights_off_assumed": lights.get("is_off_assumed"),
        "is_lights_on_assumed": lights.get("is_on_assumed"),
        "n_warnings": len(record.get("notices") or ()),
        **_agreement(record.get("agreement") or {}),
        "delay_matched_low_s": delay.get("low"),
        "delay_matched_high_s": delay.get("high"),
        **{name: (metrics.get(name) or {}).get("value") for name in NIGHT_METRICS},
    }


def _hours(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / _S_PER_H


def _agreement(agreement: Record) -> Record:
    accuracy = agreement.get("accuracy")
    return {
        "agreement_epochs": agreement.get("n_epochs"),
        "agreement_percent": None if accuracy is None else 100.0 * accuracy,
        "agreement_kappa": agreement.get("kappa"),
        "agreement_f1_n1": (agreement.get("f1") or {}).get("N1"),
    }


def _metric_rows(record: Record) -> Iterator[Record]:
    for name, facts in (record.get("metrics") or {}).items():
        yield {**facts, "name": name, "heading": facts.get("group")}


def _channel_rows(record: Record) -> Iterator[Record]:
    yield from record.get("channels") or ()


def _warning_rows(record: Record) -> Iterator[Record]:
    for number, notice in enumerate(record.get("notices") or (), start=1):
        yield {**notice, "number": number, "place": notice.get("where")}


_ROWS: Mapping[str, Callable[[Record], Iterator[Record]]] = {
    "nights": _night_rows,
    "metrics": _metric_rows,
    "channels": _channel_rows,
    "warnings": _warning_rows,
}


def _reason(folder: Path) -> Record:
    try:
        reason = store.read_record(folder / store.REASON)
    except ResultError:
        reason = {}
    versions = reason.get("versions")
    texts = {name: reason.get(name) for name in ("code", "what", "found", "remedy")}
    texts |= {
        "place": reason.get("where"),
        "hypnic_version": versions.get("hypnic") if isinstance(versions, dict) else None,
    }
    shown = {name: value if isinstance(value, str) else None for name, value in texts.items()}
    return {"study_key": folder.name, **shown}
