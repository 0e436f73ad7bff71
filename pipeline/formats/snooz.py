"""Accessory files of Snooz: tab-separated ``group name start_sec duration_sec channels``."""

from __future__ import annotations

from pipeline.formats.decoding import decode, head
from pipeline.formats.marks import ScoringFile
from pipeline.formats.rows import Row, fields, number, to_marks
from pipeline.formats.schemes import SCHEMES, token
from pipeline.formats.vocabulary import Vocabulary, event_words

_TITLES = ["group", "name", "start_sec", "duration_sec", "channels"]
_LEAST = 4  # the channels may be missing


def looks_like(content: bytes) -> bool:
    """Whether the bytes begin with Snooz's titles."""
    lines = head(content)
    return bool(lines) and _titles(lines[0]) == _TITLES


def parse(content: bytes) -> tuple[ScoringFile, ...]:
    """Give the scoring; stages are Snooz's integers, seconds count from the study's start.

    Raises
    ------
    ScoringError
        Where no row can be read.
    """
    text = decode(content)
    rows, short = [], []
    for line_number, line in enumerate(text.lines[1:], start=2):
        parts = fields(line, "\t")
        if len(parts) >= _LEAST:
            rows.append(_row(line_number, parts))
        elif line.strip():
            short.append(line_number)
    vocabulary = Vocabulary(words=event_words())
    onsets_s = [number(row.time) for row in rows]
    marks, told = to_marks(rows, onsets_s, vocabulary, bad_lines=short)
    return (ScoringFile(source="snooz", marks=marks, notices=text.notices + told),)


def _row(line: int, parts: list[str]) -> Row:
    group, name, start, duration = parts[:_LEAST]
    is_stage = group.casefold() == "stage"
    return Row(
        line=line,
        time=start,
        duration=duration,
        label=name,
        channel="" if is_stage else "".join(parts[_LEAST:]).strip("[]'\" "),
        stage=SCHEMES["snooz"].get(token(name)) if is_stage else None,
    )


def _titles(line: str) -> list[str]:
    return [part.casefold() for part in fields(line, "\t")]
