"""Real recordings and scorings are read as their sources say."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyedflib
import pytest

from pipeline.edf.reader import read_annotations, read_header, read_recording
from pipeline.formats.edf_annotations import to_scoring
from pipeline.hypnogram import Stage
from pipeline.montage import MontageParameters, Role, assign, lead
from pipeline.scoring import Scoring


def scoring_of(path: Path, duration_s: float | None = None) -> Scoring:
    header = read_header(path)
    return to_scoring(read_annotations(path, header).annotations, duration_s or header.duration_s)


def test_ucddb_annotations_and_table_give_one_hypnogram(shared: Path) -> None:
    folder = shared / "recordings" / "ucddb018"
    hypnogram = scoring_of(folder / "ucddb018_eeg_hyp.edf").hypnogram
    rows = (folder / "ucddb018_hypnogram.tsv").read_text().splitlines()[1:]
    assert hypnogram is not None
    assert [Stage(int(s)).name for s in hypnogram.stages] == [r.split("\t")[2] for r in rows]


def test_ucddb_samples_are_those_of_a_second_reader(shared: Path) -> None:
    path = shared / "recordings" / "ucddb018" / "ucddb018_eeg_hyp.edf"
    header = read_header(path)
    (fact,) = header.facts()
    digital = read_recording(path, header, [fact.index]).channels[fact.index].digital
    with pyedflib.EdfReader(str(path)) as reader:
        other = reader.readSignal(fact.index, digital=True)
    assert len(digital) == 822 * 3840
    assert (digital == other).all()


def test_the_nox_excerpt_maps_to_clean_roles(shared: Path) -> None:
    header = read_header(shared / "recordings" / "nox_excerpt" / "subject1.edf")
    montage = assign(header.facts(), MontageParameters())
    assert {d.role.value: d.label for d in montage.derivations} == {
        "leg_left": "Left Leg",
        "leg_right": "Right Leg",
        "eog_left": "E1-M2",
        "eog_right": "E2-M1",
        "eeg_c3": "C3-M2",
        "eeg_c4": "C4-M1",
        "eeg_f3": "F3-M2",
        "eeg_f4": "F4-M1",
        "eeg_o1": "O1-M2",
        "eeg_o2": "O2-M1",
        "ecg": "ECG",
    }
    assert montage.notices == ()


def test_a_step_of_the_nox_legs_is_31_microvolts(shared: Path) -> None:
    path = shared / "recordings" / "nox_excerpt" / "subject1.edf"
    header = read_header(path)
    derivation = assign(header.facts(), MontageParameters()).get(Role.LEG_LEFT)
    assert derivation is not None
    recording = read_recording(path, header, [derivation.positive])
    found = lead(recording, derivation)
    assert found.resolution_uv == pytest.approx(31.25, rel=1e-3)
    assert (found.rate_hz, found.duration_s) == (200.0, 120.0)


def test_a_one_hertz_envelope_is_no_chin_emg(shared: Path) -> None:
    header = read_header(shared / "recordings" / "sleep_edf" / "edfio_short_psg.edf")
    montage = assign(header.facts(), MontageParameters())
    assert montage.get(Role.CHIN) is None
    assert [n.code for n in montage.notices] == ["RATE_TOO_LOW"]


@pytest.mark.parametrize(
    ("name", "duration_s", "minutes"),
    [
        ("SC4001EC", 79500.0, {"W": 998.5, "N1": 29.0, "N2": 125.0, "N3": 110.0, "R": 62.5}),
        ("SC4241EC", 86400.0, {"W": 936.5, "N1": 42.5, "N2": 257.0, "N3": 22.0, "R": 92.0}),
        ("ST7132JR", 25590.0, {"W": 30.0, "N1": 44.5, "N2": 192.0, "N3": 51.5, "R": 108.0}),
    ],
)
def test_sleep_edf_hypnograms(
    shared: Path, name: str, duration_s: float, minutes: dict[str, float]
) -> None:
    path = shared / "recordings" / "sleep_edf" / f"{name}-Hypnogram.edf"
    hypnogram = scoring_of(path, duration_s).hypnogram
    assert hypnogram is not None
    assert {name: hypnogram.minutes(Stage[name]) for name in minutes} == minutes


def test_twelve_technologists_differ_in_n1_as_published(shared: Path) -> None:
    folder = shared / "reference" / "psg_ipa_sn1"
    found = [scoring_of(folder / f"manual_{i}.edf", 27030.0).hypnogram for i in range(1, 13)]
    n1 = sorted(h.minutes(Stage.N1) for h in found if h is not None)
    assert Counter(len(h) for h in found if h is not None) == {901: 12}
    assert (n1[0], n1[-1]) == (23.5, 125.0)


def test_psg_ipa_lights_are_read_with_their_signal_split_off(shared: Path) -> None:
    scoring = scoring_of(shared / "reference" / "psg_ipa_sn1" / "manual_1.edf", 27030.0)
    assert (scoring.lights_off_s, scoring.lights_on_s) == (83.21, 26980.45)
    assert scoring.notices == ()
