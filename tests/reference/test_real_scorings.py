"""Real scorings are read as their sources count them; twelve scorers spread as published."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from pipeline.delay import DelayParameters
from pipeline.formats import scoring_files
from pipeline.formats.assemble import assemble
from pipeline.formats.marks import MarkKind, ScoringFile
from pipeline.formats.placing import StudyFrame
from pipeline.formats.scoring_parameters import ScoringParameters
from pipeline.hypnogram import Stage
from pipeline.metrics import MetricInputs, MetricParameters, measure
from pipeline.scoring import Scoring

PLAIN = ScoringParameters()
IPA_S = 27_030.0  # the night of PSG-IPA's first subject
METRICS = ("n1_min", "n2_latency_min", "lps_min", "n3_latency_min")


def read(path: Path) -> ScoringFile:
    return scoring_files.read(path, PLAIN)


def epochs(scoring: Scoring) -> dict[str, int]:
    assert scoring.hypnogram is not None
    counts = Counter(Stage(int(s)).letter for s in scoring.hypnogram.stages)
    return dict(sorted(counts.items()))


def ipa(shared: Path, name: str) -> Scoring:
    file = read(shared / "reference" / "psg_ipa_sn1" / f"{name}.edf")
    return assemble(file, StudyFrame(duration_s=IPA_S))


@pytest.mark.parametrize("number", range(1, 13))
@pytest.mark.parametrize("way", ["manual", "semiauto"])
def test_every_scoring_of_psg_ipa_covers_the_night(shared: Path, way: str, number: int) -> None:
    scoring = ipa(shared, f"{way}_{number}")
    counts = epochs(scoring)
    assert sum(counts.values()) == 901
    assert set(counts) <= {"W", "N1", "N2", "N3", "R", "?"}
    assert (scoring.lights_off_s, scoring.lights_on_s) == (83.21, 26_980.45)


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("manual_1", {"?": 2, "N1": 47, "N2": 475, "N3": 159, "R": 172, "W": 46}),
        ("manual_9", {"?": 3, "N1": 250, "N2": 299, "N3": 114, "R": 117, "W": 118}),
        ("semiauto_4", {"N1": 38, "N2": 436, "N3": 196, "R": 167, "W": 64}),
    ],
)
def test_the_stages_of_a_psg_ipa_scorer(shared: Path, name: str, counts: dict[str, int]) -> None:
    assert epochs(ipa(shared, name)) == counts


def latencies(shared: Path) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {name: [] for name in METRICS}
    for number in range(1, 13):
        scoring = ipa(shared, f"manual_{number}")
        assert scoring.hypnogram is not None
        inputs = MetricInputs(
            hypnogram=scoring.hypnogram,
            lights_off_s=scoring.lights_off_s or 0.0,
            lights_on_s=scoring.lights_on_s or IPA_S,
        )
        values = {m.name: m.value for m in measure(inputs, MetricParameters(), DelayParameters())}
        for name in METRICS:
            value = values[name]
            assert isinstance(value, float)
            found[name].append(value)
    return found


def test_twelve_scorers_spread_in_n1_and_agree_on_persistent_sleep_and_n3(shared: Path) -> None:
    spread = {name: (min(v), max(v)) for name, v in latencies(shared).items()}
    assert spread["n1_min"] == (23.5, 125.0)
    assert spread["n2_latency_min"] == pytest.approx((1.6, 14.6), abs=0.05)
    assert spread["lps_min"] == pytest.approx((9.1, 12.6), abs=0.05)
    assert spread["n3_latency_min"] == pytest.approx((28.1, 38.6), abs=0.05)


SLPDB = {  # stages, leg flags, respiratory flags
    "slp01a": (240, 214, 38),
    "slp01b": (360, 24, 66),
    "slp02a": (360, 18, 97),
    "slp02b": (270, 46, 43),
    "slp03": (720, 5, 265),
    "slp04": (720, 22, 351),
    "slp14": (714, 2, 184),
    "slp16": (694, 3, 319),
    "slp32": (640, 19, 118),
    "slp37": (698, 6, 579),
    "slp41": (780, 0, 0),
    "slp45": (760, 0, 0),
    "slp48": (760, 3, 297),
    "slp59": (458, 44, 221),
    "slp60": (710, 12, 350),
    "slp61": (720, 101, 254),
    "slp66": (439, 1, 240),
    "slp67x": (154, 5, 74),
}


@pytest.mark.parametrize("name", SLPDB)
def test_the_stages_and_flags_of_slpdb(shared: Path, name: str) -> None:
    file = read(shared / "recordings" / "slpdb_annotations" / f"{name}.st")
    kinds = Counter(mark.kind for mark in file.marks)
    flags = (kinds[MarkKind.STAGE], kinds[MarkKind.LIMB_MOVEMENT], kinds[MarkKind.RESPIRATORY])
    assert flags == SLPDB[name]


def test_the_leg_flags_of_slpdb_sum_to_what_is_published_of_them(shared: Path) -> None:
    paths = sorted((shared / "recordings" / "slpdb_annotations").glob("*.st"))
    legs = [m for path in paths for m in read(path).marks if m.kind is MarkKind.LIMB_MOVEMENT]
    assert len(paths) == 18
    assert Counter(m.text for m in legs) == {"L": 299, "LA": 226}


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("SC4001EC", {"W": 12, "1": 24, "2": 40, "3": 48, "4": 23, "R": 6, "?": 1}),
        ("SC4241EC", {"W": 14, "1": 19, "2": 31, "3": 17, "R": 3, "?": 1, "time": 2}),
        ("SC4811GG", {"W": 34, "1": 55, "2": 58, "3": 43, "4": 14, "R": 20, "?": 1}),
        ("ST7132JR", {"W": 6, "1": 23, "2": 39, "3": 28, "4": 12, "R": 8}),
    ],
)
def test_every_mark_of_a_sleep_edf_hypnogram_is_a_stage(
    shared: Path, name: str, counts: dict[str, int]
) -> None:
    file = read(shared / "recordings" / "sleep_edf" / f"{name}-Hypnogram.edf")
    assert {m.kind for m in file.marks} == {MarkKind.STAGE}
    assert Counter(m.text.split()[-1] for m in file.marks) == counts
