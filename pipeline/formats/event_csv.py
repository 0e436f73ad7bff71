"""Event lists as ``Start Time,Duration (seconds),Event``, of Natus, Compumedics and STAGES."""

from __future__ import annotations

from pipeline.formats import dashed
from pipeline.formats.decoding import decode, head
from pipeline.formats.marks import ScoringFile
from pipeline.formats.rows import Row, columns, fields, to_file
from pipeline.formats.vocabulary import Vocabulary

_TITLES = {
    "start time": "time",
    "duration seconds": "duration",
    "duration": "duration",
    "event": "event",
}
_N_COLUMNS = 3


def looks_like(content: bytes) -> bool:
    """Whether the bytes begin with these three titles and no others."""
    lines = head(content)
    return bool(lines) and _has_titles(lines[0])


def parse(content: bytes) -> tuple[ScoringFile, ...]:
    """Give the scoring; times of day go on over midnight, dates are used where there are any.

    A bare ``PLM`` is not read: in one lab it is a movement, in another a
    series; a term of the lab can say which.

    Raises
    ------
    ScoringError
        Where no row can be read.
    """
    text = decode(content)
    rows, short = [], []
    for number, line in enumerate(text.lines[1:], start=2):
        parts = fields(line, ",")
        if len(parts) >= _N_COLUMNS:  # the event is the last column and may hold commas
            time, duration, *event = parts
            rows.append(Row(line=number, time=time, duration=duration, label=", ".join(event)))
        elif line.strip():
            short.append(number)
    vocabulary = Vocabulary(words=dashed.WORDS, shorten=dashed.shorten)
    return (to_file("event_csv", rows, vocabulary, notices=text.notices, bad_lines=short),)


def _has_titles(line: str) -> bool:
    places = columns(line, ",", _TITLES)
    return [places.get(name) for name in ("time", "duration", "event")] == [0, 1, 2]
