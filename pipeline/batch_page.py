"""``<out>/index.html``: every study of an output folder on one page, made anew at any time.

The result folders and the quarantine are the record. What a batch left pending has no folder
there; it stands in ``<out>/pending/<key>.json`` until a later batch settles it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline import __version__, privacy, store
from pipeline.codes import Code
from pipeline.codes.pages import PAGES
from pipeline.outcome import Outcome, OutcomeStatus
from pipeline.report.batch import Sums, render_batch, sums
from pipeline.runner import Job
from pipeline.study_rows import PENDING, OnStudy, read_rows

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

PAGE = "index.html"
_NOT_REACHED = {
    "code": "",
    "what": "Not reached: the batch ended before.",
    "remedy": "Run the batch again.",
}


def write_page(out: Path, on_study: OnStudy = lambda: None) -> Sums:
    """Write the page of the folder in one step, and give what it sums up.

    Of two writers the second waits for the first and reads anew, so that neither's studies are
    missing. Windows has no such lock: there the page of the last writer stays.
    """
    with _one_at_a_time(out):
        rows = read_rows(out, on_study)
        store.replace_file(out, out / PAGE, render_batch(rows, __version__).encode("utf-8"))
    return sums(rows)


def close_batch(out: Path, jobs: Sequence[Job], outcomes: Mapping[int, Outcome]) -> Sums | None:
    """Note what a batch left pending and write the page; None where that could not be written.

    Parameters
    ----------
    outcomes
        By the job's place; a job without one was not reached.
    """
    try:
        for number, job in enumerate(jobs):
            _settle(out, job, outcomes.get(number))
        with suppress(OSError):
            (out / PENDING).rmdir()  # only where nothing is pending
        return write_page(out)
    except OSError:
        return None


def _settle(out: Path, job: Job, outcome: Outcome | None) -> None:
    key = privacy.unread_key(job.source)
    path = out / PENDING / f"{key}.json"
    if outcome is not None and outcome.status is not OutcomeStatus.PENDING:
        path.unlink(missing_ok=True)
        return
    reason = _NOT_REACHED if outcome is None else _reason(outcome)
    store.replace_file(out, path, store.record_bytes({"study_key": key, **reason}))


def _reason(outcome: Outcome) -> dict[str, str]:
    """Give the reason in the code's own words; a message may say more than others may read."""
    return {"code": outcome.code, "what": "", "remedy": PAGES[Code(outcome.code)].repair}


@contextmanager
def _one_at_a_time(out: Path) -> Iterator[None]:
    if fcntl is None:
        yield
        return
    handle = os.open(out, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network shares have no locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
