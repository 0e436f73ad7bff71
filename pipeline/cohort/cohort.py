"""A cohort: every person's nights, pooled and compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.cohort.comparisons import Comparisons, compare_groups
from pipeline.cohort.flags import Flag, flags
from pipeline.cohort.hazard import Hazards, hazards
from pipeline.cohort.night import PersonNight
from pipeline.cohort.parameters import CohortParameters
from pipeline.cohort.person_period import person_periods
from pipeline.cohort.rates import Rate, exact_rate, has_rate, night_rate, pooled_rate
from pipeline.cohort.trends import Slope, theil_sen
from pipeline.notices import Notice
from pipeline.tagging import TaggingParameters


@dataclass(frozen=True, kw_only=True, eq=False)
class Person:
    """One person's nights.

    Attributes
    ----------
    nights
        In their order.
    rates
        Of each night.
    slope
        Of the rate over the nights; None with `why_no_slope`.
    """

    name: str
    nights: tuple[PersonNight, ...]
    rate: Rate
    rates: tuple[Rate, ...]
    slope: Slope | None
    why_no_slope: str
    flags: tuple[Flag, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Cohort:
    """All that is said of a cohort.

    Attributes
    ----------
    rate
        Of jerks in N1 over all persons, errors by person.
    notices
        What limits it, from reading on.
    """

    persons: tuple[Person, ...]
    rate: Rate
    hazards: Hazards
    comparisons: Comparisons
    notices: tuple[Notice, ...]
    parameters: CohortParameters

    @property
    def nights(self) -> tuple[PersonNight, ...]:
        """Every night, by person."""
        return tuple(night for person in self.persons for night in person.nights)


def analyse_cohort(
    nights: Sequence[PersonNight],
    parameters: CohortParameters,
    tagging: TaggingParameters,
    *,
    notices: tuple[Notice, ...] = (),
) -> Cohort:
    """Give rates, hazards, comparisons, trends and prompts of a cohort.

    Parameters
    ----------
    nights
        At least one, in any order.
    parameters
        What counts.
    tagging
        Windows between jerks and arousals, as the nights were tagged with.
    notices
        What is known to limit the cohort before it is counted.
    """
    ordered = sorted(nights, key=lambda each: (each.person, each.number))
    names = dict.fromkeys(each.person for each in ordered)
    persons = tuple(
        _person(name, [each for each in ordered if each.person == name], parameters)
        for name in names
    )
    return Cohort(
        persons=persons,
        rate=pooled_rate(ordered, parameters.confidence),
        hazards=hazards(person_periods(ordered, parameters.hazard, tagging), parameters),
        comparisons=compare_groups(ordered, parameters),
        notices=notices,
        parameters=parameters,
    )


def _person(name: str, nights: Sequence[PersonNight], parameters: CohortParameters) -> Person:
    slope, why_no_slope = _slope(nights, parameters)
    return Person(
        name=name,
        nights=tuple(nights),
        rate=exact_rate(nights, parameters.confidence),
        rates=tuple(night_rate(each, parameters.confidence) for each in nights),
        slope=slope,
        why_no_slope=why_no_slope,
        flags=flags(name, nights, parameters.flags),
    )


def _slope(nights: Sequence[PersonNight], parameters: CohortParameters) -> tuple[Slope | None, str]:
    counted = [each for each in nights if has_rate(each)]
    least = parameters.trends.least_nights
    if len(counted) < least:
        return None, f"{len(counted)} nights with a rate, {least} needed"
    rates = [night_rate(each, parameters.confidence).per_h or 0.0 for each in counted]
    order = np.array([each.number for each in counted], np.float64)
    return theil_sen(order, np.array(rates), parameters.confidence), ""
