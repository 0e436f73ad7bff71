"""Tables with ``onset`` and ``duration`` in seconds, as BIDS has them, and a stage or an event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.formats.decoding import decode, head
from pipeline.formats.marks import ScoringFile
from pipeline.formats.rows import Row, cell, columns, fields, malformed, number, to_marks
from pipeline.formats.schemes import stages_of
from pipeline.formats.scoring_parameters import AS_WRITTEN, ScoringParameters
from pipeline.formats.terms import key
from pipeline.formats.vocabulary import Vocabulary, event_words

_DELIMITERS = ("\t", ",", ";")
_TITLES = {
    "onset": "onset",
    "duration": "duration",
    "stage": "stage",
    "sleep stage": "stage",
    "trial type": "event",
    "channel": "channel",
    "scorer": "scorer",
}
_MEANT = {"stage", "sleep stage", "trial type"}
_MISSING = "n/a"  # BIDS 1.11.1, tabular files


def looks_like(content: bytes) -> bool:
    """Whether the first line has the titles onset, duration, and one of stages or events."""
    lines = head(content)
    return bool(lines) and bool(_places(lines[0])[1])


def parse(content: bytes, options: ScoringParameters = AS_WRITTEN) -> tuple[ScoringFile, ...]:
    """Give the scoring of each scorer, numbered; without a column for it there is one.

    Where there are both, the rows are events by their ``trial_type``; the stage beside it is the
    one that the event fell into.

    Raises
    ------
    ScoringError
        Where no row can be read; `SCHEME_NEEDED` where the stages are integers and
        `options.scheme` names none.

    References
    ----------
    BIDS 1.11.1, task events; the draft of the sleep extension for ``stage`` and ``scorer``.
    """
    text = decode(content)
    delimiter, places = _places(text.lines[0])
    table = [
        (line_number, _cells(fields(line, delimiter)))
        for line_number, line in enumerate(text.lines[1:], start=2)
        if line.strip()
    ]
    least = max((place for name, place in places.items() if name != "channel"), default=0)
    short = [line_number for line_number, parts in table if len(parts) <= least]
    table = [(line_number, parts) for line_number, parts in table if len(parts) > least]
    scorers = list(dict.fromkeys(cell(parts, places, "scorer") for _, parts in table)) or [""]
    files = []
    for place, scorer in enumerate(scorers, start=1):
        own = [(n, parts) for n, parts in table if cell(parts, places, "scorer") == scorer]
        source = "events" if len(scorers) == 1 else f"events:{place}"
        file = _one(source, own, places, options)
        files.append(replace(file, notices=text.notices + malformed(short) + file.notices))
    return tuple(files)


def _one(
    source: str,
    table: Sequence[tuple[int, list[str]]],
    places: dict[str, int],
    options: ScoringParameters,
) -> ScoringFile:
    rows = [
        Row(
            line=line_number,
            time=cell(parts, places, "onset"),
            duration=cell(parts, places, "duration"),
            label=cell(parts, places, "event" if "event" in places else "stage"),
            channel=cell(parts, places, "channel"),
        )
        for line_number, parts in table
    ]
    if "event" not in places:
        stages = stages_of([row.label for row in rows], options.scheme)
        rows = [replace(row, stage=stage) for row, stage in zip(rows, stages, strict=True)]
    vocabulary = Vocabulary(words=event_words())
    marks, told = to_marks(rows, [number(row.time) for row in rows], vocabulary)
    return ScoringFile(source=source, marks=marks, notices=told)


def _cells(parts: list[str]) -> list[str]:
    return ["" if part == _MISSING else part for part in parts]


def _places(line: str) -> tuple[str, dict[str, int]]:
    for delimiter in _DELIMITERS:
        titles = {key(part) for part in fields(line, delimiter)}
        own = "stage" if "value" in titles else "event"  # YASA writes the code beside the word
        more = {} if titles & _MEANT else {"description": own}
        places = columns(line, delimiter, _TITLES | more)
        if {"onset", "duration"} <= set(places) and places.keys() & {"stage", "event"}:
            return delimiter, places
    return "\t", {}
