"""All text formats of scorings, told apart by content."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

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
from pipeline.formats.text_options import DEFAULT, TextOptions


@dataclass(frozen=True, kw_only=True)
class TextFormat:
    """The two functions of a format."""

    looks_like: Callable[[bytes], bool]
    parse: Callable[[bytes, TextOptions], tuple[ScoringFile, ...]]


FORMATS: Mapping[str, TextFormat] = MappingProxyType(
    {
        name: TextFormat(looks_like=module.looks_like, parse=module.parse)
        for name, module in (
            ("remlogic", remlogic),
            ("domino", domino),
            ("noxturnal", noxturnal),
            ("event_csv", event_csv),
            ("allscore", allscore),
            ("snooz", snooz),
            ("events_tsv", events_tsv),
            ("stage_list", stage_list),
        )
    }
)
"""By name; no two claim the same bytes."""


def recognise(content: bytes) -> str | None:
    """Give the name of the format that the bytes are of, or None."""
    return next((name for name, form in FORMATS.items() if form.looks_like(content)), None)


def parse_set(contents: Sequence[bytes], options: TextOptions = DEFAULT) -> tuple[ScoringFile, ...]:
    """Give the scoring of a folder of one DOMINO export; other files in it are not looked at.

    Raises
    ------
    ScoringError
        Where the files do not make one scoring.
    """
    files = [
        domino.parse(content, options)[0] for content in contents if domino.looks_like(content)
    ]
    return domino.combine(files)
