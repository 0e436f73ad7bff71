"""Texts in a recording that try to be more than text: exact in tables, dead everywhere else."""

from __future__ import annotations

import csv
from pathlib import Path
from xml.etree import ElementTree as ET

import pyarrow.parquet as pq
import pytest
from _pytest.mark import ParameterSet
from typer.testing import CliRunner

from pipeline import process
from pipeline.batch_page import PAGE, write_page
from pipeline.cli.app import app
from pipeline.edf.header import Header
from pipeline.edf.reader import read_header
from pipeline.exchange.format_names import ExportFormat
from pipeline.outcome import Outcome, OutcomeStatus
from pipeline.settings import Settings
from tests.robust.payloads import PAYLOADS, STEERING
from tests.robust.test_segment_run import SAMPLE
from tests.unit import report_reading as reading
from tests.unit.edf_bytes import tal

FORMULA = ("=", "+", "-", "@")
FIELDS = {"label": 16, "transducer": 80, "unit": 8, "prefilter": 80}
# Labels whose punctuation is not looked at when a role is given
ROLES = ("=C4-M1", "-E1-M2", "@E2-M2", "<Chin>", "[LAT]", "+RAT")
SECONDS = 240


def hostile(path: Path, number: int) -> Path:
    """Write part of the nap with one payload in every field that holds text."""
    payload = PAYLOADS[number].encode("latin-1")
    content, header = SAMPLE.read_bytes(), read_header(SAMPLE)
    head = bytearray(content[: header.header_bytes])
    put(head, 8, 80, b"X X X " + payload)
    put(head, 88, 80, b"Startdate 01-MAR-2024 X " + payload + b" X")
    put(head, 236, 8, str(SECONDS).encode())
    n = len(header.channels)
    for k in range(n - 1):
        label = ROLES[k].encode() if k < len(ROLES) else payload  # the last one serves no role
        put(head, 256 + 16 * k, 16, label)
        put(head, 256 + 16 * n + 80 * k, 80, payload)
        put(head, 256 + 136 * n + 80 * k, 80, payload)
    put(head, 256 + 96 * n + 8 * (n - 2), 8, payload)
    path.write_bytes(bytes(head) + annotated(content, header, payload))
    return path


def put(head: bytearray, place: int, width: int, content: bytes) -> None:
    head[place : place + width] = content[:width].ljust(width)


def annotated(content: bytes, header: Header, payload: bytes) -> bytes:
    """Give the first records, with the payload as annotation in the third."""
    n_bytes, size = 100, header.record_bytes
    body = bytearray(content[header.header_bytes : header.header_bytes + SECONDS * size])
    for k in range(SECONDS):
        lists = tal(f"+{k}", "")
        if k == 2:
            lists += b"+2\x14" + payload + b"\x14Limb movement@@" + payload + b"\x14\x00"
        body[(k + 1) * size - n_bytes : (k + 1) * size] = lists[:n_bytes].ljust(n_bytes, b"\x00")
    return bytes(body)


USUAL = {PAYLOADS.index(payload) for payload in ("\x1b[31mred", "</style><svg onload=a>", "a\nb")}


def payloads() -> list[ParameterSet]:
    """Give all of them; a usual run takes a few, for each is a study of its own."""
    return [
        pytest.param(k, id=ascii(text), marks=() if k in USUAL else pytest.mark.fault)
        for k, text in enumerate(PAYLOADS)
    ]


@pytest.fixture(scope="module", params=payloads())
def scored(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Outcome]:
    folder = tmp_path_factory.mktemp("hostile")
    source = hostile(folder / "study.edf", request.param)
    return folder, process.score_study(source, folder / "out", Settings())


def test_there_are_forty_of_them_at_least() -> None:
    assert len(set(PAYLOADS)) >= 40


def test_it_is_scored_and_nothing_is_written_elsewhere(scored: tuple[Path, Outcome]) -> None:
    folder, outcome = scored
    assert outcome.status is OutcomeStatus.SCORED, outcome.message
    assert {path.name for path in folder.iterdir()} == {"study.edf", "out"}
    assert {path.name for path in (folder / "out").iterdir()} == {"nights", ".work"}


def test_nothing_in_the_report_is_live(scored: tuple[Path, Outcome]) -> None:
    folder, outcome = scored
    page = (folder / "out" / outcome.folder / "report.html").read_text(encoding="utf-8")
    found = reading.outline(page)
    assert not {"script", "img", "iframe", "chin"} & set(found.tags)
    assert found.active == []
    assert found.open == []
    assert not STEERING & set(page) - {"\t"}


def test_nothing_on_the_page_of_all_studies_is_live(scored: tuple[Path, Outcome]) -> None:
    folder, _ = scored
    write_page(folder / "out")
    page = (folder / "out" / PAGE).read_text(encoding="utf-8")
    (folder / "out" / PAGE).unlink()
    own = reading.between(page, "<script>", "</script>")
    found = reading.outline(page.replace(own, ""))
    assert found.tags.count("script") == 1
    assert not {"img", "iframe", "chin"} & set(found.tags)
    assert found.active == []
    assert found.open == []
    assert not STEERING & set(page)


def test_labels_are_exact_in_the_tables(scored: tuple[Path, Outcome]) -> None:
    folder, outcome = scored
    events = pq.read_table(folder / "out" / outcome.folder / "events.parquet")
    labels = set(events["channel"].to_pylist()) - {None}
    in_file = {channel.label for channel in read_header(folder / "study.edf").channels}
    assert labels <= in_file
    assert labels & set(ROLES)


@pytest.mark.parametrize("command", ["check", "show"])
def test_nothing_steers_the_terminal(scored: tuple[Path, Outcome], command: str) -> None:
    folder, _ = scored
    place = folder / ("study.edf" if command == "check" else "out")
    result = CliRunner().invoke(app, [command, str(place)])
    assert result.exit_code == 0, result.output
    assert not STEERING & set(result.output)
    if command == "check":
        assert all(label in result.output for label in ROLES)


def test_no_export_holds_a_formula_or_a_broken_line(scored: tuple[Path, Outcome]) -> None:
    folder, outcome = scored
    exports = folder.with_name(f"{folder.name}_exports")
    words = [word for each in ExportFormat for word in ("--format", each.value)]
    place = ["export", str(folder / "out"), "--out", str(exports), *words]
    result = CliRunner().invoke(app, place)
    assert result.exit_code == 0, result.output
    found = {path.name.removeprefix(outcome.study_key): path for path in exports.iterdir()}
    for name in (".annot", "_events.tsv"):
        text = found[name].read_bytes().decode()
        rows = [line.split("\t") for line in text.split("\n")[:-1] if line[0] != "#"]
        assert len({len(row) for row in rows}) == 1
        assert not [cell for row in rows for cell in row if cell.startswith(FORMULA)]
        assert not STEERING & set(text) - {"\t"}
        assert "'+RAT" in {row[2 if name == ".annot" else 3] for row in rows}
    with found["_events.csv"].open(newline="", encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    assert {row["channel"] for row in table} >= {"'+RAT"}
    exact = pq.read_table(found["_events.parquet"])
    assert exact.equals(pq.read_table(folder / "out" / outcome.folder / "events.parquet"))
    assert "+RAT" in exact["channel"].to_pylist()
    xml = ET.fromstring(found[".xml"].read_bytes())  # noqa: S314  our own
    assert "+RAT" in {element.text for element in xml.iter("SignalLocation")}
