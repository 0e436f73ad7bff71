"""WASM 2016 on 24 random nights, event by event and index by index as PLMScoRe 0.1.3."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.events import Side
from pipeline.hypnogram import Hypnogram, Stage, from_letters
from pipeline.legs.indices import IndexName, Scope, leg_index, periodicity_index
from pipeline.legs.movement import Movement
from pipeline.legs.scored import ScoredMovement
from pipeline.legs.wasm import HALF_SECOND, WasmParameters, score_wasm

NIGHTS = [f"{number}.json" for number in range(1000, 1024)]
WINDOWS = {
    "wasm_2016_respiratory_-2.0_+10.25": WasmParameters(),
    "respiratory_-0.5_+0.5_around_end": HALF_SECOND,
}
LETTERS = {Stage.W: "W", Stage.N1: "1", Stage.N2: "2", Stage.N3: "3", Stage.R: "R"}
CASES = pytest.mark.parametrize(
    ("night", "window"), [(night, window) for night in NIGHTS for window in WINDOWS]
)


def _intervals(events: list[dict[str, float]]) -> NDArray[np.float64]:
    rows = [(e["onset_s"], e["onset_s"] + e["duration_s"]) for e in events]
    return np.array(rows).reshape(-1, 2)


def _score(night: dict[str, Any], window: str) -> tuple[ScoredMovement, ...]:
    movements = [
        Movement(
            onset_s=m["onset_s"], offset_s=m["onset_s"] + m["duration_s"], side=Side(m["side"])
        )
        for m in night["movements"]
    ]
    return score_wasm(
        movements,
        from_letters(night["stages"]),
        _intervals(night["respiratory"]),
        _intervals(night["arousals"]),
        WINDOWS[window],
    )


def _row(movement: ScoredMovement) -> dict[str, Any]:
    imi_s = movement.imi_s
    return {
        "onset_s": round(movement.onset_s, 6),
        "offset_s": round(movement.offset_s, 6),
        "side": str(movement.side),
        "clm": movement.is_clm,
        "parts": movement.n_parts,
        "respiratory": movement.is_respiratory,
        "plm": movement.is_plm,
        "plm_nr": movement.is_plm_nr,
        "imi_s": imi_s,
        "arousal": movement.has_arousal,
        "stage": LETTERS[movement.stage],
    }


def _to_the_microsecond(row: dict[str, Any]) -> dict[str, Any]:
    seconds = {k: round(row[k], 6) for k in ("onset_s", "offset_s", "imi_s") if row[k] is not None}
    return {**row, **seconds}


def _hours(hypnogram: Hypnogram) -> dict[Stage, float]:
    return {stage: hypnogram.minutes(stage) / 60.0 for stage in LETTERS}


@CASES
def test_every_movement_is_judged_as_by_plmscore(shared: Path, night: str, window: str) -> None:
    content = json.loads((shared / "reference/plm" / night).read_text())
    expected = content["expected"][window]["movements"]
    assert [_row(m) for m in _score(content, window)] == [_to_the_microsecond(r) for r in expected]


@CASES
def test_every_index_is_that_of_plmscore(shared: Path, night: str, window: str) -> None:
    content = json.loads((shared / "reference/plm" / night).read_text())
    expected = content["expected"][window]["indices"]
    scored, hours = _score(content, window), _hours(from_letters(content["stages"]))
    got: dict[str, Any] = {}
    for name in IndexName:
        indices = {scope: leg_index(scored, name, scope, hours) for scope in Scope}
        got[name] = {
            "per_hour": {str(s): pytest.approx(i.per_hour, rel=1e-12) for s, i in indices.items()},
            "n": {str(s): i.n for s, i in indices.items()},
        }
    for key, is_removed in (("PI", False), ("PInr", True)):
        got[key] = {
            "per_hour": {
                str(s): periodicity_index(scored, s, hours, is_respiratory_removed=is_removed)
                for s in Scope
            }
        }
    assert expected == got
