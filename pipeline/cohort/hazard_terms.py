"""Which hazards are fitted, and what they depend on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from pipeline.cohort.person_period import PersonPeriods

_BINARY = 2


class Model(StrEnum):
    """Which hazard, and which jerk."""

    N2 = "n2"
    N2_CONTROL = "n2_control"
    WAKE = "wake"


class Term(StrEnum):
    """What the hazard depends on."""

    CONSTANT = "constant"
    LOG_ELAPSED = "log_elapsed_min"
    JERK = "jerk_last_60_s"
    EARLIER_JERK = "jerk_120_s_earlier"
    AROUSAL_FIRST = "arousal_first_last_60_s"
    MOVEMENT = "plm_or_respiratory_lm_last_60_s"
    CYCLE = "cycle"


@dataclass(frozen=True, kw_only=True)
class TermEstimate:
    """One term of one model.

    Attributes
    ----------
    log_ratio, error, model_error
        Coefficient; its standard error clustered by person, and by the model alone.
    ratio, low, high, p
        Hazard ratio with interval (Student's t, one degree of freedom fewer than persons); None
        with `reason`.
    e_value, e_value_limit
        Of the ratio, and of the limit nearer to 1; for jerks only.
    """

    model: Model
    term: Term
    log_ratio: float | None = None
    error: float | None = None
    model_error: float | None = None
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    e_value: float | None = None
    e_value_limit: float | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class HazardModel:
    """One fitted hazard.

    Attributes
    ----------
    n_rows, n_events, n_exposed, n_exposed_events, n_persons, n_left_out
        Epochs at risk, those that end in the event, those with a jerk, those with both, persons;
        rows left out because arousals were not scored.
    left_out
        Terms that could not be in the model, with the reason.
    """

    model: Model
    terms: tuple[TermEstimate, ...]
    n_rows: int
    n_events: int
    n_exposed: int
    n_exposed_events: int
    n_persons: int
    n_left_out: int
    left_out: tuple[tuple[Term, str], ...]

    @property
    def jerk(self) -> TermEstimate:
        """The term that the model is about: the jerk, or the earlier one of the control."""
        wanted = Term.EARLIER_JERK if self.model is Model.N2_CONTROL else Term.JERK
        return next(t for t in self.terms if t.term is wanted)


def columns_of(rows: PersonPeriods, exposure: Term) -> dict[Term, NDArray[np.float64]]:
    """Give every term's value in each row, shape (n_rows,) each."""
    return {
        Term.CONSTANT: np.ones(len(rows)),
        Term.LOG_ELAPSED: np.log(rows.elapsed_min),
        exposure: rows.has_earlier_jerk if exposure is Term.EARLIER_JERK else rows.has_jerk,
        Term.JERK: rows.has_jerk,
        Term.AROUSAL_FIRST: rows.has_arousal_first,
        Term.MOVEMENT: rows.has_movement,
        Term.CYCLE: rows.cycle,
    }


def left_out_of(
    columns: dict[Term, NDArray[np.float64]], exposure: Term, y: NDArray[np.float64]
) -> dict[Term, str]:
    """Give the terms that cannot be in the model, with the reason."""
    reasons = {
        term: _why_left_out(values, y)
        for term, values in columns.items()
        if term not in (Term.CONSTANT, exposure)
    }
    return {term: reason for term, reason in reasons.items() if reason}


def _why_left_out(values: NDArray[np.float64], y: NDArray[np.float64]) -> str:
    if np.isnan(values).any():
        return "arousals were not scored in any night"
    if not len(values) or not np.ptp(values):
        return "it is the same in every epoch"
    levels = np.unique(values)
    if len(levels) == _BINARY and not all(y[values == level].any() for level in levels):
        return "without it, or with it, no epoch ended in the event"
    return ""
