"""Fifteen identifiers, planted wherever a study can hold one: none in any byte that comes out."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from pipeline import process
from pipeline.cli.app import app
from pipeline.edf.reader import read_header
from pipeline.exchange.format_names import ExportFormat
from pipeline.settings import Settings, load
from pipeline.studies import find_jobs
from tests.robust.test_hostile_text import SECONDS, annotated, put
from tests.robust.test_segment_run import SAMPLE

IN_HEADER = {
    "patient code": "MRN7741953",
    "birthdate": "14-FEB-1961",
    "patient name": "Zwetschkenbaum",
    "start date": "29-FEB-2024",
    "admission code": "ADM55021",
    "technician": "Quastenflosser",
    "equipment": "SerialZX81881",
    "label": "Rm12 Ypsilanti",
    "transducer": "Electrode of Murgatroyd",
    "prefilter": "set by Bickerstaff",
}
ANNOTATION = "call Mrs Featherstonehaugh"
SCORER = "Ravensbourne-Smythe"
FILE_NAME = "Abernathy_1961"
FOLDER_NAME = "Ward7_Szymborska"
SCORING_DATE = "29.02.2024"
PLANTED = (*IN_HEADER.values(), ANNOTATION, SCORER, FILE_NAME, FOLDER_NAME, SCORING_DATE)


def planted(path: Path) -> None:
    """Write part of the nap with an identifier in every field and in an annotation."""
    content, header = SAMPLE.read_bytes(), read_header(SAMPLE)
    head = bytearray(content[: header.header_bytes])
    who = IN_HEADER
    patient = f"{who['patient code']} F {who['birthdate']} {who['patient name']}"
    recording = (
        f"Startdate {who['start date']} {who['admission code']} {who['technician']} "
        f"{who['equipment']}"
    )
    put(head, 8, 80, patient.encode())
    put(head, 88, 80, recording.encode())
    put(head, 168, 8, b"29.02.24")
    put(head, 236, 8, str(SECONDS).encode())
    n = len(header.channels)
    for k in range(n - 1):
        put(head, 256 + 16 * n + 80 * k, 80, who["transducer"].encode())
        put(head, 256 + 136 * n + 80 * k, 80, who["prefilter"].encode())
    put(head, 256 + 16 * (n - 2), 16, who["label"].encode())
    path.write_bytes(bytes(head) + annotated(content, header, ANNOTATION.encode()))


def scoring_of(study: Path) -> None:
    """Write a scoring beside the study that names its scorer, its study and its date."""
    stage = (
        "<ScoredEvent><EventType>Stages|Stages</EventType><EventConcept>{}</EventConcept>"
        "<Start>{}</Start><Duration>120</Duration></ScoredEvent>"
    )
    stages = stage.format("Wake|0", 0) + stage.format("Stage 1 sleep|1", 120)
    note = (
        f"<ScoredEvent><EventType>Note|{SCORER}</EventType><EventConcept>{ANNOTATION}"
        "</EventConcept><Start>10</Start><Duration>1</Duration></ScoredEvent>"
    )
    study.with_suffix(".xml").write_text(
        f"<PSGAnnotation><SoftwareVersion>{SCORER}</SoftwareVersion><EpochLength>30</EpochLength>"
        f"<!-- {FILE_NAME} {SCORING_DATE} --><ScoredEvents>{stages}{note}</ScoredEvents>"
        "</PSGAnnotation>"
    )


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the results of a batch: a good study, a scored one, a broken one."""
    folder = tmp_path_factory.mktemp("planted")
    studies = folder / FOLDER_NAME
    studies.mkdir()
    planted(studies / f"{FILE_NAME}.edf")
    planted(studies / f"{FILE_NAME}b.edf")
    with (studies / f"{FILE_NAME}b.edf").open("r+b") as file:
        file.seek(-300, 2)
        file.write(b"\x01")  # other content, and so another study
    scoring_of(studies / f"{FILE_NAME}b.edf")
    head = (studies / f"{FILE_NAME}.edf").read_bytes()[:300]
    (studies / f"{FILE_NAME}c.edf").write_bytes(head)
    out = folder / "out"
    found = [
        process.score_study(job.source, out, Settings(), scoring=job.scoring)
        for job in find_jobs(studies)
    ]
    assert [outcome.status.value for outcome in found] == ["scored", "scored", "quarantined"]
    assert not [each for each in found if any(word in repr(each) for word in PLANTED)]
    words = [word for each in ExportFormat for word in ("--format", each.value)]
    exported = CliRunner().invoke(app, ["export", str(out), "--out", str(out / "exports"), *words])
    assert exported.exit_code == 0, exported.output
    return out


def texts(path: Path) -> bytes:
    """Give all that a file holds: a table is packed, so its cells and its notes are told too."""
    content = path.read_bytes() + path.name.encode()
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        content += json.dumps(table.to_pylist(), default=str).encode()
        content += repr(table.schema.metadata).encode()
    return content


def test_fifteen_are_planted() -> None:
    assert len(set(PLANTED)) == 15


def test_none_comes_out(results: Path) -> None:
    files = [path for path in results.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} >= {
        *(".parquet", ".json", ".html", ".edf", ".annot", ".xml", ".tsv", ".csv"),
    }
    found = {
        (path.name, identity)
        for path in files
        for identity in PLANTED
        if identity.casefold().encode() in texts(path).lower()
    }
    assert found == set()


def test_the_date_comes_out_in_no_other_way(results: Path) -> None:
    ways = (b"29.02.24", b"2024-02-29", b"29 feb 2024", b"20240229", b"29-feb-2024")
    files = [path for path in results.rglob("*") if path.is_file()]
    assert [path for path in files if any(way in texts(path).lower() for way in ways)] == []


def test_a_report_names_its_study_only_where_asked_and_that_is_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HYPNIC_HOME", str(tmp_path / "home"))
    study = tmp_path / f"{FILE_NAME}.edf"
    planted(study)
    asked = load(None, {"report.identified": True}).settings
    outcome = process.score_study(study, tmp_path / "out", asked)
    assert "IDENTIFIED" in outcome.notices
    folder = tmp_path / "out" / outcome.folder
    page = (folder / "report.html").read_text()
    assert f"{FILE_NAME}.edf" in page
    assert "2024-02-29 13:00:00" in page
    assert IN_HEADER["patient name"] not in page
    others = [path for path in folder.iterdir() if path.name != "report.html"]
    assert not [path.name for path in others if FILE_NAME.encode() in texts(path)]
    [row] = (tmp_path / "home" / "identified.tsv").read_text().splitlines()
    assert row.split("\t")[2] == outcome.study_key
    assert FILE_NAME not in row
