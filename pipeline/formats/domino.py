"""Exports of Somnomedics' DOMINO: one text file for each kind of event."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.codes import Code
from pipeline.errors import ScoringError
from pipeline.events import Side
from pipeline.formats.clock import time_of_day_s
from pipeline.formats.decoding import Text, decode, head
from pipeline.formats.marks import Mark, MarkKind, ScoringFile
from pipeline.formats.rows import Row, fields, number, to_file
from pipeline.formats.terms import OTHER_STAGE_WORDS, key
from pipeline.formats.vocabulary import Meaning, Vocabulary, event_words
from pipeline.notices import Notice

_HEADER_LINES = 30
_LATE_S = 12 * 3600.0
_APART = dt.timedelta(seconds=_LATE_S)  # the files of one export begin with the record
_KEYS = ("signal id", "start time", "unit", "signal type", "events list", "rate")
_PARTS = {  # the first word of a signal's name to what its file holds
    "schlafprofil": "stages",
    "korrelationma": "arousals",
    "flowd": "flow",
    "plm": "legs",
    "generic": "generic",
    "spo2": "spo2",
    "snore": "snore",
    "spindel": "spindles",
}
# A phasic or tonic burst of one muscle (Frauscher 2012) is no leg movement: that lasts 0.5 s.
_BURSTS = {
    f"{side}{limb}{kind}": Meaning(kind=MarkKind.KNOWN, side=Side(side) if side else Side.UNKNOWN)
    for side, limb in (
        ("left", "leg"),
        ("right", "leg"),
        ("left", "arm"),
        ("right", "arm"),
        ("", "chin"),
    )
    for kind in ("phasic", "tonic", "any", "artifact")
}
_WORDS = {**event_words(), **_BURSTS}
_STAGE_FILE = {w: Meaning(kind=MarkKind.STAGE, stage=s) for w, s in OTHER_STAGE_WORDS.items()}
_ENDINGS = (" eeg", " emg")  # where the arousal was seen; "(autonom)" is none of the cortex
_LEGS = ("leftleg", "rightleg")


@dataclass(frozen=True, kw_only=True)
class _Header:
    facts: dict[str, str]
    n_lines: int

    @property
    def part(self) -> str:
        words = key(self.facts.get("signal id", "")).split()
        return _PARTS.get(words[0], "other") if words else "other"

    @property
    def rate_s(self) -> str:
        """Length of an epoch as text; blank where none is stated in seconds."""
        value, _, unit = self.facts.get("rate", "").partition(" ")
        given = number(value)
        scale = {"s": 1.0, "ms": 0.001}.get(unit.strip())
        return "" if given is None or scale is None else f"{given * scale:g}"


def looks_like(content: bytes) -> bool:
    """Whether the bytes begin with the header of a DOMINO export."""
    facts = _header(head(content)).facts
    return {"signal id", "start time", "signal type"} <= set(facts)


def part_of(content: bytes) -> str:
    """Give what kind of events the file holds: ``stages``, ``legs``; ``other`` where not known."""
    return _header(head(content)).part


def parse(content: bytes) -> tuple[ScoringFile, ...]:
    """Give what one file of the export holds; `combine` makes one scoring of several.

    Discrete rows are ``time; value``, at the rate of the header; impulses are
    ``start-stop; duration;value`` or ``start-stop; value``. The zero is the start of the header.

    Raises
    ------
    ScoringError
        Where no row can be read.
    """
    text = decode(content)
    header = _header(text.lines)
    rows, bad = _rows(text, header)
    words = _WORDS | (_STAGE_FILE if header.part == "stages" else {})
    vocabulary = Vocabulary(words=words, shorten=_shorten)
    file = to_file(
        f"domino:{header.part}",
        rows,
        vocabulary,
        zero=header.facts.get("start time", ""),
        notices=text.notices,
        bad_lines=bad,
    )
    epoch_s = number(header.rate_s) if header.part == "stages" else None
    return (replace(file, epoch_s=epoch_s, notices=file.notices + _doubts(file, header)),)


def combine(files: Sequence[ScoringFile]) -> tuple[ScoringFile, ...]:
    """Give one scoring of the files of one study, on the time of the earliest.

    Raises
    ------
    ScoringError
        `SCORING_SET` where two files hold the same kind of events, or their starts cannot be
        compared or lie half a day apart.
    """
    if len(files) <= 1:
        return tuple(files)
    twice = [part for part, n in Counter(file.source for file in files).items() if n > 1]
    twice = [part for part in twice if not part.endswith(":other")]
    if twice:
        raise _conflict(f"more than one file of: {', '.join(p.partition(':')[2] for p in twice)}")
    starts = [file.start for file in files if file.start is not None]
    if len(starts) not in (0, len(files)) or (not starts and len({f.clock for f in files}) > 1):
        raise _conflict("starts that cannot be compared")
    zero = min(starts, default=None)
    if zero is not None and (apart := max(starts) - zero) >= _APART:
        raise _conflict(f"starts {apart.total_seconds() / 3600.0:.1f} h apart")
    marks = [m for file in files for m in _moved(file, zero)]
    return (
        replace(
            files[0],
            source="domino",
            marks=tuple(sorted(marks, key=lambda mark: mark.onset_s)),
            start=zero,
            epoch_s=next((f.epoch_s for f in files if f.epoch_s), None),
            notices=tuple(notice for file in files for notice in file.notices),
        ),
    )


def _conflict(found: str) -> ScoringError:
    return ScoringError(
        "The files of the export do not make one scoring.",
        code=Code.SCORING_SET,
        where="scoring",
        found=found,
        remedy="Leave one file of each kind, of one study, in the folder, or name a single file.",
    )


def _moved(file: ScoringFile, zero: object) -> tuple[Mark, ...]:
    if file.start is None or zero is None or file.start == zero:
        return file.marks
    shift_s = (file.start - zero).total_seconds()  # type: ignore[operator]
    return tuple(replace(mark, onset_s=mark.onset_s + shift_s) for mark in file.marks)


def _header(lines: Sequence[str]) -> _Header:
    facts: dict[str, str] = {}
    for place, line in enumerate(lines[:_HEADER_LINES]):
        name, sign, value = line.partition(":")
        if (facts and not line.strip()) or line[:1].isdecimal():
            return _Header(facts=facts, n_lines=place)
        if key(name) in _KEYS and sign:
            facts[key(name)] = value.strip()
    return _Header(facts=facts, n_lines=min(len(lines), _HEADER_LINES))


def _rows(text: Text, header: _Header) -> tuple[list[Row], list[int]]:
    rows, bad = [], []
    for place, line in enumerate(text.lines[header.n_lines :], start=header.n_lines + 1):
        row = _row(place, fields(line, ";"), header) if line.strip() else None
        if row is not None:
            rows.append(row)
        elif line.strip():
            bad.append(place)
    return rows, bad


def _row(place: int, parts: Sequence[str], header: _Header) -> Row | None:
    if len(parts) < 2:  # noqa: PLR2004  a time and a value
        return None
    start, dash, stop = parts[0].partition("-")
    return Row(
        line=place,
        time=start,
        stop=stop,
        label=parts[-1],
        duration="" if dash else header.rate_s,  # the stop is finer than the whole seconds beside
    )


def _shorten(word: str) -> str:
    return next((word.removesuffix(end) for end in _ENDINGS if word.endswith(end)), word)


def _doubts(file: ScoringFile, header: _Header) -> tuple[Notice, ...]:
    found = []
    if time_of_day_s(header.facts.get("start time", "")) is None:
        found.append((Code.SCORING_DATE, "The start cannot be read; the first row is the zero."))
    elif min(mark.onset_s for mark in file.marks) > _LATE_S:
        words = "The first event lies more than 12 h after the start of the file; check the start."
        found.append((Code.SCORING_DATE, words))
    n_bursts = sum(key(mark.text).startswith(_LEGS) for mark in file.marks)
    if n_bursts:
        words = (
            f"Marks of muscle activity in the legs: {n_bursts}; no leg movements by their rule, "
            "unless scoring.terms makes them such."
        )
        found.append((Code.SCORING_NO_MOVEMENTS, words))
    return tuple(Notice(code=code, where="scoring", message=words) for code, words in found)
