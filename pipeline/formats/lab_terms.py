"""A lab's own words in scoring files, and the marks that they stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from pipeline.events import Side
from pipeline.formats.marks import Mark, MarkKind, ScoringFile
from pipeline.hypnogram import Stage


class Term(StrEnum):
    """What a word can stand for."""

    W = "W"
    N1 = "N1"
    N2 = "N2"
    N3 = "N3"
    R = "R"
    UNSCORED = "?"
    MOVEMENT_TIME = "M"
    AROUSAL = "arousal"
    RESPIRATORY = "respiratory"
    LIMB_MOVEMENT = "limb_movement"
    LIMB_MOVEMENT_LEFT = "limb_movement:left"
    LIMB_MOVEMENT_RIGHT = "limb_movement:right"
    PLM = "plm"
    PLM_LEFT = "plm:left"
    PLM_RIGHT = "plm:right"
    LIGHTS_OFF = "lights_off"
    LIGHTS_ON = "lights_on"
    KNOWN = "known"  # nothing is made of it


_STAGES = {
    Term.W: Stage.W,
    Term.N1: Stage.N1,
    Term.N2: Stage.N2,
    Term.N3: Stage.N3,
    Term.R: Stage.R,
    Term.UNSCORED: Stage.UNSCORED,
    Term.MOVEMENT_TIME: Stage.MOVEMENT,
}


def normalised(word: str) -> str:
    """Give the word as words are compared: lower case, single blanks."""
    return " ".join(word.casefold().split())


def translate(file: ScoringFile, terms: Mapping[str, Term]) -> ScoringFile:
    """Give the file with each mark whose text is one of the terms made what the term says."""
    if not terms:
        return file
    table = {normalised(word): term for word, term in terms.items()}
    return replace(file, marks=tuple(_translated(mark, table) for mark in file.marks))


def _translated(mark: Mark, table: Mapping[str, Term]) -> Mark:
    term = table.get(normalised(mark.text))
    if term is None:
        return mark
    if term in _STAGES:
        return replace(mark, kind=MarkKind.STAGE, stage=_STAGES[term])
    if term is Term.KNOWN:
        return replace(mark, kind=MarkKind.KNOWN, stage=None)
    kind, _, side = term.partition(":")
    sided = {"side": Side(side)} if side else {}
    return replace(mark, kind=MarkKind(kind), stage=None, **sided)  # type: ignore[arg-type]
