"""Batches of studies, kept apart from everything that others may read.

An orchestrator gets the name of a place or a batch's reference, never a path: paths hold names.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline import privacy, references
from pipeline.codes import Code
from pipeline.errors import PassingError, SettingsError
from pipeline.runner import Job
from pipeline.settings import Settings, load
from pipeline.site import Place, read_site
from pipeline.studies import find_jobs


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Studies to score, where their results go, and how they are scored.

    Attributes
    ----------
    out
        Folder of all results.
    config
        TOML file with the settings that differ from the default.
    stage_source
        ``technician`` or ``auto``; the settings decide when it is None.
    n_jobs
        Studies at a time; the settings decide when it is None.
    reports_url
        Address under which `out` is served; empty when it is not.
    """

    jobs: tuple[Job, ...]
    out: Path
    config: Path | None = None
    stage_source: str | None = None
    n_jobs: int | None = None
    reports_url: str = ""

    def settings(self) -> Settings:
        """Give the settings that the studies are scored with.

        Raises
        ------
        SettingsError
            They cannot be used.
        """
        given = {"night.stage_source": self.stage_source, "run.jobs": self.n_jobs}
        return load(self.config, {k: v for k, v in given.items() if v is not None}).settings


def at_place(place: Place, jobs: Sequence[Job]) -> Batch:
    """Give a batch of studies of a place."""
    url = (place.reports_url or "").rstrip("/")
    return Batch(jobs=tuple(jobs), out=place.out, config=place.config, reports_url=url)


def all_of(name: str) -> Batch:
    """Give every study of a place, or the batch of a reference.

    Raises
    ------
    SettingsError
        There is no such place, and no such reference.
    PassingError
        The place's inbox cannot be read.
    """
    site = read_site()
    if name not in site.places and references.is_known(name):
        return recall_batch(name)
    place = site.place(name)
    require_readable(place.inbox)
    return at_place(place, find_jobs(place.inbox, place.out))


def one_of(name: str, study_key: str) -> Batch:
    """Give the one study of a place that has this key, with its scoring.

    Raises
    ------
    SettingsError
        There is no such place, or it has no such study.
    PassingError
        The place's inbox cannot be read.
    """
    batch = all_of(name)
    sources = privacy.sources_of(study_key)
    jobs = tuple(job for job in batch.jobs if job.source.absolute() in sources)
    if not jobs:
        raise SettingsError(
            "The place has no study of that key.",
            code=Code.STUDY_UNKNOWN,
            found=study_key,
            remedy="Take a key from a batch's table; a file that was moved has to be scored once "
            "from its new place first.",
        )
    return replace(batch, jobs=jobs[:1])


def require_readable(inbox: Path) -> None:
    """Refuse an inbox that is not there or may not be listed: a share may be gone for a while.

    Raises
    ------
    PassingError
        It cannot be read this time.
    """
    try:
        with os.scandir(inbox) as entries:
            next(entries, None)
    except OSError as error:
        raise PassingError(
            "The place's inbox cannot be read.",
            code=Code.INBOX_UNREADABLE,
            found=error.strerror or type(error).__name__,
            remedy="See that the share is mounted and that the server's user may list it.",
        ) from error


def remember_batch(batch: Batch) -> str:
    """Store a batch in the site's private folder and give its reference."""
    record = {
        "jobs": [_paths(job) for job in batch.jobs],
        "out": _text(batch.out),
        "config": _text(batch.config),
        "stage_source": batch.stage_source,
        "n_jobs": batch.n_jobs,
    }
    return references.remember(record)


def recall_batch(reference: str) -> Batch:
    """Give the batch of a reference.

    Raises
    ------
    SettingsError
        This machine knows no batch of that reference.
    """
    record = references.recall(reference)
    return Batch(
        jobs=tuple(_job(paths) for paths in record["jobs"]),
        out=Path(record["out"]),
        config=_path(record["config"]),
        stage_source=record["stage_source"],
        n_jobs=record["n_jobs"],
    )


def _paths(job: Job) -> list[str | None]:
    """Give the job as text: the study, then the files of its scoring."""
    return [_text(path) for path in (job.source, job.scoring, *job.further_parts)]


def _job(paths: list[str]) -> Job:
    source, scoring, *parts = paths
    further = tuple(Path(part) for part in parts)
    return Job(source=Path(source), scoring=_path(scoring), further_parts=further)


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(text)


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path.absolute())
