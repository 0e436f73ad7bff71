"""Strips on a common time axis: hypnograms, probabilities, and the axis itself."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.hypnogram import SCORED, Hypnogram, Stage
from pipeline.intervals import runs
from pipeline.report.drawing import Axis, Path, Word, area, boxes, line, rules, steps

HYPNOGRAM_PX, DENSITY_PX = 96.0, 72.0
LEVELS = (Stage.W, Stage.R, Stage.N1, Stage.N2, Stage.N3)  # top to bottom, as labs draw them
_TICKS_S = (10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400, 28800, 86400)
_MAX_TICKS = 12
_MINUTE_S, _HOUR_S = 60, 3600


@dataclass(frozen=True, kw_only=True)
class Band:
    """One strip of the picture, drawn from its own top."""

    height_px: float
    draw: Callable[[Axis, float], tuple[list[Path], list[Word]]]


def hypnogram_band(
    hypnogram: Hypnogram, title: str, *, height_px: float = HYPNOGRAM_PX, css: str = "end"
) -> Band:
    """Give the strip of a hypnogram; `css` is the class of the stages' letters at its side."""
    step = height_px / len(LEVELS)
    centre = {stage: (i + 0.5) * step for i, stage in enumerate(LEVELS)}

    def draw(x: Axis, top: float) -> tuple[list[Path], list[Word]]:
        edges = x.px(np.append(hypnogram.onsets_s, hypnogram.end_s))
        y = np.array([top + centre.get(Stage(int(s)), math.nan) for s in hypnogram.stages])
        paths = _stage_boxes(hypnogram, edges, top, step)
        paths.append(Path(css="hypnogram", d=line(*steps(edges, y))))
        words = [
            Word(x=x.low_px - 8, y=top + centre[s] + 4, text=s.letter, css=css) for s in LEVELS
        ]
        words.append(Word(x=4, y=top + 20, text=title, css="strong"))
        words += [] if len(hypnogram) else [absent(x, top + 20, "no epochs")]
        return paths, words

    return Band(height_px=height_px, draw=draw)


def _stage_boxes(
    hypnogram: Hypnogram,
    edges: NDArray[np.float64],
    top: float,
    step: float,
) -> list[Path]:
    def spans(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
        return edges[runs(mask)]

    paths = [Path(css="unscored", d=boxes(spans(~hypnogram.is_scored), top, step * len(LEVELS)))]
    for i, stage in enumerate(LEVELS):
        d = boxes(spans(hypnogram.stages == stage), top + i * step, step)
        paths.append(Path(css=f"s-{stage.letter} bar", d=d))
    return paths


def has_density(hypnogram: Hypnogram | None) -> bool:
    """Tell whether there are stage probabilities to draw."""
    return (
        hypnogram is not None
        and hypnogram.probabilities is not None
        and bool(np.isfinite(hypnogram.probabilities).any())
    )


def density_band(hypnogram: Hypnogram | None, title: str) -> Band:
    """Give the strip of the stage probabilities, stacked."""

    def draw(x: Axis, top: float) -> tuple[list[Path], list[Word]]:
        words = [Word(x=4, y=top + 20, text=title, css="strong")]
        if hypnogram is None or hypnogram.probabilities is None:
            return [], [*words, absent(x, top + 20, "no stage probabilities: not estimated")]
        edges = x.px(np.append(hypnogram.onsets_s, hypnogram.end_s))
        tops = np.cumsum(hypnogram.probabilities, axis=1)
        stacked = np.column_stack((np.zeros(len(tops)) * tops[:, 0], tops))
        y = top + DENSITY_PX * (1.0 - np.minimum(stacked, 1.0))
        paths = [Path(css="unscored", d=boxes([(x.low_px, x.high_px)], top, DENSITY_PX))]
        for i, stage in enumerate(SCORED):
            corners, lower = steps(edges, y[:, i])
            d = area(corners, steps(edges, y[:, i + 1])[1], lower)
            paths.append(Path(css=f"s-{stage.letter}", d=d))
        ends = (("1", top + 8), ("0", top + DENSITY_PX))
        words += [Word(x=x.low_px - 8, y=y_px, text=text, css="end") for text, y_px in ends]
        return paths, words

    return Band(height_px=DENSITY_PX, draw=draw)


def time_grid(x: Axis, y_px: tuple[float, float]) -> tuple[list[int], Path, list[Word]]:
    """Give the ticks in seconds from the start, their lines from top to bottom, and their words."""
    top, bottom = y_px
    length_s = x.stop - x.start
    step_s = next((t for t in _TICKS_S if length_s <= t * _MAX_TICKS), _TICKS_S[-1])
    first, last = math.ceil(x.start / step_s), math.floor(x.stop / step_s)
    ticks = [k * step_s for k in range(first, last + 1)]
    grid = rules([(x.at(t), top) for t in ticks], dy_px=bottom - top)
    words = [
        Word(x=x.at(t), y=bottom + 16, text=_tick(t, step_s), css="middle small") for t in ticks
    ]
    words.append(Word(x=4, y=bottom + 16, text="from start", css="small"))
    return ticks, Path(css="grid", d=grid), words


def _tick(seconds: int, step_s: int) -> str:
    if step_s < _MINUTE_S:
        return f"{seconds} s"
    hours, rest = divmod(seconds, _HOUR_S)
    return f"{hours}:{rest // _MINUTE_S:02d}" if step_s < _HOUR_S else f"{hours} h"


def absent(x: Axis, y_px: float, text: str) -> Word:
    """Give the words that stand in a strip where nothing can be drawn."""
    return Word(x=x.low_px + 8, y=y_px, text=text, css="start small muted")
