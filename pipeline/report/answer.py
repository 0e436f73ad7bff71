"""What the night says on jerks in N1 and on the way to deeper sleep, at a glance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.descents import Descent, Outcome
from pipeline.events import EventKind, TaggedEvent
from pipeline.hypnogram import Stage
from pipeline.metrics import Metric
from pipeline.metrics.spread import HIGHEST, LOWEST
from pipeline.night import Night
from pipeline.report.words import NOT_AVAILABLE, interval, minutes, number, plain

STAGE_COLUMNS = (Stage.W, Stage.N1, Stage.N2, Stage.N3, Stage.R, Stage.UNSCORED)
HEADLINE = (
    (
        "How many",
        ("jerks_n1", "jerks_n1_per_h", "jerks_n1_expected", "jerks_all_grades_n1"),
    ),
    (
        "What followed them, and what they cost",
        (
            "jerks_n1_followed_percent",
            "jerks_n1_followed_by_wake_percent",
            "delay_matched_s",
            "delay_negative_control_s",
        ),
    ),
    ("The way to deeper sleep", ("lps_min", "n3_latency_min", "n2_latency_min")),
)
_ONLY_WHERE_KNOWN = frozenset({"delay_negative_control_s"})  # nothing to check without a delay
FOLLOWED = (
    "jerks_n1_followed_percent",
    "jerks_n1_arousal_first_percent",
    "jerks_n1_simultaneous_percent",
    "jerks_n1_jerk_first_percent",
    "jerks_n1_none_percent",
    "jerks_n1_followed_by_wake_percent",
    "jerks_n1_arousal_not_scorable",
)
DELAY = (
    "delay_matched_s",
    "delay_drawn_s",
    "delay_negative_control_s",
    "delay_unforced_s",
    "delay_exchanged_p",
    "delay_turned_p",
    "delay_jerks",
    "delay_matched_jerks",
    "delay_controls",
    "delay_attributable_min",
)


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One leading number; `note` is the reason where the value is absent.

    `interval` holds the 95 % interval and the spread over detector settings, where they are.
    """

    title: str
    value: str
    interval: str
    note: str
    is_absent: bool


@dataclass(frozen=True, kw_only=True)
class TileGroup:
    """Leading numbers that answer one question."""

    title: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table as text; the first cell of each row is its heading."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tile_groups(night: Night) -> tuple[TileGroup, ...]:
    """Give the leading numbers that the night has a metric for, in reading order."""
    known = {
        name: metric
        for name, metric in _by_name(night).items()
        if metric.value is not None or name not in _ONLY_WHERE_KNOWN
    }
    groups = (
        TileGroup(
            title=title,
            tiles=tuple(_tile(known[name], spread(name, known)) for name in names if name in known),
        )
        for title, names in HEADLINE
    )
    return tuple(group for group in groups if group.tiles)


def spread(name: str, known: Mapping[str, Metric]) -> str:
    """Say how far a number goes over the detector's settings; empty where that is not known."""
    lowest, highest = (known.get(f"{name}_{word}") for word in (LOWEST, HIGHEST))
    if lowest is None or highest is None or lowest.value is None or highest.value is None:
        return ""
    ends = f"{number(lowest.value)} to {number(highest.value)}"
    return f"{ends} over detector settings"


def headline_definition(night: Night) -> str:
    """Give what the first leading number counts; empty where the night does not have it."""
    first = _by_name(night).get(HEADLINE[0][1][0])
    return "" if first is None else first.definition


def jerks(night: Night) -> tuple[TaggedEvent, ...]:
    """Give the accepted candidate sleep starts."""
    return tuple(t for t in _starts(night) if t.event.is_accepted)


def jerks_in_n1(night: Night) -> tuple[TaggedEvent, ...]:
    """Give the accepted candidate sleep starts with onset in N1."""
    return tuple(t for t in jerks(night) if t.stage is Stage.N1)


def by_grade(night: Night) -> Table:
    """Count the accepted candidates by grade and stage."""
    found = jerks(night)
    grades = sorted({t.event.grade or "no grade" for t in found})
    groups = [(g, [t for t in found if (t.event.grade or "no grade") == g]) for g in grades]
    return _by_stage("Accepted candidate sleep starts by grade and stage", "Grade", groups)


def rejected(night: Night) -> Table:
    """Count the rejected candidates by reason and stage."""
    found = [t for t in _starts(night) if not t.event.is_accepted]
    reasons = sorted({_reason(t) for t in found})
    groups = [(r, [t for t in found if _reason(t) == r]) for r in reasons]
    return _by_stage("Rejected candidates by reason and stage", "Reason", groups)


def followed(night: Night) -> Table:
    """Give what was around the jerks in N1 and what came next, as far as the night has it."""
    return _listed(night, FOLLOWED, "Jerks in N1: what was around them and what came next")


def delay(night: Night) -> Table:
    """Give the matched delay with its checks; of absent ones only the first tells the reason."""
    known = _by_name(night)
    told = [n for n in DELAY if n == DELAY[0] or (n in known and known[n].value is not None)]
    return _listed(night, told, "Way to N2 after a jerk in N1, against like moments without one")


def descents(night: Night) -> Table:
    """Describe the descents with and without jerks, side by side."""
    names, groups = _groups(night.descents)
    rows = (
        ("Descents", *(f"{len(g)}" for g in groups)),
        ("reached N2", *(_share(g, Outcome.N2) for g in groups)),
        ("went back to wake", *(_share(g, Outcome.WAKE) for g in groups)),
        ("went to R", *(_share(g, Outcome.R) for g in groups)),
        ("cut off by the record's end", *(_share(g, Outcome.END) for g in groups)),
        ("wake within 30 s of a jerk that came first", *(_aborted(g) for g in groups)),
        ("median time in N1", *(_median(d.n1_s for d in g) for g in groups)),
        ("median time to N2, where reached", *(_median(d.to_n2_s for d in g) for g in groups)),
        ("median time to N3, where reached", *(_median(d.to_n3_s for d in g) for g in groups)),
    )
    return Table(
        caption="Descents by whether they hold a jerk",
        columns=("What", *names),
        rows=rows,
    )


def _tile(metric: Metric, over_settings: str) -> Tile:
    span = interval(metric)
    words = (f"95 % interval {span}" if span else "", over_settings)
    return Tile(
        title=metric.title,
        value=number(metric.value, metric.unit),
        interval="; ".join(filter(None, words)),
        note=(metric.reason or "no reason was given") if metric.value is None else "",
        is_absent=metric.value is None,
    )


def _listed(night: Night, names: Sequence[str], caption: str) -> Table:
    known = _by_name(night)
    found = [known[name] for name in names if name in known]
    return Table(
        caption=caption,
        columns=("What", "Value", "95 % interval, or reason"),
        rows=tuple((m.title, number(m.value, m.unit), interval(m) or m.reason) for m in found),
    )


def _by_name(night: Night) -> dict[str, Metric]:
    return {metric.name: metric for metric in night.metrics}


def _starts(night: Night) -> list[TaggedEvent]:
    return [t for t in night.events if t.event.kind is EventKind.SLEEP_START]


def _reason(tagged: TaggedEvent) -> str:
    return "no reason given" if tagged.event.reason is None else plain(tagged.event.reason)


def _by_stage(
    caption: str, heading: str, groups: Sequence[tuple[str, Sequence[TaggedEvent]]]
) -> Table:
    rows = [(name, *_per_stage(events)) for name, events in groups]
    if len(groups) > 1:
        rows.append(("All", *_per_stage([t for _, events in groups for t in events])))
    columns = (heading, *(stage.letter for stage in STAGE_COLUMNS), "All")
    return Table(caption=caption, columns=columns, rows=tuple(rows))


def _per_stage(events: Sequence[TaggedEvent]) -> tuple[str, ...]:
    letters = [Stage.UNSCORED if t.stage < Stage.W else t.stage for t in events]
    return (*(f"{letters.count(stage)}" for stage in STAGE_COLUMNS), f"{len(letters)}")


def _share(group: Sequence[Descent], outcome: Outcome) -> str:
    return f"{sum(d.outcome is outcome for d in group)}" if group else "—"


def _aborted(group: Sequence[Descent]) -> str:
    known = [d.is_aborted_by_jerk for d in group if d.is_aborted_by_jerk is not None]
    return f"{sum(known)}" if known else NOT_AVAILABLE if group else "—"


def _groups(found: Sequence[Descent]) -> tuple[tuple[str, ...], tuple[list[Descent], ...]]:
    """Give the descents by whether they hold a jerk; in one group where that is not known."""
    if any(d.jerks_s is None for d in found):
        return ("All (jerks not available)",), (list(found),)
    with_jerks = [d for d in found if d.jerks_s]
    return ("With a jerk", "Without a jerk"), (with_jerks, [d for d in found if not d.jerks_s])


def _median(values_s: Iterable[float | None]) -> str:
    found = list(values_s)
    known = [value for value in found if value is not None]
    return minutes(float(np.median(known))) if known else "none did" if found else "—"
