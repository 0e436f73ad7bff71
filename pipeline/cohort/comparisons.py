"""Groups and covariates: rate ratios of jerks in N1, and differences of latencies."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.cohort.covariates import Covariate, CovariateKind, as_number, covariate
from pipeline.cohort.night import LATENCIES, PersonNight
from pipeline.cohort.parameters import CohortParameters
from pipeline.cohort.rates import Rate, dispersion, has_rate, night_counts, pooled_rate
from pipeline.cohort.regression import POISSON, clustered_covariance, estimate, fit

RATE = "jerks_n1_per_h"


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One comparison, whether or not it could be made.

    Attributes
    ----------
    covariate, level, reference
        Column, the group, and the group that it is held against; for a quantity `level` is
        ``per 1`` and `reference` is empty.
    outcome
        ``jerks_n1_per_h`` (a rate ratio) or a latency (a difference of medians, minutes).
    n_persons, n_persons_reference, n_nights, n_nights_reference
        On each side; for a quantity all are on the first.
    value, low, high
        None with `reason`.
    dispersion
        Of the counts about the model: 1 is chance alone; for rates only.
    p, p_holm
        As it is, and by Holm over all comparisons that were made.
    """

    covariate: str
    level: str
    reference: str
    outcome: str
    n_persons: int
    n_persons_reference: int
    n_nights: int
    n_nights_reference: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    dispersion: float | None = None
    p: float | None = None
    p_holm: float | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class GroupRate:
    """The rate of one group, over its persons."""

    covariate: str
    level: str
    n_persons: int
    rate: Rate


@dataclass(frozen=True, kw_only=True)
class Comparisons:
    """All comparisons, with the columns as they were taken."""

    covariates: tuple[Covariate, ...]
    groups: tuple[GroupRate, ...]
    rows: tuple[Comparison, ...]

    @property
    def n_made(self) -> int:
        """Number of comparisons that have a result."""
        return sum(row.p is not None for row in self.rows)


def compare_groups(nights: Sequence[PersonNight], parameters: CohortParameters) -> Comparisons:
    """Give every comparison of every column, listed whether or not it could be made.

    Notes
    -----
    - Rates: Poisson regression on nights with the hours of scorable N1 as offset, errors clustered
      by person, Student's t with as many degrees of freedom as persons less two.
    - Latencies: the median of each person's own median is taken per group; the interval and the
      p-value of the difference are percentiles over drawn sets of persons. A person with nights
      in both groups is drawn with both.
    - Nights without a value in a column are left out of its comparisons.
    """
    names = list(dict.fromkeys(name for each in nights for name in each.covariates))
    columns = tuple(
        covariate(name, [each.covariates.get(name) for each in nights], parameters.comparisons)
        for name in names
    )
    rows = [row for column in columns for row in _column(column, nights, parameters)]
    groups = [g for column in columns for g in _groups(column, nights, parameters.confidence)]
    return Comparisons(covariates=columns, groups=tuple(groups), rows=tuple(_holm(rows)))


def holm(p_values: Sequence[float]) -> list[float]:
    """Give the p-values adjusted for their number, in their own order.

    References
    ----------
    Holm 1979, Scandinavian Journal of Statistics 6, 65-70.
    """
    adjusted, worst = [0.0] * len(p_values), 0.0
    for rank, place in enumerate(np.argsort(p_values, kind="stable").tolist()):
        worst = max(worst, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = worst
    return adjusted


def _holm(rows: Sequence[Comparison]) -> Iterator[Comparison]:
    adjusted = iter(holm([row.p for row in rows if row.p is not None]))
    for row in rows:
        yield row if row.p is None else replace(row, p_holm=next(adjusted))


def _groups(column: Covariate, nights: Sequence[PersonNight], level: float) -> Iterator[GroupRate]:
    for name in column.levels:
        mine = [each for each in nights if each.covariates.get(column.name) == name]
        counted = [each for each in mine if has_rate(each)]
        yield GroupRate(
            covariate=column.name,
            level=name,
            n_persons=_n_persons(counted),
            rate=pooled_rate(mine, level),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Sides:
    """The nights of one comparison; `x` is 0 and 1 for groups, the value for a quantity."""

    column: Covariate
    level: str
    reference: str
    nights: tuple[PersonNight, ...]
    x: NDArray[np.float64]

    def where(self, is_kept: Sequence[bool]) -> _Sides:
        kept = tuple(each for each, keep in zip(self.nights, is_kept, strict=True) if keep)
        return replace(self, nights=kept, x=self.x[np.asarray(is_kept, np.bool_)])

    @property
    def persons(self) -> tuple[list[str], list[str]]:
        is_second = self.x > 0 if self.reference else np.ones(len(self.x), np.bool_)
        pairs = list(zip(self.nights, is_second.tolist(), strict=True))
        first = [each.person for each, second in pairs if second]
        return first, [each.person for each, second in pairs if not second]

    def row(self, outcome: str, least: int) -> Comparison:
        """Give the row without a result, and the reason where there can be none."""
        mine, others = self.persons
        counts = (len(set(mine)), len(set(others)))
        needed = counts if self.reference else counts[:1]
        few = min(needed) < least
        words = " and ".join(str(n) for n in needed)
        return Comparison(
            covariate=self.column.name,
            level=self.level,
            reference=self.reference,
            outcome=outcome,
            n_persons=counts[0],
            n_persons_reference=counts[1],
            n_nights=len(mine),
            n_nights_reference=len(others),
            reason=f"too few persons ({words}, {least} needed)" if few else "",
        )


def _sides(column: Covariate, nights: Sequence[PersonNight]) -> Iterator[_Sides]:
    known = [each for each in nights if each.covariates.get(column.name) is not None]
    texts = [each.covariates[column.name] or "" for each in known]
    if column.kind is CovariateKind.QUANTITY:
        x = np.array([as_number(text) for text in texts], np.float64)
        yield _Sides(column=column, level="per 1", reference="", nights=tuple(known), x=x)
    for level in column.levels[1:]:
        reference = column.levels[0]
        both = [(e, t) for e, t in zip(known, texts, strict=True) if t in (level, reference)]
        yield _Sides(
            column=column,
            level=level,
            reference=reference,
            nights=tuple(each for each, _ in both),
            x=np.array([text == level for _, text in both], np.float64),
        )


def _column(
    column: Covariate, nights: Sequence[PersonNight], parameters: CohortParameters
) -> Iterator[Comparison]:
    for sides in _sides(column, nights):
        yield _rate_ratio(sides.where([has_rate(each) for each in sides.nights]), parameters)
        if column.kind is CovariateKind.GROUPS:
            for name in LATENCIES:
                has = [each.night.minutes.get(name) is not None for each in sides.nights]
                yield _difference(sides.where(has), name, parameters)


def _rate_ratio(sides: _Sides, parameters: CohortParameters) -> Comparison:
    row = sides.row(RATE, parameters.comparisons.least_persons)
    if row.reason:
        return row
    counts = night_counts(sides.nights)
    is_one = sides.x > 0
    if sides.reference and not (counts.n[is_one].any() and counts.n[~is_one].any()):
        return replace(row, reason="a group without any jerk in N1 has no rate ratio")
    if not np.ptp(sides.x) or not counts.n.any():
        return replace(row, reason="no jerk in N1, or no difference between the nights")
    middle = 0.0 if sides.reference else float(sides.x.mean())  # keeps exp() small; no effect
    scale = 1.0 if sides.reference else float(sides.x.std())
    terms = np.column_stack((np.ones(len(sides.x)), (sides.x - middle) / scale))
    offset = np.log(counts.hours)
    fitted = fit(terms, counts.n, POISSON, offset=offset)
    n_persons = len(np.unique(counts.person))
    if not fitted.has_converged or n_persons <= terms.shape[1]:
        return replace(row, reason="the model has no clear maximum")
    robust = clustered_covariance(terms, counts.n, POISSON, fitted, counts.person, offset=offset)
    value, error = float(fitted.coefficients[1]) / scale, float(np.sqrt(robust[1, 1])) / scale
    by_t = estimate(value, error, parameters.confidence, freedom=n_persons - 2)
    expected = np.exp(terms @ fitted.coefficients + offset)
    return replace(
        row,
        value=math.exp(value),
        low=math.exp(by_t.low),
        high=math.exp(by_t.high),
        dispersion=dispersion(counts.n, expected, n_terms=2),
        p=by_t.p,
    )


def _difference(sides: _Sides, name: str, parameters: CohortParameters) -> Comparison:
    row = sides.row(name, parameters.comparisons.least_persons)
    if row.reason:
        return row
    table = _medians(sides, name)
    value = float(np.nanmedian(table[:, 1]) - np.nanmedian(table[:, 0]))
    drawn = _drawn(table, parameters)
    tail = (1.0 - parameters.confidence) / 2.0
    low, high = (float(q) for q in np.quantile(drawn, (tail, 1.0 - tail)))
    n = len(drawn)
    share = min(int((drawn <= 0).sum()), int((drawn >= 0).sum()))
    return replace(row, value=value, low=low, high=high, p=min(1.0, 2.0 * (share + 1) / (n + 1)))


def _medians(sides: _Sides, name: str) -> NDArray[np.float64]:
    """Give each person's median in the reference and in the group, NaN for none, (n, 2)."""
    found: dict[str, tuple[list[float], list[float]]] = {}
    for each, x in zip(sides.nights, sides.x.tolist(), strict=True):
        value = each.night.minutes[name]
        if value is not None:
            found.setdefault(each.person, ([], []))[int(x > 0)].append(value)
    rows = [[float(np.median(x)) if x else math.nan for x in both] for both in found.values()]
    return np.array(rows, np.float64)


def _drawn(table: NDArray[np.float64], parameters: CohortParameters) -> NDArray[np.float64]:
    """Give the differences over drawn sets of persons; a set without one side is drawn anew.

    Persons with nights in one group only are drawn within their group.
    """
    draw = np.random.default_rng(parameters.comparisons.seed)
    has = np.isfinite(table)
    kinds = [np.flatnonzero(m) for m in (has.all(axis=1), has[:, 0] & ~has[:, 1], ~has[:, 0])]
    n = parameters.comparisons.n_bootstraps
    chosen = np.concatenate([draw.choice(k, (n, len(k))) for k in kinds if len(k)], axis=1)
    medians = np.nanmedian(table[chosen], axis=1)
    differences: NDArray[np.float64] = medians[:, 1] - medians[:, 0]
    return differences


def _n_persons(nights: Sequence[PersonNight]) -> int:
    return len({each.person for each in nights})
