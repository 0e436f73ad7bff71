"""The studies of an output folder, from its results, its quarantine and what is pending."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import store
from pipeline.codes import Code
from pipeline.codes.pages import PAGES
from pipeline.errors import ResultError
from pipeline.metrics import Metric
from pipeline.report.batch import SHOWN, StudyRow, StudyStatus
from pipeline.result_files import EPOCHS, NIGHT_JSON, REPORT

PENDING = "pending"
_FAULTS = (ResultError, OSError, KeyError, TypeError, ValueError, pa.ArrowException)
_DAMAGED = PAGES[Code.RESULT_DAMAGED]

OnStudy = Callable[[], None]


def read_rows(out: Path, on_study: OnStudy = lambda: None) -> list[StudyRow]:
    """Give one row per study, by key; of several results of one study the newest counts.

    A study in quarantine counts as quarantined, also where it has an older result: what was
    tried last failed. A damaged result counts as pending, for the next run replaces it.
    """
    rows = {}
    for row in (*_pending(out), *_nights(out, on_study)):
        rows[row.study_key] = row
    for row in _quarantined(out):
        before = rows.get(row.study_key)
        rows[row.study_key] = row if before is None else _with_older(row, before)
    return [rows[key] for key in sorted(rows)]


def n_results(out: Path) -> int:
    """Give how many result folders there are."""
    return sum(1 for _ in store.nights(out))


def _nights(out: Path, on_study: OnStudy) -> Iterator[StudyRow]:
    for key, folders in groupby(store.nights(out), key=lambda folder: folder.parent.name):
        newest, *older = sorted(folders, key=_published, reverse=True)
        links = tuple(_link(folder / REPORT, out) for folder in older)
        yield _night(out, key, newest, links)
        on_study()


def _published(folder: Path) -> tuple[int, str]:
    return (folder / store.MANIFEST).stat().st_mtime_ns, folder.name


def _night(out: Path, key: str, folder: Path, older: tuple[str, ...]) -> StudyRow:
    try:
        store.check_files(folder, (NIGHT_JSON, EPOCHS))
        record = store.read_record(folder / NIGHT_JSON)
        stages, epoch_s = _stages(folder / EPOCHS)
        return StudyRow(
            study_key=key,
            status=StudyStatus.DONE,
            link=_link(folder / REPORT, out),
            further=older,
            notices=tuple(str(notice["code"]) for notice in record["notices"]),
            duration_s=float(record["duration_s"]),
            epoch_s=epoch_s,
            stages=stages,
            metrics=_metrics(record["metrics"]),
        )
    except _FAULTS:
        return StudyRow(
            study_key=key,
            status=StudyStatus.PENDING,
            further=older,
            code=Code.RESULT_DAMAGED,
            remedy=_DAMAGED.repair,
        )


def _metrics(record: Mapping[str, Any]) -> dict[str, Metric]:
    found = {}
    for name in SHOWN:
        facts = dict(record[name])
        del facts["status"]
        found[name] = Metric(name=name, **facts)
    return found


def _stages(path: Path) -> tuple[tuple[str, ...], float]:
    """Give the letters of the stages, and the length of an epoch in seconds."""
    with path.open("rb") as file:  # read_table would load pandas, wherever it is installed
        table = pq.ParquetFile(file).read(columns=["stage", "duration_s"], use_threads=False)
    if not len(table):
        return (), 0.0
    return tuple(table["stage"].to_pylist()), float(table["duration_s"][0].as_py())


def _quarantined(out: Path) -> Iterator[StudyRow]:
    for path in sorted((out / "quarantine").glob(f"*/{store.REASON}")):
        yield _refused(path, path.parent.name, StudyStatus.QUARANTINED, _link(path, out))


def _pending(out: Path) -> Iterator[StudyRow]:
    for path in sorted((out / PENDING).glob("*.json")):
        yield _refused(path, path.stem, StudyStatus.PENDING, "")


def _refused(path: Path, key: str, status: StudyStatus, link: str) -> StudyRow:
    try:
        reason = store.read_record(path)
    except ResultError:
        reason = {"code": Code.RESULT_DAMAGED, "remedy": _DAMAGED.repair}
    code, what, remedy = (str(reason.get(name, "")) for name in ("code", "what", "remedy"))
    return StudyRow(study_key=key, status=status, link=link, code=code, what=what, remedy=remedy)


def _with_older(row: StudyRow, before: StudyRow) -> StudyRow:
    older = (before.link, *before.further) if before.link else before.further
    return StudyRow(
        study_key=row.study_key,
        status=row.status,
        link=row.link,
        further=older,
        code=row.code,
        what=row.what,
        remedy=row.remedy,
    )


def _link(path: Path, out: Path) -> str:
    return path.relative_to(out).as_posix()
