"""Counts and indices per stage."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from pipeline.events import Side
from pipeline.hypnogram import Stage, from_letters
from pipeline.legs.indices import IndexName, Scope, leg_index, periodicity_index
from pipeline.legs.movement import Movement
from pipeline.legs.scored import ScoredMovement
from pipeline.legs.wasm import WasmParameters, score_wasm

STAGES = "W12233RR"
HOURS = {stage: from_letters(STAGES).minutes(stage) / 60.0 for stage in Stage if stage >= Stage.W}


def score(
    *onsets_s: float,
    stages: str = STAGES,
    respiratory: list[tuple[float, float]] | None = None,
    arousals: list[tuple[float, float]] | None = None,
) -> tuple[ScoredMovement, ...]:
    movements = [Movement(onset_s=x, offset_s=x + 2.0, side=Side.LEFT) for x in onsets_s]
    return score_wasm(
        movements,
        from_letters(stages),
        None if respiratory is None else np.array(respiratory, dtype=np.float64).reshape(-1, 2),
        None if arousals is None else np.array(arousals, dtype=np.float64).reshape(-1, 2),
        WasmParameters(),
    )


@pytest.mark.parametrize(
    ("scope", "n"),
    [("TIB", 8), ("TST", 7), ("Wake", 1), ("N1", 1), ("N2", 2), ("N3", 2), ("REM", 2), ("NREM", 5)],
)
def test_a_movement_counts_in_the_stage_of_its_onset(scope: str, n: int) -> None:
    scored = score(*np.arange(29.0, 240.0, 30.0).tolist())
    assert leg_index(scored, IndexName.CLM, Scope(scope), HOURS).n == n


def test_the_rate_is_over_the_hours_that_are_given() -> None:
    hours = {Stage.N2: 0.005, Stage.N3: 0.01}
    scored = score(65.0, 85.0, 125.0, 145.0)
    assert leg_index(scored, IndexName.PLM, Scope.N2, hours).per_hour == pytest.approx(400.0)
    assert leg_index(scored, IndexName.PLM, Scope.NREM, hours).per_hour == pytest.approx(4 / 0.015)


def test_a_stage_without_time_has_no_count_and_no_rate() -> None:
    index = leg_index(score(65.0), IndexName.CLM, Scope.REM, {Stage.N2: 1.0})
    assert (index.n, index.per_hour) == (None, None)


def test_a_movement_in_time_that_could_not_be_scored_is_in_no_index() -> None:
    index = leg_index(score(5.0, 65.0), IndexName.CLM, Scope.TIB, {Stage.N2: 1.0, Stage.W: 0.0})
    assert (index.n, index.per_hour) == (1, 1.0)


@pytest.mark.parametrize(
    "name", [IndexName.CLM_R, IndexName.CLM_NR, IndexName.PLM_NR, IndexName.PLM_NR_A]
)
def test_respiratory_not_scored_is_none_and_not_0(name: IndexName) -> None:
    scored = score(65.0, 85.0, 105.0, 125.0, arousals=[(66.0, 69.0)])
    assert leg_index(scored, name, Scope.TIB, HOURS) == dataclasses.replace(
        leg_index(scored, name, Scope.TIB, HOURS), n=None, per_hour=None
    )


def test_arousals_not_scored_is_none_and_not_0() -> None:
    scored = score(65.0, 85.0, 105.0, 125.0, respiratory=[])
    assert leg_index(scored, IndexName.PLM_A, Scope.TIB, HOURS).n is None
    assert leg_index(scored, IndexName.PLM_NR_A, Scope.TIB, HOURS).n is None
    assert leg_index(scored, IndexName.PLM_NR, Scope.TIB, HOURS).n == 4


def test_respiratory_ones_and_the_others_make_all() -> None:
    scored = score(65.0, 85.0, 105.0, 125.0, 145.0, respiratory=[(60.0, 84.0)])
    counts = {str(name): leg_index(scored, name, Scope.TIB, HOURS).n for name in IndexName}
    assert (counts["CLM"], counts["CLMr"], counts["CLMnr"]) == (5, 1, 4)
    assert (counts["PLM"], counts["PLMnr"]) == (5, 4)


def test_periodicity_is_the_share_of_clms_in_series_rounded_half_up() -> None:
    in_series, alone = np.arange(30.0, 110.0, 20.0).tolist(), [205.0]
    scored = score(*in_series, *alone)
    assert periodicity_index(scored, Scope.TIB, HOURS, is_respiratory_removed=False) == 0.8
    eight = dataclasses.replace(scored[0], is_plm=True)
    rest = dataclasses.replace(scored[0], is_plm=False)
    one_of_eight = (eight, *[rest] * 7)
    assert periodicity_index(one_of_eight, Scope.N1, HOURS, is_respiratory_removed=False) == 0.13


def test_periodicity_of_no_clm_is_none() -> None:
    assert periodicity_index((), Scope.TIB, HOURS, is_respiratory_removed=False) is None


def test_periodicity_without_respiratory_is_none_where_they_were_not_scored() -> None:
    scored = score(65.0, 85.0, 105.0, 125.0)
    assert periodicity_index(scored, Scope.TIB, HOURS, is_respiratory_removed=True) is None
    assert periodicity_index(scored, Scope.TIB, HOURS, is_respiratory_removed=False) == 1.0
