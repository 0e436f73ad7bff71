"""Scorers on one clock: the record's start of the first of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.codes import Code
from pipeline.comparison.scorer import Scorer, difference_s, moved
from pipeline.errors import ScoringError
from pipeline.hypnogram import EPOCH_S, TOLERANCE_S
from pipeline.notices import Notice

_DAY_S = 86_400.0  # no night's scorings start further apart


def align(
    scorers: Sequence[Scorer], lights_off_s: float | None = None
) -> tuple[tuple[Scorer, ...], tuple[Notice, ...]]:
    """Give the scorers with all times from the first one's start, and what was moved.

    Parameters
    ----------
    lights_off_s
        Stands for lights off, in seconds from the first one's start, where a scorer has no mark.

    Raises
    ------
    ScoringError
        ``SCORING_START``: one starts a day or more from the first.
    """
    first, aligned, notices = scorers[0], [], []
    for scorer in scorers:
        shift_s = difference_s(first, scorer)
        if shift_s is None:
            words = "Its start, or the first one's, is not known; both are taken to start together."
            notices.append(_notice(Code.SCORING_START_UNKNOWN, scorer, words))
        if shift_s and abs(shift_s) >= _DAY_S:
            raise _another_night(scorer, shift_s)
        if shift_s:
            words = f"It starts {shift_s:+.3f} s from the first one; its times were moved by that."
            notices.append(_notice(Code.SCORING_MOVED, scorer, words))
        aligned.append(_with_lights(moved(scorer, shift_s or 0.0), lights_off_s, notices))
    return tuple(aligned), (*notices, *_grids(aligned))


def _another_night(scorer: Scorer, shift_s: float) -> ScoringError:
    return ScoringError(
        "A scoring is of another night than the first one.",
        code=Code.SCORING_START,
        where=f"scorer {scorer.alias}, start date and time",
        found=f"{shift_s:+.0f} s from the start of the first",
        remedy="Compare scorings of one night; correct the wrong start date or time.",
    )


def _with_lights(scorer: Scorer, off_s: float | None, notices: list[Notice]) -> Scorer:
    lights = scorer.lights
    if not lights.is_off_assumed:
        return scorer
    if off_s is None:
        words = "No lights off is marked; its latencies count from the start of its record."
        notices.append(_notice(Code.LIGHTS_ASSUMED, scorer, words))
        return scorer
    if not lights.on_s - off_s >= EPOCH_S:
        words = f"Lights off at {off_s:g} s leave it no time in bed; its own start is used."
        notices.append(_notice(Code.LIGHTS_ORDER, scorer, words))
        return scorer
    return replace(scorer, lights=replace(lights, off_s=off_s, is_off_assumed=False))


def _grids(scorers: Sequence[Scorer]) -> list[Notice]:
    """Say whose epochs are not those of the first scorer who has any."""
    staged = [(s, s.scoring.hypnogram) for s in scorers if s.scoring.hypnogram is not None]
    if not staged:
        return []
    first, grid = staged[0]
    notices = []
    for scorer, other in staged[1:]:
        off_s = (other.offset_s - grid.offset_s) % grid.epoch_s
        off_s = 0.0 if grid.epoch_s - off_s < TOLERANCE_S else off_s
        if other.epoch_s != grid.epoch_s:
            words = f"Epochs of {other.epoch_s:g} s beside {grid.epoch_s:g} s of {first.alias}"
        elif off_s > TOLERANCE_S:
            words = f"Epochs begin {off_s:g} s into those of {first.alias}"
        else:
            continue
        words += ": compared by time, at the middle of the epochs of the first of each pair."
        notices.append(_notice(Code.EPOCHS_DIFFER, scorer, words))
    return notices


def _notice(code: Code, scorer: Scorer, words: str) -> Notice:
    return Notice(code=code, where=f"scorer {scorer.alias}", message=words)
