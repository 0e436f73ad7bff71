"""The AASM manual's rules on leg movements, paragraph by paragraph.

Movements are drawn as leg, onset and offset in seconds (``L0-2 R20-22``); answers as one letter a
movement: P periodic, m an LM outside of a series, x no LM, ? in an epoch without a stage.
"""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.events import Side
from pipeline.hypnogram import from_letters
from pipeline.legs.aasm import RULE_SET, AasmParameters, score_aasm
from pipeline.legs.movement import Movement
from pipeline.legs.scored import ScoredMovement, to_events

SIDES = {"L": Side.LEFT, "R": Side.RIGHT, "U": Side.UNKNOWN}
ASLEEP = "2" * 40


def legs(drawing: str) -> list[Movement]:
    spans = [(SIDES[word[0]], word[1:].split("-")) for word in drawing.split()]
    return [Movement(onset_s=float(a), offset_s=float(b), side=side) for side, (a, b) in spans]


def score(
    drawing: str,
    *,
    stages: str = ASLEEP,
    respiratory: list[tuple[float, float]] | None = None,
    arousals: list[tuple[float, float]] | None = None,
    parameters: AasmParameters | None = None,
) -> tuple[ScoredMovement, ...]:
    return score_aasm(
        legs(drawing),
        from_letters(stages),
        None if respiratory is None else np.array(respiratory, dtype=np.float64).reshape(-1, 2),
        None if arousals is None else np.array(arousals, dtype=np.float64).reshape(-1, 2),
        parameters or AasmParameters(),
    )


def letters(scored: tuple[ScoredMovement, ...]) -> str:
    names = {True: "P", False: "m", None: "?"}
    return "".join(names[m.is_plm] if m.is_clm else "x" for m in scored)


def every(period_s: float, n: int, *, length_s: float = 2.0, start_s: float = 0.0) -> str:
    onsets = [start_s + i * period_s for i in range(n)]
    return " ".join(f"L{onset}-{onset + length_s}" for onset in onsets)


class TestDuration:
    @pytest.mark.parametrize(
        ("drawing", "answer"),
        [("L5-5.499", ""), ("L5-5.5", "m"), ("L5-15", "m"), ("L5-15.001", "x")],
    )
    def test_an_lm_lasts_half_a_second_to_ten_seconds(self, drawing: str, answer: str) -> None:
        assert letters(score(drawing)) == answer

    def test_an_lm_over_10_s_leaves_the_series_unaffected(self) -> None:
        scored = score("L0-2 L20-22 L25-37 L40-42 L60-62")
        assert letters(scored) == "PPxPP"
        assert [m.imi_s for m in scored] == [None, 20.0, None, 20.0, 20.0]

    def test_an_lm_over_10_s_is_not_combined_with_the_other_leg(self) -> None:
        assert [m.n_parts for m in score("L0-11 R1-3")] == [1, 1]


class TestSameLeg:
    @pytest.mark.parametrize(
        ("drawing", "n"), [("L0-1 L1.499-3", 1), ("L0-1 L1.5-3", 2), ("L0-5 L1-2", 1)]
    )
    def test_movements_under_half_a_second_apart_are_one(self, drawing: str, n: int) -> None:
        assert len(score(drawing)) == n


class TestBilateral:
    @pytest.mark.parametrize(
        ("drawing", "parts"),
        [
            ("L0-1 R4.999-6", [2]),
            ("L0-1 R5-6", [1, 1]),
            ("L0-1 L4-5", [1, 1]),
            ("U0-1 U4-5", [1, 1]),
            ("L0-8 R5.5-7", [1, 1]),
        ],
    )
    def test_onsets_of_both_legs_under_5_s_apart_are_one_lm(
        self, drawing: str, parts: list[int]
    ) -> None:
        assert [m.n_parts for m in score(drawing)] == parts

    def test_a_volley_is_cut_every_5_s_and_not_chained(self) -> None:
        assert [m.n_parts for m in score("L0-1 R2-3 L4-5 R6-7 L8-9")] == [3, 2]

    def test_one_leg_alone_stays_alone_until_the_other_joins(self) -> None:
        scored = score("L0-1 L3-4 R6-7")
        assert [(m.side, m.n_parts) for m in scored] == [(Side.LEFT, 1), (Side.BILATERAL, 2)]

    def test_the_combined_lm_ends_with_its_last_part(self) -> None:
        (movement,) = score("L0-9 R4-6")
        assert (movement.onset_s, movement.offset_s) == (0.0, 9.0)

    def test_a_combined_lm_may_last_over_10_s(self) -> None:
        assert letters(score("L0-9 R4-13")) == "m"


class TestSeries:
    @pytest.mark.parametrize(("n", "answer"), [(1, "m"), (3, "mmm"), (4, "PPPP"), (5, "PPPPP")])
    def test_four_lms_make_a_series(self, n: int, answer: str) -> None:
        assert letters(score(every(20, n))) == answer

    @pytest.mark.parametrize(("period_s", "answer"), [(5, "PPPP"), (90, "PPPP"), (90.001, "mmmm")])
    def test_imi_is_5_to_90_s_from_onset_to_onset(self, period_s: float, answer: str) -> None:
        assert letters(score(every(period_s, 4))) == answer

    def test_the_second_series_has_the_next_number(self) -> None:
        scored = score(f"{every(20, 4)} {every(20, 3, start_s=200)} {every(20, 5, start_s=400)}")
        assert [m.series for m in scored] == [1] * 4 + [None] * 3 + [2] * 5


class TestShortImi:
    def test_the_lm_is_passed_over_and_the_series_goes_on(self) -> None:
        scored = score("L0-2 L20-22 L24.999-26 L40-42 L60-62")
        assert letters(scored) == "PPmPP"
        assert [m.imi_s for m in scored] == [None, 20.0, 4.999, 20.0, 20.0]

    def test_the_next_interval_runs_from_the_last_lm_that_counted(self) -> None:
        scored = score("L0-1 L4-5 L8-9 L12-13 L16-17 L20-21 L24-25")
        assert letters(scored) == "PmPmPmP"
        assert [m.imi_s for m in scored] == [None, 4.0, 8.0, 4.0, 8.0, 4.0, 8.0]


class TestLongImi:
    def test_it_ends_the_series_and_is_stored(self) -> None:
        scored = score(f"{every(20, 3)} {every(20, 3, start_s=131)}")
        assert letters(scored) == "mmmmmm"
        assert scored[3].imi_s == 91.0


class TestWake:
    def test_lms_in_wake_are_not_periodic(self) -> None:
        assert letters(score(every(20, 6), stages="WWWW")) == "mmmmmm"

    def test_wake_under_90_s_does_not_break_a_series(self) -> None:
        #        N2         W            N2
        scored = score("L10-12 L25-27 L40-42 L70-72 L95-97 L115-117", stages="2WW2")
        assert letters(scored) == "PPmmPP"
        assert [m.imi_s for m in scored] == [None, 15.0, None, None, 70.0, 20.0]

    def test_longer_wake_breaks_it_however_long_an_imi_may_be(self) -> None:
        patient = AasmParameters(longest_imi_s=200.0)
        drawing = "L10-12 L25-27 L125-127 L140-142"
        assert letters(score(drawing, stages="2WW222", parameters=patient)) == "PPPP"
        assert letters(score(drawing, stages="2WWW22", parameters=patient)) == "mmmm"

    def test_without_a_stage_nobody_knows(self) -> None:
        assert letters(score("L0-2 L20-22 L40-42 L70-72 L95-97", stages="22?2")) == "PPP?P"
        assert letters(score("L10-12", stages="M")) == "?"


class TestRespiratory:
    @pytest.mark.parametrize(
        ("drawing", "is_respiratory"),
        [
            ("L76-79.499", False),
            ("L76-79.5", True),
            ("L90-92", True),
            ("L100.5-102", True),
            ("L100.501-102", False),
        ],
    )
    def test_window_is_half_a_second_before_the_start_to_half_a_second_after_the_end(
        self, drawing: str, is_respiratory: bool
    ) -> None:
        (movement,) = score(drawing, respiratory=[(80.0, 100.0)])
        assert movement.is_respiratory is is_respiratory

    def test_such_an_lm_is_not_scored_and_the_series_goes_on_without_it(self) -> None:
        scored = score(every(20, 5), respiratory=[(38.0, 41.0)])
        assert letters(scored) == "PPmPP"
        assert [m.is_plm_nr for m in scored] == [True, True, None, True, True]
        assert [m.imi_s for m in scored] == [None, 20.0, None, 40.0, 20.0]

    def test_four_lms_less_one_are_no_series(self) -> None:
        assert letters(score(every(20, 4), respiratory=[(38.0, 41.0)])) == "mmmm"

    def test_not_scored_is_none_and_not_no(self) -> None:
        scored = score(every(20, 4))
        assert letters(scored) == "PPPP"
        assert {(m.is_respiratory, m.is_plm_nr, m.series_nr) for m in scored} == {(None,) * 3}


class TestArousal:
    @pytest.mark.parametrize(
        ("arousal", "answer"),
        [
            ((90.0, 99.5), False),
            ((90.0, 99.501), True),
            ((102.499, 110.0), True),
            ((102.5, 110.0), False),
            ((95.0, 120.0), True),
            ((100.5, 101.0), True),
        ],
    )
    def test_overlap_or_under_half_a_second_either_way(
        self, arousal: tuple[float, float], answer: bool
    ) -> None:
        (movement,) = score("L100-102", arousals=[arousal])
        assert movement.has_arousal is answer

    def test_not_scored_is_none_and_not_no(self) -> None:
        assert [m.has_arousal for m in score("L0-2")] == [None]
        assert [m.has_arousal for m in score("L0-2", arousals=[])] == [False]


class TestEvents:
    def test_rows_carry_the_rule_set(self) -> None:
        events = to_events(score(every(20, 4)), RULE_SET)
        assert [(e.rule_set, e.series, e.is_respiratory) for e in events] == [
            ("AASM_v3", 1, None)
        ] * 4
