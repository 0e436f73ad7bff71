"""Stages from a table, from one word per epoch, or from JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipeline.formats.marks import Mark, MarkKind
from pipeline.formats.schemes import stages_of
from pipeline.formats.scoring_parameters import ScoringParameters
from pipeline.formats.stage_grid import to_hypnogram
from pipeline.hypnogram import EPOCH_S, Hypnogram, Stage
from pipeline.movement_files.cells import (
    PARQUET,
    Cells,
    bad_cell,
    delimiter_of,
    known_columns,
    number,
    read_cells,
    read_text,
)
from pipeline.notices import Notice

Staged = tuple[Hypnogram | None, tuple[Notice, ...]]


def read_stages(path: Path, parameters: ScoringParameters) -> Staged:
    """Give the hypnogram of a CSV, TSV, Parquet or text file.

    Parameters
    ----------
    parameters
        The scheme of stages that are bare integers; length of an epoch and the start where the
        file has one stage per line and no onsets.

    Raises
    ------
    ScoringError
        ``TABLE_FILE``, ``TABLE_COLUMNS``, ``TABLE_CELL`` or ``SCHEME_NEEDED``.
    """
    if path.suffix.lower() not in PARQUET:
        text = read_text(path, "hypnogram")
        lines = [(n, line) for n, line in enumerate(text.splitlines(), start=1) if line.strip()]
        if lines and not _is_header(lines[0][1]):
            return from_words([(f"line {n}", line) for n, line in lines], parameters)
    cells = read_cells(path, "hypnogram", needed=("stage",))
    if "onset_s" in cells.columns:
        return _from_table(cells, parameters)
    words = [(f"{cells.counted} {row.number}", row.cells["stage"]) for row in cells.rows]
    return from_words(words, parameters)


def from_words(words: Sequence[tuple[str, object]], parameters: ScoringParameters) -> Staged:
    """Give the hypnogram of one word per epoch, each with the place it stood at."""
    stages = _stages([(f"hypnogram, {place}", word) for place, word in words], parameters)
    if not stages:
        return None, ()
    drawn = np.array(stages, dtype=np.int8)
    offset_s = parameters.start_offset_s
    return Hypnogram(stages=drawn, epoch_s=parameters.epoch_s or EPOCH_S, offset_s=offset_s), ()


def _is_header(line: str) -> bool:
    return "stage" in known_columns(line.split(delimiter_of(line))) or any(
        delimiter in line.strip() for delimiter in ",;\t"
    )


def _from_table(cells: Cells, parameters: ScoringParameters) -> Staged:
    places = [cells.place(row, cells.columns["stage"]) for row in cells.rows]
    words = [row.cells["stage"] for row in cells.rows]
    stages = _stages(list(zip(places, words, strict=True)), parameters)
    marks = []
    for row, where, stage in zip(cells.rows, places, stages, strict=True):
        onset_s, duration_s = number(cells, row, "onset_s"), None
        if "duration_s" in cells.columns:
            duration_s = number(cells, row, "duration_s")
        elif "offset_s" in cells.columns:
            duration_s = number(cells, row, "offset_s") - onset_s
        if duration_s is not None and duration_s <= 0.0:
            what, remedy = "A stage has no length.", "Correct or delete the row."
            raise bad_cell(where, what, f"{duration_s:g} s", remedy)
        marks.append(Mark(kind=MarkKind.STAGE, onset_s=onset_s, duration_s=duration_s, stage=stage))
    end_s = max(
        (m.onset_s + (m.duration_s or parameters.epoch_s or EPOCH_S) for m in marks), default=0.0
    )
    return to_hypnogram(marks, end_s)


def _stages(words: Sequence[tuple[str, object]], parameters: ScoringParameters) -> list[Stage]:
    texts = [str("" if word is None else word).strip(" '\"") for _, word in words]
    found = []
    for (where, _), text, stage in zip(
        words, texts, stages_of(texts, parameters.scheme), strict=True
    ):
        if stage is None:
            raise bad_cell(
                where,
                "A stage is not understood.",
                "another word" if text else "blank",
                "Give W, N1, N2, N3 or R, and ? for an unscored epoch; name the scheme of "
                "integers with --scheme.",
            )
        found.append(stage)
    return found
