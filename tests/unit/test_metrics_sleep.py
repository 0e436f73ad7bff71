"""Sleep architecture and latencies of drawn nights."""

from __future__ import annotations

import pytest

from pipeline.delay import DelayParameters
from pipeline.hypnogram import from_letters
from pipeline.metrics import Metric, MetricInputs, MetricParameters, measure


def night(
    letters: str, lights_off_s: float = 0.0, lights_on_s: float | None = None
) -> dict[str, Metric]:
    hypnogram = from_letters(letters)
    inputs = MetricInputs(
        hypnogram=hypnogram,
        lights_off_s=lights_off_s,
        lights_on_s=hypnogram.end_s if lights_on_s is None else lights_on_s,
    )
    return {m.name: m for m in measure(inputs, MetricParameters(), DelayParameters())}


#       0         1         2         3
#       0123456789012345678901234567890123456789
DRAWN = "WW1122W1222233331RR?22" + "2" * 14 + "WW11"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("trt_min", 20.0),
        ("tst_min", 17.0),
        ("sol_min", 1.0),
        ("n2_latency_min", 2.0),
        ("n2_latency_from_sleep_onset_min", 1.0),
        ("n3_latency_min", 6.0),
        ("n3_latency_from_sleep_onset_min", 5.0),
        ("r_latency_min", 8.5),
        ("r_latency_from_sleep_onset_min", 7.5),
        ("waso_min", 1.5),
        ("spt_min", 19.0),
        ("unscored_min", 0.5),
        ("sleep_efficiency_percent", 85.0),
        ("sleep_maintenance_efficiency_percent", 100 * 17.0 / 19.0),
        ("wake_min", 2.5),
        ("n1_min", 3.0),
        ("n2_min", 11.0),
        ("n3_min", 2.0),
        ("r_min", 1.0),
        ("n2_percent_tst", 100 * 11.0 / 17.0),
        ("awakenings", 2),
        ("stage_shifts", 11),
        ("fragmentation_per_h", 3 / (17.0 / 60)),
    ],
)
def test_a_drawn_night_gives_what_is_counted_by_hand(name: str, value: float) -> None:
    assert night(DRAWN)[name].value == pytest.approx(value)


class TestPersistentSleep:
    def test_ten_unbroken_minutes_are_asked_for(self) -> None:
        found = night("WW" + "1" * 19 + "W" + "2" * 20)

        assert found["lps_min"].value == 11.0
        assert found["lps_from_sleep_onset_min"].value == 10.0

    def test_a_night_without_them_says_so(self) -> None:
        lps = night("W" + "1" * 19)["lps_min"]

        assert lps.value is None
        assert lps.reason == "no 10 unbroken minutes of sleep between lights off and lights on"


class TestLights:
    def test_sleep_before_lights_off_does_not_count(self) -> None:
        found = night("22WW1122", lights_off_s=60.0)

        assert (found["tst_min"].value, found["sol_min"].value) == (2.0, 1.0)

    def test_an_epoch_counts_as_far_as_it_lies_between_the_lights(self) -> None:
        found = night("1122", lights_off_s=15.0, lights_on_s=100.0)

        assert found["n1_min"].value == pytest.approx(45 / 60)
        assert found["n2_min"].value == pytest.approx(40 / 60)
        assert found["sol_min"].value == 0.0

    def test_time_in_bed_outside_the_hypnogram_is_unscored(self) -> None:
        assert night("W1", lights_on_s=120.0)["unscored_min"].value == 1.0

    def test_with_all_staged_waso_is_trt_less_sol_less_tst(self) -> None:
        found = {n: m.value for n, m in night("WW12W2RW3W").items()}

        assert found["trt_min"] is not None
        assert found["waso_min"] == 5.0 - 1.0 - 2.5


class TestAbsent:
    @pytest.mark.parametrize("letters", ["", "?", "??M?"])
    def test_without_a_staged_epoch_there_is_no_sleep_time(self, letters: str) -> None:
        found = night(letters)

        for name in ("tst_min", "sol_min", "lps_min", "n1_min", "awakenings", "descents"):
            assert found[name].value is None
            assert found[name].reason == "no epoch between lights off and lights on is staged"

    def test_a_night_awake_has_no_sleep_but_a_known_sleep_time(self) -> None:
        found = night("WWWW")

        assert (found["tst_min"].value, found["sleep_efficiency_percent"].value) == (0.0, 0.0)
        for name in ("sol_min", "waso_min", "spt_min", "n1_percent_tst", "fragmentation_per_h"):
            assert found[name].value is None
            assert found[name].reason == "no sleep between lights off and lights on"

    @pytest.mark.parametrize("stage", ["N2", "N3", "R"])
    def test_a_stage_that_never_came_has_no_latency_and_no_zero(self, stage: str) -> None:
        latency = night("W1W1")[f"{stage.lower()}_latency_min"]

        assert latency.value is None
        assert latency.reason == f"no {stage} between lights off and lights on"

    def test_time_in_a_stage_that_never_came_is_zero(self) -> None:
        assert night("W1")["n3_min"].value == 0.0

    def test_arousals_that_were_not_scored_are_not_zero(self) -> None:
        arousals = night("W1")["arousals_per_h"]

        assert arousals.value is None
        assert arousals.reason == "arousals were not scored, and no EEG allowed to find them"
