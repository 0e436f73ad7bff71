"""Scorers on one clock: the record's start of the first of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.codes import Code
from pipeline.comparison.scorer import Scorer, difference_s, moved
from pipeline.errors import ScoringError
from pipeline.hypnogram import EPOCH_S, TOLERANCE_S, Hypnogram
from pipeline.notices import Notice

_DAY_S = 86_400.0  # no night's scorings start further apart


def align(scorers: Sequence[Scorer], lights_off_s: float | None = None) -> tuple[Scorer, ...]:
    """Give the scorers with all times from the first one's start, which their notices tell.

    Parameters
    ----------
    lights_off_s
        Stands for lights off, in seconds from the first one's start, where a scorer has no mark.

    Raises
    ------
    ScoringError
        ``SCORING_START``: one starts a day or more from the first.
    """
    placed = [_placed(scorers[0], scorer) for scorer in scorers]
    grid = next((s.scoring.hypnogram for s in placed if s.scoring.hypnogram is not None), None)
    return tuple(_on_grid(_with_lights(scorer, lights_off_s), grid) for scorer in placed)


def _placed(first: Scorer, scorer: Scorer) -> Scorer:
    shift_s = difference_s(first, scorer)
    if shift_s is None:
        words = "Its start, or the first one's, is not known; both are taken to start together."
        return _told(scorer, Code.SCORING_START_UNKNOWN, words)
    if abs(shift_s) >= _DAY_S:
        raise _another_night(scorer, shift_s)
    if not shift_s:
        return scorer
    words = f"It starts {shift_s:+.3f} s from the first one; its times were moved by that."
    return _told(moved(scorer, shift_s), Code.SCORING_MOVED, words)


def _another_night(scorer: Scorer, shift_s: float) -> ScoringError:
    return ScoringError(
        "A scoring is of another night than the first one.",
        code=Code.SCORING_START,
        where=f"scorer {scorer.alias}, start date and time",
        found=f"{shift_s:+.0f} s from the start of the first",
        remedy="Compare scorings of one night; correct the wrong start date or time.",
    )


def _with_lights(scorer: Scorer, off_s: float | None) -> Scorer:
    lights = scorer.lights
    if not lights.is_off_assumed:
        return scorer
    if off_s is None:
        words = "No lights off is marked; its latencies count from the start of its record."
        return _told(scorer, Code.LIGHTS_ASSUMED, words)
    if not lights.on_s - off_s >= EPOCH_S:
        words = f"Lights off at {off_s:g} s leave it no time in bed; its own start is used."
        return _told(scorer, Code.LIGHTS_ORDER, words)
    return replace(scorer, lights=replace(lights, off_s=off_s, is_off_assumed=False))


def _on_grid(scorer: Scorer, grid: Hypnogram | None) -> Scorer:
    """Say where the scorer's epochs are not those of the first scorer who has any."""
    own = scorer.scoring.hypnogram
    if own is None or grid is None:
        return scorer
    off_s = (own.offset_s - grid.offset_s) % grid.epoch_s
    is_off = min(off_s, grid.epoch_s - off_s) > TOLERANCE_S
    if own.epoch_s != grid.epoch_s:
        words = f"Its epochs of {own.epoch_s:g} s stand beside epochs of {grid.epoch_s:g} s"
    elif is_off:
        words = f"Its epochs begin {off_s:g} s into the first one's"
    else:
        return scorer
    words += ": compared by time, at the middle of the epochs of the first of each pair."
    return _told(scorer, Code.EPOCHS_DIFFER, words)


def _told(scorer: Scorer, code: Code, words: str) -> Scorer:
    notice = Notice(code=code, where="scoring", message=words)
    notices = (*scorer.scoring.notices, notice)
    return replace(scorer, scoring=replace(scorer.scoring, notices=notices))
