"""RemLogic and Embla event lists as text, as the CAP Sleep Database has them."""

from __future__ import annotations

from pipeline.formats.decoding import decode, head
from pipeline.formats.marks import MarkKind, ScoringFile
from pipeline.formats.rows import Row, cell, columns, fields, to_file
from pipeline.formats.vocabulary import Meaning, Vocabulary, event_words
from pipeline.hypnogram import Stage

_HEADER_LINES = 200  # patient, recording and list of events stand before the table
_TITLES = {
    **dict.fromkeys(("sleep stage", "stade de sommeil"), "stage"),
    **dict.fromkeys(("time hh mm ss", "time hh mm ss xxx", "heure hh mm ss"), "time"),
    **dict.fromkeys(("event", "evenement"), "event"),
    **dict.fromkeys(("duration s", "duree s"), "duration"),
    **dict.fromkeys(("location", "emplacement"), "location"),
}
_STAGES = {
    **dict.fromkeys(("sleep s0", "sleep wake"), Stage.W),
    **dict.fromkeys(("sleep s1", "sleep n1"), Stage.N1),
    **dict.fromkeys(("sleep s2", "sleep n2"), Stage.N2),
    **dict.fromkeys(("sleep s3", "sleep s4", "sleep n3"), Stage.N3),
    "sleep rem": Stage.R,
    "sleep mt": Stage.MOVEMENT,
    "sleep unscored": Stage.UNSCORED,
}
_KINDS = {
    **dict.fromkeys(("plm lm", "plm rrlm"), MarkKind.LIMB_MOVEMENT),
    "plm": MarkKind.KNOWN,  # the series that its PLM-LM make
    # Eye movements, and what the stage column would write; stages are events that begin SLEEP-.
    **dict.fromkeys(("rem", "mcap", "position", "analysis"), MarkKind.KNOWN),
}
_WORDS = {
    **event_words(),
    **{word: Meaning(kind=MarkKind.STAGE, stage=stage) for word, stage in _STAGES.items()},
    **{word: Meaning(kind=kind) for word, kind in _KINDS.items()},
}
_FAMILIES = ("arousal", "apnea", "hypopnea", "position", "snore", "desat", "mcap", "analysis")


def looks_like(content: bytes) -> bool:
    """Whether the bytes hold the table of a RemLogic event list."""
    return any(_places(line) for line in head(content)[:_HEADER_LINES])


def parse(content: bytes) -> tuple[ScoringFile, ...]:
    """Give the scoring; columns by their titles, whatever their order.

    ``PLM-LM`` and ``PLM-RRLM`` are single movements, ``PLM`` is their series. Stages are the
    events that begin ``SLEEP-``; the stage column repeats them. Times are of day, without a date.

    Raises
    ------
    ScoringError
        Where there is no such table or no row of it can be read.
    """
    text = decode(content)
    rows: list[Row] = []
    places: dict[str, int] = {}
    short: list[int] = []
    for number, line in enumerate(text.lines, start=1):
        if not places:
            places = _places(line)
        elif line.strip():
            parts = fields(line, "\t")
            if len(parts) <= max(places["time"], places["event"]):
                short.append(number)
                continue
            rows.append(_row(number, parts, places))
    vocabulary = Vocabulary(words=_WORDS, shorten=_family)
    return (to_file("remlogic", rows, vocabulary, notices=text.notices, bad_lines=short),)


def _row(number: int, parts: list[str], places: dict[str, int]) -> Row:
    return Row(
        line=number,
        time=cell(parts, places, "time"),
        label=cell(parts, places, "event"),
        duration=cell(parts, places, "duration"),
        channel=cell(parts, places, "location"),
    )


def _places(line: str) -> dict[str, int]:
    if "\t" not in line or "[" not in line:
        return {}
    places = columns(line, "\t", _TITLES)
    return places if {"time", "event", "duration"} <= set(places) else {}


def _family(word: str) -> str:
    """Shorten ``arousal plm`` to ``arousal``: the first word tells the kind in this program."""
    first = word.partition(" ")[0]
    return first if first in _FAMILIES else word
