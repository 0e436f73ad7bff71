"""Each descent as a bar: how long it took, what became of it, and where its jerks were."""

from __future__ import annotations

from pipeline.descents import Descent, Outcome
from pipeline.night import Night
from pipeline.report.drawing import Axis, Path, Picture, Word, boxes, rules
from pipeline.report.parameters import ReportParameters
from pipeline.report.words import counted, elapsed

_WIDTH_PX = 1000
_PLOT_PX = (150.0, 840.0)
_ROW_PX, _TOP_PX, _AXIS_PX = 18.0, 26.0, 42.0
_TICKS_MIN = (0.5, 1, 2, 5, 10, 20, 30, 60, 120)
_MAX_TICKS = 10
_ROWS = 50  # what an A4 sheet holds
_MINUTE_S = 60.0
_ENDS = {
    Outcome.N2: "reached N2",
    Outcome.WAKE: "back to wake",
    Outcome.R: "went to R",
    Outcome.END: "end of the record",
}


def pictures(night: Night, parameters: ReportParameters) -> tuple[Picture, ...]:
    """Draw the first descents as bars from their own start, a sheet's worth in each picture."""
    shown = night.descents[: parameters.max_descents]
    longest_s = max((d.end_s - d.start_s for d in shown), default=0.0)
    x = Axis(start=0.0, stop=max(longest_s, 1.0), low_px=_PLOT_PX[0], high_px=_PLOT_PX[1])
    parts = (shown[i : i + _ROWS] for i in range(0, len(shown), _ROWS))
    return tuple(_picture(part, x) for part in parts)


def _picture(shown: tuple[Descent, ...], x: Axis) -> Picture:
    bottom = _TOP_PX + _ROW_PX * len(shown)
    tick_path, tick_words = _time_axis(x, bottom)
    paths, words = [tick_path], list(tick_words)
    for i, descent in enumerate(shown):
        more_paths, more_words = _row(descent, x, _TOP_PX + i * _ROW_PX)
        paths += more_paths
        words += more_words
    return Picture(
        width_px=_WIDTH_PX,
        height_px=round(bottom + _AXIS_PX),
        label=_spoken(shown),
        paths=tuple(paths),
        words=tuple(words),
    )


def _row(descent: Descent, x: Axis, top: float) -> tuple[list[Path], list[Word]]:
    end = x.at(descent.end_s - descent.start_s)
    jerks = x.px([jerk - descent.start_s for jerk in descent.jerks_s or ()])
    paths = [
        Path(css=f"d-{descent.outcome}", d=boxes([(x.low_px, end)], top + 4, _ROW_PX - 8)),
        Path(css="jerk-mark", d=rules([(j, top + 1) for j in jerks], dy_px=_ROW_PX - 2)),
    ]
    outcome = "wake soon after a jerk" if descent.is_aborted_by_jerk else _ENDS[descent.outcome]
    start = f"{descent.number} at {elapsed(descent.start_s)}"
    words = [
        Word(x=x.low_px - 8, y=top + 13, text=start, css="end small"),
        Word(x=end + 8, y=top + 13, text=outcome, css="start small"),
    ]
    return paths, words


def _time_axis(x: Axis, bottom: float) -> tuple[Path, list[Word]]:
    longest_min = x.stop / _MINUTE_S
    step_min = next((t for t in _TICKS_MIN if longest_min <= t * _MAX_TICKS), _TICKS_MIN[-1])
    ticks = [k * step_min for k in range(int(longest_min / step_min) + 1)]
    places = [x.at(t * _MINUTE_S) for t in ticks]
    words = [
        Word(x=place, y=bottom + 16, text=f"{t:g}", css="middle small")
        for place, t in zip(places, ticks, strict=True)
    ]
    words += [
        Word(x=x.low_px - 8, y=14, text="number, start", css="end small"),
        Word(x=x.low_px, y=14, text="bar: from N1 (or N2) to its end", css="start small"),
        Word(
            x=(x.low_px + x.high_px) / 2,
            y=bottom + 33,
            text="minutes since the descent began",
            css="middle small",
        ),
    ]
    return Path(css="grid", d=rules([(p, _TOP_PX) for p in places], dy_px=bottom - _TOP_PX)), words


def _spoken(shown: tuple[Descent, ...]) -> str:
    with_jerks = sum(bool(d.jerks_s) for d in shown)
    reached = sum(d.outcome is Outcome.N2 for d in shown)
    return (
        f"{counted(len(shown), 'descent')} as bars from the start of each; {with_jerks} with "
        f"a known jerk in it, {reached} reached N2. Jerks are upright strokes."
    )
