"""What an orchestrator is to do, kept in the site's private folder under a reference.

The orchestrator gets the reference, never the content: paths hold names.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline import privacy
from pipeline.codes import Code
from pipeline.errors import SettingsError

_REFERENCE_BYTES = 8


def remember(record: Mapping[str, Any]) -> str:
    """Store a record that JSON can hold, and give its reference."""
    reference = f"b{secrets.token_hex(_REFERENCE_BYTES)}"
    handle = os.open(_place(reference), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(record, file)
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


def forget(reference: str) -> None:
    """Remove what has been worked off."""
    _place(reference).unlink(missing_ok=True)


def _place(reference: str) -> Path:
    folder = privacy.home() / "batches"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{Path(reference).name}.json"
