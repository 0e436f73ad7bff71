"""A night's stages as two short paths, small enough for a page of thousands of nights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from pipeline.hypnogram import Stage
from pipeline.report.bands import LEVELS
from pipeline.report.words import minutes

_LEVEL = {stage.letter: 2 * place + 1 for place, stage in enumerate(LEVELS)}
HEIGHT = 2 * len(LEVELS)


@dataclass(frozen=True, kw_only=True)
class SmallHypnogram:
    """Paths in epochs along and half levels down; `label` speaks them.

    Attributes
    ----------
    line
        All stages; epochs without one leave a gap.
    n1
        Boxes where the night is in N1.
    """

    n_epochs: int
    line: str
    n1: str
    label: str


def small_hypnogram(letters: Sequence[str], epoch_s: float) -> SmallHypnogram | None:
    """Draw the stages, one letter an epoch of `epoch_s` seconds; None where there is no epoch."""
    if not letters:
        return None
    counts = Counter(letters)
    parts = [
        f"{stage.letter} {minutes(counts[stage.letter] * epoch_s)}"
        for stage in sorted(LEVELS)
        if counts[stage.letter]
    ]
    return SmallHypnogram(
        n_epochs=len(letters),
        line="".join(_line(_runs(letters))),
        n1="".join(_boxes(_runs(letters), Stage.N1.letter)),
        label="Hypnogram: " + (", ".join(parts) or "no stage"),
    )


def _runs(letters: Iterable[str]) -> Iterator[tuple[int, int, str]]:
    """Give the first epoch, the number of epochs and the letter of each run."""
    start = 0
    for letter, run in groupby(letters):
        length = sum(1 for _ in run)
        yield start, length, letter
        start += length


def _line(runs: Iterable[tuple[int, int, str]]) -> Iterator[str]:
    before: int | None = None
    for start, length, letter in runs:
        level = _LEVEL.get(letter)
        if level is not None:
            move = f"M{start} {level}" if before is None else f"v{level - before}"
            yield f"{move}h{length}"
        before = level


def _boxes(runs: Iterable[tuple[int, int, str]], wanted: str) -> Iterator[str]:
    top = _LEVEL[wanted] - 1
    for start, length, letter in runs:
        if letter == wanted:
            yield f"M{start} {top}h{length}v2h-{length}z"
