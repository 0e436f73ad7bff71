"""The whole night on one time axis: stages, how sure they are, events, leg activity."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from pipeline.hypnogram import SCORED, Hypnogram
from pipeline.legs.activity import Envelope
from pipeline.night import Night
from pipeline.report.bands import (
    Band,
    absent,
    density_band,
    has_density,
    hypnogram_band,
    time_grid,
)
from pipeline.report.closeups import role_title
from pipeline.report.drawing import Axis, Path, Picture, Word, area, boxes, line, rules
from pipeline.report.parameters import ReportParameters
from pipeline.report.raster import Lane, lanes
from pipeline.report.words import assumed, clock_hour, counted, minutes

_WIDTH_PX = 1000
_PLOT_PX = (150.0, 984.0)
_TOP_PX, _GAP_PX, _AXIS_PX = 18.0, 16.0, 40.0
_LANE_PX, _ENVELOPE_PX = 17.0, 62.0
_ENVELOPE_BOTTOM_UV = 0.5
_DECADES_UV = (1.0, 10.0, 100.0, 1000.0)
_SOURCES = {"technician": "Technician", "auto": "Automatic"}


def picture(night: Night, parameters: ReportParameters) -> Picture:
    """Draw the night: hypnograms, hypnodensity, event raster and the legs' envelopes."""
    x = Axis(start=0.0, stop=night.duration_s, low_px=_PLOT_PX[0], high_px=_PLOT_PX[1])
    paths: list[Path] = []
    words: list[Word] = []
    top = _TOP_PX
    for band in _bands(night, parameters):
        more_paths, more_words = band.draw(x, top)
        paths += more_paths
        words += more_words
        top += band.height_px + _GAP_PX
    frame_paths, frame_words = _time_axis(night, x, top - _GAP_PX)
    return Picture(
        width_px=_WIDTH_PX,
        height_px=round(top - _GAP_PX + _AXIS_PX),
        label=_spoken(night),
        paths=(*frame_paths, *paths),
        words=(*words, *frame_words),
    )


def source_title(hypnogram: Hypnogram) -> str:
    """Give who staged, as the page says it."""
    if not hypnogram.is_scored.any():
        return "No stages"
    return _SOURCES.get(hypnogram.source, hypnogram.source)


def staged_by(night: Night) -> tuple[Hypnogram, ...]:
    """Give the hypnograms to draw: the one that counts, then the automatic where it differs."""
    other = night.automatic
    if other is None or other is night.hypnogram:
        return (night.hypnogram,)
    return (night.hypnogram, other)


def _bands(night: Night, parameters: ReportParameters) -> list[Band]:
    bands = [hypnogram_band(each, source_title(each)) for each in staged_by(night)]
    estimated = next((h for h in (night.automatic, night.hypnogram) if has_density(h)), None)
    bands.append(density_band(estimated, "Probabilities"))
    bands.append(_raster_band(lanes(night)))
    bands += [_envelope_band(each, parameters.envelope_top_uv) for each in night.envelopes]
    return bands


def _raster_band(rows: tuple[Lane, ...]) -> Band:
    def draw(x: Axis, top: float) -> tuple[list[Path], list[Word]]:
        paths: list[Path] = []
        words: list[Word] = []
        for i, row in enumerate(rows):
            y = top + i * _LANE_PX
            base = rules([(x.low_px, y + _LANE_PX)], dx_px=x.high_px - x.low_px)
            paths.append(Path(css="grid", d=base))
            paths.append(Path(css=row.css, d=boxes(x.px(row.spans_s), y + 3, _LANE_PX - 5, 1.5)))
            words.append(Word(x=x.low_px - 8, y=y + 13, text=row.title, css="end small"))
            if row.absent:
                words.append(absent(x, y + 13, row.absent))
        return paths, words

    return Band(height_px=_LANE_PX * len(rows), draw=draw)


def _envelope_band(envelope: Envelope, top_uv: float) -> Band:
    def draw(x: Axis, top: float) -> tuple[list[Path], list[Word]]:
        level = Axis(
            start=math.log10(_ENVELOPE_BOTTOM_UV),
            stop=math.log10(top_uv),
            low_px=top + _ENVELOPE_PX,
            high_px=top,
        )
        times, peak, rest = _thinned(envelope, round(x.high_px - x.low_px))
        x_px, peak_px, rest_px = x.px(times), _log_px(level, peak), _log_px(level, rest)
        decades = [uv for uv in _DECADES_UV if uv <= top_uv]
        marks = [(x.low_px, level.at(math.log10(uv))) for uv in decades]
        paths = [
            Path(css="grid", d=rules(marks, dx_px=x.high_px - x.low_px)),
            Path(css="peak", d=area(x_px, peak_px, rest_px)),
            Path(css="rest", d=line(x_px, rest_px)),
        ]
        words = [
            Word(x=x.low_px - 8, y=y + 4, text=f"{uv:.0f}", css="end small")
            for (_, y), uv in zip(marks, decades, strict=True)
        ]
        title = Word(x=4, y=top + 20, text=role_title(envelope.role), css="strong")
        return paths, [*words, title, Word(x=4, y=top + 36, text="envelope, µV", css="small")]

    return Band(height_px=_ENVELOPE_PX, draw=draw)


def _thinned(
    envelope: Envelope, n_columns: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    n_values = len(envelope.peak_uv)
    width = max(-(-n_values // n_columns), 1)
    starts = np.arange(0, n_values, width)
    if not n_values:
        return np.empty(0), np.empty(0), np.empty(0)
    peak: NDArray[np.float64] = np.fmax.reduceat(np.asarray(envelope.peak_uv, np.float64), starts)
    rest: NDArray[np.float64] = np.fmin.reduceat(np.asarray(envelope.rest_uv, np.float64), starts)
    times = (starts.astype(np.float64) + width / 2.0) * envelope.step_s
    return times, peak, rest


def _log_px(level: Axis, uv: NDArray[np.float64]) -> NDArray[np.float64]:
    return level.px(np.log10(np.maximum(uv, _ENVELOPE_BOTTOM_UV)))


def _time_axis(night: Night, x: Axis, bottom: float) -> tuple[list[Path], list[Word]]:
    ticks, grid, words = time_grid(x, (_TOP_PX, bottom))
    clocks = [(t, clock_hour(t, night.start_clock_s)) for t in ticks]
    words += [Word(x=x.at(t), y=bottom + 31, text=c, css="middle small") for t, c in clocks if c]
    words += [Word(x=4, y=bottom + 31, text="clock hour", css="small")] if clocks[0][1] else []
    lights_path, lights_words = _lights(night, x, bottom)
    return [grid, lights_path], words + lights_words


def _lights(night: Night, x: Axis, bottom: float) -> tuple[Path, list[Word]]:
    lights = night.lights
    places = [x.at(lights.off_s), x.at(lights.on_s)]
    words = [
        Word(
            x=places[0],
            y=_TOP_PX - 6,
            text=f"lights off{assumed(is_it=lights.is_off_assumed)}",
            css="start small",
        ),
        Word(
            x=places[1],
            y=_TOP_PX - 6,
            text=f"lights on{assumed(is_it=lights.is_on_assumed)}",
            css="end small",
        ),
    ]
    return Path(
        css="lights", d=rules([(p, _TOP_PX) for p in places], dy_px=bottom - _TOP_PX)
    ), words


def _spoken(night: Night) -> str:
    parts = ", ".join(
        f"{stage.letter} {minutes(60 * night.hypnogram.minutes(stage))}" for stage in SCORED
    )
    shown = ", ".join(f"{row.title}: {counted(row.n_events, 'event')}" for row in lanes(night))
    return (
        f"The night of {minutes(night.duration_s)} on one time axis. Stages: {parts}. "
        f"Events: {shown}."
    )
