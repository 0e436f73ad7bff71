"""Ten seconds around each sleep start: what the rules saw, with the levels that they used."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.events import TaggedEvent
from pipeline.night import Closeup, Night, Trace
from pipeline.report.drawing import Axis, Path, Picture, Word, boxes, line, rules, thin
from pipeline.report.parameters import ReportParameters
from pipeline.report.words import elapsed, number, plain, said

_WIDTH_PX = 1000
_PLOT_PX = (128.0, 868.0)
_ROW_PX, _LEG_ROW_PX, _GAP_PX, _AXIS_PX = 58.0, 84.0, 8.0, 22.0
_WORD_PX = 12.0  # least distance of two threshold words
_SCALES_UV = (10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0)
_HEADROOM = 1.25  # a threshold is never drawn on the frame
_LEG_SCALE_THRESHOLDS = 8.0  # a leg's scale ends at so many thresholds, else they cannot be seen
_LABEL_LETTERS = 16
_CENTRED = ("eeg", "eog")
ROLE_TITLES = {
    "leg_left": "Left leg",
    "leg_right": "Right leg",
    "leg_combined": "Both legs",
    "chin": "Chin",
    "ecg": "ECG",
}
_GRADES = "ABC"


@dataclass(frozen=True, kw_only=True)
class Snippet:
    """One close-up on the page.

    Attributes
    ----------
    title
        When it was, and what the candidate is.
    why_first
        Why it is worth a look; empty where nothing is doubtful.
    facts
        Names and values of the evidence, as text.
    """

    title: str
    why_first: str
    picture: Picture
    facts: tuple[tuple[str, str], ...]


def snippets(night: Night, parameters: ReportParameters) -> tuple[Snippet, ...]:
    """Give the close-ups that the page shows, borderline ones first."""
    ranked = sorted(night.closeups, key=lambda each: _doubt(each.event, parameters))
    return tuple(
        Snippet(
            title=_title(closeup.event),
            why_first=", ".join(_doubts(closeup.event, parameters)),
            picture=picture(closeup, parameters),
            facts=_facts(closeup.event),
        )
        for closeup in ranked[: parameters.max_closeups]
    )


def picture(closeup: Closeup, parameters: ReportParameters) -> Picture:
    """Draw the traces under each other, with thresholds in microvolts and the event shaded."""
    plot = Axis(start=closeup.start_s, stop=closeup.stop_s, low_px=_PLOT_PX[0], high_px=_PLOT_PX[1])
    heights = [_height_px(trace) + _GAP_PX for trace in closeup.traces]
    rows = [_GAP_PX + sum(heights[:i]) for i in range(len(heights))]
    bottom = _GAP_PX + sum(heights)
    ticks, tick_words = _time_axis(closeup, plot, bottom)
    paths, words = [_event_shade(closeup.event, plot, bottom), ticks], list(tick_words)
    leg_uv = _leg_scale_uv(closeup.traces)
    for trace, top in zip(closeup.traces, rows, strict=True):
        more_paths, more_words = _trace(trace, plot, top, leg_uv, parameters.closeup_columns)
        paths += more_paths
        words += more_words
    return Picture(
        width_px=_WIDTH_PX,
        height_px=round(bottom + _AXIS_PX),
        label=_spoken(closeup),
        paths=tuple(paths),
        words=tuple(words),
    )


def role_title(role: str) -> str:
    """Give a role as it is spoken of: ``Left leg``, ``EEG C4``."""
    kind, _, rest = role.partition("_")
    if kind in _CENTRED:
        return f"{kind.upper()} {rest.upper() if kind == 'eeg' else rest}".rstrip()
    return ROLE_TITLES.get(role, plain(role).capitalize())


def _trace(
    trace: Trace, plot: Axis, top: float, leg_uv: float, n_columns: int
) -> tuple[list[Path], list[Word]]:
    samples = _centred(trace)
    scale_uv = leg_uv if _is_leg(trace) else _scale_uv(samples, trace.thresholds_uv.values())
    height = _height_px(trace)
    level = Axis(start=-scale_uv, stop=scale_uv, low_px=top + height, high_px=top)
    places, values = thin(samples, n_columns)
    x = plot.px(plot.start + places / trace.rate_hz)
    frame = boxes([(plot.low_px, plot.high_px)], top, height)
    paths = [
        Path(css="frame", d=frame),
        Path(css="zero", d=rules([(plot.low_px, level.at(0.0))], dx_px=plot.high_px - plot.low_px)),
        Path(css=f"trace {_css(trace)}", d=line(x, level.px(values))),
    ]
    words = _trace_words(trace, samples, scale_uv, top)
    return _add_thresholds(trace, plot, level, paths, words)


def _add_thresholds(
    trace: Trace, plot: Axis, level: Axis, paths: list[Path], words: list[Word]
) -> tuple[list[Path], list[Word]]:
    known = {k: v for k, v in trace.thresholds_uv.items() if math.isfinite(v)}
    y_px = -math.inf
    for name, uv in sorted(known.items(), key=lambda item: -item[1]):
        css = "rest" if name == "rest" else "limit"
        ends = [(plot.low_px, level.at(uv)), (plot.low_px, level.at(-uv))]
        paths.append(Path(css=css, d=rules(ends, dx_px=plot.high_px - plot.low_px)))
        y_px = max(level.at(uv) + 4.0, y_px + _WORD_PX, level.high_px + _WORD_PX)
        text = f"{plain(name)} {number(uv, 'µV')}"
        words.append(Word(x=plot.high_px + 8, y=y_px, text=text, css=f"small {css}-word"))
    return paths, words


def _trace_words(
    trace: Trace, samples: NDArray[np.float64], scale_uv: float, top: float
) -> list[Word]:
    right = _PLOT_PX[0] - 10
    label = trace.label
    short = label if len(label) <= _LABEL_LETTERS else label[: _LABEL_LETTERS - 1] + "…"
    words = [
        Word(x=right, y=top + 20, text=role_title(trace.role), css="end strong"),
        Word(x=right, y=top + 36, text=short, css="end small"),
        Word(x=right, y=top + 52, text=f"±{number(scale_uv, 'µV')}", css="end small"),
    ]
    largest_uv = _largest_uv(samples)
    if largest_uv > scale_uv:
        text = f"peak {number(largest_uv, 'µV')}"
        words.append(Word(x=right, y=top + 66, text=text, css="end small"))
    if not np.isfinite(samples).any():
        middle = (_PLOT_PX[0] + _PLOT_PX[1]) / 2
        words.append(Word(x=middle, y=top + 36, text="no signal here", css="middle small"))
    return words


def _time_axis(closeup: Closeup, plot: Axis, bottom: float) -> tuple[Path, list[Word]]:
    onset_s = closeup.event.event.onset_s
    first, last = math.ceil(closeup.start_s - onset_s), math.floor(closeup.stop_s - onset_s)
    offsets = range(first, last + 1)
    places = [plot.at(onset_s + offset) for offset in offsets]
    grid = rules([(x, _GAP_PX) for x in places], dy_px=bottom - 2 * _GAP_PX)
    words = [
        Word(x=x, y=bottom + 12, text=f"{offset:+d} s" if offset else "0", css="middle small")
        for x, offset in zip(places, offsets, strict=True)
    ]
    return Path(css="grid", d=grid), words


def _event_shade(tagged: TaggedEvent, plot: Axis, bottom: float) -> Path:
    event = tagged.event
    span = plot.px([event.onset_s, event.offset_s])
    return Path(css="shade", d=boxes([span], _GAP_PX, bottom - 2 * _GAP_PX, 2.0))


def _centred(trace: Trace) -> NDArray[np.float64]:
    samples = np.asarray(trace.microvolts, np.float64)
    seen = samples[np.isfinite(samples)]
    is_centred = trace.role.partition("_")[0] in _CENTRED and len(seen)
    return samples - np.median(seen) if is_centred else samples


def _height_px(trace: Trace) -> float:
    return _LEG_ROW_PX if _is_leg(trace) else _ROW_PX


def _leg_scale_uv(traces: Iterable[Trace]) -> float:
    """Both legs share one scale, so that they compare at a glance; loud bursts are cut off."""
    legs = [trace for trace in traces if _is_leg(trace)]
    levels = [v for trace in legs for v in trace.thresholds_uv.values() if math.isfinite(v)]
    needed = max((_scale_uv(leg.microvolts, levels) for leg in legs), default=_SCALES_UV[0])
    seen = _scale_uv(np.empty(0), [_LEG_SCALE_THRESHOLDS / _HEADROOM * v for v in levels])
    return min(needed, seen) if levels else needed


def _scale_uv(samples: NDArray[np.floating], levels_uv: Iterable[float]) -> float:
    needed = max([_largest_uv(samples), *(_HEADROOM * v for v in levels_uv if math.isfinite(v))])
    return next((scale for scale in _SCALES_UV if scale >= needed), math.ceil(needed))


def _largest_uv(samples: NDArray[np.floating]) -> float:
    return float(np.max(np.abs(samples), where=np.isfinite(samples), initial=0.0))


def _is_leg(trace: Trace) -> bool:
    return trace.role.startswith("leg")


def _css(trace: Trace) -> str:
    kind = trace.role.partition("_")[0]
    return f"t-{kind}" if kind in {"leg", "chin", *_CENTRED} else "t-other"


def _doubt(
    tagged: TaggedEvent, parameters: ReportParameters
) -> tuple[int, int, float, float, float]:
    event = tagged.event
    grade = _GRADES.find(event.grade or "C")
    is_clear = not _doubts(tagged, parameters)
    z = -math.inf if event.z is None else event.z
    stability = 1.0 if event.stability is None else event.stability
    rank = int(not tagged.is_ambiguous) * 3 - grade
    return (int(is_clear), rank, stability, z, event.onset_s)


def _doubts(tagged: TaggedEvent, parameters: ReportParameters) -> list[str]:
    event = tagged.event
    doubts = ["stage changes within 15 s"] if tagged.is_ambiguous else []
    doubts += [f"grade {event.grade}"] if event.grade not in {None, "A"} else []
    doubts += ["no grade"] if event.grade is None else []
    doubts += (
        [f"kept in {_share(event.stability)} of the detector settings"]
        if event.stability is not None and event.stability < 1.0
        else []
    )
    is_low = event.z is not None and event.z < parameters.low_z
    return doubts + ([f"z under {number(parameters.low_z)}"] if is_low else [])


def _title(tagged: TaggedEvent) -> str:
    event = tagged.event
    grade = f", grade {event.grade}" if event.grade else ""
    return f"{elapsed(event.onset_s)} from start: {tagged.stage.letter}{grade}"


def _facts(tagged: TaggedEvent) -> tuple[tuple[str, str], ...]:
    event = tagged.event
    duration_ms = 1000 * event.duration_s
    return (
        ("Stage", _stage(tagged)),
        ("Grade", event.grade or "not available"),
        ("Robust z over rest", number(event.z)),
        ("Duration", number(round(duration_ms), "ms")),
        ("Peak over rest", _peak(tagged)),
        ("Side", plain(event.side)),
        ("Both legs", said(event.is_both_legs)),
        ("Chin", said(event.has_chin)),
        ("EEG sign", plain(event.eeg_sign)),
        ("Heart rate rise", number(event.heart_rate_rise_bpm, "/min")),
        ("Kept in settings", _share(event.stability)),
        ("Isolation", number(event.isolation_s, "s")),
        ("Arousal", plain(tagged.arousal_order)),
        ("Wake within 30 s", said(tagged.is_followed_by_wake)),
        ("In descent", _descent(tagged)),
    )


def _share(stability: float | None) -> str:
    return "not available" if stability is None else f"{100 * stability:.0f} %"


def _stage(tagged: TaggedEvent) -> str:
    text = tagged.stage.letter + (" (near a stage change)" if tagged.is_ambiguous else "")
    if tagged.probabilities is None:
        return text
    p_n1 = tagged.probabilities[1]
    return text if math.isnan(p_n1) else f"{text}, p(N1) {p_n1:.2f}"


def _peak(tagged: TaggedEvent) -> str:
    peak, rest = tagged.event.amplitude_uv, tagged.event.rest_uv
    return number(peak, "µV") + (f", rest {number(rest, 'µV')}" if rest is not None else "")


def _descent(tagged: TaggedEvent) -> str:
    if tagged.descent is None:
        return "none"
    since = tagged.since_descent_s
    return f"{tagged.descent}" + ("" if since is None else f", {number(since, 's')} after it began")


def _spoken(closeup: Closeup) -> str:
    names = ", ".join(role_title(trace.role) for trace in closeup.traces) or "no signals"
    return (
        f"Close-up of {elapsed(closeup.start_s)} to {elapsed(closeup.stop_s)} from the start: "
        f"{names}. The candidate is the shaded stretch; stage {closeup.event.stage.letter}."
    )
