"""A scoring of any format: recognised by content, read with a study, paired in a folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from pipeline.errors import ScoringError
from pipeline.formats import scoring_files
from pipeline.formats.lab_terms import Term
from pipeline.formats.scoring_files import FORMATS, LARGEST_BYTES, TITLES
from pipeline.formats.scoring_parameters import ScoringParameters
from pipeline.hypnogram import Stage
from pipeline.montage import MontageParameters
from pipeline.process import score_study
from pipeline.reading import read_study
from pipeline.settings import Settings, load
from pipeline.studies import find_jobs
from tests.unit.test_reading import write
from tests.unit.test_scoring_wfdb import night
from tests.unit.test_scoring_xml import nsrr, profusion, rml

PLAIN = ScoringParameters()
ANNOT = b"W\t0\t30\nN1\t30\t60\nN2\t60\t120\n"
SAMPLES = {
    "NSRR XML": nsrr(("Stages|Stages", "Stage 2 sleep|2", 0, 120)),
    "Profusion XML": profusion("2 2 2 2"),
    "Philips RML": rml(user="NonREM2@0"),
    "Luna .annot": b"N2\t0\t120\n",
    "list of stages, Luna .eannot": b"N2\nN2\nN2\nN2\n",
    "WFDB annotations (.st)": night("2,2,2,2"),
}


def stages(study: Path, scoring: Path, parameters: ScoringParameters = PLAIN) -> str:
    found = read_study(study, scoring, MontageParameters(), parameters).scoring.hypnogram
    assert found is not None
    return "".join(Stage(int(s)).letter[-1] for s in found.stages)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return write(tmp_path / "night1.edf", "22:00:00")


@pytest.mark.parametrize("title", SAMPLES)
def test_a_study_takes_a_scoring_of_every_format_whatever_its_ending(
    study: Path, title: str
) -> None:
    path = study.with_name("scoring.dat")
    path.write_bytes(SAMPLES[title])
    assert stages(study, path, ScoringParameters(sample_rate_hz=250.0)) == "2222"


@pytest.mark.parametrize("title", SAMPLES)
def test_each_content_is_of_one_format_alone(title: str) -> None:
    found = [f.title for f in FORMATS if f.looks_like(SAMPLES[title])]
    assert found == [title]


def test_an_unknown_format_is_refused_with_all_that_are_known(study: Path) -> None:
    path = study.with_name("x.docx")
    path.write_bytes(b"PK\x03\x04 a letter")
    with pytest.raises(ScoringError, match="SCORING_FORMAT") as error:
        stages(study, path)
    assert all(title in str(error.value) for title in TITLES)


def test_an_empty_scoring_is_refused(study: Path) -> None:
    path = study.with_name("empty.xml")
    path.write_bytes(b"")
    with pytest.raises(ScoringError, match="SCORING_FORMAT"):
        stages(study, path)


def test_a_scoring_beyond_all_size_is_refused_unread(study: Path) -> None:
    path = study.with_name("huge.xml")
    with path.open("wb") as file:
        file.truncate(LARGEST_BYTES + 1)
    with pytest.raises(ScoringError, match="RESOURCE"):
        stages(study, path)


def test_of_two_scorers_the_person_is_used_and_told(study: Path) -> None:
    path = study.with_name("s.rml")
    path.write_bytes(rml(user="REM@0", machine="NonREM2@0"))
    file = scoring_files.read(path, PLAIN)
    assert file.source == "rml:user"
    assert "2 scorings; that of rml:user" in file.notices[0].message


def test_a_header_beside_a_wfdb_file_gives_the_rate(study: Path) -> None:
    path = study.with_name("night1.st")
    path.write_bytes(night("W,1,2,R"))
    with pytest.raises(ScoringError, match="SCORING_RATE"):
        stages(study, path)
    study.with_name("night1.hea").write_text("night1 1 250 30000\n")
    assert stages(study, path) == "W12R"


def test_the_labs_words_reach_the_reader(study: Path) -> None:
    path = study.with_name("s.annot")
    path.write_bytes(b"Tief\t0\t120\nW\t120\t150\n")
    config = study.with_name("lab.toml")
    config.write_text('[scoring.terms]\n"tief" = "N3"\n')
    assert stages(study, path, load(config).settings.scoring) == "3333"


def test_the_labs_words_are_known_in_the_studys_own_annotations_too(tmp_path: Path) -> None:
    own = write(tmp_path / "own.edf", "22:00:00", ["Veille"] * 4)
    terms = ScoringParameters(terms={"sleep stage veille": Term.W})
    scoring = read_study(own, None, MontageParameters(), terms).scoring
    assert scoring.hypnogram is not None
    assert scoring.hypnogram.minutes(Stage.W) == 2.0


def test_a_term_that_stands_for_nothing_is_refused() -> None:
    with pytest.raises(ValidationError, match="limb_movement:left"):
        Settings.model_validate_json('{"scoring": {"terms": {"x": "leg"}}}')


@pytest.mark.parametrize(
    "name",
    ["night1.xml", "night1-profusion.xml", "night1_stages.annot", "night1.annot.txt", "night1 b.x"],
)
def test_a_scoring_named_after_a_study_is_paired_by_its_content(study: Path, name: str) -> None:
    path = study.with_name(name)
    path.write_bytes(SAMPLES["Profusion XML"])
    assert [(j.source, j.scoring) for j in find_jobs(study.parent)] == [(study, path)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("night1.json", b'{"a": 1}'),
        ("night1_notes.txt", b"slept badly"),
        ("night1.png", b"\x89PNG\r\n\x1a\n"),
        ("night10.xml", SAMPLES["Profusion XML"]),
        ("other.xml", SAMPLES["Profusion XML"]),
    ],
)
def test_other_files_are_paired_with_no_study(study: Path, name: str, content: bytes) -> None:
    study.with_name(name).write_bytes(content)
    assert [(j.source, j.scoring) for j in find_jobs(study.parent)] == [(study, None)]


def test_a_link_is_no_scoring(study: Path) -> None:
    study.with_name("elsewhere").write_bytes(SAMPLES["Profusion XML"])
    study.with_name("night1.xml").symlink_to(study.with_name("elsewhere"))
    assert [j.scoring for j in find_jobs(study.parent)] == [None]


def test_of_several_scorings_edf_comes_first_and_the_others_are_counted(study: Path) -> None:
    own = write(study.with_name("night1_hyp.edf"), "22:00:00", "W123", has_signal=False)
    study.with_name("night1.annot").write_bytes(ANNOT)
    study.with_name("night1-nsrr.xml").write_bytes(SAMPLES["NSRR XML"])
    (job,) = find_jobs(study.parent)
    assert (job.scoring, job.n_other_scorings) == (own, 2)
    own.unlink()
    (job,) = find_jobs(study.parent)
    assert job.scoring == study.with_name("night1-nsrr.xml")


def test_a_study_is_scored_with_a_scoring_of_another_format(nap: Path, tmp_path: Path) -> None:
    scoring = nap.with_suffix(".xml")
    scoring.write_bytes(profusion("0 1 2 2"))
    outcome = score_study(nap, tmp_path / "out", Settings(), scoring=scoring)
    assert outcome.is_done
    assert "HYPNOGRAM_SHORTER" in outcome.notices


def test_the_header_beside_a_scoring_is_part_of_the_results_name(nap: Path, tmp_path: Path) -> None:
    scoring = nap.with_suffix(".st")
    scoring.write_bytes(night("W,1,2,R"))
    folders = set()
    for rate in (250, 125):
        nap.with_suffix(".hea").write_text(f"nap 1 {rate}\n")
        folders.add(score_study(nap, tmp_path / "out", Settings(), scoring=scoring).folder)
    assert len(folders) == 2
