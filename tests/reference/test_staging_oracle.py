"""Our staging against YASA's on drawn nights, and against an expert on a real one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from edfio import read_edf
from numpy.typing import NDArray

from pipeline.agreement import compare
from pipeline.hypnogram import Hypnogram, Stage, from_letters
from pipeline.recording import Lead
from pipeline.staging import ballot, model
from pipeline.staging.features import Kind
from pipeline.staging.quality import QualityParameters
from pipeline.staging.stager import StagingParameters, stage
from pipeline.staging.witness import Witness, examine
from tests.reference import make_yasa_golden, yasa_nights

HERE = Path(__file__).parent


NIGHTS = {night.name: night for night in yasa_nights.drawn_nights()}
RESAMPLED = [name for name in NIGHTS if not name.endswith("_100")]


@pytest.fixture(scope="module")
def golden() -> dict[str, NDArray[Any]]:
    with np.load(HERE / "yasa_golden.npz", allow_pickle=False) as arrays:
        return dict(arrays)


@pytest.fixture(scope="module")
def witnesses() -> dict[str, list[Witness]]:
    return {
        name: [examine(lead, Kind(lead.role), QualityParameters()) for lead in _leads(name)]
        for name in NIGHTS
    }


def _leads(name: str) -> list[Lead]:
    night = NIGHTS[name]
    return [_lead(kind, night.rate_hz, uv) for kind, uv in night.leads_uv.items()]


def _lead(role: str, rate_hz: float, microvolts: NDArray[np.float64]) -> Lead:
    return Lead(
        role=role,
        label=role,
        rate_hz=rate_hz,
        microvolts=microvolts,
        resolution_uv=0.01,
        floor_uv=-3200.0,
        ceiling_uv=3200.0,
    )


def _difference(
    name: str, golden: dict[str, NDArray[Any]], witnesses: dict[str, list[Witness]]
) -> NDArray[np.float64]:
    """Give the difference of each feature over the larger of its size and its spread."""
    expected = golden[f"{name}_features"].astype(np.float64)
    found = ballot.table(golden[f"{name}_names"].tolist(), witnesses[name], len(expected))
    scale = np.maximum(np.abs(expected), expected.std(axis=0) + 1e-9)
    return np.asarray(np.abs(found - expected) / scale)


def _probabilities(name: str) -> NDArray[np.float64]:
    eeg, eog, emg = ([lead for lead in _leads(name) if lead.role == kind] for kind in Kind)
    result = stage(eeg, eog, emg, StagingParameters())
    assert result.hypnogram.probabilities is not None
    return result.hypnogram.probabilities


def test_at_100_hz_every_feature_is_yasas_to_the_last_bit_of_float32(
    golden: dict[str, NDArray[Any]], witnesses: dict[str, list[Witness]]
) -> None:
    expected = golden["eeg_eog_emg_100_features"]
    names = golden["eeg_eog_emg_100_names"].tolist()
    found = ballot.table(names, witnesses["eeg_eog_emg_100"], len(expected))
    np.testing.assert_allclose(found, expected, rtol=2e-7, atol=1e-7)


@pytest.mark.parametrize("name", RESAMPLED)
def test_resampled_leads_give_yasas_features(
    name: str, golden: dict[str, NDArray[Any]], witnesses: dict[str, list[Witness]]
) -> None:
    difference = _difference(name, golden, witnesses)
    is_count = np.array(["nzc" in feature for feature in golden[f"{name}_names"]])
    assert difference[:, ~is_count].max() < 5e-3
    assert np.median(difference) < 2e-6


@pytest.mark.parametrize("name", RESAMPLED)
def test_zero_crossings_differ_from_yasas_by_two_at_most(
    name: str, golden: dict[str, NDArray[Any]], witnesses: dict[str, list[Witness]]
) -> None:
    names = [n for n in golden[f"{name}_names"].tolist() if n.endswith("_nzc")]
    places = np.isin(golden[f"{name}_names"], names)
    expected = golden[f"{name}_features"][:, places]
    found = ballot.table(names, witnesses[name], len(expected))
    assert np.abs(found - expected).max() <= 2.0
    assert np.abs(found - expected).mean() < 0.3


@pytest.mark.parametrize("name", RESAMPLED)
def test_first_and_last_epoch_agree_as_well_as_those_between(
    name: str, golden: dict[str, NDArray[Any]], witnesses: dict[str, list[Witness]]
) -> None:
    is_plain = np.array([str(n).endswith(("_std", "_iqr")) for n in golden[f"{name}_names"]])
    difference = _difference(name, golden, witnesses)[:, is_plain]
    assert difference[[0, -1]].max() < 1e-3


@pytest.mark.parametrize("name", NIGHTS)
def test_stages_are_yasas(name: str, golden: dict[str, NDArray[Any]]) -> None:
    expected = golden[f"{name}_probabilities"]
    found = _probabilities(name)
    np.testing.assert_array_equal(found.argmax(axis=1), expected.argmax(axis=1))
    np.testing.assert_allclose(found, expected, atol=0.02)


@pytest.mark.parametrize("name", NIGHTS)
def test_trees_give_lightgbms_probabilities(name: str, golden: dict[str, NDArray[Any]]) -> None:
    trained = model.load("_".join(NIGHTS[name].leads_uv))
    names = golden[f"{name}_names"].tolist()
    features = golden[f"{name}_features"][:, [names.index(n) for n in trained.names]]
    found = model.predict(trained, features)
    np.testing.assert_allclose(found, golden[f"{name}_probabilities"], rtol=0.0, atol=1e-13)


def _real_eeg(shared: Path) -> Lead:
    (signal,) = [
        s
        for s in read_edf(shared / "recordings" / "ucddb018" / "ucddb018_eeg_hyp.edf").signals
        if s.label == "EEG C3-A2"
    ]
    return _lead("eeg_c3", signal.sampling_frequency, signal.data.astype(np.float64))


def _expert(shared: Path) -> Hypnogram:
    text = (shared / "recordings" / "ucddb018" / "ucddb018_hypnogram.tsv").read_text()
    stages = [line.split("\t")[2] for line in text.splitlines()[1:]]
    letters = {"W": "W", "N1": "1", "N2": "2", "N3": "3", "R": "R"}
    return from_letters("".join(letters.get(word, "?") for word in stages))


def test_real_night_agrees_with_the_expert_as_yasa_does(shared: Path) -> None:
    automatic = stage([_real_eeg(shared)], (), (), StagingParameters()).hypnogram
    agreement = compare(_expert(shared), automatic)
    assert agreement.kappa == pytest.approx(0.81, abs=0.005)
    assert (automatic.stages == Stage.N1).sum() == 17  # as YASA; the expert has 58


@pytest.mark.slow
def test_golden_answers_are_those_of_the_installed_yasa(golden: dict[str, NDArray[Any]]) -> None:
    yasa_answer = make_yasa_golden.yasa_answer
    for name, night in NIGHTS.items():
        names, features, probabilities = yasa_answer(night)
        assert names == golden[f"{name}_names"].tolist()
        np.testing.assert_allclose(features, golden[f"{name}_features"], rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(probabilities, golden[f"{name}_probabilities"], atol=0.02)


@pytest.mark.slow
def test_real_night_is_staged_exactly_as_by_yasa(shared: Path) -> None:
    lead = _real_eeg(shared)
    night = yasa_nights.DrawnNight(
        name="real", rate_hz=lead.rate_hz, leads_uv={"eeg": lead.microvolts}
    )
    _, _, expected = make_yasa_golden.yasa_answer(night)
    found = stage([lead], (), (), StagingParameters()).hypnogram
    np.testing.assert_array_equal(found.stages, expected.argmax(axis=1))
    assert found.probabilities is not None
    np.testing.assert_allclose(found.probabilities, expected, atol=0.005)
