"""Cohorts: nights pooled by person, the hazard of N2, groups, trends and prompts."""

from pipeline.cohort.cohort import Cohort, Person, analyse_cohort
from pipeline.cohort.night import (
    LATENCIES,
    Candidates,
    CohortNight,
    NightDescent,
    PersonNight,
)
from pipeline.cohort.parameters import CohortParameters

__all__ = [
    "LATENCIES",
    "Candidates",
    "Cohort",
    "CohortNight",
    "CohortParameters",
    "NightDescent",
    "Person",
    "PersonNight",
    "analyse_cohort",
]
