"""Published nights exported: the same bytes as in the folder, which stays as it was."""

from __future__ import annotations

import csv
import json
import os
import stat
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from pipeline import store
from pipeline.cli.app import app
from pipeline.edf.reader import read_annotations, read_header
from pipeline.errors import PassingError, ResultError, SettingsError
from pipeline.exchange.format_names import ExportFormat
from pipeline.exports import formats
from pipeline.exports.opened import open_result
from pipeline.hypnogram import Stage
from pipeline.montage import MontageParameters
from pipeline.reading import read_study
from tests.unit.cohort_results import key_of, write_result
from tests.unit.report_night import LETTERS

ALL = [word for each in ExportFormat for word in ("--format", each.value)]


def export(result: Path, out: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["export", str(result), "--out", str(out), *words])


def tree(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def exported(scored: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("exports") / "new"
    before = tree(scored)
    result = export(scored, out, *ALL, "--draft")
    assert result.exit_code == 0, result.output
    assert "1 of 1 nights exported, 16 files" in result.output
    assert tree(scored) == before
    return out


def test_what_the_folder_holds_too_is_the_same_byte_for_byte(exported: Path, night: Path) -> None:
    key = open_result(night).study_key
    same = (f"{key}_annotations.edf", f"{key}.annot", f"{key}.xml", f"{key}_events.tsv",
            f"{key}_events.json")  # fmt: skip
    for name in same:
        assert (exported / name).read_bytes() == (night / name).read_bytes(), name


def test_parquet_is_the_exact_copy(exported: Path, night: Path) -> None:
    for name in ("epochs", "events", "descents"):
        [path] = exported.glob(f"*_{name}.parquet")
        assert pq.read_table(path).equals(pq.read_table(night / f"{name}.parquet"))


def test_csv_has_the_same_rows_and_full_numbers(exported: Path, night: Path) -> None:
    [path] = exported.glob("*_events.csv")
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    table = pq.read_table(night / "events.parquet").to_pylist()
    assert [float(row["onset_s"]) for row in rows] == [row["onset_s"] for row in table]
    assert [row["channel"] or None for row in rows] == [row["channel"] for row in table]


def test_metrics_have_unit_and_reason(exported: Path, night: Path) -> None:
    [path] = exported.glob("*_metrics.parquet")
    found = {row["metric"]: row for row in pq.read_table(path).to_pylist()}
    record = open_result(night).record["metrics"]
    assert set(found) == set(record)
    for name, facts in record.items():
        assert found[name]["value"] == facts["value"], name
        assert (found[name]["value"] is None) == (found[name]["status"] != "available"), name


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such file modes")
def test_only_the_owner_may_read_exports_and_no_draft_is_left(exported: Path) -> None:
    assert {stat.S_IMODE(path.stat().st_mode) for path in exported.iterdir()} == {0o600}
    assert stat.S_IMODE(exported.stat().st_mode) == 0o700


def test_bids_is_described_as_a_derived_data_set(exported: Path) -> None:
    found = json.loads((exported / "dataset_description.json").read_bytes())
    assert found["DatasetType"] == "derivative"
    assert found["HEDVersion"] == "score_2.1.0"


def test_the_draft_comes_only_when_it_is_asked_for(tmp_path: Path, night: Path) -> None:
    assert export(night, tmp_path, "--format", "bids").exit_code == 0
    assert not list(tmp_path.glob("*hypnogram*"))
    refused = export(night, tmp_path, "--format", "luna", "--draft")
    assert refused.exit_code == 2
    assert "--format bids" in " ".join(refused.output.split())


def test_jerks_are_limb_movements_where_it_is_asked_for(tmp_path: Path, night: Path) -> None:
    words = ("--format", "edf", "--jerks-as", "limb-movement")
    assert export(night, tmp_path, *words).exit_code == 0
    [path] = tmp_path.glob("*.edf")
    texts = {a.text for a in read_annotations(path, read_header(path)).annotations}
    assert "Limb movement@@EMG RAT" in texts
    assert not {text for text in texts if text.startswith("Hypnic jerk")}


def test_an_older_export_is_replaced(tmp_path: Path, night: Path) -> None:
    key = open_result(night).study_key
    (tmp_path / f"{key}.annot").write_text("old")
    assert export(night, tmp_path, "--format", "luna").exit_code == 0
    assert (tmp_path / f"{key}.annot").read_bytes() == (night / f"{key}.annot").read_bytes()


@pytest.mark.parametrize("damage", ["changed", "missing", "other columns", "no record"])
def test_a_damaged_night_is_told_and_the_others_are_exported(tmp_path: Path, damage: str) -> None:
    results, out = tmp_path / "results", tmp_path / "out"
    write_result(results, key_of("good"), "W1122", [40.0])
    bad = write_result(results, key_of("bad"), "W1122", [40.0])
    if damage == "changed":
        (bad / "night.json").write_bytes((bad / "night.json").read_bytes() + b" ")
    elif damage == "missing":
        (bad / "events.parquet").unlink()
    else:
        draft = bad.rename(results / ".work" / "draft")
        (draft / store.MANIFEST).unlink()
        if damage == "other columns":
            pq.write_table(pa.table({"onset_s": [1.0]}), draft / "events.parquet")
        else:
            (draft / "night.json").unlink()
        store.publish(draft, bad, {"settings": {}})
    found = export(results, out, "--format", "luna")
    assert found.exit_code == 1, found.output
    assert "RESULT_DAMAGED" in found.output
    assert "1 of 2 nights exported, 1 files" in found.output
    assert [path.name for path in out.iterdir()] == [f"{key_of('good')}.annot"]


def test_two_results_of_one_study_get_names_of_their_own(tmp_path: Path) -> None:
    for digest in ("a" * 16, "b" * 16):
        write_result(tmp_path / "results", key_of("x"), "W1122", [40.0], digest=digest)
    assert export(tmp_path / "results", tmp_path / "out", "--format", "luna").exit_code == 0
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == [f"{key_of('x')}_{letter * 16}.annot" for letter in "ab"]


def test_where_no_night_is_nothing_is_exported(tmp_path: Path) -> None:
    found = export(tmp_path, tmp_path / "out", "--format", "luna")
    assert isinstance(found.exception, ResultError)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("inside", ["", "exports"])
def test_nothing_is_written_into_a_published_night(night: Path, inside: str) -> None:
    before = tree(night)
    found = export(night, night / inside, "--format", "luna")
    assert isinstance(found.exception, SettingsError)
    assert "published night" in str(found.exception)
    assert tree(night) == before


def test_a_full_disk_is_a_passing_fault_and_leaves_nothing(
    tmp_path: Path, night: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(formats.WRITERS, ExportFormat.LUNA, full)
    found = export(night, tmp_path / "out", "--format", "luna")
    assert isinstance(found.exception, PassingError)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_table_that_does_not_read_back_is_not_exported(
    tmp_path: Path, night: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "csv_bytes", lambda _: b'"epoch"\n')
    found = export(night, tmp_path, "--format", "csv")
    assert found.exit_code == 1
    assert "ANNOTATIONS_DIFFER" in found.output
    assert list(tmp_path.iterdir()) == []


WITHOUT = {
    "R": LETTERS.replace("R", "2"),
    "N3": LETTERS.replace("3", "2"),
    "sleep": "W" * 20,
    "a stage": "????",
}


@pytest.mark.parametrize("lacking", WITHOUT)
@pytest.mark.parametrize("jerks", [None, (), (40.0,)], ids=["no legs", "no events", "a jerk"])
def test_a_night_without_something_is_exported_in_every_format(
    tmp_path: Path, lacking: str, jerks: tuple[float, ...] | None
) -> None:
    result = write_result(tmp_path, key_of("x"), WITHOUT[lacking][:120], jerks)
    found = export(result, tmp_path / "out", *ALL, "--draft")
    assert found.exit_code == 0, found.output
    assert len(list((tmp_path / "out").iterdir())) == 16


def test_a_night_without_an_epoch_is_exported_in_every_format(tmp_path: Path) -> None:
    result = write_result(tmp_path, key_of("x"), "", None)
    assert export(result, tmp_path / "out", *ALL, "--draft").exit_code == 0


@pytest.mark.parametrize("ending", ["_annotations.edf", ".annot", ".xml", "_hypnogram.tsv"])
def test_what_is_exported_scores_the_same_stages_again(
    exported: Path, night: Path, nap: Path, ending: str
) -> None:
    [path] = exported.glob(f"*{ending}")
    again = read_study(nap, path, MontageParameters()).scoring
    assert again.hypnogram is not None
    stages = [Stage(int(stage)).letter for stage in again.hypnogram.stages]
    assert stages[:50] == pq.read_table(night / "epochs.parquet")["stage"].to_pylist()
    assert again.hypnogram.offset_s == 0.0
    assert not {notice.code for notice in again.notices} & {"UNKNOWN_TEXT", "SCORING_MOVED"}
