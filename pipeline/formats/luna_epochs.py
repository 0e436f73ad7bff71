"""Epoch annotations of Luna (.eannot): one label a line, one line an epoch."""

from __future__ import annotations

from pipeline.formats import luna_words
from pipeline.formats.doubts import fault, old_stages
from pipeline.formats.lab_terms import normalised
from pipeline.formats.marks import Mark, MarkKind, ScoringFile
from pipeline.hypnogram import EPOCH_S

SOURCE = "luna"
_PROBE_BYTES = 65_536
_LEAST_LINES = 2  # one line of one letter is no list


def looks_like(content: bytes) -> bool:
    """Tell whether every first line is one of Luna's stages, none of which is a number."""
    lines = _lines(content[:_PROBE_BYTES])
    seen = lines if len(content) <= _PROBE_BYTES else lines[:-1]
    return len(seen) >= _LEAST_LINES and all(luna_words.stage_of(x) is not None for x in seen)


def parse(
    content: bytes, epoch_s: float = EPOCH_S, start_offset_s: float = 0.0
) -> tuple[ScoringFile, ...]:
    """Give the one scoring of the file.

    Parameters
    ----------
    epoch_s
        Length of an epoch, which the file does not tell.
    start_offset_s
        Seconds from the record's start to the first epoch.

    Raises
    ------
    ScoringError
        SCORING_SYNTAX: a line that is none of Luna's stages.
    """
    lines = _lines(content)
    marks = tuple(
        _mark(text, number, start_offset_s + number * epoch_s, epoch_s)
        for number, text in enumerate(lines)
    )
    is_old = any(normalised(text) in luna_words.OLD for text in lines)
    notices = old_stages(is_told=is_old)
    return (ScoringFile(source=SOURCE, marks=marks, epoch_s=epoch_s, notices=notices),)


def _lines(content: bytes) -> list[str]:
    return content.decode("utf-8-sig", errors="replace").rstrip().splitlines()


def _mark(text: str, number: int, onset_s: float, epoch_s: float) -> Mark:
    stage = luna_words.stage_of(text)
    if stage is None:
        raise fault("A line is none of Luna's stages.", f"line {number + 1}")
    return Mark(
        kind=MarkKind.STAGE, onset_s=onset_s, duration_s=epoch_s, stage=stage, text=text.strip()
    )
