"""What one night says on the delay: draws, forced shifts, minutes, and the naive difference."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from pipeline.delay import Course, DelayParameters, NightDelay, matched_delay, night_delay
from pipeline.delay.forced_shifts import without_forced_shifts
from pipeline.delay.night_delay import attributable_min, naive_difference
from pipeline.depth import DepthParameters, epoch_steps, sleep_depth
from pipeline.descents import Descent, DescentParameters, find_descents
from pipeline.hypnogram import Hypnogram, from_letters
from pipeline.metrics import Metric, MetricInputs, MetricParameters, measure

RULES = DelayParameters(n_resamples=100, n_permutations=99)
SLOW = "W11111111122"  # a jerk 70 s into it, N2 after 270 s
QUICK = "W111122"
JERKS_S = [30.0 + 360.0 * k + 70.0 for k in range(6)]
NIGHT = SLOW * 6 + QUICK * 8


def course(letters: str = NIGHT, jerks_s: list[float] | None = JERKS_S) -> Course:
    hypnogram = from_letters(letters)
    jerks = None if jerks_s is None else np.array(jerks_s)
    return Course(
        hypnogram=hypnogram,
        descents=find_descents(hypnogram, 0.0, hypnogram.end_s, jerks, DescentParameters()),
        jerks_s=jerks,
        depth=sleep_depth(hypnogram, DepthParameters()),
        scorable=epoch_steps(np.ones(len(hypnogram)), epoch_s=30.0),
        arousals_s=np.empty((0, 2)),
    )


def told(night: Course, drawn: list[Hypnogram]) -> NightDelay:
    find = partial(
        find_descents,
        lights_off_s=0.0,
        lights_on_s=night.hypnogram.end_s,
        jerks_s=night.jerks_s,
        parameters=DescentParameters(),
    )
    return night_delay(night, find, drawn, RULES)


def metrics(found: NightDelay | None) -> dict[str, Metric]:
    inputs = MetricInputs(
        hypnogram=from_letters(NIGHT), lights_off_s=0.0, lights_on_s=3840.0, delay=found
    )
    return {m.name: m for m in measure(inputs, MetricParameters(), RULES)}


class TestDrawn:
    def test_nights_drawn_alike_have_the_night_own_delay(self) -> None:
        found = told(course(), [from_letters(NIGHT)] * 4)

        assert found.drawn_s.value == pytest.approx(found.matched.delay_s)

    def test_the_median_is_over_the_drawn_nights(self) -> None:
        other = from_letters(SLOW * 6 + "W112222" * 4 + QUICK * 4)
        night = course()
        alone = told(replace(night, hypnogram=other, descents=told_descents(other)), []).matched

        found = told(night, [other] * 3 + [from_letters(NIGHT)])

        assert found.drawn_s.value == pytest.approx(alone.delay_s)

    def test_where_most_draws_match_too_few_it_is_absent(self) -> None:
        found = told(course(), [from_letters("W" * len(NIGHT))] * 3 + [from_letters(NIGHT)])

        assert found.drawn_s.value is None
        assert found.drawn_s.reason == (
            "in 3 of 4 drawn nights fewer than 5 jerks could be matched"
        )

    def test_without_probabilities_it_says_so(self) -> None:
        assert told(course(), []).drawn_s.reason == "no stage probabilities were estimated"


def told_descents(hypnogram: Hypnogram) -> tuple[Descent, ...]:
    return find_descents(hypnogram, 0.0, hypnogram.end_s, np.array(JERKS_S), DescentParameters())


class TestForcedShifts:
    @pytest.mark.parametrize(
        ("onset_s", "is_undone"),
        [(89.0, False), (91.0, True), (119.0, True), (130.0, True), (136.0, False)],
    )
    def test_n1_between_n2_becomes_n2_where_an_arousal_began_it(
        self, onset_s: float, *, is_undone: bool
    ) -> None:
        # N1 from 120 s; the arousal in the epoch before, or in the first half of the epoch.
        found = without_forced_shifts(
            from_letters("W12211223"), np.array([[onset_s, onset_s + 4.0]]), RULES
        )

        wanted = "W12222223" if is_undone else "W12211223"
        assert found.stages.tolist() == from_letters(wanted).stages.tolist()

    @pytest.mark.parametrize("letters", ["W1221W22", "W1221", "W1122", "1122", "W12W122"])
    def test_steps_to_wake_and_n1_that_leads_elsewhere_stay(self, letters: str) -> None:
        arousals_s = np.array([[t, t + 4.0] for t in np.arange(0.0, 240.0, 10.0)])

        found = without_forced_shifts(from_letters(letters), arousals_s, RULES)

        assert found.stages.tolist() == from_letters(letters).stages.tolist()

    def test_the_night_without_them_has_its_own_delay(self) -> None:
        # In the slow descents N2 comes for one epoch; an arousal then makes three epochs of N1.
        slow = "W11112111122"
        arousals_s = np.array([[360.0 * k + 175.0, 360.0 * k + 179.0] for k in range(6)])
        night = replace(course(slow * 6 + QUICK * 8), arousals_s=arousals_s)

        found = told(night, [])

        assert found.matched.delay_s == pytest.approx(150.0, abs=1.0)
        assert found.unforced_s.value == pytest.approx(0.0)

    def test_without_scored_arousals_it_is_absent(self) -> None:
        found = told(replace(course(), arousals_s=None), [])

        assert (found.unforced_s.value, found.unforced_s.reason) == (
            None,
            "arousals were not scored",
        )


class TestConsequences:
    def test_minutes_are_the_delay_times_the_jerks(self) -> None:
        matched = matched_delay((course(),), RULES)

        found = attributable_min(matched)

        assert matched.delay_s == pytest.approx(150.0)
        assert found.value == pytest.approx(6 * 150.0 / 60.0)

    def test_none_are_given_where_the_interval_holds_zero(self) -> None:
        matched = replace(matched_delay((course(),), RULES), low_s=-1.0)

        assert attributable_min(matched).value is None
        assert "holds zero" in attributable_min(matched).reason

    def test_the_naive_difference_is_that_of_the_means(self) -> None:
        assert naive_difference(course().descents).value == pytest.approx(270.0 - 120.0)

    def test_it_needs_descents_of_both_kinds(self) -> None:
        assert naive_difference(course(QUICK, []).descents).value is None


class TestMetrics:
    def test_the_delay_has_its_interval_and_counts(self) -> None:
        found = metrics(told(course(), []))

        assert found["delay_matched_s"].value == pytest.approx(150.0)
        assert found["delay_matched_s"].low is not None
        assert (found["delay_jerks"].value, found["delay_matched_jerks"].value) == (6, 6)

    def test_too_few_give_none_and_say_why_but_are_counted(self) -> None:
        found = metrics(told(course(NIGHT, JERKS_S[:4]), []))

        assert found["delay_matched_s"].value is None
        assert "4 of 4 jerks" in found["delay_matched_s"].reason
        assert found["delay_matched_jerks"].value == 4

    def test_without_legs_nothing_is_counted(self) -> None:
        found = metrics(told(course(NIGHT, None), []))

        assert [found[n].value for n in ("delay_matched_s", "delay_jerks", "delay_naive_s")] == [
            None
        ] * 3
        assert "no leg could be scored" in found["delay_jerks"].reason

    def test_the_naive_difference_carries_its_warning(self) -> None:
        naive = metrics(told(course(), []))["delay_naive_s"]

        assert "biased, not the delay" in naive.title
        assert naive.definition.startswith("Wrong by construction")

    def test_each_absent_number_has_a_reason(self) -> None:
        for found in (None, told(course(NIGHT, JERKS_S[:2]), [])):
            rows = [m for name, m in metrics(found).items() if name.startswith("delay_")]
            assert all(m.reason for m in rows if m.value is None)
