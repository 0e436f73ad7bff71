"""Pictures as short lists of paths and words; the template turns them into inline SVG.

Paths count in whole quarters of a pixel, which keeps a night's page small. Colours and line
widths are classes of the style sheet, so that a picture follows light, dark and paper.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.intervals import merge, runs

UNITS_PER_PX = 4


@dataclass(frozen=True, kw_only=True)
class Path:
    """One SVG path: its style class and its data in quarters of a pixel."""

    css: str
    d: str


@dataclass(frozen=True, kw_only=True)
class Word:
    """A piece of text at a place in pixels; `css` also says how it is anchored."""

    x: float
    y: float
    text: str
    css: str = ""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture with the words that a screen reader speaks.

    Attributes
    ----------
    width_px, height_px
        Of the drawing; the page scales it to its own width.
    label
        What the picture shows, in one sentence or two.
    """

    width_px: int
    height_px: int
    label: str
    paths: tuple[Path, ...]
    words: tuple[Word, ...]


@dataclass(frozen=True, kw_only=True)
class Axis:
    """A linear scale from values to pixels.

    Attributes
    ----------
    start, stop
        The values at its two ends.
    low_px, high_px
        Their pixels; `high_px` may be the smaller one, for an axis that points up.
    """

    start: float
    stop: float
    low_px: float
    high_px: float

    def px(self, values: Any) -> NDArray[np.float64]:
        """Give the pixels of the values, held inside the axis."""
        share = (np.asarray(values, np.float64) - self.start) / ((self.stop - self.start) or 1.0)
        return self.low_px + np.clip(share, 0.0, 1.0) * (self.high_px - self.low_px)

    def at(self, value: float) -> float:
        """Give the pixel of one value."""
        return float(self.px(value))


def line(x_px: Any, y_px: Any) -> str:
    """Give the path through the points; a point that is not finite breaks it."""
    x, y = np.asarray(x_px, np.float64), np.asarray(y_px, np.float64)
    return "".join(
        _stretch(x[start:stop], y[start:stop]) for start, stop in runs(np.isfinite(x + y))
    )


def area(x_px: Any, upper_px: Any, lower_px: Any) -> str:
    """Give the closed path between two curves; a point that is not finite breaks it."""
    x, upper, lower = (np.asarray(each, np.float64) for each in (x_px, upper_px, lower_px))
    parts = runs(np.isfinite(x + upper + lower))
    return "".join(
        _stretch(
            np.concatenate((x[start:stop], x[start:stop][::-1])),
            np.concatenate((upper[start:stop], lower[start:stop][::-1])),
        )
        + "z"
        for start, stop in parts
    )


def boxes(spans_px: Any, top_px: float, height_px: float, least_px: float = 1.0) -> str:
    """Give rectangles over the spans, shape (n, 2), at least `least_px` wide, overlaps joined."""
    spans = np.asarray(spans_px, np.float64).reshape(-1, 2)
    wide = np.column_stack((spans[:, 0], np.maximum(spans[:, 1], spans[:, 0] + least_px)))
    units = _units(merge(wide))
    top, height = _units(np.array([top_px, height_px]))
    return "".join(f"M{a} {top}h{max(b - a, 1)}v{height}h{a - b}z" for a, b in units.tolist())


def rules(starts_px: Iterable[tuple[float, float]], *, dx_px: float = 0, dy_px: float = 0) -> str:
    """Give straight lines from each start, `dx_px` along and `dy_px` down."""
    dx, dy = (round(each * UNITS_PER_PX) for each in (dx_px, dy_px))
    places = _units(np.array(list(starts_px), np.float64).reshape(-1, 2)).tolist()
    return "".join(f"M{x} {y}l{dx} {dy}" for x, y in places)


def steps(edges: Any, values: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the corners of a staircase: `values` (n,) between `edges` (n + 1,)."""
    edges, values = np.asarray(edges, np.float64), np.asarray(values, np.float64)
    return np.repeat(edges, 2)[1:-1], np.repeat(values, 2)


def thin(samples: NDArray[Any], n_columns: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Give positions in samples and values: minimum and maximum of each of `n_columns` columns.

    Fewer samples than two a column come back as they are.
    """
    values = np.asarray(samples, np.float64)
    if len(values) <= 2 * n_columns:
        return np.arange(len(values), dtype=np.float64), values
    width = -(-len(values) // n_columns)
    padded = np.full(width * -(-len(values) // width), values[-1])
    padded[: len(values)] = values
    table = padded.reshape(-1, width)
    pairs = np.column_stack((table.min(axis=1), table.max(axis=1)))
    pairs[1::2] = pairs[1::2, ::-1]  # down and up in turn: one stroke a column, not two
    centres = (np.arange(len(table)) + 0.5) * width
    return np.repeat(centres, 2), pairs.ravel()


def _stretch(x: NDArray[np.float64], y: NDArray[np.float64]) -> str:
    points = _units(np.column_stack((x, y)))
    moved = np.diff(points, axis=0)
    moved = moved[np.any(moved != 0, axis=1)]
    start = f"M{points[0, 0]} {points[0, 1]}"
    return start + ("l" + " ".join(map(str, moved.ravel().tolist())) if len(moved) else "h0")


def _units(pixels: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.rint(pixels * UNITS_PER_PX).astype(np.int64)
