"""All scorers of a night on one time axis: stages, where they differ, how many say what."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.comparison import Comparison, Crowd
from pipeline.intervals import runs
from pipeline.report.bands import (
    HYPNOGRAM_PX,
    Band,
    absent,
    density_band,
    has_density,
    hypnogram_band,
    time_grid,
)
from pipeline.report.drawing import Axis, Path, Picture, Word, area, boxes, rules, steps
from pipeline.report.words import counted, minutes

_WIDTH_PX = 1000
_PLOT_PX = (150.0, 984.0)
_TOP_PX, _GAP_PX, _AXIS_PX = 18.0, 14.0, 24.0
_MANY = 4  # more hypnograms than this are drawn lower, so that they still compare at a glance
_LOW_PX = 60.0
_MARKS_PX, _SPREAD_PX = 6.0, 34.0
_TITLE_LETTERS = 14


def picture(found: Comparison) -> Picture:
    """Draw hypnograms over each other, epochs of disagreement, shares, machine probabilities."""
    crowd = found.crowd
    x = Axis(start=crowd.offset_s, stop=_end_s(crowd), low_px=_PLOT_PX[0], high_px=_PLOT_PX[1])
    paths: list[Path] = []
    words: list[Word] = []
    top = _TOP_PX
    for band in _bands(found):
        more_paths, more_words = band.draw(x, top)
        paths += more_paths
        words += more_words
        top += band.height_px + _GAP_PX
    bottom = top - _GAP_PX
    _, grid, grid_words = time_grid(x, (_TOP_PX, bottom))
    lights, lights_words = _lights(found, x, bottom)
    return Picture(
        width_px=_WIDTH_PX,
        height_px=round(bottom + _AXIS_PX),
        label=_spoken(found),
        paths=(grid, lights, *paths),
        words=(*words, *grid_words, *lights_words),
    )


def short(name: str) -> str:
    """Give a scorer's alias as it fits beside the picture."""
    return name if len(name) <= _TITLE_LETTERS else name[: _TITLE_LETTERS - 1] + "…"


def _bands(found: Comparison) -> list[Band]:
    crowd = found.crowd
    bands = []
    staged = [i for i, s in enumerate(found.scorers) if s.scoring.hypnogram is not None]
    height_px = _LOW_PX if len(staged) > _MANY else HYPNOGRAM_PX
    css = "end small" if len(staged) > _MANY else "end"
    for place in staged:
        title = short(found.scorers[place].alias)
        bands.append(hypnogram_band(crowd.of(place), title, height_px=height_px, css=css))
        bands.append(_marks_band(crowd, _differs(crowd, place)))
    bands += [_spread_band(crowd), density_band(crowd.shares(), "Share of scorers")]
    for scorer in found.scorers:
        hypnogram = scorer.scoring.hypnogram
        if hypnogram is not None and has_density(hypnogram):
            bands.append(density_band(hypnogram, f"{short(scorer.alias)}: p"))
    return bands


def _differs(crowd: Crowd, place: int) -> NDArray[np.bool_]:
    """Tell where a scorer differs from the others' consensus, or from the one other."""
    others, own = crowd.consensus(without=place), crowd.of(place)
    differs: NDArray[np.bool_] = others.is_scored & own.is_scored & (others.stages != own.stages)
    return differs


def _marks_band(crowd: Crowd, is_marked: NDArray[np.bool_]) -> Band:
    def draw(x: Axis, top: float) -> tuple[list[Path], list[Word]]:
        edges = _edges(crowd, x)
        y = top - _GAP_PX + 2.0  # close under the hypnogram that it belongs to
        return [Path(css="differs", d=boxes(edges[runs(is_marked)], y, _MARKS_PX))], []

    return Band(height_px=_MARKS_PX - _GAP_PX / 2, draw=draw)


def _spread_band(crowd: Crowd) -> Band:
    def draw(x: Axis, top: float) -> tuple[list[Path], list[Word]]:
        words = [
            Word(x=4, y=top + 14, text="Disagreement", css="strong"),
            Word(x=4, y=top + 29, text="not with the most", css="small"),
        ]
        edges, share = _edges(crowd, x), _minority(crowd)
        corners, upper = steps(edges, top + _SPREAD_PX * (1.0 - share))
        base = np.full(len(upper), top + _SPREAD_PX)
        line_d = rules([(x.low_px, top + _SPREAD_PX)], dx_px=x.high_px - x.low_px)
        paths = [Path(css="grid", d=line_d), Path(css="differs", d=area(corners, upper, base))]
        if not crowd.is_disputed.any():
            words.append(absent(x, top + 14, "no epoch on which two scorers differ"))
        return paths, words

    return Band(height_px=_SPREAD_PX, draw=draw)


def _minority(crowd: Crowd) -> NDArray[np.float64]:
    """Give the share of the scorers of each epoch who are not with the most, shape (n_epochs,)."""
    totals = crowd.counts.sum(axis=1)
    share = np.zeros(len(totals))
    np.divide(totals - crowd.counts.max(axis=1), totals, out=share, where=totals > 0)
    return share


def _edges(crowd: Crowd, x: Axis) -> NDArray[np.float64]:
    n_epochs = crowd.stages.shape[1]
    return x.px(crowd.offset_s + crowd.epoch_s * np.arange(n_epochs + 1))


def _end_s(crowd: Crowd) -> float:
    return crowd.offset_s + crowd.epoch_s * len(crowd.counts)


def _lights(found: Comparison, x: Axis, bottom: float) -> tuple[Path, list[Word]]:
    """Draw lights off and on of the first scorer who marked them."""
    marked = next((s for s in found.scorers if not s.lights.is_assumed), None)
    if marked is None:
        return Path(css="lights", d=""), []
    places = [x.at(marked.lights.off_s), x.at(marked.lights.on_s)]
    words = [
        Word(x=places[0], y=_TOP_PX - 6, text="lights off", css="start small"),
        Word(x=places[1], y=_TOP_PX - 6, text="lights on", css="end small"),
    ]
    d = rules([(px, _TOP_PX) for px in places], dy_px=bottom - _TOP_PX)
    return Path(css="lights", d=d), words


def _spoken(found: Comparison) -> str:
    crowd = found.crowd
    n_disputed, n_epochs = int(crowd.is_disputed.sum()), crowd.stages.shape[1]
    length = minutes(_end_s(crowd) - crowd.offset_s)
    return (
        f"{counted(len(found.scorers), 'scoring')} of {length} on one time axis; "
        f"two scorers or more differ on {n_disputed} of {counted(n_epochs, 'epoch')}."
    )
