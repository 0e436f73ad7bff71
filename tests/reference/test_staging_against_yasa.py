"""Whole nights, staged by us and by the installed YASA from the same samples."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.agreement import compare
from pipeline.hypnogram import Hypnogram
from pipeline.montage import MontageParameters
from pipeline.reading import read_study
from pipeline.recording import Lead
from pipeline.simulate.night import simulate
from pipeline.simulate.recipe import Rates, Recipe
from pipeline.staging.stager import StagingParameters, stage
from pipeline.study import EEG_ROLES
from tests.reference.make_yasa_golden import yasa_answer
from tests.reference.yasa_nights import DrawnNight

LABELS = {"eeg": "EEG C4-M1", "eog": "EOG E1-M2", "emg": "EMG Chin"}
KINDS = (("eeg",), ("eeg", "eog"), ("eeg", "eog", "emg"))
RATES_HZ = (100.0, 128.0, 200.0, 250.0, 256.0, 512.0)
SAME_STAGE = 0.997
WITHIN = 0.02


def recipe(rate_hz: float) -> Recipe:
    rates = Rates(eeg_hz=rate_hz, chin_hz=rate_hz)
    return Recipe(name="drawn", seed=7000 + int(rate_hz), duration_h=7.0, rates=rates)


@pytest.fixture(scope="module", params=RATES_HZ)
def night(request: pytest.FixtureRequest) -> DrawnNight:
    """Simulate one night; YASA gets the very microvolts that our stager gets."""
    simulated = simulate(recipe(request.param))
    leads_uv = {
        kind: np.asarray(simulated.signal(label).values, dtype=np.float64)
        for kind, label in LABELS.items()
    }
    return DrawnNight(name="drawn", rate_hz=request.param, leads_uv=leads_uv)


def leads(night: DrawnNight, kind: str) -> list[Lead]:
    return [
        Lead(
            role=kind,
            label=kind,
            rate_hz=night.rate_hz,
            microvolts=microvolts,
            resolution_uv=0.01,
            floor_uv=-32000.0,
            ceiling_uv=32000.0,
        )
        for name, microvolts in night.leads_uv.items()
        if name == kind
    ]


def ours(night: DrawnNight) -> NDArray[np.float64]:
    eeg, eog, emg = (leads(night, kind) for kind in LABELS)
    found = stage(eeg, eog, emg, StagingParameters()).hypnogram
    assert found.probabilities is not None
    return found.probabilities


def assert_same(night: DrawnNight) -> None:
    _, _, expected = yasa_answer(night)
    found = ours(night)[: len(expected)]
    assert (found.argmax(axis=1) == expected.argmax(axis=1)).mean() >= SAME_STAGE
    assert np.abs(found - expected).max() <= WITHIN


@pytest.mark.slow
@pytest.mark.parametrize("kinds", KINDS, ids="+".join)
def test_a_simulated_night_has_yasas_stages(night: DrawnNight, kinds: tuple[str, ...]) -> None:
    leads_uv = {kind: night.leads_uv[kind] for kind in kinds}
    assert_same(DrawnNight(name="drawn", rate_hz=night.rate_hz, leads_uv=leads_uv))


@pytest.fixture(scope="module")
def real(shared: Path) -> tuple[DrawnNight, Hypnogram]:
    """Give the real night and its expert's hypnogram."""
    path = shared / "recordings" / "ucddb018" / "ucddb018_eeg_hyp.edf"
    study = read_study(path, None, MontageParameters())
    eeg, expert = study.lead(*EEG_ROLES), study.scoring.hypnogram
    assert eeg is not None
    assert expert is not None
    drawn = DrawnNight(name="real", rate_hz=eeg.rate_hz, leads_uv={"eeg": eeg.microvolts})
    return drawn, expert


@pytest.mark.slow
def test_the_real_night_has_yasas_stages(real: tuple[DrawnNight, Hypnogram]) -> None:
    assert_same(real[0])


@pytest.mark.slow
def test_on_the_real_night_we_agree_with_the_expert_no_less_than_yasa(
    real: tuple[DrawnNight, Hypnogram],
) -> None:
    night, expert = real
    _, _, theirs = yasa_answer(night)

    def kappa(probabilities: NDArray[np.float64]) -> float:
        automatic = Hypnogram(stages=probabilities.argmax(1).astype(np.int8))
        return compare(expert, automatic).kappa or 0.0

    assert kappa(ours(night)) >= kappa(theirs)
