"""Event grids of Noxturnal as CSV, in the language of the lab that exported them."""

from __future__ import annotations

from pipeline.formats.clock import time_of_day_s
from pipeline.formats.decoding import decode, head
from pipeline.formats.marks import MarkKind, ScoringFile
from pipeline.formats.rows import Row, cell, columns, fields, to_file
from pipeline.formats.terms import STAGE_WORDS
from pipeline.formats.vocabulary import Meaning, Vocabulary, event_words

_DELIMITERS = (",", ";", "\t")
_TITLES = {
    **dict.fromkeys(("heure de debut", "start time", "startzeit", "beginn"), "time"),
    **dict.fromkeys(("heure de fin", "end time", "endzeit", "ende"), "stop"),
    **dict.fromkeys(("evenement", "event", "ereignis"), "event"),
    **dict.fromkeys(("duree", "duration", "dauer"), "duration"),
}
# LM is one movement, PLMS one that is periodic, PLM the series; the program's own three markers.
_STAGES = {f"sleep {word}": stage for word, stage in STAGE_WORDS.items()}  # sleep-n1, its key
_WORDS = {
    **event_words(),
    **{word: Meaning(kind=MarkKind.STAGE, stage=stage) for word, stage in _STAGES.items()},
    "plm": Meaning(kind=MarkKind.KNOWN),
}


def looks_like(content: bytes) -> bool:
    """Whether the bytes are an event grid: titles with start, end and event, then times."""
    lines = head(content)[:3]
    delimiter, places = _places(lines[0]) if lines else ("", {})
    return bool(places) and any(
        time_of_day_s(cell(fields(line, delimiter), places, "time")) is not None
        for line in lines[1:]
    )


def parse(content: bytes) -> tuple[ScoringFile, ...]:
    """Give the scoring; onsets are whole seconds in this export, durations are not.

    ``MJ`` and ``LM`` are single movements, ``PLMS`` those of a series, ``PLM`` the series.

    Raises
    ------
    ScoringError
        Where there are no such titles or no row can be read.
    """
    text = decode(content)
    delimiter, places = _places(text.lines[0])
    rows, short = [], []
    for number, line in enumerate(text.lines[1:], start=2):
        parts = fields(line, delimiter) if delimiter and line.strip() else []
        if line.strip() and len(parts) <= max(places.values(), default=0):
            short.append(number)
        elif parts and not _is_units(number, parts):
            rows.append(_row(number, parts, places))
    vocabulary = Vocabulary(words=_WORDS)
    return (to_file("noxturnal", rows, vocabulary, notices=text.notices, bad_lines=short),)


def _row(number: int, parts: list[str], places: dict[str, int]) -> Row:
    return Row(
        line=number,
        time=cell(parts, places, "time"),
        label=cell(parts, places, "event"),
        duration=cell(parts, places, "duration"),
        stop=cell(parts, places, "stop"),
    )


def _is_units(number: int, parts: list[str]) -> bool:
    """Whether the second line names units, as ``[],[],[],[s]``."""
    return number == 2 and all(p[:1] == "[" for p in parts if p)  # noqa: PLR2004  below the titles


def _places(line: str) -> tuple[str, dict[str, int]]:
    for delimiter in _DELIMITERS:
        places = columns(line, delimiter, _TITLES)
        if {"time", "stop", "event"} <= set(places):
            return delimiter, places
    return "", {}
