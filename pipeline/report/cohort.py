"""The page of a cohort: one HTML file that needs nothing beside itself."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

from pipeline.cohort import Cohort
from pipeline.cohort.comparisons import RATE, Comparison
from pipeline.cohort.flags import Flag
from pipeline.cohort.hazard_terms import HazardModel, Model, Term
from pipeline.report.answer import Table, Tile
from pipeline.report.cohort_pictures import (
    forest,
    forest_rows,
    groups_picture,
    trend_persons,
    trends,
)
from pipeline.report.template import fill
from pipeline.report.words import NOT_AVAILABLE, counted, number, plain, ratio
from pipeline.statement import STATEMENT

_ABSENT = "—"
_SMALLEST_P = 0.001
_MOST_FLAGS = 60
_COMPARED = ("Column", "Group", "Outcome", "Persons", "Value", "Interval", "p", "p (Holm)")
_OUTCOMES = {
    RATE: "jerks in N1, rate ratio",
    "lps_min": "LPS, min",
    "n3_latency_min": "N3 latency, min",
    "n2_latency_min": "N2 latency, min",
}
_NOT_BY_CHANCE = (
    "Jerks did not come by chance: persons, nights and moments with jerks differ from those "
    "without in ways that no model here holds. The E-value says how strong such a cause must be."
)
_OF_COHORTS = (
    *STATEMENT[:3],
    _NOT_BY_CHANCE,
    "A prompt is a question for a clinician, not a finding, and its absence says nothing.",
    *STATEMENT[4:],
)
_TERMS = {
    Term.CONSTANT: "Constant",
    Term.LOG_ELAPSED: "Logarithm of the minutes since the descent began",
    Term.JERK: "Jerk in the last 60 s",
    Term.EARLIER_JERK: "Jerk 120 to 180 s ago",
    Term.AROUSAL_FIRST: "Arousal in the last 60 s that no jerk came before",
    Term.MOVEMENT: "Periodic or respiratory leg movement in the last 60 s",
    Term.CYCLE: "Number of the sleep cycle",
}
_MODELS = {
    Model.N2: "Hazard of N2",
    Model.N2_CONTROL: "Negative control: hazard of N2, jerk 120 s earlier",
    Model.WAKE: "Hazard of wake",
}


def render_cohort(found: Cohort, provenance: Mapping[str, str]) -> str:
    """Give the cohort as HTML, the same text for the same nights."""
    hazards, parameters = found.hazards, found.parameters
    return fill(
        "cohort.html.j2",
        facts=_facts(found),
        limits=_limits(found),
        headline=[
            _with_level(tile, f"{100 * parameters.confidence:g}") for tile in headline(found)
        ],
        models=tuple(_model(m) for m in hazards.models),
        forest=forest(hazards, parameters.confidence),
        n_forest_more=forest_rows(hazards)[1],
        n_no_ratio=sum(p.log_ratio is None for p in hazards.persons),
        spread=_spread_words(found),
        groups=groups_picture(found.comparisons.groups),
        comparisons=_comparisons(found),
        not_compared=[(c.name, c.reason) for c in found.comparisons.covariates if c.reason],
        has_covariates=bool(found.comparisons.covariates),
        trends=trends(found),
        n_trends_more=trend_persons(found)[1],
        slopes=_slopes(found),
        flags=_raised(found),
        n_not_judged=sum(f.is_raised is None for p in found.persons for f in p.flags),
        flag_parameters=parameters.flags,
        provenance=provenance,
        statement=_OF_COHORTS,
    )


def _with_level(tile: Tile, percent: str) -> Tile:
    return replace(tile, interval=f"{percent} % interval {tile.interval}" if tile.interval else "")


def headline(found: Cohort) -> tuple[Tile, ...]:
    """Give the leading numbers, in reading order."""
    n2, wake = found.hazards.model(Model.N2), found.hazards.model(Model.WAKE)
    control = found.hazards.model(Model.N2_CONTROL)
    return (
        _rate_tile(found),
        _ratio_tile("Hazard ratio of N2 after a jerk", n2, "under 1: N2 comes later"),
        _e_value_tile(n2),
        _ratio_tile("Negative control: jerk 120 s earlier", control, "1 is expected"),
        _ratio_tile("Hazard ratio of wake after a jerk", wake, "over 1: wake comes sooner"),
    )


def _rate_tile(found: Cohort) -> Tile:
    rate = found.rate
    return Tile(
        title="Jerks in N1 per hour of scorable N1",
        value=number(rate.per_h),
        interval=_span(rate.low, rate.high),
        note=rate.reason or f"{rate.n} jerks in {number(rate.hours)} h",
        is_absent=rate.per_h is None,
    )


def _ratio_tile(title: str, model: HazardModel, note: str) -> Tile:
    jerk = model.jerk
    return Tile(
        title=title,
        value=_ratio(jerk.ratio) if jerk.ratio is not None else NOT_AVAILABLE,
        interval=_span(jerk.low, jerk.high, is_ratio=True),
        note=jerk.reason or note,
        is_absent=jerk.ratio is None,
    )


def _e_value_tile(model: HazardModel) -> Tile:
    jerk = model.jerk
    limit = "" if jerk.e_value_limit is None else f"{_ratio(jerk.e_value_limit)} for the interval; "
    return Tile(
        title="E-value of the hazard ratio of N2",
        value=_ratio(jerk.e_value) if jerk.e_value is not None else NOT_AVAILABLE,
        interval="",
        note=jerk.reason
        or f"{limit}an unmeasured cause this strong, with jerk and with N2, explains it away",
        is_absent=jerk.e_value is None,
    )


def _facts(found: Cohort) -> tuple[tuple[str, str], ...]:
    n2 = found.hazards.model(Model.N2)
    return (
        ("Persons", f"{len(found.persons)}"),
        ("Nights", f"{len(found.nights)}"),
        ("Nights with a rate", f"{found.rate.n_nights}"),
        ("Scorable N1", f"{number(found.rate.hours)} h"),
        ("Epochs of N1 at risk", f"{n2.n_rows}"),
        ("of them after a jerk", f"{n2.n_exposed}"),
        ("Comparisons", f"{found.comparisons.n_made}"),
    )


def _limits(found: Cohort) -> tuple[tuple[str, str], ...]:
    periods, n2 = found.hazards.periods, found.hazards.model(Model.N2)
    rows = [(str(notice.code), notice.message) for notice in found.notices]
    counts = (
        (periods.n_nights_without_legs, "night", "without a scorable leg: no jerk is known there"),
        (periods.n_unscorable, "epoch", "of N1 left out: too little of a leg could be scored"),
        (n2.n_left_out, "epoch", "of N1 left out of the hazards: arousals were not scored"),
    )
    rows += [("Left out", f"{counted(n, noun)} {words}.") for n, noun, words in counts if n]
    rows += [("Not in the model", f"{_TERMS[t]}: {reason}.") for t, reason in n2.left_out]
    dispersion = found.rate.dispersion
    if dispersion is not None and dispersion > found.parameters.told_dispersion:
        words = (
            f"Nights differ {number(dispersion)} times as much as chance alone makes them: "
            "the exact intervals of single persons are too narrow."
        )
        rows.append(("Over-dispersion", words))
    return tuple(rows)


def _model(model: HazardModel) -> Table:
    rows = tuple(
        (
            _TERMS[t.term],
            _ratio(t.ratio),
            _span(t.low, t.high, is_ratio=True) or t.reason or _ABSENT,
            _p(t.p),
        )
        for t in model.terms
        if t.term is not Term.CONSTANT
    )
    counts = (
        f"{counted(model.n_rows, 'epoch')} at risk, {model.n_events} ended so; "
        f"{model.n_exposed} with a jerk, {model.n_exposed_events} of them ended so; "
        f"{counted(model.n_persons, 'person')}"
    )
    return Table(
        caption=f"{_MODELS[model.model]} ({counts})",
        columns=("Term", "Hazard ratio", "Interval", "p"),
        rows=rows,
    )


def _spread_words(found: Cohort) -> str:
    spread = found.hazards.spread
    if spread is None:
        return "The spread between persons needs two persons with a hazard ratio of their own."
    words = (
        f"Random effects over {spread.n_persons} persons: mean ratio "
        f"{_ratio(math.exp(spread.mean))} ({_span_of_logs(spread.low, spread.high)}), standard "
        f"deviation between persons {spread.tau:.2f} on the log scale, I squared "
        f"{100 * spread.i_squared:.0f} %."
    )
    if spread.predicted_low is None or spread.predicted_high is None:
        return words
    ahead = _span_of_logs(spread.predicted_low, spread.predicted_high)
    return f"{words} A further person's ratio is expected from {ahead}."


def _comparisons(found: Cohort) -> Table:
    return Table(
        caption=f"All comparisons: {len(found.comparisons.rows)}, of which "
        f"{found.comparisons.n_made} could be made",
        columns=_COMPARED,
        rows=tuple(_comparison(row) for row in found.comparisons.rows),
    )


def _comparison(row: Comparison) -> tuple[str, ...]:
    is_rate = row.outcome == RATE
    value = _ABSENT
    if row.value is not None:
        value = _ratio(row.value) if is_rate else f"{row.value:+.1f}"
    return (
        plain(row.covariate),
        f"{row.level} against {row.reference}" if row.reference else row.level,
        _OUTCOMES[row.outcome],
        f"{row.n_persons}" + (f", {row.n_persons_reference}" if row.reference else ""),
        value,
        _span(row.low, row.high, is_ratio=is_rate) or row.reason,
        _p(row.p),
        _p(row.p_holm),
    )


def _slopes(found: Cohort) -> Table:
    rows = tuple(
        (
            person.name,
            f"{person.slope.n_nights}",
            f"{person.slope.per_night:+.2f}",
            _span(person.slope.low, person.slope.high) or "too few nights for an interval",
        )
        for person in trend_persons(found)[0]
        if person.slope is not None
    )
    return Table(
        caption="Change of jerks in N1 per hour, per night (Theil-Sen)",
        columns=("Person", "Nights", "Per night", "Interval"),
        rows=rows,
    )


def _raised(found: Cohort) -> Table:
    every: Iterator[Flag] = (f for p in found.persons for f in p.flags if f.is_raised)
    rows = tuple((f.person, f.words, f.source) for f in every)
    return Table(
        caption=f"{counted(len(rows), 'prompt')}{_first_of(len(rows))}",
        columns=("Person", "Prompt", "Source of the question"),
        rows=rows[:_MOST_FLAGS],
    )


def _first_of(n_rows: int) -> str:
    return (
        f", the first {_MOST_FLAGS} here, all in the table of flags" if n_rows > _MOST_FLAGS else ""
    )


def _ratio(value: float | None) -> str:
    return _ABSENT if value is None else ratio(value)


def _span(low: float | None, high: float | None, *, is_ratio: bool = False) -> str:
    if low is None or high is None or not math.isfinite(low + high):
        return ""
    if is_ratio:
        return f"{ratio(low)} to {ratio(high)}"
    return f"{number(low)} to {number(high)}"


def _span_of_logs(low: float, high: float) -> str:
    return _span(math.exp(low), math.exp(high), is_ratio=True)


def _p(value: float | None) -> str:
    if value is None:
        return _ABSENT
    return f"<{_SMALLEST_P}" if value < _SMALLEST_P else f"{value:.3f}"
