"""A DOMINO export in a folder, or beside its study: one scoring of several files."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.admission import admit_scoring
from pipeline.batches import Batch, recall_batch, remember_batch
from pipeline.cli.app import app
from pipeline.errors import HypnicError, ScoringError
from pipeline.formats import scoring_files
from pipeline.formats.scoring_parameters import AS_WRITTEN
from pipeline.formats.scoring_sets import parts
from pipeline.hypnogram import Stage
from pipeline.montage import MontageParameters
from pipeline.process import score_study
from pipeline.reading import read_study
from pipeline.scorers import find_scorers
from pipeline.settings import Settings
from pipeline.staged import stage_set
from pipeline.studies import find_jobs
from tests.unit import drawn_scorings as drawn
from tests.unit.test_reading import DATE, write
from tests.unit.test_scoring_xml import rml

RUN = CliRunner()
FILES = {
    "Sleep profile": drawn.DOMINO_STAGES,
    "Arousals": drawn.DOMINO_AROUSALS,
    "PLM": drawn.DOMINO_LEGS,
}
SAMPLE = Path(__file__).parents[2] / "sample_data" / "nap.edf"


def export(folder: Path, prefix: str = "", day: str = f"{DATE:%d.%m.%Y}") -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in FILES.items():
        (folder / f"{prefix}{name}.txt").write_text(text.replace("19.11.2020", day))
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return export(tmp_path / "export")


def test_a_folder_of_domino_is_the_scoring_of_a_study(tmp_path: Path, folder: Path) -> None:
    scoring = read_study(write(tmp_path / "s.edf", "23:59:30"), folder, MontageParameters()).scoring
    assert scoring.hypnogram is not None
    assert [Stage(int(s)).letter for s in scoring.hypnogram.stages] == ["?", "W", "N1", "N3"]
    assert scoring.arousals is not None
    assert [e.onset_s for e in scoring.arousals] == [29.5, 70.0]
    assert scoring.movements is not None
    assert [(e.onset_s, e.is_plm) for e in scoring.movements] == [(31.0, None), (61.0, True)]


def test_other_files_hidden_files_and_subfolders_are_none_of_it(folder: Path) -> None:
    (folder / "notes.txt").write_text("slept badly")
    (folder / ".PLM copy.txt").write_text(drawn.DOMINO_LEGS)
    export(folder / "older")
    assert [path.name for path in parts(folder)] == ["Arousals.txt", "PLM.txt", "Sleep profile.txt"]


def test_a_link_in_the_folder_is_refused(tmp_path: Path, folder: Path) -> None:
    (folder / "PLM.txt").rename(tmp_path / "elsewhere.txt")
    (folder / "PLM.txt").symlink_to(tmp_path / "elsewhere.txt")
    with pytest.raises(ScoringError, match=r"NOT_PLAIN.*no link is followed"):
        parts(folder)


def test_a_link_to_a_folder_is_no_folder(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "link").symlink_to(folder)
    with pytest.raises(HypnicError, match="NOT_PLAIN"):
        admit_scoring([tmp_path / "link"], most_mib=10)


def test_a_folder_without_domino_is_no_scoring(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(drawn.WORDS)
    with pytest.raises(ScoringError, match=r"SCORING_SET.*0 files of DOMINO"):
        parts(tmp_path)


def test_files_of_two_nights_make_no_scoring(folder: Path) -> None:
    (folder / "PLM.txt").write_text(drawn.DOMINO_LEGS)
    with pytest.raises(ScoringError, match=r"SCORING_SET.*h apart"):
        scoring_files.read(folder, AS_WRITTEN)


def test_the_hash_of_a_set_is_of_its_contents_and_not_of_its_names(
    tmp_path: Path, folder: Path
) -> None:
    other = export(tmp_path / "other", "z ")
    hashes = []
    for number, each in enumerate((folder, other)):
        copied = stage_set(parts(each), tmp_path, f"copy{number}")
        assert copied.size_bytes == sum(path.stat().st_size for path in each.iterdir())
        hashes.append(copied.sha256)
    (other / "z PLM.txt").write_text(drawn.DOMINO_LEGS)
    hashes.append(stage_set(parts(other), tmp_path, "copy2").sha256)
    assert hashes[0] == hashes[1] != hashes[2]


def test_a_study_scored_with_a_folder_is_named_after_each_of_its_files(tmp_path: Path) -> None:
    nap = tmp_path / "nap.edf"
    nap.write_bytes(SAMPLE.read_bytes())
    folder = export(tmp_path / "export", day="01.03.2024")
    for path in folder.iterdir():
        path.write_text(path.read_text().replace("23:59:", "13:00:").replace("00:0", "13:0"))
    folders = []
    for _ in range(2):
        outcome = score_study(nap, tmp_path / "out", Settings(), scoring=folder)
        assert outcome.is_done, outcome.message
        folders.append(outcome.folder)
        with (folder / "PLM.txt").open("a") as file:
            file.write("13:05:00,000-13:05:01,000; 1;I-Marker\n")
    assert folders[0] != folders[1]


def test_a_folder_that_is_no_scoring_quarantines_the_study(tmp_path: Path) -> None:
    study = write(tmp_path / "s.edf", "22:00:00")
    (tmp_path / "empty").mkdir()
    outcome = score_study(study, tmp_path / "out", Settings(), scoring=tmp_path / "empty")
    assert outcome.code == "SCORING_SET"


def test_a_folder_named_after_a_study_is_its_scoring(tmp_path: Path) -> None:
    study = write(tmp_path / "night1.edf", "23:59:30")
    (tmp_path / "night10").mkdir()
    (tmp_path / "night1_pictures").mkdir()
    folder = export(tmp_path / "night1")
    assert [(j.source, j.scoring) for j in find_jobs(tmp_path)] == [(study, folder)]


def test_domino_files_named_after_a_study_are_its_one_scoring(tmp_path: Path) -> None:
    study = write(tmp_path / "night1.edf", "23:59:30")
    export(tmp_path, "night1 ")
    (job,) = find_jobs(tmp_path)
    assert (job.source, job.n_other_scorings) == (study, 0)
    assert [path.name for path in (job.scoring, *job.further_parts) if path] == [
        "night1 Arousals.txt",
        "night1 PLM.txt",
        "night1 Sleep profile.txt",
    ]
    outcome = score_study(study, tmp_path / "out", Settings(), scoring=job.scoring)
    assert outcome.code == "NO_STAGES"  # the first file alone


def test_an_edf_scoring_comes_before_a_domino_set_which_counts_as_one(tmp_path: Path) -> None:
    write(tmp_path / "night1.edf", "23:59:30")
    own = write(tmp_path / "night1_hyp.edf", "23:59:30", "W1", has_signal=False)
    export(tmp_path, "night1 ")
    export(tmp_path / "night1")
    (job,) = find_jobs(tmp_path)
    assert (job.scoring, job.further_parts, job.n_other_scorings) == (own, (), 2)


def test_a_batch_remembers_every_file_of_a_scoring(tmp_path: Path) -> None:
    write(tmp_path / "night1.edf", "23:59:30")
    export(tmp_path, "night1 ")
    batch = Batch(jobs=tuple(find_jobs(tmp_path)), out=tmp_path / "out")
    assert recall_batch(remember_batch(batch)).jobs == batch.jobs


def test_a_domino_folder_is_one_scorer_of_a_comparison(tmp_path: Path, folder: Path) -> None:
    assert find_scorers(folder) == [folder]
    other = export(tmp_path / "other")
    result = RUN.invoke(app, ["compare", str(folder), str(other)])
    assert result.exit_code == 0, result.output
    assert "export, other" in result.output


def test_a_folder_of_hypnograms_alone_is_of_several_scorers(tmp_path: Path) -> None:
    for name in ("anna", "ben"):
        (tmp_path / f"{name}.txt").write_text(drawn.DOMINO_STAGES)
    assert [path.stem for path in find_scorers(tmp_path)] == ["anna", "ben"]


def test_one_file_of_two_scorers_is_compared_in_itself(tmp_path: Path) -> None:
    path = tmp_path / "night.rml"
    path.write_bytes(rml(user="Wake@0 NonREM1@60", machine="Wake@0 NonREM2@90"))
    result = RUN.invoke(app, ["compare", str(path)])
    assert result.exit_code == 0, result.output
    assert "night rml:user, night rml:machine" in result.output


def test_a_comparison_reads_the_labs_words(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.annot").write_text("Tief\t0\t120\nW\t120\t180\n")
    config = tmp_path / "lab.toml"
    config.write_text('[scoring.terms]\n"tief" = "N3"\n')
    paths = [str(tmp_path / f"{name}.annot") for name in ("a", "b")]
    result = RUN.invoke(app, ["compare", *paths, "--config", str(config)])
    assert result.exit_code == 0, result.output
    assert "UNKNOWN_TEXT" not in result.output


def test_of_two_files_with_two_scorers_the_people_are_compared(tmp_path: Path) -> None:
    for name in ("a", "b"):
        content = rml(user="Wake@0 NonREM1@60", machine="Wake@0 NonREM2@90")
        (tmp_path / f"{name}.rml").write_bytes(content)
    result = RUN.invoke(app, ["compare", str(tmp_path / "a.rml"), str(tmp_path / "b.rml")])
    assert "a, b" in result.output
    assert "machine," not in result.output


def test_a_file_of_one_scorer_alone_is_still_too_few(tmp_path: Path) -> None:
    (tmp_path / "a.rml").write_bytes(rml(user="Wake@0 NonREM1@60"))
    result = RUN.invoke(app, ["compare", str(tmp_path / "a.rml")])
    assert isinstance(result.exception, HypnicError)
    assert "TOO_FEW_SCORERS" in str(result.exception)
