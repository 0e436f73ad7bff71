"""Hypnograms as one stage an epoch: plain lists, Luna's ``.eannot``, tables, Elan's ``.hyp``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.codes import Code
from pipeline.errors import ScoringError
from pipeline.formats import luna_words
from pipeline.formats.decoding import decode, head
from pipeline.formats.doubts import old_stages
from pipeline.formats.lab_terms import normalised
from pipeline.formats.marks import Mark, MarkKind, ScoringFile
from pipeline.formats.rows import cell, columns, fields, is_old, malformed, nothing, number
from pipeline.formats.schemes import is_integer, stages_of
from pipeline.formats.scoring_parameters import AS_WRITTEN, ScoringParameters
from pipeline.formats.terms import key
from pipeline.formats.vocabulary import stage_word
from pipeline.hypnogram import EPOCH_S, Stage
from pipeline.notices import Notice

_DELIMITERS = (",", ";", "\t")
_TITLES = {
    **dict.fromkeys(("stage", "stages", "sleep stage", "sleep stages", "sleepstage"), "stage"),
    **dict.fromkeys(("hypnogram", "hypno", "staging"), "stage"),
    **dict.fromkeys(("epoch", "epochs", "epoch number", "epoch no"), "epoch"),
}
_TIMES = {"onset", "start", "start time", "start sec", "time"}  # such a table is no plain list
_ELAN = ("time_base", "sampling_period", "epoch_nb", "epoch_list")
_LONGEST_S = 48 * 3600.0
_TOKEN_CHARS = 32
_COMMENT = "#"
_LEAST_PART = 0.9  # of the lines; the rest may be a scorer's own words


@dataclass(frozen=True, kw_only=True)
class _List:
    """Texts of the epochs with their lines, and what a header says of them."""

    epochs: tuple[tuple[int, str, int], ...]  # line, text, number of the epoch from 0
    source: str = "stage_list"
    epoch_s: float | None = None
    scheme: str = ""
    n_stated: int | None = None


def looks_like(content: bytes) -> bool:
    """Whether the bytes are Elan's header, a table with a stage column, or stages and no more."""
    lines = [line.strip() for line in head(content) if line.strip()]
    lines = [line for line in lines if not line.startswith(_COMMENT)]
    if not lines or _is_elan(lines):
        return bool(lines)
    if _places(lines[0])[1]:
        return len(lines) > 1
    tokens = lines[1:] if key(lines[0]) in _TITLES else lines
    return sum(_is_token(line) for line in tokens) > _LEAST_PART * len(tokens)


def parse(content: bytes, options: ScoringParameters = AS_WRITTEN) -> tuple[ScoringFile, ...]:
    """Give the scoring; the zero is the study's start, a row that is no stage keeps its place.

    A plain list states neither the length of its epochs nor its codes: `options.epoch_s` and
    `options.scheme` do; without the length, 30 s are assumed and noticed. Elan states its epochs
    and has its own codes. Visbrain's ``.txt`` has YASA's codes.

    The lab's own words (`options.terms`) are unscored here and translated by the reader.

    Raises
    ------
    ScoringError
        `SCHEME_NEEDED` where the stages are integers of no named scheme; `EPOCH_LENGTH` where
        the list would last for days; `SCORING_UNREADABLE` where no stage can be read.
    """
    text = decode(content)
    listed = _read(text.lines)
    epoch_s = options.epoch_s or listed.epoch_s or EPOCH_S
    _check_length(len(listed.epochs), epoch_s)
    marks, bad = _marks(listed, epoch_s, options)
    assumed = () if options.epoch_s or listed.epoch_s else _assumed()
    notices = (
        *text.notices,
        *assumed,
        *_miscounted(listed),
        *malformed(bad, "these epochs are unscored"),
        *old_stages(is_told=any(is_old(mark) for mark in marks)),
    )
    file = ScoringFile(source=listed.source, marks=marks, epoch_s=epoch_s, notices=notices)
    return (file,)


def _read(lines: Sequence[str]) -> _List:
    filled = [i for i, line in enumerate(lines) if line.strip() and line.strip()[0] != _COMMENT]
    if filled and _is_elan([lines[i] for i in filled]):
        return _elan(lines)
    first = next(iter(filled), len(lines))
    delimiter, places = _places(lines[first]) if first < len(lines) else ("", {})
    if places:
        return _table(lines, first, delimiter, places)
    if first < len(lines) and key(lines[first]) in _TITLES:
        first += 1
    return _List(epochs=_plain(lines, first))


def _plain(lines: Sequence[str], first: int) -> tuple[tuple[int, str, int], ...]:
    """Give the rows from `first` on; blank ones within keep their place, those behind do not.

    A comment has none: counted as an epoch it would move all behind it.
    """
    stop = max((i + 1 for i, line in enumerate(lines) if line.strip()), default=0)
    rows = [i for i in range(first, stop) if not lines[i].lstrip().startswith(_COMMENT)]
    return tuple((i + 1, lines[i].strip(), place) for place, i in enumerate(rows))


def _table(lines: Sequence[str], first: int, delimiter: str, places: dict[str, int]) -> _List:
    rows = [(n, fields(text, delimiter), e) for n, text, e in _plain(lines, first + 1)]
    numbers = [number(cell(parts, places, "epoch")) for _, parts, _ in rows]
    known = [int(value) for value in numbers if value is not None and value >= 0]
    base = 0 if 0 in known[:1] else 1
    is_numbered = len(known) == len(rows) and max(known, default=0) <= 10 * len(rows)
    return _List(
        epochs=tuple(
            (n, cell(parts, places, "stage"), known[e] - base if is_numbered else e)
            for n, parts, e in rows
        )
    )


def _elan(lines: Sequence[str]) -> _List:
    stated = {name: value for name, _, value in (line.strip().partition(" ") for line in lines[:8])}
    first = next(i for i, line in enumerate(lines) if line.strip().startswith(_ELAN[-1])) + 1
    n_stated = number(stated.get(_ELAN[2], ""))
    return _List(
        epochs=_plain(lines, first),
        source="elan",
        epoch_s=number(stated.get(_ELAN[0], "")) or None,
        scheme="elan",
        n_stated=None if n_stated is None else int(n_stated),
    )


def _marks(
    listed: _List, epoch_s: float, options: ScoringParameters
) -> tuple[tuple[Mark, ...], list[int]]:
    texts = [text for _, text, _ in listed.epochs]
    read = stages_of(texts, options.scheme or listed.scheme)
    stages = [luna_words.stage_of(t) if s is None else s for t, s in zip(texts, read, strict=True)]
    if all(stage is None for stage in stages):
        raise nothing()
    marks = tuple(
        Mark(
            kind=MarkKind.STAGE,
            onset_s=options.start_offset_s + place * epoch_s,
            duration_s=epoch_s,
            stage=Stage.UNSCORED if stage is None else stage,
            text=text,
        )
        for (_, text, place), stage in zip(listed.epochs, stages, strict=True)
    )
    own = {normalised(word) for word in options.terms}
    rows = zip(listed.epochs, stages, strict=True)
    return marks, [n for (n, text, _), s in rows if s is None and normalised(text) not in own]


def _check_length(n_epochs: int, epoch_s: float) -> None:
    if n_epochs * epoch_s <= _LONGEST_S:
        return
    raise ScoringError(
        "The list of stages is longer than two days.",
        code=Code.EPOCH_LENGTH,
        where="scoring.epoch_s",
        found=f"{n_epochs} stages, {epoch_s:g} s each",
        remedy="Give the length of its epochs, such as 1 for a stage each second.",
    )


def _assumed() -> tuple[Notice, ...]:
    words = f"The list does not state the length of its epochs; {EPOCH_S:g} s are assumed."
    return (Notice(code=Code.EPOCH_LENGTH, where="scoring", message=words),)


def _miscounted(listed: _List) -> tuple[Notice, ...]:
    if listed.n_stated in (None, len(listed.epochs)):
        return ()
    words = f"The header states {listed.n_stated} epochs, the list holds {len(listed.epochs)}."
    return (Notice(code=Code.SCORING_ROWS, where="scoring", message=words),)


def _is_elan(lines: Sequence[str]) -> bool:
    starts = [line.split(maxsplit=1)[0] for line in lines[: len(_ELAN)] if line.strip()]
    return tuple(starts) == _ELAN


def _is_token(text: str) -> bool:
    if len(text) > _TOKEN_CHARS:
        return False
    is_word = stage_word(key(text)) is not None or luna_words.stage_of(text) is not None
    return is_word or is_integer(text)


def _places(line: str) -> tuple[str, dict[str, int]]:
    for delimiter in _DELIMITERS:
        places = columns(line, delimiter, _TITLES)
        titles = {key(part) for part in fields(line, delimiter)}
        if delimiter in line and "stage" in places and not titles & _TIMES:
            return delimiter, places
    return "", {}
