"""Lists of studies kept apart from everything that others may read.

An orchestrator gets a list's reference, never a path: paths hold names.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from pipeline import privacy
from pipeline.errors import SettingsError
from pipeline.runner import Job

_REFERENCE_BYTES = 8


def remember_batch(jobs: Sequence[Job]) -> str:
    """Store a list of studies in the site's private folder and give its reference."""
    reference = f"b{secrets.token_hex(_REFERENCE_BYTES)}"
    rows = [[str(job.source.absolute()), _text(job.scoring)] for job in jobs]
    handle = os.open(_place(reference), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(rows, file)
    return reference


def recall_batch(reference: str) -> list[Job]:
    """Give the studies of a list.

    Raises
    ------
    SettingsError
        This machine knows no list of that reference.
    """
    try:
        rows = json.loads(_place(reference).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(
            "No list of studies has that reference here.",
            code="BATCH_UNKNOWN",
            found=reference,
            remedy="Start the flow by `python -m flows.score_folder`, with the same HYPNIC_HOME.",
        ) from error
    return [Job(source=Path(s), scoring=None if h is None else Path(h)) for s, h in rows]


def forget_batch(reference: str) -> None:
    """Remove a list that has been worked off."""
    _place(reference).unlink(missing_ok=True)


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path.absolute())


def _place(reference: str) -> Path:
    folder = privacy.home() / "batches"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{Path(reference).name}.json"
