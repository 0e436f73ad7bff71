"""Jerks per hour of scorable N1: by person, over the cohort, and by group."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.cohort.night import PersonNight
from pipeline.cohort.regression import POISSON, clustered_covariance, estimate, fit
from pipeline.confidence import poisson_interval

_LEAST_PERSONS = 2


@dataclass(frozen=True, kw_only=True)
class Rate:
    """A count per hour.

    Attributes
    ----------
    n, hours
        Jerks in N1, and hours of N1 with a scorable leg, over `n_nights` nights.
    per_h, low, high
        None with `reason`.
    dispersion
        Variance of the nights' counts over their Poisson mean: 1 is chance alone; None for
        fewer than two nights.
    """

    n: int
    hours: float
    n_nights: int
    per_h: float | None = None
    low: float | None = None
    high: float | None = None
    dispersion: float | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class NightCounts:
    """The nights that have a rate; shape (n_nights,) each."""

    person: NDArray[np.int64]
    n: NDArray[np.float64]
    hours: NDArray[np.float64]


def has_rate(each: PersonNight) -> bool:
    """Tell whether jerks in N1 could be counted in the night."""
    return each.night.n_jerks_n1 is not None and bool(each.night.n1_h)


def night_counts(nights: Sequence[PersonNight]) -> NightCounts:
    """Give the counts of the nights, all of which have a rate."""
    persons = {p: i for i, p in enumerate(dict.fromkeys(each.person for each in nights))}
    return NightCounts(
        person=np.array([persons[each.person] for each in nights], np.int64),
        n=np.array([each.night.n_jerks_n1 for each in nights], np.float64),
        hours=np.array([each.night.n1_h for each in nights], np.float64),
    )


def night_rate(each: PersonNight, level: float) -> Rate:
    """Give one night's rate, with the exact Poisson interval."""
    return exact_rate([each], level)


def exact_rate(nights: Sequence[PersonNight], level: float) -> Rate:
    """Give the rate over the nights of one person, with the exact Poisson interval.

    Notes
    -----
    The interval takes nights as equal; `dispersion` well over 1 says that they are not, and that
    the interval is too narrow.
    """
    counted = [each for each in nights if has_rate(each)]
    if not counted:
        return Rate(n=0, hours=0.0, n_nights=0, reason=_why_none(nights))
    found = night_counts(counted)
    n, hours = int(found.n.sum()), float(found.hours.sum())
    low, high = poisson_interval(n, level=level)
    return Rate(
        n=n,
        hours=hours,
        n_nights=len(counted),
        per_h=n / hours,
        low=low / hours,
        high=high / hours,
        dispersion=dispersion(found.n, n / hours * found.hours),
    )


def pooled_rate(nights: Sequence[PersonNight], level: float) -> Rate:
    """Give the rate over persons: all their jerks by all their hours, errors by person.

    Notes
    -----
    Poisson regression with the hours as offset; the variance is the sandwich over persons with
    the factor of `clustered_covariance`, so that persons and nights may differ as they like. With
    one person the interval is the exact one, and with no jerk at all too.
    """
    exact = exact_rate(nights, level)
    counted = [each for each in nights if has_rate(each)]
    found = night_counts(counted)
    n_persons = len(np.unique(found.person))
    if exact.per_h is None or n_persons < _LEAST_PERSONS or not exact.n:
        return exact
    terms = np.ones((len(found.n), 1))
    value = np.array([math.log(exact.per_h)])
    offset = np.log(found.hours)
    fitted = fit(terms, found.n, POISSON, offset=offset)
    robust = clustered_covariance(terms, found.n, POISSON, fitted, found.person, offset=offset)
    by_t = estimate(float(value[0]), float(np.sqrt(robust[0, 0])), level, freedom=n_persons - 1)
    return Rate(
        n=exact.n,
        hours=exact.hours,
        n_nights=exact.n_nights,
        per_h=exact.per_h,
        low=math.exp(by_t.low),
        high=math.exp(by_t.high),
        dispersion=exact.dispersion,
    )


def dispersion(
    counts: NDArray[np.float64], expected: NDArray[np.float64], *, n_terms: int = 1
) -> float | None:
    """Give Pearson's statistic over its degrees of freedom; None where there are none."""
    freedom = len(counts) - n_terms
    if freedom < 1 or not (expected > 0).all():
        return None
    return float(((counts - expected) ** 2 / expected).sum() / freedom)


def _why_none(nights: Sequence[PersonNight]) -> str:
    reasons = {each.night.why_no_rate for each in nights if each.night.why_no_rate}
    return "; ".join(sorted(reasons)) or "no night with N1 and a scorable leg"
