"""What an orchestrator is to do, kept in the site's private folder under a reference.

The orchestrator gets the reference, never the content: paths hold names.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline import privacy
from pipeline.codes import Code
from pipeline.errors import SettingsError

_REFERENCE_BYTES = 8
_WANTED, _FOUND = ".json", ".found.json"


def remember(record: Mapping[str, Any]) -> str:
    """Store a record that JSON can hold, and give its reference."""
    reference = f"b{secrets.token_hex(_REFERENCE_BYTES)}"
    _write(_place(reference), record)
    return reference


def recall(reference: str) -> dict[str, Any]:
    """Give the record of a reference.

    Raises
    ------
    SettingsError
        This machine knows no such reference.
    """
    try:
        record: dict[str, Any] = json.loads(_place(reference).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(
            "Nothing to do has that reference here.",
            code=Code.BATCH_UNKNOWN,
            found=reference,
            remedy="Start the flow by `python -m flows.score_folder` or `python -m "
            "flows.cohort_report`, with the same HYPNIC_HOME.",
        ) from error
    return record


def is_known(reference: str) -> bool:
    """Tell whether this machine knows the reference."""
    return _place(reference).is_file()


def conclude(reference: str, found: Sequence[Mapping[str, Any]]) -> None:
    """Store what became of it, for whoever waits; in one step, so that no half of it is read."""
    draft = _place(reference, f".{secrets.token_hex(_REFERENCE_BYTES)}.draft")
    _write(draft, found)
    draft.replace(_place(reference, _FOUND))


def concluded(reference: str) -> list[dict[str, Any]] | None:
    """Give what became of it; None while nobody has said so."""
    try:
        found: list[dict[str, Any]] = json.loads(_place(reference, _FOUND).read_bytes())
    except FileNotFoundError:
        return None
    return found


def forget(reference: str) -> None:
    """Remove what has been worked off."""
    for ending in (_WANTED, _FOUND):
        _place(reference, ending).unlink(missing_ok=True)


@contextmanager
def forgotten(reference: str) -> Iterator[str]:
    """Give a reference, and forget what it stands for afterwards."""
    try:
        yield reference
    finally:
        forget(reference)


def _write(place: Path, record: object) -> None:
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(record, file)


def _place(reference: str, ending: str = _WANTED) -> Path:
    folder = privacy.home() / "batches"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{Path(reference).name}{ending}"
