"""`hypnic plm` and its Python function on 24 random nights, exactly as PLMScoRe 0.1.3."""

from __future__ import annotations

import csv
import json
import math
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from pipeline.cli.app import app
from pipeline.events import Side
from pipeline.hypnogram import from_letters
from pipeline.legs.given import RuleSet, score_given
from pipeline.legs.indices import IndexName, Scope

NIGHTS = [f"{number}.json" for number in range(1000, 1024)]
WINDOWS = {
    "wasm_2016_respiratory_-2.0_+10.25": RuleSet.WASM_2016,
    "respiratory_-0.5_+0.5_around_end": RuleSet.WASM_2016_HALF_SECOND,
}
BOTH = tuple(word for rule in WINDOWS.values() for word in ("--rules", rule.value))
STAGES = {"W": "W", "N1": "1", "N2": "2", "N3": "3", "R": "R"}


def _night(shared: Path, night: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((shared / "reference/plm" / night).read_text())
    return content


def _expected_movements(content: Mapping[str, Any], window: str) -> list[dict[str, Any]]:
    return [
        {
            **row,
            "onset_s": round(row["onset_s"], 6),
            "offset_s": round(row["offset_s"], 6),
            "imi_s": row["imi_s"] and round(row["imi_s"], 6),
        }
        for row in content["expected"][window]["movements"]
    ]


def _movement(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "onset_s": row["onset_s"],
        "offset_s": round(row["onset_s"] + row["duration_s"], 6),
        "side": row["side"],
        "clm": row["is_clm"],
        "parts": row["n_parts"],
        "respiratory": row["is_respiratory"],
        "plm": row["is_plm"],
        "plm_nr": row["is_plm_nr"],
        "imi_s": row["imi_s"],
        "arousal": row["has_arousal"],
        "stage": STAGES[row["stage"]],
    }


def _expected_indices(content: Mapping[str, Any], window: str) -> dict[tuple[str, str, str], Any]:
    return {
        (name, scope, kind): value
        for name, kinds in content["expected"][window]["indices"].items()
        for kind, scopes in kinds.items()
        for scope, value in scopes.items()
    }


def _assert_indices(found: Mapping[tuple[str, str, str], Any], expected: Mapping[Any, Any]) -> None:
    assert set(found) == set(expected)
    for key, value in expected.items():
        got = found[key]
        is_same = got is value if None in (got, value) else math.isclose(got, value, rel_tol=1e-12)
        assert is_same, (key, got, value)


def _indices(rows: list[dict[str, Any]]) -> dict[tuple[str, str, str], Any]:
    found = {}
    for row in rows:
        if row["index"].startswith("PI"):
            found[row["index"], row["scope"], "per_hour"] = row["share"]
        else:
            found[row["index"], row["scope"], "n"] = row["n"]
            found[row["index"], row["scope"], "per_hour"] = row["per_hour"]
    return found


@pytest.mark.parametrize("night", NIGHTS)
def test_the_command_is_plmscore_by_event_and_by_index(
    shared: Path, night: str, tmp_path: Path
) -> None:
    out, content = tmp_path / "plm.json", _night(shared, night)
    source = shared / "reference/plm" / night
    result = CliRunner().invoke(app, ["plm", str(source), *BOTH, "--out", str(out)])
    assert result.exit_code == 0, result.output
    found = json.loads(out.read_text())
    for window, rule in WINDOWS.items():
        mine = {
            part: [row for row in found[part] if row["rule_set"] == rule]
            for part in ("movements", "indices")
        }
        assert [_movement(row) for row in mine["movements"]] == _expected_movements(content, window)
        _assert_indices(_indices(mine["indices"]), _expected_indices(content, window))


def _spans(events: list[dict[str, float]]) -> Any:
    return np.array([(e["onset_s"], e["onset_s"] + e["duration_s"]) for e in events]).reshape(-1, 2)


@pytest.mark.parametrize("night", NIGHTS)
def test_the_function_is_plmscore_by_event_and_by_index(shared: Path, night: str) -> None:
    content = _night(shared, night)
    for window, rule in WINDOWS.items():
        score = score_given(
            _spans(content["movements"]),
            [Side(m["side"]) for m in content["movements"]],
            from_letters(content["stages"]),
            rule,
            respiratory_s=_spans(content["respiratory"]),
            arousals_s=_spans(content["arousals"]),
        )
        got = [
            (round(m.onset_s, 6), round(m.offset_s, 6), m.side.value, m.is_clm, m.n_parts, m.is_plm,
             m.is_plm_nr, m.is_respiratory, m.has_arousal, m.imi_s, STAGES[m.stage.letter])
            for m in score.movements
        ]  # fmt: skip
        keys = ("onset_s", "offset_s", "side", "clm", "parts", "plm", "plm_nr", "respiratory",
                "arousal", "imi_s", "stage")  # fmt: skip
        expected = _expected_movements(content, window)
        assert got == [tuple(row[key] for key in keys) for row in expected]
        found: dict[tuple[str, str, str], Any] = {}
        for name in IndexName:
            for scope in Scope:
                found[name, scope, "n"] = score.indices[name, scope].n
                found[name, scope, "per_hour"] = score.indices[name, scope].per_hour
        for scope in Scope:
            found["PI", scope, "per_hour"] = score.periodicity[scope]
            found["PInr", scope, "per_hour"] = score.periodicity_nr[scope]
        _assert_indices(found, _expected_indices(content, window))


def _write(path: Path, rows: list[dict[str, Any]]) -> str:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, ["onset_s", "duration_s", "side"], delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


def test_tables_in_another_order_give_what_json_gives(shared: Path, tmp_path: Path) -> None:
    content = _night(shared, NIGHTS[0])
    stages = tmp_path / "stages.txt"
    stages.write_text("\n".join(content["stages"]))
    words = [sys.executable, "-m", "pipeline.cli", "plm"]
    words += [_write(tmp_path / "m.csv", content["movements"][::-1]), "--hypnogram", str(stages)]
    for part in ("respiratory", "arousals"):
        words += [f"--{part}", _write(tmp_path / f"{part}.csv", content[part])]
    out = tmp_path / "plm.json"
    words += ["--rules", "WASM_2016", "--out", str(out)]
    result = subprocess.run(words, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    rows = json.loads(out.read_text())["movements"]
    expected = _expected_movements(content, next(iter(WINDOWS)))
    assert [_movement(row) for row in rows] == expected
