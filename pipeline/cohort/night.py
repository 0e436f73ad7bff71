"""A night as a cohort sees it, and whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.descents import Outcome
from pipeline.hypnogram import Hypnogram


@dataclass(frozen=True, kw_only=True)
class NightDescent:
    """One descent: seconds from the start of the record, and how it ended."""

    start_s: float
    end_s: float
    outcome: Outcome


@dataclass(frozen=True, kw_only=True)
class Candidates:
    """Candidate sleep starts in bed that are accepted, or rejected only as part of a PLM series.

    Attributes
    ----------
    onsets_s
        Sorted, seconds, shape (n,).
    is_in_plm
        Rejected as part of a PLM series, shape (n,).
    """

    onsets_s: NDArray[np.float64]
    is_in_plm: NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class CohortNight:
    """What a cohort needs of one scored night.

    Attributes
    ----------
    study_key
        Of the study.
    hypnogram
        The stages that everything was counted by.
    lights_off_s, lights_on_s
        The time in bed, seconds from the start of the record.
    descents
        In the order of time.
    jerks_s
        Onsets of the accepted candidate sleep starts of the leading grades, sorted, seconds; None
        when no leg could be scored.
    candidates
        For the question whether jerks are periodic; None when no leg could be scored.
    scorable_s
        Seconds of each epoch with at least one scorable leg, shape (n_epochs,); None when no leg
        could be scored.
    arousals_s
        Onsets of the arousals, sorted, seconds; None when arousals were not scored.
    movements_s
        Onsets of the leg movements (AASM) that are periodic or respiratory-related, sorted,
        seconds.
    n_jerks_n1, n1_h
        Jerks in N1, and hours of N1 with a scorable leg; None when not available.
    minutes
        Latencies by name, minutes; None when not available.
    why_no_rate
        Why there are no jerks in N1 to count; empty where there are.
    """

    study_key: str
    hypnogram: Hypnogram
    lights_off_s: float
    lights_on_s: float
    descents: tuple[NightDescent, ...]
    jerks_s: NDArray[np.float64] | None
    candidates: Candidates | None
    scorable_s: NDArray[np.float64] | None
    arousals_s: NDArray[np.float64] | None
    movements_s: NDArray[np.float64]
    n_jerks_n1: int | None
    n1_h: float | None
    minutes: Mapping[str, float | None]
    why_no_rate: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class PersonNight:
    """A night of a person.

    Attributes
    ----------
    person
        Who, as it is written out: a pseudonym, or the user's own word.
    number
        From 1 in the order of the person's nights.
    covariates
        Name to text; None where it is missing.
    """

    person: str
    number: int
    night: CohortNight
    covariates: Mapping[str, str | None]


LATENCIES: Mapping[str, str] = {
    "lps_min": "Latency to persistent sleep",
    "n3_latency_min": "N3 latency from lights off",
    "n2_latency_min": "N2 latency from lights off",
}
"""Latencies that groups are compared by; scorers agree on the first two (clinical.md 5.3)."""
