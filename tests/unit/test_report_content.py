"""The night's page: what it says, and what it never says."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
import pytest

from pipeline.codes import Code
from pipeline.descents import Descent, Outcome
from pipeline.events import Reason, Status
from pipeline.hypnogram import Stage, from_letters
from pipeline.lights import Lights
from pipeline.metrics import Metric
from pipeline.night import Night, Trace
from pipeline.notices import Notice
from pipeline.report import answer
from tests.unit import report_night as made
from tests.unit import report_reading as reading

between, outline, page_of = reading.between, reading.outline, reading.page_of
section, words = reading.section, reading.words


@pytest.fixture(scope="module")
def whole() -> Night:
    night: Night = made.whole_night()
    return night


@pytest.fixture(scope="module")
def whole_page(whole: Night) -> str:
    page: str = page_of(whole)
    return page


def test_a_number_that_is_absent_is_never_printed_as_zero(whole: Night) -> None:
    absent = Metric(name="jerks_n1", title="Jerks in N1", group="Jerks", value=None, unit="",
                    definition="d", reason="both legs were off")  # fmt: skip
    page = page_of(replace(whole, metrics=(absent,)))
    tile = words(between(page, '<div class="tiles">', "</div>\n</div>"))
    assert tile == "Jerks in N1 not available both legs were off"
    assert "not available: both legs were off" in words(section(page, "parameters"))


def test_a_number_of_zero_is_printed_as_zero(whole: Night) -> None:
    none = Metric(name="jerks_n1", title="Jerks in N1", group="Jerks", value=0, unit="",
                  definition="d", low=0.0, high=3.69)  # fmt: skip
    page = page_of(replace(whole, metrics=(none,)))
    tile = between(page, '<div class="tiles">', "</div>\n</div>")
    assert words(tile) == "Jerks in N1 0 95 % interval 0 to 3.7"
    assert "absent" not in tile


def test_parameters_keep_their_groups_together_in_first_seen_order(whole: Night) -> None:
    def one(name: str, group: str) -> Metric:
        return Metric(name=name, title=name, group=group, value=1, unit="", definition="d")

    mixed = replace(whole, metrics=(one("a", "Sleep"), one("b", "Jerks"), one("c", "Sleep")))
    found = re.findall(
        r"<caption>(.*?)</caption>|<code>(.*?)</code>", section(page_of(mixed), "parameters")
    )
    assert ["".join(pair) for pair in found] == ["Sleep", "a", "c", "Jerks", "b"]


def test_limits_name_assumed_lights_lost_time_and_the_unused_channel(whole: Night) -> None:
    lights = Lights(off_s=0.0, on_s=whole.duration_s, is_off_assumed=True, is_on_assumed=True)
    text = words(section(page_of(replace(whole, lights=lights)), "limits"))
    assert "Lights assumed" in text
    assert "16 min could not be scored (lead off 15 min, saturated 1 min)" in text
    assert "EEG O1 (O1-M2) — flat for 92 % of the night" in text


def test_notices_are_grouped_by_code_and_the_surplus_is_counted(whole: Night) -> None:
    many = tuple(Notice(code=Code.TAL, where=f"record {i}", message="lost") for i in range(9))
    text = words(section(page_of(replace(whole, notices=many), max_notices_per_code=4), "limits"))
    assert "Annotations are damaged or odd TAL 9 notices: record 0: lost" in text
    assert "record 3: lost and 5 more of this code in night.json" in text
    assert "record 4" not in text


def test_unscored_time_is_told_within_and_outside_of_bed(whole: Night) -> None:
    lights = Lights(off_s=60.0, on_s=240.0, is_off_assumed=False, is_on_assumed=False)
    night = replace(whole, hypnogram=from_letters("????W1122??"), lights=lights)
    text = words(section(page_of(night), "limits"))
    assert "3 min without a stage, 1 min of it between lights off and lights on" in text


def test_rejected_candidates_are_counted_by_reason_and_stage(whole: Night) -> None:
    events = tuple(
        made.jerk(t, stage, status=Status.REJECTED, reason=reason)
        for t, stage, reason in (
            (10.0, Stage.W, Reason.TOO_LONG),
            (40.0, Stage.N1, Reason.TOO_LONG),
            (50.0, Stage.MOVEMENT, Reason.NEAR_LM),
        )
    )
    text = words(section(page_of(replace(whole, events=events)), "rejected"))
    assert "too long 1 1 0 0 0 0 2" in text
    assert "within 0.5 s of leg movement 0 0 0 0 0 1 1" in text
    assert "All 1 1 0 0 0 1 3" in text


def test_accepted_and_rejected_candidates_are_counted_apart(whole: Night) -> None:
    rejected = made.jerk(40.0, Stage.N2, status=Status.REJECTED, reason=Reason.TRAIN)
    night = replace(whole, events=(made.jerk(10.0), made.jerk(20.0, Stage.W), rejected))
    page = page_of(night)
    assert "A 1 1 0 0 0 0 2" in words(section(page, "answer"))
    assert "part of train 0 0 1 0 0 0 1" in words(section(page, "rejected"))
    assert "All" not in words(section(page, "rejected")).split("part of train")[1]


def test_doubtful_close_ups_come_first_and_the_rest_is_counted(whole: Night) -> None:
    clear = made.jerk(300.0)
    low = made.jerk(900.0, z=3.0)
    grade_c = made.jerk(1200.0, grade="C")
    near = replace(made.jerk(1500.0), is_ambiguous=True)
    events = (clear, low, grade_c, near)
    night = replace(whole, events=events, closeups=tuple(made.closeup(e) for e in events))
    page = section(page_of(night, max_closeups=3), "closeups")
    assert re.findall(r"<h3>(\S+) from", page) == ["0:25:00", "0:20:00", "0:15:00"]
    assert "<strong>1 not shown</strong>" in page


def test_a_close_up_draws_and_names_its_thresholds_in_microvolts(whole: Night) -> None:
    picture = section(page_of(whole, max_closeups=1), "closeups")
    assert picture.count(">onset 10 µV<") == 2
    assert picture.count(">rest 2 µV<") == 2
    strokes = re.findall(r'<path class="(?:limit|rest)" d="M\d+ (\d+)l\S+ 0M\d+ (\d+)l', picture)
    middles = {(int(above) + int(below)) // 2 for above, below in strokes}
    assert len(strokes) == 2 * len({"onset", "offset", "rest"})
    assert [above for above, below in strokes if int(above) >= int(below)] == []
    assert len(middles) == 2


def test_a_burst_that_leaves_the_scale_has_its_peak_in_words(whole: Night) -> None:
    shown = whole.closeups[0]
    loud = replace(shown.traces[0], microvolts=np.full(2560, -640, np.float32))
    picture = section(
        page_of(replace(whole, closeups=(replace(shown, traces=(loud,)),))), "closeups"
    )
    assert ">±100 µV<" in picture
    assert ">peak 640 µV<" in picture


def test_a_close_up_without_finite_samples_says_so(whole: Night) -> None:
    empty = Trace(role="eeg_c4", label="C4", rate_hz=100.0,
                  microvolts=np.full(1000, np.nan, np.float32), thresholds_uv={})  # fmt: skip
    shown = replace(whole.closeups[0], traces=(empty,))
    assert "no signal here" in page_of(replace(whole, closeups=(shown,)))


def test_descents_with_unknown_jerks_are_not_counted_as_without(whole: Night) -> None:
    unknown = Descent(
        number=1, start_s=0.0, end_s=60.0, outcome=Outcome.N2, n1_s=60.0, to_n2_s=60.0,
        to_n3_s=None, jerks_s=None, is_aborted_by_jerk=None,
    )  # fmt: skip
    text = words(section(page_of(replace(whole, descents=(unknown,))), "descents"))
    assert "All (jerks not available) Descents 1" in text
    assert "Without a jerk" not in text


def test_a_night_with_legs_and_no_events_says_none_not_unavailable(whole: Night) -> None:
    page = page_of(replace(whole, events=(), descents=(), closeups=()))
    assert "No candidate sleep start was accepted in this night." in section(page, "answer")
    assert "No candidate was rejected." in section(page, "rejected")
    assert "no leg could be scored" not in page


def test_a_night_with_one_leg_off_shows_it_and_its_reason(whole: Night) -> None:
    off = replace(whole.leg_conditions[0], is_scorable=False, reason="lead off all night",
                  median_rest_uv=None)  # fmt: skip
    night = replace(whole, leg_conditions=(off, whole.leg_conditions[1]))
    text = words(section(page_of(night), "limits"))
    assert "Only one leg channel could be scored (right leg)" in text
    assert "Left leg Could not be scored: lead off all night" in text


def test_why_a_leg_could_not_be_scored_is_told_once(whole: Night) -> None:
    off = replace(whole.leg_conditions[0], is_scorable=False, reason="lead off all night")
    notice = Notice(code=Code.LEAD_OFF, where="leg_left", message="EMG Tib L: lead off all night")
    night = replace(whole, leg_conditions=(off,), notices=(notice,))
    assert words(section(page_of(night), "limits")).count("lead off all night") == 1


def test_a_leg_below_the_aasm_minimum_is_told_once(whole: Night) -> None:
    low = replace(whole.leg_conditions[1], is_below_aasm_minimum=True)
    night = replace(whole, leg_conditions=(low,))
    notice = Notice(code=Code.LEG_BELOW_AASM_MINIMUM, where="leg_right", message="128 Hz")
    noticed = replace(night, notices=(notice,))
    assert "below the AASM minimum (200 Hz" in section(page_of(night), "limits")
    assert "below the AASM minimum (200 Hz" not in section(page_of(noticed), "limits")


def test_a_group_without_descents_has_a_dash_and_one_that_never_got_there_says_so(
    whole: Night,
) -> None:
    aborted = Descent(
        number=1, start_s=0.0, end_s=60.0, outcome=Outcome.WAKE, n1_s=60.0, to_n2_s=None,
        to_n3_s=None, jerks_s=(30.0,), is_aborted_by_jerk=True,
    )  # fmt: skip
    text = words(section(page_of(replace(whole, descents=(aborted,))), "descents"))
    assert "median time to N2, where reached none did —" in text
    assert "median time in N1 1 min —" in text


def test_agreement_without_a_common_epoch_is_not_available(whole: Night) -> None:
    assert whole.agreement is not None
    empty = replace(whole.agreement, accuracy=math.nan, kappa=None, n_epochs=0)
    text = words(section(page_of(replace(whole, agreement=empty)), "agreement"))
    assert "kappa not available , equal stages not available , over 0 epochs" in text


def test_an_absent_delay_gives_its_reason_once_and_leaves_the_checks_out(whole: Night) -> None:
    rows = answer.delay(whole).rows

    assert [row[1:] for row in rows] == [
        ("not available", "3 jerks could be matched, 5 are needed")
    ]


def test_a_delay_stands_with_its_interval_and_its_negative_control(whole: Night) -> None:
    def one(name: str, value: float, low: float | None = None, high: float | None = None) -> Metric:
        return Metric(
            name=name, title=name, group="Delay", value=value, unit="s", definition="", low=low,
            high=high,
        )  # fmt: skip

    night = replace(
        whole,
        metrics=(
            one("delay_negative_control_s", 2.0),
            one("delay_matched_s", 26.0, low=-40.0, high=90.0),
            one("delay_naive_s", 134.0),
        ),
    )

    assert answer.delay(night).rows == (
        ("delay_matched_s", "26 s", "-40 to 90"),
        ("delay_negative_control_s", "2 s", ""),
    )


def number(name: str, value: float | None, reason: str = "") -> Metric:
    return Metric(
        name=name, title=name, group="g", value=value, unit="", definition="d", reason=reason
    )


def test_the_leading_numbers_answer_how_many_what_followed_and_how_deep(whole: Night) -> None:
    names = ("n3_latency_min", "lps_min", "delay_matched_s", "jerks_n1", "tst_min")
    night = replace(whole, metrics=tuple(number(name, 1) for name in names))
    assert [[tile.title for tile in group.tiles] for group in answer.tile_groups(night)] == [
        ["jerks_n1"], ["delay_matched_s"], ["lps_min", "n3_latency_min"],
    ]  # fmt: skip


@pytest.mark.parametrize(("value", "n_tiles"), [(2.0, 2), (None, 1)])
def test_the_negative_control_leads_only_beside_a_delay(
    whole: Night, value: float | None, n_tiles: int
) -> None:
    names = ("delay_matched_s", "delay_negative_control_s")
    night = replace(whole, metrics=tuple(number(name, value, "few") for name in names))
    [group] = answer.tile_groups(night)
    assert len(group.tiles) == n_tiles


def test_respiratory_events_that_were_not_scored_are_not_shown_as_none(whole: Night) -> None:
    unscored = number("lm_without_respiratory_per_h", None, "respiratory events were not scored")
    night = replace(whole, events=(), metrics=(unscored,))
    words_of = "not available: respiratory events were not scored"
    assert words_of in section(page_of(night), "night")
    assert words_of not in section(page_of(replace(night, metrics=())), "night")


def test_a_single_notice_stands_beside_its_title(whole: Night) -> None:
    text = words(section(page_of(whole), "limits"))
    assert "TRUNCATED record 959: The last record was dropped." in text
    assert "1 notice" not in text


def test_many_descents_are_drawn_a_sheet_at_a_time_and_the_rest_is_counted(whole: Night) -> None:
    many = tuple(
        replace(whole.descents[0], number=i + 1, start_s=30.0 * i, end_s=30.0 * i + 60.0)
        for i in range(130)
    )
    shown = section(page_of(replace(whole, descents=many)), "descents")
    pictures = re.findall(r"<svg.*?</svg>", shown, flags=re.S)
    assert [len(re.findall(r">\d+ at ", each)) for each in pictures] == [50, 50, 20]
    assert "10 more descents are not drawn." in shown
    assert shown.count("<figcaption>") == 1
    none = section(page_of(replace(whole, descents=many), max_descents=0), "descents")
    assert "130 more descents are not drawn." in none
