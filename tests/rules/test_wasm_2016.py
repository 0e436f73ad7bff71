"""WASM 2016, paragraph by paragraph.

Movements are drawn as leg, onset and offset in seconds (``L0-2 R20-22``); answers as one letter a
movement: P periodic, c a CLM outside of a series, x not a CLM.
"""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.events import EventKind, Side
from pipeline.hypnogram import Stage, from_letters
from pipeline.legs.movement import Movement, merge_same_leg
from pipeline.legs.scored import ScoredMovement, to_events
from pipeline.legs.wasm import HALF_SECOND, RULE_SET, WasmParameters, score_wasm

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
    parameters: WasmParameters | None = None,
) -> tuple[ScoredMovement, ...]:
    return score_wasm(
        legs(drawing),
        from_letters(stages),
        None if respiratory is None else np.array(respiratory, dtype=np.float64).reshape(-1, 2),
        None if arousals is None else np.array(arousals, dtype=np.float64).reshape(-1, 2),
        parameters or WasmParameters(),
    )


def letters(scored: tuple[ScoredMovement, ...]) -> str:
    return "".join("P" if m.is_plm else "c" if m.is_clm else "x" for m in scored)


def without_respiratory(scored: tuple[ScoredMovement, ...]) -> str:
    return "".join("-" if m.is_plm_nr is None else "P" if m.is_plm_nr else "c" for m in scored)


def every(period_s: float, n: int, *, length_s: float = 2.0, start_s: float = 0.0) -> str:
    onsets = [start_s + i * period_s for i in range(n)]
    return " ".join(f"L{onset}-{onset + length_s}" for onset in onsets)


class TestDuration:
    @pytest.mark.parametrize(
        ("drawing", "answer"),
        [("L5-5.499", ""), ("L5-5.5", "c"), ("L5-15", "c"), ("L5-15.001", "x"), ("L5-60", "x")],
    )
    def test_a_clm_of_one_leg_lasts_half_a_second_to_ten_seconds(
        self, drawing: str, answer: str
    ) -> None:
        assert letters(score(drawing)) == answer

    def test_a_length_is_not_lost_to_binary_fractions(self) -> None:
        assert 0.563 - 0.063 < 0.5
        assert letters(score("L0.063-0.563")) == "c"


class TestSameLeg:
    @pytest.mark.parametrize(
        ("drawing", "n"), [("L0-1 L1.499-3", 1), ("L0-1 L1.5-3", 2), ("L0-5 L1-2", 1)]
    )
    def test_movements_under_half_a_second_apart_are_one(self, drawing: str, n: int) -> None:
        assert len(merge_same_leg(legs(drawing), 0.5)) == n

    def test_a_chain_of_short_gaps_is_one_movement_to_its_latest_end(self) -> None:
        merged = merge_same_leg(legs("L0-5 L1-2 L5.4-6 L6.3-7"), 0.5)
        assert [(m.onset_s, m.offset_s) for m in merged] == [(0.0, 7.0)]

    def test_the_other_leg_in_between_changes_nothing(self) -> None:
        merged = merge_same_leg(legs("L0-1 R1.1-1.3 L1.4-2"), 0.5)
        assert [(m.side, m.onset_s, m.offset_s) for m in merged] == [
            (Side.LEFT, 0.0, 2.0),
            (Side.RIGHT, 1.1, 1.3),
        ]

    def test_twitches_of_one_leg_are_joined_before_the_short_ones_are_dropped(self) -> None:
        (movement,) = score("L0-0.3 L0.4-0.7")
        assert (movement.onset_s, movement.offset_s, movement.n_parts) == (0.0, 0.7, 1)

    def test_a_twitch_never_bridges_two_movements(self) -> None:
        assert len(score("L0-1 R1.4-1.6 L2-3")) == 2


class TestBilateral:
    @pytest.mark.parametrize(
        ("drawing", "sides"),
        [
            ("L0-2 R1-3", ["bilateral"]),
            ("L0-2 R2.499-4", ["bilateral"]),
            ("L0-2 R2.5-4", ["left", "right"]),
            ("L0-9 R1-2 L9.6-11 ", ["bilateral", "left"]),
        ],
    )
    def test_under_half_a_second_from_offset_to_onset_is_one(
        self, drawing: str, sides: list[str]
    ) -> None:
        assert [str(m.side) for m in score(drawing)] == sides

    def test_the_gap_runs_from_the_latest_end_of_the_whole_movement(self) -> None:
        (movement,) = score("L0-5 R1-2 R5.3-6")
        assert movement.n_parts == 3

    @pytest.mark.parametrize(
        ("drawing", "answer"),
        [
            ("L0-2 R1-4 L3-6 R5-8", "c"),
            ("L0-2 R1-4 L3-6 R5-8 L7-9", "x"),
            ("L0-8 R7.5-15", "c"),
            ("L0-8 R7.5-15.001", "x"),
            ("L0-10 R9-12", "c"),
            ("L0-10.001 R9-12", "x"),
        ],
    )
    def test_at_most_four_parts_and_15_s_and_no_part_over_10_s(
        self, drawing: str, answer: str
    ) -> None:
        assert letters(score(drawing)) == answer

    def test_the_limit_of_15_s_is_not_for_one_leg(self) -> None:
        patient = WasmParameters(longest_clm_s=20.0)
        assert letters(score("L0-16", parameters=patient)) == "c"
        assert letters(score("L0-16 R15-17", parameters=patient)) == "x"

    def test_a_lead_that_holds_both_legs_stays_unknown(self) -> None:
        assert [m.side for m in score("U0-2 U20-22")] == [Side.UNKNOWN, Side.UNKNOWN]


class TestSeries:
    @pytest.mark.parametrize(("n", "answer"), [(1, "c"), (3, "ccc"), (4, "PPPP"), (5, "PPPPP")])
    def test_four_clms_make_a_series(self, n: int, answer: str) -> None:
        assert letters(score(every(20, n))) == answer

    @pytest.mark.parametrize(
        ("period_s", "answer"), [(9.999, "cccc"), (10, "PPPP"), (90, "PPPP"), (90.001, "cccc")]
    )
    def test_imi_is_10_to_90_s_from_onset_to_onset(self, period_s: float, answer: str) -> None:
        assert letters(score(every(period_s, 4))) == answer

    def test_the_second_series_has_the_next_number(self) -> None:
        scored = score(f"{every(20, 4)} {every(20, 3, start_s=200)} {every(20, 5, start_s=400)}")
        assert [m.series for m in scored] == [1] * 4 + [None] * 3 + [2] * 5


class TestShortImi:
    def test_it_ends_the_series(self) -> None:
        assert letters(score(f"{every(20, 3)} L45-47 L65-67 L85-87")) == "cccccc"

    def test_the_clm_after_it_begins_the_next_series(self) -> None:
        scored = score(f"{every(20, 4)} {every(20, 4, start_s=65)}")
        assert letters(scored) == "PPPPPPPP"
        assert [m.series for m in scored] == [1, 1, 1, 1, 2, 2, 2, 2]
        assert scored[4].imi_s == 5.0


class TestLongImi:
    def test_it_ends_the_series_and_is_stored(self) -> None:
        scored = score(f"{every(20, 3)} {every(20, 3, start_s=131)}")
        assert letters(scored) == "cccccc"
        assert scored[3].imi_s == 91.0


class TestNonClm:
    def test_it_ends_the_series(self) -> None:
        assert letters(score("L0-2 L20-22 L40-52 L60-62 L80-82")) == "ccxcc"

    def test_neither_it_nor_the_movement_after_it_has_an_imi(self) -> None:
        scored = score("L0-2 L20-22 L40-52 L60-62 L80-82")
        assert [m.imi_s for m in scored] == [None, 20.0, None, None, 20.0]


class TestWake:
    def test_a_series_crosses_wake_and_the_stage_is_that_of_the_onset(self) -> None:
        scored = score("L10-12 L29-31 L45-47 L60-62", stages="1W2")
        assert letters(scored) == "PPPP"
        assert [m.stage.letter for m in scored] == ["N1", "N1", "W", "N2"]

    def test_past_the_last_epoch_there_is_no_stage(self) -> None:
        assert [m.stage for m in score("L100-102", stages="12")] == [Stage.UNSCORED]


class TestRespiratory:
    @pytest.mark.parametrize(
        ("drawing", "is_respiratory"),
        [
            ("L95-97.999", False),
            ("L95-98", True),
            ("L110.25-112", True),
            ("L110.251-112", False),
            ("L94-116", True),
        ],
    )
    def test_window_is_2_s_before_to_10_25_s_after_the_end(
        self, drawing: str, is_respiratory: bool
    ) -> None:
        (movement,) = score(drawing, respiratory=[(80.0, 100.0)])
        assert movement.is_respiratory is is_respiratory

    @pytest.mark.parametrize(
        ("drawing", "is_respiratory"),
        [("L97-99.4", False), ("L97-99.5", True), ("L100.5-102", True), ("L100.6-102", False)],
    )
    def test_older_window_is_half_a_second_around_the_end(
        self, drawing: str, is_respiratory: bool
    ) -> None:
        (movement,) = score(drawing, respiratory=[(80.0, 100.0)], parameters=HALF_SECOND)
        assert movement.is_respiratory is is_respiratory

    def test_its_start_plays_no_part(self) -> None:
        (movement,) = score("L80-82", respiratory=[(80.0, 100.0)])
        assert movement.is_respiratory is False

    def test_without_them_a_series_may_end(self) -> None:
        scored = score(every(20, 4), respiratory=[(10.0, 21.0)])
        assert (letters(scored), without_respiratory(scored)) == ("PPPP", "c-cc")

    def test_without_them_a_series_may_begin(self) -> None:
        scored = score("L0-2 L20-22 L28-30 L40-42 L60-62", respiratory=[(10.0, 27.0)])
        assert (letters(scored), without_respiratory(scored)) == ("ccccc", "PP-PP")

    def test_without_them_the_imi_runs_across_the_gap(self) -> None:
        scored = score(every(20, 3), respiratory=[(10.0, 21.0)])
        assert [m.imi_s for m in scored] == [None, 20.0, 20.0]
        assert [m.imi_nr_s for m in scored] == [None, None, 40.0]

    def test_a_respiratory_non_clm_still_ends_the_series(self) -> None:
        scored = score("L0-2 L20-22 L40-52 L60-62 L80-82", respiratory=[(30.0, 41.0)])
        assert without_respiratory(scored) == "ccccc"

    def test_not_scored_is_none_and_not_no(self) -> None:
        scored = score(every(20, 4))
        assert {(m.is_respiratory, m.is_plm_nr, m.series_nr) for m in scored} == {(None,) * 3}

    def test_scored_and_none_found_is_no(self) -> None:
        scored = score(every(20, 4), respiratory=[])
        assert {(m.is_respiratory, m.is_plm_nr) for m in scored} == {(False, True)}


class TestArousal:
    @pytest.mark.parametrize(
        ("arousal", "answer"),
        [
            ((90.0, 99.499), False),
            ((90.0, 99.5), True),
            ((100.5, 101.0), True),
            ((102.5, 110.0), True),
            ((102.501, 110.0), False),
            ((95.0, 120.0), True),
        ],
    )
    def test_overlap_or_half_a_second_either_way(
        self, arousal: tuple[float, float], answer: bool
    ) -> None:
        (movement,) = score("L100-102", arousals=[arousal])
        assert movement.has_arousal is answer

    def test_a_non_clm_has_its_arousal_too(self) -> None:
        (movement,) = score("L100-120", arousals=[(110.0, 113.0)])
        assert movement.has_arousal is True

    def test_not_scored_is_none_and_not_no(self) -> None:
        assert [m.has_arousal for m in score("L0-2")] == [None]
        assert [m.has_arousal for m in score("L0-2", arousals=[])] == [False]


class TestEvents:
    def test_each_movement_becomes_a_row_with_all_that_the_rules_say(self) -> None:
        scored = score(f"R0-1 {every(20, 4)}", respiratory=[], arousals=[(21.0, 25.0)])
        events = to_events(scored, RULE_SET)
        assert {(e.kind, e.rule_set) for e in events} == {(EventKind.LEG_MOVEMENT, "WASM_2016")}
        assert [(e.onset_s, e.duration_s, e.imi_s) for e in events] == [
            (0.0, 2.0, None),
            (20.0, 2.0, 20.0),
            (40.0, 2.0, 20.0),
            (60.0, 2.0, 20.0),
        ]
        assert [(e.side, e.n_parts, e.has_arousal) for e in events[:2]] == [
            (Side.BILATERAL, 2, False),
            (Side.LEFT, 1, True),
        ]
        assert {(e.is_clm, e.is_plm, e.is_plm_nr, e.is_respiratory, e.series) for e in events} == {
            (True, True, True, False, 1)
        }

    def test_no_movement_makes_no_row(self) -> None:
        assert to_events(score(""), RULE_SET) == ()
