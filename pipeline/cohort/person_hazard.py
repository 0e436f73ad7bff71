"""Each person's own hazard ratio of N2 after a jerk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.cohort.person_period import PersonPeriods
from pipeline.cohort.regression import CLOGLOG, fit

_LEAST_INFORMATION = 1e-6


@dataclass(frozen=True, kw_only=True)
class PersonHazard:
    """One person's hazard ratio of N2 after a jerk.

    Attributes
    ----------
    n_rows, n_events, n_exposed
        Epochs at risk, those that end in N2, those with a jerk.
    log_ratio, error
        One step from the cohort's ratio, and its standard error; None with `reason`.
    """

    person: str
    n_rows: int
    n_events: int
    n_exposed: int
    log_ratio: float | None = None
    error: float | None = None
    reason: str = ""


def persons_hazards(
    rows: PersonPeriods,
    persons: Sequence[str],
    cohort: NDArray[np.float64],
    log_ratio: float | None,
    least: int,
) -> tuple[PersonHazard, ...]:
    """Give the hazard ratio of every person.

    Parameters
    ----------
    rows
        Epochs at risk.
    persons
        By their number in the rows.
    cohort
        Linear predictor of the cohort's model, shape (n_rows,).
    log_ratio
        Log hazard ratio of a jerk in that model; None where it could not be had.
    least
        Exposed epochs, and events, that a person must have.

    Notes
    -----
    The person gets a constant of its own and one Fisher step from the cohort's ratio, all other
    terms as in the cohort. Its weight then does not depend on what followed the few jerks of the
    person, as it does with a full maximum: there, persons whose jerks were followed by little N2
    weigh less, which pulls the mean of all persons upward. It exists also where no jerk was
    followed by N2.

    References
    ----------
    Yusuf 1985, doi 10.1016/s0033-0620(85)80003-7, the one-step estimate about no effect.
    """
    found = _counted(rows, persons, least)
    if log_ratio is None:
        return tuple(found)
    return tuple(
        each
        if each.reason
        else _one_step(each, rows.only(rows.person == i), cohort[rows.person == i], log_ratio)
        for i, each in enumerate(found)
    )


def why_not(y: NDArray[np.float64], jerks: NDArray[np.bool_], least: int) -> str:
    """Say why a hazard ratio cannot be had; nothing here looks at what followed the jerks."""
    if not len(y):
        return "no epoch of N1 is at risk with a scorable leg"
    if jerks.sum() < least:
        return f"only {int(jerks.sum())} epochs of N1 had a jerk before their end, {least} needed"
    if (~jerks).sum() < least:
        return f"only {int((~jerks).sum())} epochs of N1 had no jerk, {least} needed"
    if y.sum() < least:
        return f"only {int(y.sum())} epochs of N1 ended in the event, {least} needed"
    return ""


def _counted(rows: PersonPeriods, persons: Sequence[str], least: int) -> Iterator[PersonHazard]:
    for number, person in enumerate(persons):
        is_mine = rows.person == number
        y, jerks = rows.is_n2[is_mine], rows.has_jerk[is_mine] > 0
        yield PersonHazard(
            person=person,
            n_rows=len(y),
            n_events=int(y.sum()),
            n_exposed=int(jerks.sum()),
            reason=why_not(y, jerks, least),
        )


def _one_step(
    found: PersonHazard, mine: PersonPeriods, cohort: NDArray[np.float64], log_ratio: float
) -> PersonHazard:
    ones, jerks = np.ones((len(mine), 1)), mine.has_jerk
    fitted = fit(ones, mine.is_n2, CLOGLOG, offset=cohort)
    eta = cohort + fitted.coefficients[0]
    weights = CLOGLOG.expected(eta)
    shared = float((weights * jerks).sum())
    information = shared - shared**2 / float(weights.sum())
    if not fitted.has_converged or information < _LEAST_INFORMATION:
        return replace(found, reason="the likelihood has no clear maximum")
    step = float((jerks * CLOGLOG.score(eta, mine.is_n2)).sum()) / information
    return replace(found, log_ratio=log_ratio + step, error=information**-0.5)
