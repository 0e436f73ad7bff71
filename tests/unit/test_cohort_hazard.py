"""Hazard ratios of drawn cohorts whose truth is known."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from pipeline.cohort import CohortParameters, PersonNight
from pipeline.cohort.evalue import e_value, e_value_of_limit
from pipeline.cohort.hazard import Hazards, hazards
from pipeline.cohort.hazard_terms import Model, Term
from pipeline.cohort.person_period import person_periods
from pipeline.cohort.regression import CLOGLOG, fit
from pipeline.cohort.spread import spread
from pipeline.tagging import TaggingParameters
from tests.unit.cohort_nights import drawn_cohort, drawn_night, of_person

PARAMETERS = CohortParameters()


def found(nights: list[PersonNight]) -> Hazards:
    periods = person_periods(nights, PARAMETERS.hazard, TaggingParameters())
    return hazards(periods, PARAMETERS)


@pytest.fixture(scope="module")
def slowed() -> Hazards:
    return found(drawn_cohort(11, n_persons=60, log_ratio=math.log(0.5)))


def test_true_slowing_is_found_with_its_size(slowed: Hazards) -> None:
    jerk = slowed.model(Model.N2).jerk
    assert jerk.low is not None
    assert jerk.high is not None
    assert jerk.high < 1.0
    assert jerk.low < 0.5 < jerk.high


def test_the_negative_control_of_true_slowing_holds_1(slowed: Hazards) -> None:
    control = slowed.model(Model.N2_CONTROL).jerk
    assert control.low is not None
    assert control.high is not None
    assert control.low < 1.0 < control.high


def test_jerk_times_that_are_moved_themselves_mark_descents_that_are_known_to_last() -> None:
    nights = drawn_cohort(4, n_persons=60, log_ratio=0.0)
    moved = [
        replace(
            each,
            night=replace(
                each.night,
                jerks_s=None if each.night.jerks_s is None else each.night.jerks_s - 120.0,
            ),
        )
        for each in nights
    ]
    honest, wrong = (found(x).model(Model.N2) for x in (nights, moved))
    assert honest.n_exposed_events > 50
    assert (wrong.n_exposed > 500, wrong.n_exposed_events) == (True, 0)


def test_the_mean_of_the_persons_holds_the_truth(slowed: Hazards) -> None:
    assert slowed.spread is not None
    assert math.exp(slowed.spread.low) < 0.5 < math.exp(slowed.spread.high)


def test_a_person_whose_jerks_were_never_followed_by_n2_still_has_a_ratio() -> None:
    nights = drawn_cohort(5, n_persons=10)
    letters = "W" + "1122W1W" * 12
    jerks_s = [30.0 + 30.0 * (7 * i + 6) - 35.0 for i in range(12)]
    nights.append(of_person("never", drawn_night(letters, jerks_s)))
    last = found(nights).persons[-1]
    assert last.person == "never"
    assert last.log_ratio is not None
    assert last.log_ratio < 0


@pytest.mark.slow
def test_the_interval_of_inert_jerks_holds_1_in_93_to_97_percent_of_cohorts() -> None:
    n_runs, n_held = 400, 0
    for seed in range(n_runs):
        jerk = found(drawn_cohort(1000 + seed)).model(Model.N2).jerk
        assert jerk.low is not None
        assert jerk.high is not None
        n_held += jerk.low <= 1.0 <= jerk.high
    assert 0.93 <= n_held / n_runs <= 0.97


def test_one_person_has_a_ratio_and_no_interval() -> None:
    jerk = found(drawn_cohort(6, n_persons=1, n_nights=12)).model(Model.N2).jerk
    assert jerk.ratio is not None
    assert (jerk.low, jerk.p, jerk.e_value) == (None, None, None)
    assert "one person" in jerk.reason


def test_a_cohort_without_jerks_says_why_there_is_no_ratio() -> None:
    jerk = found(drawn_cohort(7, n_persons=5, jerks_per_min=0.0)).model(Model.N2).jerk
    assert jerk.ratio is None
    assert "only 0 epochs of N1 had a jerk" in jerk.reason


def test_a_cohort_without_n1_says_why_there_is_no_ratio() -> None:
    nights = [of_person("a", drawn_night("WW2222")), of_person("b", drawn_night("WWWW"))]
    assert "no epoch of N1" in found(nights).model(Model.N2).jerk.reason


def test_jerks_that_were_never_followed_by_n2_give_no_boundless_ratio() -> None:
    nights = []
    for person in "abcdef":
        jerks_s = [30.0 * (7 * i + 7) - 35.0 for i in range(12)]
        nights.append(of_person(person, drawn_night("W" + "1122W1W" * 12, jerks_s)))
    jerk = found(nights).model(Model.N2).jerk
    assert jerk.ratio is None
    assert "no bound" in jerk.reason


def test_arousals_that_nobody_scored_leave_their_term_out() -> None:
    nights = [replace(each, night=replace(each.night, arousals_s=None)) for each in drawn_cohort(8)]
    model = found(nights).model(Model.N2)
    assert dict(model.left_out)[Term.AROUSAL_FIRST] == "arousals were not scored in any night"
    assert model.jerk.ratio is not None


def test_nights_without_scored_arousals_are_left_out_of_the_model_where_others_have_them() -> None:
    nights = drawn_cohort(8)
    draw = np.random.default_rng(1)
    for i, each in enumerate(nights):
        times = np.sort(draw.uniform(0, each.night.lights_on_s, 20)) if i % 2 else None
        nights[i] = replace(each, night=replace(each.night, arousals_s=times))
    model = found(nights).model(Model.N2)
    assert model.n_left_out > 0
    assert Term.AROUSAL_FIRST in [t.term for t in model.terms]


def test_a_rare_term_that_was_never_followed_by_n2_does_not_take_the_model_with_it() -> None:
    nights = drawn_cohort(9, n_persons=8)
    first = nights[0].night
    no_event_s = [d.start_s + 1.0 for d in first.descents if d.end_s - d.start_s > 300.0][:1]
    moved = replace(first, movements_s=np.array(no_event_s))
    model = found([replace(nights[0], night=moved), *nights[1:]]).model(Model.N2)
    assert "no epoch ended in the event" in dict(model.left_out)[Term.MOVEMENT]
    assert model.jerk.ratio is not None


def test_the_control_holds_the_present_jerk_beside_the_earlier_one(slowed: Hazards) -> None:
    terms = [t.term for t in slowed.model(Model.N2_CONTROL).terms]
    assert {Term.JERK, Term.EARLIER_JERK} <= set(terms)
    assert slowed.model(Model.N2_CONTROL).jerk.term is Term.EARLIER_JERK


def test_the_spread_of_one_person_is_none() -> None:
    assert spread(np.array([0.1]), np.array([0.2]), 0.95) is None


def test_persons_who_differ_by_chance_alone_have_no_spread() -> None:
    alike = spread(np.array([0.1, 0.12, 0.09]), np.array([0.3, 0.3, 0.3]), 0.95)
    assert alike is not None
    assert (alike.tau, alike.i_squared) == (0.0, 0.0)


def test_a_term_that_separates_the_rows_does_not_converge() -> None:
    terms = np.column_stack((np.ones(20), np.arange(20) >= 10)).astype(np.float64)
    fitted = fit(terms, terms[:, 1] * (np.arange(20) % 2), CLOGLOG)
    assert not fitted.has_converged or abs(fitted.coefficients[0]) > 15


@pytest.mark.parametrize(("ratio", "expected"), [(3.9, 7.263), (1 / 3.9, 7.263), (1.0, 1.0)])
def test_the_e_value_of_a_rare_event_is_that_of_vanderweele_and_ding(
    ratio: float, expected: float
) -> None:
    assert e_value(ratio, is_rare=True) == pytest.approx(expected, abs=5e-4)


def test_the_e_value_of_a_common_event_turns_the_hazard_ratio_into_a_risk_ratio() -> None:
    ratio = (1 - 0.5 ** math.sqrt(0.56)) / (1 - 0.5 ** math.sqrt(1 / 0.56))
    expected = 1 / ratio + math.sqrt(1 / ratio * (1 / ratio - 1))
    assert e_value(0.56, is_rare=False) == pytest.approx(expected)
    assert e_value(0.56, is_rare=False) < e_value(0.56, is_rare=True)


def test_the_e_value_of_an_interval_is_that_of_the_limit_nearer_to_1() -> None:
    assert e_value_of_limit(0.8, 1.2, is_rare=True) == 1.0
    assert e_value_of_limit(1.8, 8.7, is_rare=True) == pytest.approx(3.0)
    assert e_value_of_limit(0.3, 0.5, is_rare=True) == e_value(0.5, is_rare=True)
