"""Pictures of a cohort: the persons' hazard ratios, rates by group, courses over the nights."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from pipeline.cohort import Cohort, Person
from pipeline.cohort.comparisons import GroupRate
from pipeline.cohort.hazard import Hazards
from pipeline.cohort.hazard_terms import Model
from pipeline.cohort.person_hazard import PersonHazard
from pipeline.cohort.regression import estimate
from pipeline.report.drawing import Axis, Path, Picture, Word, area, boxes, line, rules
from pipeline.report.words import counted, number, ratio

MOST_FOREST, MOST_TRENDS = 40, 24
_WIDTH_PX = 1000
_LEFT_PX, _RIGHT_PX = 210.0, 765.0
_ROW_PX, _TOP_PX, _FOOT_PX = 18.0, 24.0, 44.0
_TICKS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
_BOX_PX = (4.0, 11.0)
_NAME_LETTERS = 26
_PANELS, _PANEL_PX, _PANEL_HEIGHT_PX = 4, 250.0, 128.0
_MARK_PX = 5.0

Span = tuple[float, float, float]  # value, low, high


def forest_rows(found: Hazards) -> tuple[list[PersonHazard], int]:
    """Give the persons that are drawn, those with the most epochs, and how many more there are."""
    known = [p for p in found.persons if p.log_ratio is not None]
    drawn = sorted(known, key=lambda p: (-p.n_rows, p.person))[:MOST_FOREST]
    return sorted(drawn, key=lambda p: (p.log_ratio or 0.0, p.person)), len(known) - len(drawn)


def forest(found: Hazards, level: float) -> Picture | None:
    """Draw hazard ratios by person, the mean of the persons, and the cohort's model."""
    persons, _ = forest_rows(found)
    if not persons:
        return None
    spans = [_person_span(p, level) for p in persons]
    summary = _summary(found)
    x = _ratio_axis([*spans, *(span for _, span in summary)])
    height = _TOP_PX + _ROW_PX * (len(persons) + len(summary)) + 8.0
    paths, words = _ratio_grid(x, height)
    sizes = _box_sizes(persons)
    for place, (person, span) in enumerate(zip(persons, spans, strict=True)):
        y = _TOP_PX + _ROW_PX * (place + 0.5)
        paths += _whisker(x, y, span, sizes[place])
        counts = f"{person.n_exposed} of {person.n_rows}"
        words += _row_words(y, person.person, f"{_ratio_words(span)}, {counts}")
    for place, (title, span) in enumerate(summary, len(persons)):
        y = _TOP_PX + 8.0 + _ROW_PX * (place + 0.5)
        paths.append(_diamond(x, y, span))
        words += _row_words(y, title, _ratio_words(span), css="strong")
    words.append(Word(x=_RIGHT_PX + 12, y=14, text="ratio (interval), after a jerk", css="small"))
    label = f"Hazard ratio of N2 after a jerk for {counted(len(persons), 'person')}, on a log axis."
    return _picture(height, label, paths, words)


def groups_picture(groups: Sequence[GroupRate]) -> Picture | None:
    """Draw the rate of jerks in N1 of every group with its interval."""
    known = [g for g in groups if g.rate.per_h is not None]
    if not known:
        return None
    tops = [g.rate.high or g.rate.per_h or 0.0 for g in known]
    values = [g.rate.per_h or 0.0 for g in known]
    stop = min(max(tops), 3.0 * max(*values, 1.0)) or 1.0
    x = Axis(start=0.0, stop=stop, low_px=_LEFT_PX, high_px=_RIGHT_PX)
    paths: list[Path] = []
    words: list[Word] = []
    y, before = _TOP_PX, ""
    for group in known:
        y += _ROW_PX * (1.6 if group.covariate != before else 1.0)
        title = f"{group.covariate}: {group.level}"
        span = (group.rate.per_h or 0.0, group.rate.low or 0.0, group.rate.high or 0.0)
        paths += _whisker(x, y, span, 8.0)
        texts = f"{number(span[0])} ({number(span[1])} to {number(span[2])})"
        words += _row_words(y, title, f"{texts}, {counted(group.n_persons, 'person')}")
        before = group.covariate
    height = y + _ROW_PX
    ticks = _even_ticks(stop)
    grid = Path(css="grid", d=rules([(x.at(t), 16.0) for t in ticks], dy_px=height - 16.0))
    words += [_tick_word(x.at(t), height, number(t)) for t in ticks]
    words.append(_axis_word(height, "jerks in N1 per hour of scorable N1"))
    label = f"Jerks in N1 per hour in {counted(len(known), 'group')}, with intervals."
    return _picture(height, label, [grid, *paths], words)


def trend_persons(found: Cohort) -> tuple[list[Person], int]:
    """Give the persons whose course is drawn, those with the most nights, and how many more."""
    known = [p for p in found.persons if sum(r.per_h is not None for r in p.rates) > 1]
    drawn = sorted(known, key=lambda p: (-len(p.nights), p.name))[:MOST_TRENDS]
    return drawn, len(known) - len(drawn)


def trends(found: Cohort) -> Picture | None:
    """Draw the rate of each night with its interval, one small panel a person, all alike."""
    persons, _ = trend_persons(found)
    if not persons:
        return None
    values = [r.per_h for p in persons for r in p.rates if r.per_h is not None]
    top = float(np.quantile(values, 0.98)) * 1.6 or 1.0
    paths: list[Path] = []
    words: list[Word] = []
    for place, person in enumerate(persons):
        row, column = divmod(place, _PANELS)
        more_paths, more_words = _panel(person, column, row, top)
        paths += more_paths
        words += more_words
    height = _PANEL_HEIGHT_PX * -(-len(persons) // _PANELS)
    label = f"Jerks in N1 per hour over the nights of {counted(len(persons), 'person')}."
    return Picture(
        width_px=_WIDTH_PX,
        height_px=round(height),
        label=label,
        paths=tuple(paths),
        words=tuple(words),
    )


def _panel(person: Person, column: int, row: int, top: float) -> tuple[list[Path], list[Word]]:
    left, high = column * _PANEL_PX + 34.0, row * _PANEL_HEIGHT_PX + 26.0
    low = high + 72.0
    last = max(each.number for each in person.nights)
    x = Axis(start=0.5, stop=last + 0.5, low_px=left, high_px=left + _PANEL_PX - 56.0)
    y = Axis(start=0.0, stop=top, low_px=low, high_px=high)
    spans, marks = [], []
    for each, rate in zip(person.nights, person.rates, strict=True):
        if rate.per_h is None or rate.low is None or rate.high is None:
            continue
        at = x.at(each.number)
        spans.append(line([at, at], y.px([rate.low, rate.high])))
        marks.append(_box(at, y.at(rate.per_h), _MARK_PX))
    base = rules([(left, low)], dx_px=_PANEL_PX - 56.0) + rules([(left, high)], dy_px=low - high)
    paths = [
        Path(css="frame", d=base),
        Path(css="whisker", d="".join(spans)),
        Path(css="mark", d="".join(marks)),
        Path(css="slope", d=_slope_line(person, x, y, last)),
    ]
    words = [
        Word(x=left - 30.0, y=high - 10.0, text=_short(person.name), css="strong"),
        Word(x=left - 6.0, y=high + 8.0, text=number(round(top)), css="end small"),
        Word(x=left - 6.0, y=low + 2.0, text="0", css="end small"),
        Word(x=x.at(1), y=low + 14.0, text="1", css="middle small"),
        Word(x=x.at(last), y=low + 14.0, text=f"night {last}", css="middle small"),
    ]
    return paths, words


def _slope_line(person: Person, x: Axis, y: Axis, last: int) -> str:
    """Give the Theil-Sen line through the medians; nothing where there is no slope."""
    if person.slope is None:
        return ""
    pairs = zip(person.nights, person.rates, strict=True)
    known = [(each.number, r.per_h) for each, r in pairs if r.per_h is not None]
    middle = np.median([n for n, _ in known]), np.median([v for _, v in known])
    ends = np.array([1.0, last])
    return line(x.px(ends), y.px(middle[1] + person.slope.per_night * (ends - middle[0])))


def _person_span(person: PersonHazard, level: float) -> Span:
    by_normal = estimate(person.log_ratio or 0.0, person.error or 1.0, level, freedom=math.inf)
    return math.exp(by_normal.value), math.exp(by_normal.low), math.exp(by_normal.high)


def _summary(found: Hazards) -> list[tuple[str, Span]]:
    rows: list[tuple[str, Span]] = []
    if found.spread is not None:
        s = found.spread
        rows.append(("Mean of the persons", (math.exp(s.mean), math.exp(s.low), math.exp(s.high))))
        if s.predicted_low is not None and s.predicted_high is not None:
            ends = (math.exp(s.predicted_low), math.exp(s.predicted_high))
            rows.append(("A further person", (math.exp(s.mean), *ends)))
    for model, title in ((Model.N2, "Cohort, adjusted"), (Model.N2_CONTROL, "Negative control")):
        jerk = found.model(model).jerk
        if jerk.ratio is not None and jerk.low is not None and jerk.high is not None:
            rows.append((title, (jerk.ratio, jerk.low, jerk.high)))
    return rows


def _ratio_axis(spans: Iterable[Span]) -> Axis:
    """Give a log axis that holds every value, and the intervals up to a ratio of 20."""
    every = [value for span in spans for value in span if value > 0]
    low = max(min(0.5, *every), _TICKS[0])
    high = min(max(2.0, *every), _TICKS[-1])
    return Axis(
        start=math.log(low * 0.9),
        stop=math.log(high * 1.1),
        low_px=_LEFT_PX,
        high_px=_RIGHT_PX,
    )


def _ratio_grid(x: Axis, height: float) -> tuple[list[Path], list[Word]]:
    ticks = [t for t in _TICKS if x.start <= math.log(t) <= x.stop]
    places = [x.at(math.log(t)) for t in ticks]
    paths = [
        Path(css="grid", d=rules([(p, 16.0) for p in places], dy_px=height - 16.0)),
        Path(css="lights", d=rules([(x.at(0.0), 16.0)], dy_px=height - 16.0)),
    ]
    words = [_tick_word(p, height, f"{t:g}") for p, t in zip(places, ticks, strict=True)]
    words.append(_axis_word(height, "hazard ratio of N2: under 1, N2 comes later after a jerk"))
    return [*paths], words


def _whisker(x: Axis, y: float, span: Span, size: float) -> list[Path]:
    value, low, high = _placed(x, span)
    return [
        Path(css="whisker", d=rules([(low, y)], dx_px=high - low)),
        Path(css="mark", d=_box(value, y, size)),
    ]


def _diamond(x: Axis, y: float, span: Span) -> Path:
    value, low, high = _placed(x, span)
    corners = np.array([low, value, high])
    half = np.array([0.0, 6.0, 0.0])
    return Path(css="diamond", d=area(corners, y - half, y + half))


def _placed(x: Axis, span: Span) -> list[float]:
    """Give the pixels; a log axis starts below 0, a rate's axis at 0."""
    is_ratio = x.start != 0.0
    return [x.at(math.log(max(v, 1e-9)) if is_ratio else v) for v in span]


def _box(x: float, y: float, size: float) -> str:
    return boxes([(x - size / 2, x + size / 2)], y - size / 2, size)


def _box_sizes(persons: Sequence[PersonHazard]) -> list[float]:
    """Give the boxes' sides; their areas go with the weights, 1 / error squared."""
    weights = [1.0 / (p.error or 1.0) for p in persons]
    low, high = _BOX_PX
    return [max(low, high * w / max(weights)) for w in weights]


def _row_words(y: float, title: str, values: str, css: str = "") -> list[Word]:
    return [
        Word(x=4, y=y + 4, text=_short(title), css=css),
        Word(x=_RIGHT_PX + 12, y=y + 4, text=values, css=f"{css} small".strip()),
    ]


def _ratio_words(span: Span) -> str:
    middle, low, high = map(ratio, span)
    return f"{middle} ({low} to {high})"


def _short(name: str) -> str:
    half = _NAME_LETTERS // 2 - 1  # the end tells long names apart, too
    return name if len(name) <= _NAME_LETTERS else f"{name[:half]}…{name[-half:]}"


def _even_ticks(stop: float) -> list[float]:
    rough = stop / 6.0
    scale = 10.0 ** math.floor(math.log10(rough))
    step = next(scale * s for s in (1.0, 2.0, 5.0, 10.0) if scale * s >= rough)
    return [step * i for i in range(math.floor(stop / step) + 1)]


def _tick_word(x: float, height: float, text: str) -> Word:
    return Word(x=x, y=height + 14.0, text=text, css="middle small")


def _axis_word(height: float, text: str) -> Word:
    return Word(x=(_LEFT_PX + _RIGHT_PX) / 2, y=height + 32.0, text=text, css="middle small")


def _picture(height: float, label: str, paths: list[Path], words: list[Word]) -> Picture:
    return Picture(
        width_px=_WIDTH_PX,
        height_px=round(height + _FOOT_PX),
        label=label,
        paths=tuple(paths),
        words=tuple(words),
    )
