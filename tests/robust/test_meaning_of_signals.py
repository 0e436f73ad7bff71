"""Semantic faults of the kept corpus are told on the real path, from file to published folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline import store
from pipeline.montage import MontageParameters
from pipeline.outcome import Outcome, OutcomeStatus
from pipeline.process import score_study
from pipeline.reading import read_study
from pipeline.settings import Settings
from pipeline.staging.features import Kind, measure
from pipeline.staging.quality import QualityParameters, scale_doubt
from pipeline.staging.resampling import condition
from pipeline.study import EEG_ROLES

CORPUS = Path(__file__).parents[2].parent / "shared" / "bad_edf"
CASES = sorted(path.parent.name for path in CORPUS.glob("[qr]_*/case.json"))
# Their amplitude, or a stuck recorder, leaves no EEG to stage: refused under their own code.
REFUSED = {"q_unit_lie", "r_frozen"}
MEANING = {
    *("FLAT", "FROZEN", "CLIPPED", "LEAD_OFF", "OFFSET", "MAINS", "IDENTICAL", "EEG_POLARITY"),
    *("UNIT_IMPLAUSIBLE", "LONG", "NEEDS_DERIVATION"),
}


@pytest.fixture(scope="module")
def scored(
    request: pytest.FixtureRequest, shared: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Any], Outcome, Path]:
    folder = shared / "bad_edf" / request.param
    facts = json.loads((folder / "case.json").read_text())
    out = tmp_path_factory.mktemp("out")
    return facts, score_study(folder / facts["file"], out, Settings()), out


def codes(outcome: Outcome) -> set[str]:
    return {outcome.code} if outcome.code else {*outcome.notices}


@pytest.mark.parametrize("scored", CASES, indirect=True)
def test_each_case_gives_its_code(scored: tuple[dict[str, Any], Outcome, Path]) -> None:
    facts, outcome, _ = scored
    if facts["code"] == "OK":
        assert not codes(outcome) & MEANING
    else:
        assert any(code.startswith(facts["code"]) for code in codes(outcome))


@pytest.mark.parametrize("scored", CASES, indirect=True)
def test_only_what_leaves_no_eeg_is_refused(scored: tuple[dict[str, Any], Outcome, Path]) -> None:
    facts, outcome, _ = scored
    assert (outcome.status is OutcomeStatus.QUARANTINED) == (facts["id"] in REFUSED)


@pytest.mark.parametrize("scored", [c for c in CASES if c not in REFUSED], indirect=True)
def test_no_rate_is_given_for_two_minutes(scored: tuple[dict[str, Any], Outcome, Path]) -> None:
    _, outcome, out = scored
    metrics = store.read_record(out / str(outcome.folder) / "night.json")["metrics"]
    rates = [m for m in metrics.values() if m["unit"] in ("/h", "%")]
    assert {m["value"] for m in rates} == {None}
    assert all(m["reason"] for m in rates)


@pytest.mark.parametrize("scored", [c for c in CASES if c not in REFUSED], indirect=True)
def test_every_code_stands_in_the_night_and_in_the_report(
    scored: tuple[dict[str, Any], Outcome, Path],
) -> None:
    facts, outcome, out = scored
    folder = out / str(outcome.folder)
    stored = {n["code"] for n in store.read_record(folder / "night.json")["notices"]}
    assert stored == codes(outcome)
    report = (folder / "report.html").read_text()
    told = {code for code in codes(outcome) if code in report}
    wanted = {c for c in codes(outcome) if c.startswith(facts["code"])}
    assert wanted <= told


@pytest.mark.parametrize("scored", ["q_flat_both", "q_identical", "q_mains_49"], indirect=True)
def test_legs_that_cannot_be_scored_count_nothing(
    scored: tuple[dict[str, Any], Outcome, Path],
) -> None:
    _, outcome, out = scored
    night = store.read_record(out / str(outcome.folder) / "night.json")
    assert {leg["is_scorable"] for leg in night["legs"]} == {False}
    legs = [m for n, m in night["metrics"].items() if n.startswith(("jerks", "lm_", "plms"))]
    assert {m["value"] for m in legs} == {None}


def test_the_scale_of_the_real_night_is_doubted_when_it_is_halved(shared: Path) -> None:
    path = shared / "recordings" / "ucddb018" / "ucddb018_eeg_hyp.edf"
    lead = read_study(path, None, MontageParameters()).lead(*EEG_ROLES)
    assert lead is not None
    iqr_uv = measure(condition(lead.microvolts, lead.rate_hz), Kind.EEG)["eeg_iqr"]
    doubts = {
        factor: scale_doubt(factor * iqr_uv, Kind.EEG, QualityParameters())
        for factor in (0.1, 0.5, 0.7, 1.0, 2.0, 3.0, 10.0)
    }
    assert all(doubts[factor] for factor in (0.1, 0.5, 10.0))
    assert not any(doubts[factor] for factor in (0.7, 1.0, 2.0, 3.0))  # what cannot be seen
