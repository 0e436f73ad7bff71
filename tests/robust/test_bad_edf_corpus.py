"""Every file of the kept corpus is read, noticed or refused as its manifest says."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeline.edf.annotations import Annotation
from pipeline.edf.header import Header
from pipeline.edf.reader import read_annotations, read_header, read_recording
from pipeline.errors import EdfError
from pipeline.notices import Notice
from pipeline.recording import Recording

CORPUS = Path(__file__).parents[2].parent / "shared" / "bad_edf"
CASES = json.loads((CORPUS / "index.json").read_text()) if CORPUS.is_dir() else []
# Read exactly, and yet worth a word: the manifests allow a refusal of the first; in the second a
# stage reaches past the record, which the importer of the scoring judges.
EXACT_WITH_A_WORD = {"t_pid_nul": {"NUL_PADDING"}, "q_hyp_long": {"TAL"}}
REFUSED_THOUGH_READABLE = {"a_plusD_gap"}  # gaps: the remedy is a converter, not a guess


@dataclass(frozen=True, kw_only=True)
class Case:
    """A file, its manifest and what came of it."""

    facts: dict[str, Any]
    header: Header | None = None
    recording: Recording | None = None
    annotations: tuple[Annotation, ...] = ()
    notices: tuple[Notice, ...] = ()
    error: EdfError | None = None

    @property
    def codes(self) -> set[str]:
        """All codes that were given."""
        return {self.error.code} if self.error else {n.code for n in self.notices}

    @property
    def truth(self) -> dict[str, Any]:
        """What stands in the file."""
        truth: dict[str, Any] = self.facts["truth"]
        return truth

    def read(self) -> tuple[Header, Recording]:
        """Give what was read."""
        assert self.header is not None
        assert self.recording is not None
        return self.header, self.recording


def is_refused(facts: dict[str, Any]) -> bool:
    return facts["must"] == "reject" or facts["id"] in REFUSED_THOUGH_READABLE


REFUSED = [facts for facts in CASES if is_refused(facts)]
READABLE = [facts for facts in CASES if not is_refused(facts)]


@pytest.fixture(scope="module")
def case(request: pytest.FixtureRequest, shared: Path) -> Case:
    """Read one readable file of the corpus, all of it."""
    return read_case(shared / "bad_edf" / request.param["id"])


def read_case(folder: Path) -> Case:
    facts = json.loads((folder / "case.json").read_text())
    path = folder / facts["file"]
    try:
        header = read_header(path)
        indices = [f.index for f in header.facts()]
        recording = read_recording(path, header, indices)
        found = read_annotations(path, header)
    except EdfError as error:
        return Case(facts=facts, error=error)
    return Case(
        facts=facts,
        header=header,
        recording=recording,
        annotations=found.annotations,
        notices=recording.notices + found.notices,
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    for name, cases in (("case", READABLE), ("refused", REFUSED)):
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, cases, ids=lambda c: c["id"], indirect=True, scope="module")


@pytest.fixture(scope="module")
def refused(request: pytest.FixtureRequest, shared: Path) -> Case:
    """Try one file of the corpus that must be refused."""
    return read_case(shared / "bad_edf" / request.param["id"])


def test_the_whole_corpus_is_tried(shared: Path) -> None:
    folders = [path for path in (shared / "bad_edf").iterdir() if path.is_dir()]
    assert len(REFUSED) + len(READABLE) == len(folders) == 110


def test_what_must_be_refused_is_refused_with_its_code(refused: Case) -> None:
    assert refused.codes == {refused.facts["code"]}
    assert refused.error is not None


def test_a_refusal_says_where_and_what_to_do(refused: Case) -> None:
    assert refused.error is not None
    assert refused.error.where
    assert refused.error.remedy


def test_a_fault_is_noticed_and_a_legal_file_is_not(case: Case) -> None:
    assert case.error is None
    if case.facts["must"] == "warn":
        assert case.facts["code"] in case.codes
    else:
        assert case.codes <= EXACT_WITH_A_WORD.get(case.facts["id"], set())


def test_labels_counts_and_rates(case: Case) -> None:
    header, recording = case.read()
    channels = recording.channels.values()
    found = [(c.label, len(c.digital)) for c in channels]
    assert found == [(c["label"], c["n"]) for c in case.truth["channels"]]
    rates = [c["fs"] for c in case.truth["channels"]]
    assert [c.rate_hz for c in channels] == pytest.approx(rates, rel=1e-12)
    assert header.duration_s == pytest.approx(case.truth["duration_s"], rel=1e-12)


def test_physical_values(case: Case) -> None:
    header, recording = case.read()
    for channel, truth in zip(recording.channels.values(), case.truth["channels"], strict=True):
        signal = header.channels[channel.index]
        if truth["probes"] is None:
            assert signal.gain is None
            continue
        assert signal.gain is not None
        assert signal.offset is not None
        physical = channel.digital * signal.gain + signal.offset
        places = [place for place, _ in truth["probes"]]
        fine = {"abs": 1e-6 * truth["lsb"], "rel": 1e-12}
        assert physical[places] == pytest.approx([value for _, value in truth["probes"]], **fine)
        assert physical.min() == pytest.approx(truth["min"], **fine)
        assert physical.max() == pytest.approx(truth["max"], **fine)


def test_units(case: Case) -> None:
    header, recording = case.read()
    for index, truth in zip(recording.channels, case.truth["channels"], strict=True):
        if truth["probes"] is None:
            continue
        volts = truth["unit_v"]
        expected = None if volts is None else pytest.approx(volts * 1e6)
        assert header.channels[index].scale_uv == expected


def test_start(case: Case) -> None:
    header, _ = case.read()
    day, _, clock = case.truth["start"].partition("T")
    assert header.start_date == (None if day == "?" else dt.date.fromisoformat(day))
    assert header.start_time == (None if clock == "?" else dt.time.fromisoformat(clock))
    assert header.start_offset_s == case.truth.get("start_subsec", 0.0)


def test_annotations(case: Case) -> None:
    case.read()
    found = sorted((a.text, a.onset_s, a.duration_s) for a in case.annotations)
    wanted = sorted((text, onset, lasts) for onset, lasts, text in case.truth["annotations"])
    assert [(a[0], a[2]) for a in found] == [(a[0], a[2]) for a in wanted]
    assert [a[1] for a in found] == pytest.approx([a[1] for a in wanted], abs=1e-6)
