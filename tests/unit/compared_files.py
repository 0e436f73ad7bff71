"""Scoring files to compare, drawn as letters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from pipeline.edf.annotation_writer import write_annotations
from pipeline.edf.annotations import Annotation

_TEXTS = {"1": "N1", "2": "N2", "3": "N3"}


def write_scoring(
    path: Path,
    letters: str,
    *,
    start: dt.datetime | None = None,
    events: Sequence[tuple[float, float, str]] = (),
) -> Path:
    """Write one 30 s epoch a letter, and events as onset, duration and text."""
    stages = [
        Annotation(onset_s=30.0 * i, duration_s=30.0, text=f"Sleep stage {_TEXTS.get(x, x)}")
        for i, x in enumerate(letters)
    ]
    others = [Annotation(onset_s=a, duration_s=b, text=text) for a, b, text in events]
    write_annotations(path, [*stages, *others], start=start, duration_s=86_400.0)
    return path
