"""Rates, groups, courses and prompts of drawn cohorts."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from pipeline.cohort import CohortParameters, PersonNight, analyse_cohort
from pipeline.cohort.comparisons import RATE, Comparison, compare_groups, holm
from pipeline.cohort.covariates import CovariateKind, age_band, covariate
from pipeline.cohort.flags import Prompt, flags
from pipeline.cohort.parameters import ComparisonParameters, FlagParameters
from pipeline.cohort.rates import exact_rate, pooled_rate
from pipeline.cohort.trends import theil_sen
from pipeline.tagging import TaggingParameters
from tests.unit.cohort_nights import drawn_night, of_person

N1_HOUR = "WW" + "1" * 120 + "22"
PARAMETERS = CohortParameters()


def jerks(n: int) -> tuple[float, ...]:
    """Give onsets in N1 that are no series: pairs under 5 s apart, pairs over 90 s apart."""
    return tuple(60.0 + 3500.0 * (i // 2) / max(n / 2, 1) + (i % 2) for i in range(n))


def nights_of(person: str, *counts: int, **covariates: str | None) -> list[PersonNight]:
    return [
        of_person(person, drawn_night(N1_HOUR, jerks(n)), i, **covariates)
        for i, n in enumerate(counts, 1)
    ]


def comparison(nights: list[PersonNight], outcome: str = RATE) -> Comparison:
    return next(r for r in compare_groups(nights, PARAMETERS).rows if r.outcome == outcome)


def groups_of(rates: dict[str, list[int]]) -> list[PersonNight]:
    return [
        night
        for group, counts in rates.items()
        for i, n in enumerate(counts)
        for night in nights_of(f"{group}{i}", n, group=group)
    ]


def test_a_persons_rate_is_all_jerks_by_all_hours_with_the_exact_interval() -> None:
    rate = exact_rate(nights_of("a", 2, 4), 0.95)
    assert (rate.n, rate.hours, rate.per_h) == (6, 2.0, 3.0)
    assert rate.low == pytest.approx(2.2019 / 2, abs=1e-4)
    assert rate.high == pytest.approx(13.0595 / 2, abs=1e-4)


def test_no_jerk_in_an_hour_of_n1_is_a_rate_of_0_with_an_upper_limit() -> None:
    rate = exact_rate(nights_of("a", 0), 0.95)
    assert (rate.per_h, rate.low) == (0.0, 0.0)
    assert rate.high == pytest.approx(3.689, abs=1e-3)


def test_legs_that_could_not_be_scored_are_no_rate_of_0() -> None:
    rate = exact_rate([of_person("a", drawn_night(N1_HOUR, None))], 0.95)
    assert (rate.per_h, rate.reason) == (None, "no leg channel could be scored")


def test_persons_who_differ_widen_the_interval_of_the_cohort() -> None:
    nights = [n for i, c in enumerate((0, 1, 30, 2, 40)) for n in nights_of(f"p{i}", c)]
    pooled, exact = pooled_rate(nights, 0.95), exact_rate(nights, 0.95)
    assert pooled.per_h == exact.per_h
    assert pooled.low is not None
    assert exact.low is not None
    assert pooled.low < exact.low
    assert exact.dispersion is not None
    assert exact.dispersion > 5


def test_the_rate_ratio_of_two_groups_is_that_of_their_totals() -> None:
    row = comparison(groups_of({"a": [4, 6, 5, 5], "b": [10, 12, 8]}))
    assert (row.reference, row.level) == ("a", "b")
    assert row.value == pytest.approx((30 / 3) / (20 / 4))
    assert row.low is not None
    assert row.low > 1.0


def test_a_group_of_one_is_listed_with_the_reason() -> None:
    row = comparison(groups_of({"a": [4, 6, 5, 5], "b": [10]}))
    assert row.value is None
    assert row.reason == "too few persons (1 and 4, 3 needed)"
    assert row.p_holm is None


def test_a_group_without_jerks_has_no_ratio() -> None:
    assert "without any jerk" in comparison(groups_of({"a": [4, 6, 5], "b": [0, 0, 0]})).reason


def test_a_cohort_without_any_jerk_goes_through() -> None:
    nights = groups_of({"a": [0, 0, 0, 0], "b": [0, 0, 0]})
    found = analyse_cohort(nights, PARAMETERS, TaggingParameters())
    assert found.rate.per_h == 0.0
    assert found.comparisons.n_made == 0


def test_a_quantity_gives_the_ratio_per_unit() -> None:
    counts = [round(3 * math.exp(0.3 * x)) for x in range(8)]
    nights = [n for x, count in enumerate(counts) for n in nights_of(f"p{x}", count, cups=f"{x}")]
    row = comparison(nights)
    assert (row.level, row.reference, row.n_persons) == ("per 1", "", 8)
    assert row.value == pytest.approx(math.exp(0.3), abs=0.02)


def test_missing_values_leave_their_nights_out() -> None:
    nights = groups_of({"a": [4, 6, 5], "b": [10, 12, 8]})
    nights += nights_of("unknown", 99, group=None)
    row = comparison(nights)
    assert (row.n_persons, row.n_persons_reference) == (3, 3)
    assert row.value == pytest.approx(2.0)


def test_a_difference_of_latencies_is_that_of_the_persons_medians() -> None:
    nights = []
    for i, (group, value) in enumerate([("a", 5.0), ("a", 7.0), ("a", 6.0), ("a", 6.0)]):
        nights.append((i, group, value))
    nights += [(i, "b", 15.0 + i) for i in (4, 5, 6)]
    rows = [
        of_person(f"p{i}", drawn_night(N1_HOUR, (), minutes={"lps_min": v}), group=g)
        for i, g, v in nights
    ]
    row = comparison(rows, "lps_min")
    assert row.value == pytest.approx(20.0 - 6.0)
    assert row.low is not None
    assert row.low > 0
    assert row.p is not None
    assert row.p < 0.05


def test_a_person_with_nights_in_both_groups_is_drawn_with_both() -> None:
    rows = [
        of_person(
            f"p{i}",
            drawn_night(N1_HOUR, jerks(4 + 4 * is_late), minutes={"lps_min": 5.0 + i + is_late}),
            1 + is_late,
            exercise_late=("no", "yes")[is_late],
        )
        for i in range(6)
        for is_late in (0, 1)
    ]
    row = comparison(rows, "lps_min")
    assert (row.n_persons, row.n_persons_reference) == (6, 6)
    assert (row.value, row.low, row.high) == (1.0, 1.0, 1.0)
    assert comparison(rows).value == pytest.approx(2.0)


def test_every_comparison_is_listed_and_adjusted_for_their_number() -> None:
    found = compare_groups(groups_of({"a": [4, 6, 5], "b": [9, 12, 8], "c": [4, 5, 5]}), PARAMETERS)
    assert len(found.rows) == 2 * 4
    made = [row for row in found.rows if row.p is not None]
    assert found.n_made == len(made) == 2
    assert all(row.p_holm >= row.p for row in made if row.p_holm is not None and row.p is not None)


def test_holm_is_the_step_down_of_bonferroni() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.9, 0.8]) == [1.0, 1.0]


def test_the_drawn_intervals_are_the_same_at_every_run() -> None:
    rows = [
        of_person(
            f"p{i}", drawn_night(N1_HOUR, (), minutes={"lps_min": 5.0 + i}), group="ab"[i % 2]
        )
        for i in range(8)
    ]
    assert comparison(rows, "lps_min") == comparison(rows, "lps_min")


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["f", "m", None], CovariateKind.GROUPS),
        (["0", "1", "1"], CovariateKind.GROUPS),
        ([f"{i},5" for i in range(9)], CovariateKind.QUANTITY),
        (["same", "same", None], CovariateKind.NONE),
        ([None, None], CovariateKind.NONE),
        ([f"word{i}" for i in range(20)], CovariateKind.NONE),
        (["2020-01-02", "2020-01-03"], CovariateKind.NONE),
        (["1.2.1970", "3.2.1970"], CovariateKind.NONE),
        (["since 2020-01-02", "since 2020-01-03"], CovariateKind.NONE),
    ],
)
def test_a_column_is_groups_a_quantity_or_told_why_not(
    values: list[str | None], kind: CovariateKind
) -> None:
    found = covariate("x", values, ComparisonParameters())
    assert found.kind is kind
    assert bool(found.reason) == (kind is CovariateKind.NONE)


@pytest.mark.parametrize(
    ("age", "band"),
    [
        ("17", "under 18"),
        ("18", "18 to 39"),
        ("39.9", "18 to 39"),
        ("60", "60 and over"),
        ("young", "young"),
        ("37 y", "18 to 39"),
        ("41,5", "40 to 59"),
        ("40-49", "40-49"),
        ("60+", "60+"),
        ("born 1980", None),
        ("1980-05-03", None),
    ],
)
def test_an_age_is_written_as_a_band_or_not_at_all(age: str, band: str | None) -> None:
    assert age_band(age, (18, 40, 60)) == band


def test_a_slope_needs_four_nights() -> None:
    few, enough = (
        analyse_cohort(nights_of("a", *counts), PARAMETERS, TaggingParameters()).persons[0]
        for counts in ((2, 4, 6), (2, 4, 6, 8))
    )
    assert (few.slope, few.why_no_slope) == (None, "3 nights with a rate, 4 needed")
    assert enough.slope is not None
    assert enough.slope.per_night == pytest.approx(2.0)


def test_one_wild_night_does_not_turn_the_slope() -> None:
    values = np.array([1.0, 2.0, 3.0, 50.0, 5.0, 6.0, 7.0])
    assert theil_sen(np.arange(7.0), values, 0.95).per_night == pytest.approx(1.0)


def test_frequent_nights_in_a_row_are_a_prompt_and_no_diagnosis() -> None:
    flag = flags("a", nights_of("a", 20, 18, 30, 4), FlagParameters())[0]
    assert (flag.prompt, flag.is_raised, flag.share) == (Prompt.PERSISTENT, True, 0.75)
    assert flag.words.startswith("May be worth a clinician's look:")


def test_two_nights_are_not_judged() -> None:
    flag = flags("a", nights_of("a", 20, 20), FlagParameters())[0]
    assert (flag.is_raised, flag.share, flag.words) == (None, None, "")


@pytest.mark.parametrize(("gap_s", "expected"), [(25.0, 1.0), (4.0, 0.0), (100.0, 0.0)])
def test_jerks_at_the_intervals_of_plm_look_periodic(gap_s: float, expected: float) -> None:
    onsets_s = tuple(100.0 + gap_s * i for i in range(12))
    flag = flags("a", [of_person("a", drawn_night(N1_HOUR, onsets_s))], FlagParameters())[1]
    assert (flag.share, flag.is_raised) == (expected, expected > 0)


def test_candidates_rejected_for_a_plm_series_count_as_periodic() -> None:
    night = drawn_night(N1_HOUR, jerks(8), in_plm_s=[500.0 + 200.0 * i for i in range(8)])
    flag = flags("a", [of_person("a", night)], FlagParameters())[1]
    assert (flag.n, flag.share) == (16, 0.5)


def test_jerks_in_wake_just_before_sleep_are_where_they_belong() -> None:
    letters = "W" * 40 + "1" * 20 + "22"
    early, late = ([x + 3.0 * i for i in range(12)] for x in (60.0, 1100.0))
    shares = [
        flags("a", [of_person("a", drawn_night(letters, onsets))], FlagParameters())[2].share
        for onsets in (early, late)
    ]
    assert shares == [1.0, 0.0]


def test_a_night_without_legs_is_no_reason_for_a_prompt() -> None:
    nights = [of_person("a", drawn_night(N1_HOUR, None), i) for i in range(1, 6)]
    assert [f.is_raised for f in flags("a", nights, FlagParameters())] == [None, None, None]


def test_the_order_in_which_nights_are_given_changes_nothing() -> None:
    nights = groups_of({"a": [4, 6, 5], "b": [9, 12, 8]})
    one, two = (analyse_cohort(x, PARAMETERS, TaggingParameters()) for x in (nights, nights[::-1]))
    assert one.rate == two.rate
    assert one.hazards.models == two.hazards.models
    assert [replace(r) for r in one.comparisons.rows] == list(two.comparisons.rows)


def test_the_interval_of_the_cohort_is_the_plain_sandwich_by_student_s_t() -> None:
    counts = {"a": [2, 4], "b": [10], "c": [7, 7, 1], "d": [5]}
    nights = [n for person, c in counts.items() for n in nights_of(person, *c)]
    rate = pooled_rate(nights, 0.95)
    mean = sum(map(sum, counts.values())) / 7
    residuals = [sum(c) - mean * len(c) for c in counts.values()]
    error = math.sqrt(4 / 3 * sum(r * r for r in residuals)) / (7 * mean)
    assert rate.low == pytest.approx(mean * math.exp(-3.18244630528 * error))  # t of 3
    assert rate.high == pytest.approx(mean * math.exp(3.18244630528 * error))
