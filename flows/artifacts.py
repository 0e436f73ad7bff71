"""What a batch shows on Prefect's page: progress, a table and a summary, by study keys alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

import httpx
from prefect import get_run_logger
from prefect.artifacts import (
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.exceptions import PrefectException

from pipeline.batches import Batch
from pipeline.outcome import Outcome, OutcomeStatus

_MOST_ROWS = 1000  # of a table on the page; the others are in the batch's own files
_N_STEPS = 20  # of a progress bar: each costs a request
_ORDER = (OutcomeStatus.PENDING, OutcomeStatus.QUARANTINED, OutcomeStatus.SCORED)
_UNREACHABLE = (httpx.HTTPError, PrefectException, OSError)


class Progress:
    """The progress bar of a batch; a server that is away for a while costs the bar, not the batch.

    Parameters
    ----------
    name
        Name of the place.
    total
        Studies of the batch.
    """

    def __init__(self, name: str, total: int) -> None:
        self._name = name
        self._total = total
        self._artifact: UUID | None = None
        self._shown = 0

    def show(self, n_done: int) -> None:
        """Show how many are done, if it is worth a request."""
        step = n_done * _N_STEPS // self._total
        if step == self._shown:
            return
        self._shown = step
        percent, words = 100.0 * n_done / self._total, f"{n_done} of {self._total} studies"
        try:
            if self._artifact is None:
                made = create_progress_artifact(percent, f"progress-{self._name}", words)
                self._artifact = cast("UUID", made)
            else:
                update_progress_artifact(self._artifact, percent, words)
        except _UNREACHABLE as error:
            _log_away(error)


def show_batch(name: str, batch: Batch, outcomes: Sequence[Outcome]) -> None:
    """Put the batch's table and summary on the page."""
    try:
        create_markdown_artifact(summary(outcomes), f"summary-{name}", sums(outcomes))
        create_table_artifact(table(batch, outcomes), f"batch-{name}", sums(outcomes))
    except _UNREACHABLE as error:
        _log_away(error)


def sums(outcomes: Sequence[Outcome]) -> str:
    """Give the batch in one line: in = done + quarantined + pending."""
    n_done = sum(outcome.is_done for outcome in outcomes)
    n_bad = sum(outcome.status is OutcomeStatus.QUARANTINED for outcome in outcomes)
    n_pending = len(outcomes) - n_done - n_bad
    return f"{len(outcomes)} studies = {n_done} done + {n_bad} quarantined + {n_pending} pending"


def table(batch: Batch, outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Give a row per study, those first that need a look."""
    rows = sorted(outcomes, key=lambda outcome: _ORDER.index(_kind(outcome)))
    return [_row(batch, outcome) for outcome in rows[:_MOST_ROWS]]


def summary(outcomes: Sequence[Outcome]) -> str:
    """Give the batch as markdown: sums, reasons, warnings, time."""
    reasons = Counter(outcome.code for outcome in outcomes if outcome.code)
    notices = Counter(code for outcome in outcomes for code in set(outcome.notices))
    minutes = sum(outcome.wall_s for outcome in outcomes) / 60.0
    lines = [f"**{sums(outcomes)}**", "", f"{minutes:.1f} minutes of scoring in all.", ""]
    lines += _counted("Why studies were not scored", reasons)
    lines += _counted("Warnings that travel with nights", notices)
    lines += ["`hypnic check --explain CODE` says what a code means.", ""]
    return "\n".join(lines)


def _counted(title: str, codes: Counter[str]) -> list[str]:
    if not codes:
        return []
    rows = [f"| `{code}` | {n} |" for code, n in sorted(codes.items())]
    return [f"### {title}", "", "| code | studies |", "|---|---|", *rows, ""]


def _kind(outcome: Outcome) -> OutcomeStatus:
    return OutcomeStatus.SCORED if outcome.is_done else outcome.status


def _row(batch: Batch, outcome: Outcome) -> dict[str, Any]:
    page = "report.html" if outcome.is_done else "reason.json"
    place = f"{outcome.folder}/{page}" if outcome.folder else ""
    link = f"[{place}]({batch.reports_url}/{place})" if place and batch.reports_url else place
    return {
        "study": outcome.study_key,
        "outcome": outcome.status.value,
        "why": outcome.code,
        "warnings": ", ".join(sorted(set(outcome.notices))),
        "minutes": round(outcome.wall_s / 60.0, 2),
        "report": link,
    }


def _log_away(error: Exception) -> None:
    get_run_logger().warning("the server did not take an artifact (%s)", type(error).__name__)
