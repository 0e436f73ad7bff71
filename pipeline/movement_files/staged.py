"""Stages from a table, from one letter per epoch, or from JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipeline.formats.edf_stages import StageRow, to_hypnogram
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

_WORDS = {
    **dict.fromkeys(("w", "wake", "0", "sleep stage w"), "sleep stage w"),
    **dict.fromkeys(("n1", "1", "s1", "sleep stage n1", "nrem1"), "sleep stage n1"),
    **dict.fromkeys(("n2", "2", "s2", "sleep stage n2", "nrem2"), "sleep stage n2"),
    **dict.fromkeys(("n3", "3", "s3", "sleep stage n3", "nrem3"), "sleep stage n3"),
    **dict.fromkeys(("4", "s4", "sleep stage 4"), "sleep stage 4"),
    **dict.fromkeys(("r", "rem", "5", "sleep stage r"), "sleep stage r"),
    **dict.fromkeys(("?", "u", "-1", "unscored", "n/a", "sleep stage ?"), "sleep stage ?"),
    **dict.fromkeys(("m", "mt", "movement", "movement time"), "movement time"),
}
_STAGES = {"sleep stage w": Stage.W, "sleep stage n1": Stage.N1, "sleep stage n2": Stage.N2,
           "sleep stage n3": Stage.N3, "sleep stage 4": Stage.N3, "sleep stage r": Stage.R,
           "sleep stage ?": Stage.UNSCORED, "movement time": Stage.MOVEMENT}  # fmt: skip

Staged = tuple[Hypnogram | None, tuple[Notice, ...]]


def read_stages(path: Path, epoch_s: float = EPOCH_S) -> Staged:
    """Give the hypnogram of a CSV, TSV, Parquet or text file.

    Parameters
    ----------
    epoch_s
        Length of an epoch where the file has one stage per line and no onsets.

    Raises
    ------
    ScoringError
        ``TABLE_FILE``, ``TABLE_COLUMNS`` or ``TABLE_CELL``.
    """
    if path.suffix.lower() not in PARQUET:
        text = read_text(path, "hypnogram")
        lines = [(n, line) for n, line in enumerate(text.splitlines(), start=1) if line.strip()]
        if lines and not _is_header(lines[0][1]):
            return from_words([(f"line {n}", line) for n, line in lines], epoch_s)
    cells = read_cells(path, "hypnogram", needed=("stage",))
    if "onset_s" in cells.columns:
        return _from_table(cells)
    return from_words(
        [(f"{cells.counted} {row.number}", row.cells["stage"]) for row in cells.rows], epoch_s
    )


def from_words(words: Sequence[tuple[str, object]], epoch_s: float) -> Staged:
    """Give the hypnogram of one word per epoch from 0 s on, each with the place it stood at."""
    stages = [_STAGES[_text(word, f"hypnogram, {place}")] for place, word in words]
    if not stages:
        return None, ()
    return Hypnogram(stages=np.array(stages, dtype=np.int8), epoch_s=epoch_s), ()


def _is_header(line: str) -> bool:
    return "stage" in known_columns(line.split(delimiter_of(line))) or any(
        delimiter in line.strip() for delimiter in ",;\t"
    )


def _from_table(cells: Cells) -> Staged:
    rows = []
    for row in cells.rows:
        onset_s, duration_s = number(cells, row, "onset_s"), None
        if "duration_s" in cells.columns:
            duration_s = number(cells, row, "duration_s")
        elif "offset_s" in cells.columns:
            duration_s = number(cells, row, "offset_s") - onset_s
        where = cells.place(row, cells.columns["stage"])
        if duration_s is not None and duration_s <= 0.0:
            raise bad_cell(
                where, "A stage has no length.", f"{duration_s:g} s", "Correct or delete the row."
            )
        text = _text(row.cells["stage"], where)
        rows.append(StageRow(onset_s=onset_s, duration_s=duration_s, text=text))
    end_s = max((r.onset_s + (r.duration_s or EPOCH_S) for r in rows), default=0.0)
    return to_hypnogram(rows, end_s)


def _text(word: object, where: str) -> str:
    spoken = " ".join(str("" if word is None else word).strip(" '\"").casefold().split())
    text = _WORDS.get(spoken)
    if text is None:
        raise bad_cell(
            where,
            "A stage is not understood.",
            "blank" if not spoken else "another word",
            "Give W, N1, N2, N3 or R, or 0, 1, 2, 3 and 5; ? for an unscored epoch.",
        )
    return text
