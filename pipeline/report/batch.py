"""The page of a batch: one row per study, sortable where a script may run."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from markupsafe import Markup

from pipeline.codes.pages import PAGES
from pipeline.metrics import Metric
from pipeline.report.small_hypnogram import SmallHypnogram, small_hypnogram
from pipeline.report.template import fill, source
from pipeline.report.words import interval, minutes, number
from pipeline.statement import STATEMENT

COUNT, RATE, SLEEP = "jerks_n1", "jerks_n1_per_h", "tst_min"
SHOWN = (SLEEP, COUNT, RATE)
_MOST_WARNINGS = 4
_TITLES = {str(code): page.title for code, page in PAGES.items()}
_MINUTE_S = 60.0


class StudyStatus(StrEnum):
    """What became of a study, as the sums count it."""

    DONE = "done"
    QUARANTINED = "quarantined"
    PENDING = "pending"


@dataclass(frozen=True, kw_only=True)
class StudyRow:
    """One study of a batch; holds no name, no path of a source and no date.

    Attributes
    ----------
    link
        Path of the report or of the reason, relative to the page; empty where there is none.
    further
        Paths of the reports of earlier results of the same study, relative to the page.
    code, what, remedy
        Why there is no result.
    notices
        Codes of the night's warnings, one for each.
    stages
        Letters of the stages that count, one an epoch.
    metrics
        Those of `SHOWN`, by name.
    """

    study_key: str
    status: StudyStatus
    link: str = ""
    further: tuple[str, ...] = ()
    code: str = ""
    what: str = ""
    remedy: str = ""
    notices: tuple[str, ...] = ()
    duration_s: float | None = None
    epoch_s: float = 0.0
    stages: tuple[str, ...] = ()
    metrics: Mapping[str, Metric] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Sums:
    """How many studies came in, and what became of them."""

    n_done: int
    n_quarantined: int
    n_pending: int

    @property
    def n_all(self) -> int:
        """All studies."""
        return self.n_done + self.n_quarantined + self.n_pending

    def __str__(self) -> str:
        return (
            f"{self.n_all} studies = {self.n_done} done + {self.n_quarantined} quarantined + "
            f"{self.n_pending} pending"
        )


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A number as text, with its value to sort by (None sorts last) and its interval or reason."""

    text: str
    value: float | None
    note: str


@dataclass(frozen=True, kw_only=True)
class _ShownRow:
    row: StudyRow
    night: SmallHypnogram | None
    length: Cell
    sleep: Cell
    count: Cell
    rate: Cell
    title: str
    warnings: tuple[str, ...]
    n_more: int


def sums(rows: Sequence[StudyRow]) -> Sums:
    """Count the studies by status."""
    counts = Counter(row.status for row in rows)
    return Sums(
        n_done=counts[StudyStatus.DONE],
        n_quarantined=counts[StudyStatus.QUARANTINED],
        n_pending=counts[StudyStatus.PENDING],
    )


def render_batch(rows: Sequence[StudyRow], version: str) -> str:
    """Give the page as HTML, the same text for the same studies.

    Parameters
    ----------
    rows
        One for each study; what needs a person's hand comes first.
    version
        hypnic's own.
    """
    ranked = sorted(rows, key=lambda row: (row.status is StudyStatus.DONE, row.study_key))
    script = source("batch.js")
    return fill(
        "batch.html.j2",
        sums=sums(rows),
        rows=[_shown(row) for row in ranked],
        version=version,
        statement=STATEMENT,
        script=Markup(script),  # noqa: S704  # our own text, allowed by its hash
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )


def _shown(row: StudyRow) -> _ShownRow:
    warnings = _warnings(row.notices)
    return _ShownRow(
        row=row,
        night=small_hypnogram(row.stages, row.epoch_s),
        length=_length(row.duration_s),
        sleep=_sleep(row.metrics.get(SLEEP)),
        count=_cell(row.metrics.get(COUNT)),
        rate=_rate(row.metrics.get(RATE), row.metrics.get(COUNT)),
        title=_title(row.code),
        warnings=warnings[:_MOST_WARNINGS],
        n_more=max(len(warnings) - _MOST_WARNINGS, 0),
    )


def _warnings(notices: Sequence[str]) -> tuple[str, ...]:
    """Give each code's title, and how often it came."""
    counts = Counter(notices)
    return tuple(f"{_title(c)} ({n} times)" if n > 1 else _title(c) for c, n in counts.items())


def _title(code: str) -> str:
    return _TITLES.get(code, code)


def _length(seconds: float | None) -> Cell:
    return Cell(text="" if seconds is None else minutes(seconds), value=seconds, note="")


def _sleep(metric: Metric | None) -> Cell:
    """Give a time in minutes as hours and minutes."""
    if metric is None or metric.value is None:
        return _cell(metric)
    return Cell(text=minutes(_MINUTE_S * metric.value), value=metric.value, note="")


def _rate(metric: Metric | None, count: Metric | None) -> Cell:
    """Give the rate; a reason that already stands with the count is not told again."""
    cell = _cell(metric)
    is_told = cell.value is None and count is not None and count.reason == cell.note
    return replace(cell, note="") if is_told else cell


def _cell(metric: Metric | None) -> Cell:
    if metric is None:
        return Cell(text="", value=None, note="")
    note = interval(metric) if metric.value is not None else metric.reason
    return Cell(text=number(metric.value, metric.unit), value=metric.value, note=note)
