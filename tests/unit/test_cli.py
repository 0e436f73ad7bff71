"""The commands, as a technician types them."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipeline.cli.app import app

RUN = CliRunner()


def hypnic(*words: str | Path) -> Result:
    return RUN.invoke(app, [str(word) for word in words])


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    import shutil

    folder = tmp_path_factory.mktemp("cli")
    sample = Path(__file__).parents[2] / "sample_data" / "nap.edf"
    (folder / "in").mkdir()
    shutil.copy(sample, folder / "in" / "good.edf")
    (folder / "in" / "cut.edf").write_bytes(sample.read_bytes()[:300])
    return folder, hypnic("batch", folder / "in", "--out", folder / "out")


def test_a_batch_goes_on_after_a_bad_study_and_answers_1(batch: tuple[Path, Result]) -> None:
    _, result = batch
    assert result.exit_code == 1, result.output
    assert "2 studies = 1 done + 1 quarantined + 0 pending" in result.output
    assert "HEADER_TRUNCATED" in result.output


def test_every_study_of_a_batch_is_a_result_or_a_reason(batch: tuple[Path, Result]) -> None:
    folder, _ = batch
    assert len(list(folder.glob("out/nights/*/*/report.html"))) == 1
    [reason] = folder.glob("out/quarantine/*/reason.json")
    assert json.loads(reason.read_text())["remedy"]


def test_a_batch_ends_with_a_page_of_all_its_studies(batch: tuple[Path, Result]) -> None:
    folder, result = batch
    assert "All studies on one page:" in result.output
    page = (folder / "out" / "index.html").read_text(encoding="utf-8")
    assert sorted(re.findall(r'<tr data-status="(\w+)"', page)) == ["done", "quarantined"]


def test_a_second_batch_skips_what_is_done(batch: tuple[Path, Result]) -> None:
    folder, _ = batch
    again = hypnic("batch", folder / "in", "--out", folder / "out")
    assert "already scored" in again.output


def test_show_prints_limits_numbers_and_the_report(batch: tuple[Path, Result]) -> None:
    folder, _ = batch
    result = hypnic("show", folder / "out")
    assert result.exit_code == 0
    for words in ("Jerks in N1", "Latency to persistent sleep", "report.html", "Not a medical"):
        assert words in result.output


def test_check_names_channels_and_what_is_missing(
    tmp_path: Path, study_of: Callable[[Path, set[str]], Path]
) -> None:
    result = hypnic("check", study_of(tmp_path, {"EEG C4-M1", "EMG LAT"}))
    assert result.exit_code == 0
    assert "EEG C4-M1" in result.output
    assert "one leg" in result.output
    assert "chin EMG" in result.output


def test_check_answers_1_for_a_file_that_cannot_be_scored(tmp_path: Path) -> None:
    (tmp_path / "bad.edf").write_bytes(b"<html>" * 99)
    result = hypnic("check", tmp_path)
    assert result.exit_code == 1
    assert "NOT_EDF" in result.output


def test_check_ends_with_the_command_that_explains_the_codes_it_printed(tmp_path: Path) -> None:
    (tmp_path / "a.edf").write_bytes(b"<html>" * 99)
    (tmp_path / "b.edf").write_bytes(b"")
    (tmp_path / "c.edf").write_bytes(b"<html>" * 99)
    last = hypnic("check", tmp_path).output.rstrip().splitlines()[-1]
    assert last.endswith(": hypnic check --explain NOT_EDF --explain EMPTY")


def test_check_of_a_study_without_codes_names_no_command() -> None:
    sample = Path(__file__).parents[2] / "sample_data" / "nap.edf"
    assert "--explain" not in hypnic("check", sample).output


def test_config_prints_where_a_value_is_from(tmp_path: Path) -> None:
    (tmp_path / "lab.toml").write_text("[run]\ntries = 5\n")
    result = hypnic("config", "--config", tmp_path / "lab.toml", "--jobs", "3")
    assert "tries = 5  # from lab.toml" in result.output
    assert "jobs = 3  # from command line" in result.output


def test_simulate_writes_a_night_and_its_truth(tmp_path: Path) -> None:
    result = hypnic("simulate", "nap", "--out", tmp_path / "x.edf")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "x.edf").stat().st_size > 1_000_000
    assert json.loads((tmp_path / "x_truth.json").read_text())["stages"]


def test_simulate_writes_another_lab_s_labels_and_a_second_scoring(tmp_path: Path) -> None:
    more = ("--scoring", "--rename", "EMG LAT=PLM li", "--rename", "EMG RAT=PLM re")
    result = hypnic("simulate", "nap", "--out", tmp_path / "x.edf", *more)
    assert result.exit_code == 0, result.output
    assert b"PLM re" in (tmp_path / "x.edf").read_bytes()[:4096]
    assert (tmp_path / "x_hypnogram.edf").read_bytes().count(b"Limb movement@@PLM li") == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "absent.edf", "--out", "o"), "NOT_FOUND"),
        (("batch", "absent", "--out", "o"), "NOT_FOUND"),
        (("check", "absent"), "NOT_FOUND"),
        (("show", "absent"), "NO_RESULT"),
        (("simulate", "absent", "--out", "o"), "RECIPE_UNKNOWN"),
        (("simulate", "nap", "--out", "o", "--rename", "EMG LAT"), "RECIPE_INVALID"),
        (("config", "--config", "absent.toml"), "CONFIG_FILE"),
    ],
)
def test_what_is_not_there_is_told_in_one_line_with_exit_code_2(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    said: str,
) -> None:
    from pipeline.cli.app import main

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["hypnic", *words])
    with pytest.raises(SystemExit) as stop:
        main()
    told = capsys.readouterr().err
    assert stop.value.code == 2
    assert said in told
    assert len(told.strip().splitlines()) == 1
    assert "Traceback" not in told


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    result = hypnic("batch", tmp_path, "--out", tmp_path / "out")
    assert result.exit_code == 0
    assert "nothing to do" in " ".join(result.output.split())


def test_a_name_that_is_not_unicode_costs_nothing(tmp_path: Path, nap: Path) -> None:
    odd = nap.parent / os.fsdecode(b"M\xfcller.edf")
    try:
        nap.rename(odd)
    except OSError:
        pytest.skip("this file system takes no such name")
    (nap.parent / "bad.edf").write_bytes(b"no EDF")
    result = hypnic("batch", nap.parent, "--out", tmp_path / "out")
    assert "2 studies = 1 done + 1 quarantined + 0 pending" in result.output


def test_check_answers_1_for_a_study_without_eeg_and_scoring(
    tmp_path: Path, study_of: Callable[[Path, set[str]], Path]
) -> None:
    result = hypnic("check", study_of(tmp_path, {"EMG LAT"}))
    assert result.exit_code == 1
    assert "NO_EEG" in result.output


def test_a_damaged_night_does_not_hide_the_others(batch: tuple[Path, Result]) -> None:
    folder, _ = batch
    damaged = folder / "out" / "nights" / "s0" / "d0"
    damaged.mkdir(parents=True)
    (damaged / "manifest.json").write_text("{}")
    (damaged / "stray").write_text("")
    result = hypnic("show", folder / "out")
    assert result.exit_code == 2
    assert "RESULT_DAMAGED" in result.output
    assert "Jerks in N1" in result.output
