"""The hazard of N2 in N1, and what a jerk does to it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.cohort.evalue import e_value, e_value_of_limit
from pipeline.cohort.hazard_terms import (
    HazardModel,
    Model,
    Term,
    TermEstimate,
    columns_of,
    left_out_of,
)
from pipeline.cohort.parameters import CohortParameters
from pipeline.cohort.person_hazard import PersonHazard, persons_hazards, why_not
from pipeline.cohort.person_period import Periods, PersonPeriods
from pipeline.cohort.regression import CLOGLOG, Fit, clustered_covariance, estimate, fit
from pipeline.cohort.spread import Spread, spread

_LEAST_PERSONS = 2
_RUNAWAY_ERROR = 20.0  # a standard error of a log ratio that says nothing


@dataclass(frozen=True, kw_only=True)
class Hazards:
    """All that is said of the hazard.

    Attributes
    ----------
    spread
        Of the persons' log hazard ratios; None for fewer than two of them.
    """

    periods: Periods
    models: tuple[HazardModel, ...]
    persons: tuple[PersonHazard, ...]
    spread: Spread | None

    def model(self, name: Model) -> HazardModel:
        """Give the model of that name."""
        return next(m for m in self.models if m.model is name)


def hazards(periods: Periods, parameters: CohortParameters) -> Hazards:
    """Give the hazard ratios of the cohort and of each person.

    Notes
    -----
    Discrete time, cause-specific, complementary log-log link: the ratio of one continuous hazard
    in grouped time. The negative control asks the same of jerks in a window that lies 120 s
    earlier, and keeps the jerk of the last 60 s in the model: persons who jerk often have both,
    and the one would stand for the other. Jerk times themselves are not moved: a jerk that came
    120 s later would mark descents that lasted longer, and such a control differs from 1 by
    construction.

    References
    ----------
    Prentice and Gloeckler 1978, doi 10.2307/2529588.
    """
    models = tuple(_model(m, periods, parameters) for m in Model)
    n2 = next(m for m in models if m.model is Model.N2)
    persons = _persons(n2, periods, parameters)
    known = [(p.log_ratio, p.error) for p in persons if p.log_ratio is not None]
    values = np.array(known, np.float64).reshape(-1, 2)
    return Hazards(
        periods=periods,
        models=models,
        persons=persons,
        spread=spread(values[:, 0], values[:, 1], parameters.confidence),
    )


def _model(model: Model, periods: Periods, parameters: CohortParameters) -> HazardModel:
    rows = _known(periods.rows)
    y = rows.is_wake if model is Model.WAKE else rows.is_n2
    exposure = Term.EARLIER_JERK if model is Model.N2_CONTROL else Term.JERK
    columns = columns_of(rows, exposure)
    left_out = left_out_of(columns, exposure, y)
    jerks = columns[exposure] > 0
    fitting = _Fitting(
        model=model,
        columns={term: values for term, values in columns.items() if term not in left_out},
        exposure=exposure,
        y=y,
        person=rows.person,
        is_rare=(periods.share_n2 or 0.0) <= parameters.hazard.rare_share,
    )
    return HazardModel(
        model=model,
        terms=_estimates(fitting, parameters),
        n_rows=len(y),
        n_events=int(y.sum()),
        n_exposed=int(jerks.sum()),
        n_exposed_events=int(y[jerks].sum()),
        n_persons=fitting.n_persons,
        n_left_out=len(periods.rows) - len(y),
        left_out=tuple(left_out.items()),
    )


def _known(rows: PersonPeriods) -> PersonPeriods:
    """Give the rows where arousals were scored; all rows where they were scored nowhere."""
    is_known = np.isfinite(rows.has_arousal_first)
    return rows.only(is_known) if is_known.any() else rows


@dataclass(frozen=True, kw_only=True, eq=False)
class _Fitting:
    """What one model is fitted to."""

    model: Model
    columns: dict[Term, NDArray[np.float64]]
    exposure: Term
    y: NDArray[np.float64]
    person: NDArray[np.int64]
    is_rare: bool

    @property
    def n_persons(self) -> int:
        """Number of persons with a row."""
        return len(np.unique(self.person))

    @property
    def terms(self) -> NDArray[np.float64]:
        """The design, shape (n_rows, n_terms)."""
        return np.column_stack(list(self.columns.values()))


def _estimates(fitting: _Fitting, parameters: CohortParameters) -> tuple[TermEstimate, ...]:
    jerks = fitting.columns[fitting.exposure] > 0
    reason = why_not(fitting.y, jerks, parameters.hazard.least_exposed)
    reason = reason or _why_unbounded(fitting.y, jerks)
    if not reason:
        fitted = fit(fitting.terms, fitting.y, CLOGLOG)
        worst = float(np.sqrt(np.diag(fitted.covariance).max()))
        if fitted.has_converged and worst < _RUNAWAY_ERROR:
            return tuple(_terms(fitting, fitted, parameters))
        reason = "the terms cannot be told apart in these epochs"
    return tuple(TermEstimate(model=fitting.model, term=t, reason=reason) for t in fitting.columns)


def _why_unbounded(y: NDArray[np.float64], jerks: NDArray[np.bool_]) -> str:
    for group, words in ((jerks, "with a jerk"), (~jerks, "without a jerk")):
        if not y[group].any():
            return f"no epoch {words} ended in the event, so the ratio has no bound"
    return ""


def _terms(fitting: _Fitting, fitted: Fit, parameters: CohortParameters) -> Iterator[TermEstimate]:
    model_errors = np.sqrt(np.diag(fitted.covariance))
    is_clustered = fitting.n_persons >= _LEAST_PERSONS
    errors = np.full(len(model_errors), np.nan)
    if is_clustered:
        robust = clustered_covariance(fitting.terms, fitting.y, CLOGLOG, fitted, fitting.person)
        errors = np.sqrt(np.diag(robust))
    for place, term in enumerate(fitting.columns):
        value = float(fitted.coefficients[place])
        found = TermEstimate(
            model=fitting.model,
            term=term,
            log_ratio=value,
            model_error=float(model_errors[place]),
            ratio=math.exp(value),
            reason="" if is_clustered else "one person: errors by person need two",
        )
        if is_clustered:
            found = _with_interval(found, float(errors[place]), fitting, parameters)
        yield found


def _with_interval(
    found: TermEstimate, error: float, fitting: _Fitting, parameters: CohortParameters
) -> TermEstimate:
    value = found.log_ratio or 0.0
    by_t = estimate(value, error, parameters.confidence, freedom=fitting.n_persons - 1)
    low, high = math.exp(by_t.low), math.exp(by_t.high)
    is_jerk = found.term is fitting.exposure
    limit = e_value_of_limit(low, high, is_rare=fitting.is_rare) if is_jerk else None
    return replace(
        found,
        error=error,
        low=low,
        high=high,
        p=by_t.p,
        e_value=e_value(math.exp(value), is_rare=fitting.is_rare) if is_jerk else None,
        e_value_limit=limit,
    )


def _persons(
    n2: HazardModel, periods: Periods, parameters: CohortParameters
) -> tuple[PersonHazard, ...]:
    """Give each person's hazard ratio, with the cohort's other terms held as they are."""
    rows = _known(periods.rows)
    values = {t.term: t.log_ratio for t in n2.terms if t.log_ratio is not None}
    columns = columns_of(rows, Term.JERK)
    others = sum((columns[t] * x for t, x in values.items()), start=np.zeros(len(rows)))
    found = persons_hazards(
        rows, periods.persons, others, values.get(Term.JERK), parameters.hazard.least_exposed
    )
    return tuple(replace(p, reason=p.reason or n2.jerk.reason) for p in found)
