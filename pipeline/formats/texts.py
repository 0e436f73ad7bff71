"""All text formats of scorings, told apart by content."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.formats import (
    allscore,
    domino,
    event_csv,
    events_tsv,
    noxturnal,
    remlogic,
    snooz,
    stage_list,
)
from pipeline.formats.marks import ScoringFile
from pipeline.formats.scoring_parameters import ScoringParameters

_Parse = Callable[[bytes, ScoringParameters], tuple[ScoringFile, ...]]


@dataclass(frozen=True)
class TextFormat:
    """The name of a format to a reader, and its two functions."""

    title: str
    looks_like: Callable[[bytes], bool]
    parse: _Parse


def _plain(parse: Callable[[bytes], tuple[ScoringFile, ...]]) -> _Parse:
    return lambda content, _: parse(content)


FORMATS: tuple[TextFormat, ...] = (
    TextFormat("RemLogic text", remlogic.looks_like, _plain(remlogic.parse)),
    TextFormat("DOMINO text", domino.looks_like, _plain(domino.parse)),
    TextFormat("Noxturnal CSV", noxturnal.looks_like, _plain(noxturnal.parse)),
    TextFormat("Natus or STAGES CSV", event_csv.looks_like, _plain(event_csv.parse)),
    TextFormat("WSC allscore", allscore.looks_like, _plain(allscore.parse)),
    TextFormat("Snooz TSV", snooz.looks_like, _plain(snooz.parse)),
    TextFormat("table with onset and duration", events_tsv.looks_like, events_tsv.parse),
    TextFormat("list of stages, Luna .eannot", stage_list.looks_like, stage_list.parse),
)
"""No two claim the same bytes."""


def recognise(content: bytes) -> TextFormat | None:
    """Give the format that the bytes are of, or None."""
    return next((known for known in FORMATS if known.looks_like(content)), None)


def parse_set(contents: Sequence[bytes]) -> tuple[ScoringFile, ...]:
    """Give the scoring of a folder with one DOMINO export; its other files are not looked at.

    Nothing where no file is of DOMINO.

    Raises
    ------
    ScoringError
        Where the files do not make one scoring.
    """
    files = [domino.parse(content)[0] for content in contents if domino.looks_like(content)]
    return domino.combine(files)
