"""The person-period table, on drawn nights."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.cohort.parameters import HazardParameters
from pipeline.cohort.person_period import Periods, PersonPeriods, person_periods
from pipeline.tagging import TaggingParameters
from tests.unit.cohort_nights import drawn_night, of_person


def table(letters: str, jerks_s: tuple[float, ...] | None = (), **facts: object) -> Periods:
    night = drawn_night(letters, jerks_s, **facts)  # type: ignore[arg-type]  # named by the tests
    return person_periods([of_person("p", night)], HazardParameters(), TaggingParameters())


def rows(letters: str, jerks_s: tuple[float, ...] | None = (), **facts: object) -> PersonPeriods:
    return table(letters, jerks_s, **facts).rows


def test_each_epoch_of_n1_in_a_descent_is_a_row() -> None:
    assert len(rows("WW111122W11W")) == 6


def test_only_the_last_epoch_before_confirmed_n2_has_the_event() -> None:
    assert rows("W111122").is_n2.tolist() == [0, 0, 0, 1]


def test_wake_is_a_competing_end() -> None:
    found = rows("W111W")
    assert found.is_n2.tolist() == [0, 0, 0]
    assert found.is_wake.tolist() == [0, 0, 1]


def test_a_lone_epoch_of_n2_is_no_event_and_no_time_at_risk() -> None:
    found = rows("W112122")
    assert found.is_n2.tolist() == [0, 0, 1]
    assert found.elapsed_min.tolist() == [0.5, 1.0, 2.0]


def test_the_end_of_the_record_censors() -> None:
    found = rows("W111")
    assert not found.is_n2.any()
    assert not found.is_wake.any()


def test_n1_that_is_no_descent_has_no_row() -> None:
    assert len(rows("W1122RR11122")) == 2


def test_a_descent_straight_into_n2_has_no_row_and_no_share() -> None:
    found = table("WW2222")
    assert (len(found.rows), found.share_n2) == (0, None)


@pytest.mark.parametrize(
    ("jerk_s", "expected"),
    [(0.0, [1, 0, 0, 0]), (29.0, [1, 0, 0, 0]), (30.0, [1, 1, 0, 0]), (89.9, [0, 1, 1, 0])],
)
def test_a_jerk_counts_for_the_60_s_before_an_epochs_end(
    jerk_s: float, expected: list[int]
) -> None:
    assert rows("W111122", (jerk_s,)).has_jerk.tolist() == expected


def test_a_jerk_at_the_very_end_comes_after_the_row() -> None:
    assert rows("W1122", (60.0,)).has_jerk.tolist() == [0, 1]


def test_the_control_looks_120_s_further_back() -> None:
    found = rows("W1111111122", (35.0,))
    assert found.has_jerk.tolist() == [1, 1, 0, 0, 0, 0, 0, 0]
    assert found.has_earlier_jerk.tolist() == [0, 0, 0, 0, 1, 1, 0, 0]


def test_an_arousal_that_follows_a_jerk_is_no_cause_of_its_own() -> None:
    after = rows("W1122", (40.0,), arousals_s=(41.0,))
    before = rows("W1122", (40.0,), arousals_s=(39.0,))
    together = rows("W1122", (40.0,), arousals_s=(40.3,))
    alone = rows("W1122", (), arousals_s=(41.0,))
    sums = [x.has_arousal_first.sum() for x in (after, before, together, alone)]
    assert sums == [0, 2, 2, 2]


def test_arousals_that_were_not_scored_are_not_none() -> None:
    assert np.isnan(rows("W1122", (), arousals_s=None).has_arousal_first).all()


def test_leg_movements_are_looked_up_like_jerks() -> None:
    assert rows("W111122", movements_s=(31.0,)).has_movement.tolist() == [1, 1, 0, 0]


def test_the_cycle_counts_the_periods_of_r_before() -> None:
    cycle = "11" + "2" * 40 + "R" * 20 + "W"
    found = rows("W" + cycle * 3 + "1122")
    assert found.cycle.tolist() == [1, 1, 2, 2, 3, 3, 4, 4]


def test_a_short_break_within_r_is_no_new_cycle() -> None:
    found = rows("W11" + "2" * 40 + "R" * 10 + "W" + "2" * 5 + "R" * 10 + "W1122")
    assert found.cycle.tolist() == [1, 1, 2, 2]


def test_a_night_without_legs_gives_no_rows_and_is_counted() -> None:
    found = table("W111122", None)
    assert (len(found.rows), found.n_nights_without_legs) == (0, 1)


def test_epochs_that_could_not_be_scored_are_left_out_and_counted() -> None:
    night = drawn_night("W111122", ())
    assert night.scorable_s is not None
    night.scorable_s[2] = 10.0
    found = person_periods([of_person("p", night)], HazardParameters(), TaggingParameters())
    assert (len(found.rows), found.n_unscorable) == (2, 2)


def test_the_share_of_descents_through_n1_that_end_in_n2_is_told() -> None:
    assert table("W1122W1W22").share_n2 == 0.5
