"""A simulated night as files: EDF+C, truth, recipe, and the committed nap."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import edfio
import numpy as np
import pyedflib
import pytest

from pipeline.edf.study_writer import (
    digitised,
    read_recipe,
    write_recipe,
    write_scoring,
    write_study,
    write_truth,
)
from pipeline.errors import SettingsError
from pipeline.events import EventKind
from pipeline.simulate.night import SimulatedNight, simulate
from pipeline.simulate.recipe import MovementPlan, Rates, Recipe
from pipeline.simulate.standard import DEMO_NIGHTS, NAP, STANDARD_NIGHTS

SAMPLES = Path(__file__).parents[2] / "sample_data"
MIXED = Recipe(
    duration_h=1.5,
    rates=Rates(eeg_hz=100.0, chin_hz=128.0, leg_hz=256.0, ecg_hz=200.0),
    movements=MovementPlan(n_isolated_lm=6),
)


@pytest.fixture(scope="module")
def mixed() -> SimulatedNight:
    return simulate(MIXED)


@pytest.fixture(scope="module")
def study(mixed: SimulatedNight, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("study") / "mixed.edf"
    write_study(path, mixed, annotations=True)
    return path


def test_every_channel_keeps_its_own_rate(study: Path, mixed: SimulatedNight) -> None:
    read = edfio.read_edf(study)
    assert [s.sampling_frequency for s in read.signals] == [s.rate_hz for s in mixed.signals]
    assert {s.sampling_frequency for s in read.signals} == {100.0, 128.0, 256.0, 200.0, 32.0, 1.0}


def test_samples_come_back_within_half_a_digital_step(study: Path, mixed: SimulatedNight) -> None:
    for written, signal in zip(edfio.read_edf(study).signals, mixed.signals, strict=True):
        step = 2 * signal.reach / 65534
        assert np.abs(written.data - signal.values).max() <= 0.51 * step
        if signal.unit == "uV":
            assert step <= 0.1 + 1e-9


def test_another_reader_takes_the_file_as_edf_plus_continuous(study: Path) -> None:
    with pyedflib.EdfReader(str(study)) as read:
        assert read.filetype == pyedflib.FILETYPE_EDFPLUS
        assert read.getLabel(6) == "EMG LAT"
        assert read.getPrefilter(6) == "HP:10Hz LP:107.5Hz"


def test_a_fractional_true_rate_survives(tmp_path: Path) -> None:
    rates = Rates(record_s=9.984375, eeg_hz=250.0, chin_hz=250.0, leg_hz=500.0, ecg_hz=250.0)
    night = simulate(MIXED.model_copy(update={"rates": rates, "duration_h": 0.5}))
    write_study(tmp_path / "odd.edf", night, annotations=True)
    with pyedflib.EdfReader(str(tmp_path / "odd.edf")) as read:
        assert read.getSampleFrequency(6) == pytest.approx(4992 / 9.984375)


def test_a_record_whose_starts_no_float_holds_is_refused(tmp_path: Path) -> None:
    (tmp_path / "recipe.toml").write_text("[rates]\nrecord_s = 1.00002\n")
    with pytest.raises(SettingsError, match=r"rates\.record_s.*multiple of 0\.015625"):
        read_recipe(tmp_path / "recipe.toml")


def test_the_patient_and_the_date_say_nothing(study: Path) -> None:
    read = edfio.read_edf(study)
    assert read.local_patient_identification == "X X X X"
    assert read.local_recording_identification == "Startdate 01-MAR-2024 X X hypnic_simulator"


def test_the_technicians_scoring_is_the_truth(study: Path, mixed: SimulatedNight) -> None:
    texts = [a.text for a in edfio.read_edf(study).annotations]
    stages = [t.removeprefix("Sleep stage ") for t in texts if t.startswith("Sleep stage")]
    names = {0: "W", 1: "N1", 2: "N2", 3: "N3", 4: "R"}
    assert stages == [names[int(s)] for s in mixed.hypnogram.stages]
    assert texts.count("EEG arousal") == len(mixed.arousals) > 0
    lms = [t for t in texts if t.startswith("Limb movement@@EMG ")]
    assert len(lms) == len(mixed.events(EventKind.UNILATERAL_LM)) > 0
    assert texts.count("Lights off") == texts.count("Lights on") == 1


def test_scored_movements_name_their_own_leg_at_their_own_time(
    study: Path, mixed: SimulatedNight
) -> None:
    scored = {
        (a.onset, a.text) for a in edfio.read_edf(study).annotations if a.text.startswith("Limb")
    }
    true = {
        (round(e.onset_s, 6), f"Limb movement@@{e.channel}")
        for e in mixed.events(EventKind.UNILATERAL_LM)
    }
    assert scored == true


def test_without_annotations_nothing_is_scored(mixed: SimulatedNight, tmp_path: Path) -> None:
    write_study(tmp_path / "bare.edf", mixed, annotations=False)
    assert edfio.read_edf(tmp_path / "bare.edf").annotations == ()


def test_another_lab_s_labels_stand_in_the_header_and_in_the_scoring(
    mixed: SimulatedNight, tmp_path: Path
) -> None:
    write_study(tmp_path / "x.edf", mixed, annotations=True, labels={"EMG LAT": "PLM li"})
    read = edfio.read_edf(tmp_path / "x.edf")
    usual = [s.label for s in mixed.signals]
    assert [s.label for s in read.signals] == [x.replace("EMG LAT", "PLM li") for x in usual]
    named = {a.text.partition("@@")[2] for a in read.annotations if a.text.startswith("Limb")}
    assert named == {"PLM li", "EMG RAT"}


def test_a_channel_that_is_not_there_is_not_renamed(mixed: SimulatedNight, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"RECIPE_INVALID.*EMG LA\. .*one of.*EMG LAT"):
        write_study(tmp_path / "x.edf", mixed, annotations=False, labels={"EMG LA": "PLM li"})


def test_the_second_file_holds_the_scoring_of_the_study(
    study: Path, mixed: SimulatedNight, tmp_path: Path
) -> None:
    write_scoring(tmp_path / "second.edf", mixed)
    first, second = edfio.read_edf(study), edfio.read_edf(tmp_path / "second.edf")
    assert second.annotations == first.annotations
    assert second.num_signals == 0
    assert (second.startdate, second.starttime) == (first.startdate, first.starttime)


def test_values_beyond_the_range_are_clipped(mixed: SimulatedNight) -> None:
    loud = replace(mixed.signals[0], values=np.array([5000.0, -5000.0, 1.0], dtype=np.float32))
    assert digitised(loud).tolist() == [32767, -32767, 10]


def test_the_truth_file_holds_stages_events_and_recipe(
    mixed: SimulatedNight, tmp_path: Path
) -> None:
    write_truth(tmp_path / "truth.json", mixed)
    truth = json.loads((tmp_path / "truth.json").read_text())
    assert len(truth["stages"]) == 180
    assert set(truth["stages"]) <= set("W123R")
    assert len(truth["events"]) == len(mixed.truth)
    assert truth["events"][0]["onset_s"] == pytest.approx(mixed.truth[0].onset_s, abs=1e-6)
    assert Recipe.model_validate_json(json.dumps(truth["recipe"])) == MIXED


@pytest.mark.parametrize("recipe", [*STANDARD_NIGHTS, NAP], ids=lambda r: r.name)
def test_a_recipe_survives_its_file(recipe: Recipe, tmp_path: Path) -> None:
    write_recipe(tmp_path / "recipe.toml", recipe)
    assert read_recipe(tmp_path / "recipe.toml") == recipe


def test_all_mistakes_of_a_recipe_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text('seed = -1\n[legs]\nrest = 2.0\nmontage = "three"\n')
    with pytest.raises(SettingsError, match=r"(?s)seed.*legs\.montage.*legs\.rest"):
        read_recipe(path)


def test_a_recipe_that_is_not_toml_is_refused(tmp_path: Path) -> None:
    (tmp_path / "recipe.toml").write_text("seed 1")
    with pytest.raises(SettingsError, match="RECIPE_SYNTAX"):
        read_recipe(tmp_path / "recipe.toml")


@pytest.mark.parametrize("recipe", DEMO_NIGHTS, ids=lambda r: r.name)
def test_the_demo_recipes_in_the_samples_are_the_demo_nights(recipe: Recipe) -> None:
    assert read_recipe(SAMPLES / "recipes" / "demo" / f"{recipe.name}.toml") == recipe


@pytest.fixture(scope="module")
def nap() -> SimulatedNight:
    return simulate(NAP)


def test_the_nap_is_small_and_has_jerks_and_movements(nap: SimulatedNight) -> None:
    assert (SAMPLES / "nap.edf").stat().st_size <= 4_000_000
    assert len(nap.events(EventKind.SLEEP_START)) >= 4
    assert len(nap.events(EventKind.UNILATERAL_LM)) >= 1


def test_the_committed_nap_is_what_its_recipe_gives(nap: SimulatedNight, tmp_path: Path) -> None:
    """Not compared: the last bit, where processors round sines and exponentials differently."""
    write_study(tmp_path / "nap.edf", nap, annotations=True)
    made, kept = (tmp_path / "nap.edf").read_bytes(), (SAMPLES / "nap.edf").read_bytes()
    if hashlib.sha256(made).digest() == hashlib.sha256(kept).digest():
        return
    ours, theirs = edfio.read_edf(tmp_path / "nap.edf"), edfio.read_edf(SAMPLES / "nap.edf")
    assert ours.annotations == theirs.annotations
    for one, other in zip(ours.signals, theirs.signals, strict=True):
        difference = np.abs(one.digital.astype(int) - other.digital.astype(int))
        assert difference.max() <= 1
        assert (difference > 0).mean() < 0.001


def test_the_committed_truth_is_the_naps(nap: SimulatedNight, tmp_path: Path) -> None:
    write_truth(tmp_path / "nap_truth.json", nap)
    made = (tmp_path / "nap_truth.json").read_text(encoding="utf-8")
    assert made == (SAMPLES / "nap_truth.json").read_text(encoding="utf-8")
