"""A cohort as the rows of its tables."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from pipeline.cohort import LATENCIES, Cohort
from pipeline.cohort.rates import Rate
from pipeline.cohort.regression import estimate

Rows = Iterator[dict[str, Any]]


def person_rows(found: Cohort) -> Rows:
    """Give a row per person."""
    hazards = {each.person: each for each in found.hazards.persons}
    for person in found.persons:
        own = hazards[person.name]
        yield {
            "person": person.name,
            "n_nights": len(person.nights),
            "n_nights_with_rate": person.rate.n_nights,
            **_rate(person.rate),
            "dispersion": person.rate.dispersion,
            "n_rows": own.n_rows,
            "n_events": own.n_events,
            "n_exposed": own.n_exposed,
            **_ratio(own.log_ratio, own.error, found.parameters.confidence),
            "hazard_reason": own.reason or None,
        }


def night_rows(found: Cohort) -> Rows:
    """Give a row per night."""
    for person in found.persons:
        for each, rate in zip(person.nights, person.rates, strict=True):
            yield {
                "person": person.name,
                "night": each.number,
                "study_key": each.night.study_key,
                **_rate(rate),
                **{name: each.night.minutes.get(name) for name in LATENCIES},
            }


def hazard_rows(found: Cohort) -> Rows:
    """Give a row per term of each model, those that could not be in it with the reason."""
    for model in found.hazards.models:
        facts = asdict(model)
        counts = {name: facts[name] for name in facts if name.startswith("n_")}
        for term in model.terms:
            row = asdict(term)
            ratios = {"log_hazard_ratio": row.pop("log_ratio"), "hazard_ratio": row.pop("ratio")}
            yield row | ratios | counts | {"reason": term.reason or None}
        for left_out, reason in model.left_out:
            yield {"model": model.model, "term": left_out, **counts, "reason": reason}


def spread_rows(found: Cohort) -> Rows:
    """Give the one row of the spread between persons; none where there is none."""
    spread = found.hazards.spread
    if spread is None:
        return
    predicted = (spread.predicted_low, spread.predicted_high)
    low, high = (None if x is None else math.exp(x) for x in predicted)
    yield {
        "n_persons": spread.n_persons,
        "hazard_ratio": math.exp(spread.mean),
        "low": math.exp(spread.low),
        "high": math.exp(spread.high),
        "tau": spread.tau,
        "i_squared": spread.i_squared,
        "predicted_low": low,
        "predicted_high": high,
    }


def group_rows(found: Cohort) -> Rows:
    """Give a row per group."""
    for group in found.comparisons.groups:
        yield {
            "covariate": group.covariate,
            "level": group.level,
            "n_persons": group.n_persons,
            "n_nights": group.rate.n_nights,
            **_rate(group.rate),
            "dispersion": group.rate.dispersion,
        }


def comparison_rows(found: Cohort) -> Rows:
    """Give a row per comparison, and one per column that was not compared."""
    for row in found.comparisons.rows:
        yield asdict(row) | {"reason": row.reason or None}
    for column in found.comparisons.covariates:
        if column.reason:
            yield {"covariate": column.name, "reason": column.reason}


def trend_rows(found: Cohort) -> Rows:
    """Give a row per person."""
    for person in found.persons:
        slope = person.slope
        row: dict[str, Any] = {"person": person.name, "n_nights": person.rate.n_nights}
        if slope is not None:
            row["slope_per_night"] = slope.per_night
            row["slope_low"] = slope.low if math.isfinite(slope.low) else None
            row["slope_high"] = slope.high if math.isfinite(slope.high) else None
        yield row | {"reason": person.why_no_slope or None}


def flag_rows(found: Cohort) -> Rows:
    """Give a row per person and question."""
    for person in found.persons:
        for flag in person.flags:
            facts = asdict(flag)
            yield facts | {"words": flag.words or None, "reason": flag.reason or None}


def _rate(rate: Rate) -> dict[str, Any]:
    has_rate = rate.per_h is not None
    return {
        "n_jerks_n1": rate.n if has_rate else None,
        "n1_h": rate.hours if has_rate else None,
        "jerks_n1_per_h": rate.per_h,
        "jerks_n1_per_h_low": rate.low,
        "jerks_n1_per_h_high": rate.high,
        "reason": rate.reason or None,
    }


def _ratio(log_ratio: float | None, error: float | None, level: float) -> dict[str, Any]:
    if log_ratio is None or error is None:
        return {}
    by_normal = estimate(log_ratio, error, level, freedom=math.inf)
    return {
        "hazard_ratio": math.exp(log_ratio),
        "hazard_ratio_low": math.exp(by_normal.low),
        "hazard_ratio_high": math.exp(by_normal.high),
    }
