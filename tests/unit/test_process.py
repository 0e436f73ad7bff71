"""One study from file to folder: published whole, skipped when done, set aside with a reason."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline import process, provenance, store, verdicts
from pipeline.claims import claim
from pipeline.codes import Code
from pipeline.errors import MontageError, PassingError, ResourceError, ResultError
from pipeline.outcome import Outcome, OutcomeStatus
from pipeline.settings import Settings, load
from pipeline.workspace import Watch, workspace

SAMPLE = Path(__file__).parents[2] / "sample_data" / "nap.edf"
SETTINGS = Settings()
NAME = "Doe Jane 1970-01-01 nap.edf"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("out")


@pytest.fixture(scope="module")
def scored(out: Path) -> Outcome:
    (out / "in").mkdir()
    source = Path(shutil.copy(SAMPLE, out / "in" / NAME))
    return process.score_study(source, out / "results", SETTINGS)


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_scored_study_has_a_valid_folder_with_every_file(out: Path, scored: Outcome) -> None:
    assert scored.status is OutcomeStatus.SCORED
    folder = out / "results" / scored.folder
    store.check(folder)
    assert {path.name for path in folder.iterdir()} == {
        "manifest.json",
        "night.json",
        "epochs.parquet",
        "events.parquet",
        "descents.parquet",
        f"{scored.study_key}_annotations.edf",
        f"{scored.study_key}.annot",
        f"{scored.study_key}.xml",
        f"{scored.study_key}_events.tsv",
        f"{scored.study_key}_events.json",
        "report.html",
    }


def test_nothing_private_is_left_behind(out: Path, scored: Outcome) -> None:
    results = out / "results"
    assert scored.is_done
    assert list((results / ".work").iterdir()) == []
    assert not [name for name, data in tree(results).items() if b"Jane" in data or "Jane" in name]


def test_the_source_is_untouched(out: Path, scored: Outcome) -> None:
    assert scored.is_done
    assert (out / "in" / NAME).read_bytes() == SAMPLE.read_bytes()


def test_a_second_run_is_recognised_and_skipped(out: Path, scored: Outcome) -> None:
    before = tree(out / "results")
    again = process.score_study(out / "in" / NAME, out / "results", SETTINGS)
    assert again.status is OutcomeStatus.SKIPPED
    assert again.folder == scored.folder
    assert tree(out / "results") == before


def test_the_same_study_gives_the_same_bytes_elsewhere(
    tmp_path: Path, out: Path, scored: Outcome
) -> None:
    again = process.score_study(SAMPLE, tmp_path, SETTINGS)
    assert again.folder == scored.folder
    assert tree(tmp_path / again.folder) == tree(out / "results" / scored.folder)


def test_other_settings_get_a_folder_of_their_own(out: Path, scored: Outcome) -> None:
    other = SETTINGS.model_copy(
        update={"night": SETTINGS.night.model_copy(update={"stage_source": "auto"})}
    )
    again = process.score_study(SAMPLE, out / "results", other)
    assert again.status is OutcomeStatus.SCORED
    assert again.folder != scored.folder


def test_tables_and_record_tell_of_the_same_events(out: Path, scored: Outcome) -> None:
    folder = out / "results" / scored.folder
    events = pq.read_table(folder / "events.parquet").to_pylist()
    metrics = json.loads((folder / "night.json").read_text())["metrics"]
    jerks = [
        e
        for e in events
        if e["kind"] == "sleep_start" and e["status"] == "accepted" and e["grade"] in "AB"
    ]
    assert sum(e["stage"] == "N1" for e in jerks) == metrics["jerks_n1"]["value"] > 0


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "EMPTY"), (b"PK\x03\x04" + bytes(600), "COMPRESSED"), (b"<html>" * 99, "NOT_EDF")],
)
def test_what_is_not_edf_is_set_aside_with_a_reason(
    tmp_path: Path, content: bytes, code: str
) -> None:
    source = tmp_path / "study.edf"
    source.write_bytes(content)
    outcome = process.score_study(source, tmp_path / "results", SETTINGS)
    assert (outcome.status, outcome.code) == (OutcomeStatus.QUARANTINED, code)
    reason = store.read_record(tmp_path / "results" / outcome.folder / store.REASON)
    assert reason["code"] == code
    assert reason["remedy"]


def test_a_study_without_eeg_and_scoring_is_set_aside(
    tmp_path: Path, study_of: Callable[[Path, set[str]], Path]
) -> None:
    source = study_of(tmp_path, {"EMG LAT", "EMG RAT"})
    outcome = process.score_study(source, tmp_path / "results", SETTINGS)
    assert (outcome.status, outcome.code) == (OutcomeStatus.QUARANTINED, "NO_EEG")


def test_a_study_without_legs_is_scored_and_its_jerks_are_not_available(
    tmp_path: Path, study_of: Callable[[Path, set[str]], Path]
) -> None:
    source = study_of(tmp_path, {"EEG C4-M1", "EOG E1-M2", "EMG Chin"})
    outcome = process.score_study(source, tmp_path / "results", SETTINGS)
    assert outcome.status is OutcomeStatus.SCORED
    assert "NO_LEGS" in outcome.notices
    night = store.read_record(tmp_path / "results" / outcome.folder / "night.json")
    jerks = night["metrics"]["jerks_n1"]
    assert (jerks["value"], jerks["status"]) == (None, "not_available")
    assert "leg" in jerks["reason"]
    assert night["metrics"]["tst_min"]["value"] > 0


def test_a_file_that_is_not_there_is_pending_not_quarantined(tmp_path: Path) -> None:
    outcome = process.score_study(tmp_path / "gone.edf", tmp_path / "results", SETTINGS)
    assert outcome.status is OutcomeStatus.PENDING
    assert not (tmp_path / "results" / "quarantine").exists()


def test_a_fault_of_our_own_is_a_reason_without_its_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("Jane Doe")

    monkeypatch.setattr(process, "analyse", fail)
    outcome = process.score_study(SAMPLE, tmp_path, SETTINGS)
    assert outcome.code == "INTERNAL_ERROR"
    assert "ValueError" in outcome.message
    assert "Jane" not in (tmp_path / outcome.folder / store.REASON).read_text()


def test_a_result_that_cannot_be_made_is_set_aside_under_its_own_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ResultError("A model is damaged.", code=Code.MODEL_DAMAGED)

    monkeypatch.setattr(process, "analyse", fail)
    outcome = process.score_study(SAMPLE, tmp_path, SETTINGS)
    assert (outcome.status, outcome.code) == (OutcomeStatus.QUARANTINED, Code.MODEL_DAMAGED)


def test_a_full_disk_is_no_fault_of_the_study(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(process, "write_results", fail)
    outcome = process.score_study(SAMPLE, tmp_path, SETTINGS)
    assert (outcome.status, outcome.code) == (OutcomeStatus.PENDING, "DISK_FULL")
    assert not list(tmp_path.glob("nights/*/*"))


def test_a_study_scored_after_all_leaves_quarantine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(process, "analyse", lambda *_, **__: 1 / 0)
        assert process.score_study(SAMPLE, tmp_path, SETTINGS).code == "INTERNAL_ERROR"
    assert process.score_study(SAMPLE, tmp_path, SETTINGS).status is OutcomeStatus.SCORED
    assert not list((tmp_path / "quarantine").iterdir())


def test_a_study_whose_process_died_is_set_aside_under_its_own_key(
    tmp_path: Path, scored: Outcome
) -> None:
    error = ResourceError("It died.", code=Code.CHILD_DIED)
    outcome = process.give_up(SAMPLE, tmp_path, SETTINGS, error)
    assert outcome.status is OutcomeStatus.QUARANTINED
    assert outcome.study_key == scored.study_key


def test_a_fault_of_the_study_is_told_again_without_another_try(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, study_of: Callable[[Path, set[str]], Path]
) -> None:
    source = study_of(tmp_path, {"EMG LAT", "EMG RAT"})
    first = process.score_study(source, tmp_path / "out", SETTINGS)
    monkeypatch.setattr(process, "read_study", lambda *_, **__: 1 / 0)
    again = process.score_study(source, tmp_path / "out", SETTINGS)
    assert replace(again, wall_s=0, cpu_s=0, peak_mib=0) == replace(
        first, wall_s=0, cpu_s=0, peak_mib=0
    )
    assert "NO_EEG" in again.message


@pytest.mark.parametrize("changed", ["settings", "versions", "asked for"])
def test_a_study_is_tried_again_when_settings_or_versions_change_or_when_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise MontageError("No EEG.", code=Code.NO_EEG)

    with monkeypatch.context() as patch:
        patch.setattr(process, "read_study", fail)
        assert process.score_study(SAMPLE, tmp_path, SETTINGS).code == "NO_EEG"
    settings = SETTINGS
    if changed == "settings":
        settings = load(None, {"night.stage_source": "auto"}).settings
    elif changed == "versions":
        monkeypatch.setattr(provenance, "versions", lambda: {"hypnic": "next"})
    else:
        settings = load(None, {"run.retry_failed": True}).settings
    monkeypatch.setattr(process, "analyse", lambda *_, **__: 1 / 0)
    assert process.score_study(SAMPLE, tmp_path, settings).code == "INTERNAL_ERROR"


@pytest.mark.parametrize(
    "error",
    [
        ResourceError("It died.", code=Code.CHILD_DIED),
        verdicts.internal_error(ValueError()),
        PassingError("It changed.", code=Code.CHANGED),
    ],
)
def test_what_the_study_is_not_to_blame_for_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(process, "read_study", fail)
        assert not process.score_study(SAMPLE, tmp_path, SETTINGS).is_done
    monkeypatch.setattr(process, "read_study", lambda *_, **__: 1 / 0)
    assert "ZeroDivisionError" in process.score_study(SAMPLE, tmp_path, SETTINGS).message


def test_a_study_that_another_worker_has_is_pending(tmp_path: Path, scored: Outcome) -> None:
    digest = Path(scored.folder).name
    with workspace(tmp_path) as other:
        claim(other, f"{scored.study_key}-{digest}", Watch())
        outcome = process.score_study(SAMPLE, tmp_path, SETTINGS)
        died = process.give_up(
            SAMPLE, tmp_path, SETTINGS, ResourceError("It died.", code=Code.CHILD_DIED)
        )
    assert (outcome.status, outcome.code) == (OutcomeStatus.PENDING, "CLAIMED")
    assert (died.status, died.code) == (OutcomeStatus.PENDING, "CLAIMED")
    assert not list(tmp_path.glob("quarantine/*"))


def test_a_dead_process_blames_no_study_that_another_has_scored(out: Path, scored: Outcome) -> None:
    error = ResourceError("It died.", code=Code.CHILD_DIED)
    outcome = process.give_up(SAMPLE, out / "results", SETTINGS, error)
    assert (outcome.status, outcome.folder) == (OutcomeStatus.SKIPPED, scored.folder)


def test_a_worker_that_was_taken_for_dead_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(*_: object, **__: object) -> None:
        for folder in (tmp_path / "out" / ".work").glob("w*[0-9a-f]"):
            folder.rename(tmp_path / folder.name)
        raise ValueError

    monkeypatch.setattr(process, "analyse", lose)
    outcome = process.score_study(SAMPLE, tmp_path / "out", SETTINGS)
    assert (outcome.status, outcome.code) == (OutcomeStatus.PENDING, "CLAIM_LOST")
    assert not list((tmp_path / "out").glob("quarantine/*"))


def test_an_output_folder_that_cannot_be_used_blames_no_study(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    outcome = process.score_study(SAMPLE, tmp_path / "out", SETTINGS)
    assert (outcome.status, outcome.code) == (OutcomeStatus.PENDING, "IO")
