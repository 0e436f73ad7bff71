"""Batches of studies, kept apart from everything that others may read.

An orchestrator gets a batch's reference, never a path: paths hold names.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline import references
from pipeline.runner import Job
from pipeline.settings import Settings, load


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
    """

    jobs: tuple[Job, ...]
    out: Path
    config: Path | None = None
    stage_source: str | None = None

    def settings(self) -> Settings:
        """Give the settings that the studies are scored with.

        Raises
        ------
        SettingsError
            They cannot be used.
        """
        given = self.stage_source
        return load(self.config, {} if given is None else {"night.stage_source": given}).settings


def remember_batch(batch: Batch) -> str:
    """Store a batch in the site's private folder and give its reference."""
    record = {
        "jobs": [_paths(job) for job in batch.jobs],
        "out": _text(batch.out),
        "config": _text(batch.config),
        "stage_source": batch.stage_source,
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
    )


def forget_batch(reference: str) -> None:
    """Remove a batch that has been worked off."""
    references.forget(reference)


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
