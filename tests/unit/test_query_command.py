"""`hypnic query` and `hypnic catalogue`, as a researcher types them."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from pipeline.catalogue.views import VIEWS
from pipeline.cli.app import app
from pipeline.codes import Code
from pipeline.errors import HypnicError
from pipeline.night import Night
from pipeline.notices import Notice
from tests.robust.payloads import PAYLOADS, STEERING
from tests.unit.cohort_results import key_of
from tests.unit.report_night import whole_night
from tests.unit.simulated_results import publish, template

MESSAGES = "SELECT message FROM warnings ORDER BY number"


def hostile() -> Night:
    """Give a night with a payload in each text field."""
    night = whole_night()
    notices = [Notice(code=Code.TRUNCATED, where=text, message=text) for text in PAYLOADS]
    channels = [replace(night.channels[0], label=text, reason=text) for text in PAYLOADS]
    events = [
        replace(tagged, event=replace(tagged.event, channel=text))
        for tagged, text in zip(night.events, PAYLOADS, strict=False)
    ]
    return replace(night, notices=tuple(notices), channels=tuple(channels), events=tuple(events))


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("asked") / "results"
    publish(out, key_of("a"), template(hostile()))
    return out


def hypnic(results: Path, *words: str | Path) -> Result:
    return CliRunner().invoke(app, ["query", "--results", str(results), *map(str, words)])


def answer(results: Path, *words: str | Path) -> str:
    found = hypnic(results, *words)
    assert found.exit_code == 0, found.output
    return found.stdout


def test_a_table_is_printed_with_null_for_what_is_absent(results: Path) -> None:
    printed = answer(
        results, "SELECT jerks_n1, jerks_n1_per_h AS rate, delay_matched_s FROM nights"
    )
    assert [line.split() for line in printed.splitlines()] == [
        ["jerks_n1", "rate", "delay_matched_s"],
        ["11", "28.4", "NULL"],
    ]


def test_a_row_that_is_too_wide_is_printed_a_column_a_line(results: Path) -> None:
    lines = answer(results, "FROM nights").splitlines()
    assert [line.split()[0] for line in lines[1:]] == [c.name for c in VIEWS["nights"].columns]


def test_a_long_answer_is_cut_and_says_so(results: Path) -> None:
    found = hypnic(results, "SELECT epoch FROM epochs ORDER BY epoch", "--rows", "3")
    assert found.stdout.split() == ["epoch", "0", "1", "2"]
    assert "--rows 0 shows all" in found.stderr
    whole = answer(results, "SELECT epoch FROM epochs ORDER BY epoch", "--rows", "0")
    assert len(whole.split()) == 1 + 960


def test_hostile_text_is_exact_in_json_and_parquet(results: Path, tmp_path: Path) -> None:
    found = json.loads(answer(results, MESSAGES, "--format", "json"))
    assert [row["message"] for row in found] == list(PAYLOADS)
    answer(results, MESSAGES, "--out", tmp_path / "x.parquet")
    assert pq.read_table(tmp_path / "x.parquet")["message"].to_pylist() == list(PAYLOADS)
    labels = json.loads(answer(results, "SELECT label, reason FROM channels", "--format", "json"))
    assert {row["label"] for row in labels} == set(PAYLOADS)


def test_hostile_text_is_no_formula_in_csv(results: Path) -> None:
    text = hypnic(results, MESSAGES, "--format", "csv").stdout_bytes.decode()
    cells = [row[0] for row in csv.reader(io.StringIO(text, newline=""))][1:]
    assert len(cells) == len(PAYLOADS)
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\x00")) for cell in cells)
    assert [cell.removeprefix("'") for cell in cells] == [p.removeprefix("'") for p in PAYLOADS]


def test_hostile_text_does_not_steer_the_terminal(results: Path) -> None:
    printed = answer(results, "SELECT message, place FROM warnings")
    assert not STEERING & set(printed)
    for text in ("[red]x[/red]", ":skull:", "<script>alert(1)</script>"):
        assert text in printed
    as_title = answer(results, 'SELECT 1 AS "[red]x\x1b[31m"')
    assert as_title.split() == ["[red]x\\x1b[31m", "1"]


def test_numbers_stay_numbers(results: Path, tmp_path: Path) -> None:
    query = (
        "SELECT sum(n_warnings) AS s, -1.5 AS d, [1, 2] AS l, {'a': 1} AS m, 'nan'::DOUBLE AS n, "
        "'x'::ENUM ('x') AS e, NULL AS z, DATE '2020-01-02' AS t, 1 AS a, 2 AS a FROM nights"
    )
    n = len(PAYLOADS)
    assert answer(results, query, "--format", "csv").splitlines()[1] == (
        f'{n},-1.5,"[1, 2]","{{""a"": 1}}",nan,"x",,2020-01-02,1,2'
    )
    row = json.loads(answer(results, query, "--format", "json"))[0]
    assert (row["s"], row["d"], row["l"], row["m"], row["n"]) == (n, -1.5, [1, 2], {"a": 1}, None)
    answer(results, query, "--out", tmp_path / "x.parquet")
    written = pq.read_table(tmp_path / "x.parquet").to_pylist()[0]
    assert (written["s"], math.isnan(written["n"])) == (n, True)


def test_the_ending_of_the_file_says_how_it_is_written(results: Path, tmp_path: Path) -> None:
    for name in ("x.csv", "x.json", "x.parquet"):
        answer(results, "SELECT 1 AS one", "--out", tmp_path / name)
    assert (tmp_path / "x.csv").read_text() == '"one"\n1\n'
    assert (tmp_path / "x.json").read_text() == '[{"one": 1}]\n'
    assert (tmp_path / "x.csv").stat().st_mode & 0o777 == 0o600
    answer(results, "SELECT 2 AS one", "--out", tmp_path / "x.txt", "--format", "csv")
    assert (tmp_path / "x.txt").read_text() == '"one"\n2\n'


@pytest.mark.parametrize(
    "words",
    [
        ("--out", "x.txt"),
        ("--out", "nowhere/x.csv"),
        ("--out", "x.csv", "--format", "table"),
        ("--format", "parquet"),
    ],
)
def test_a_place_that_cannot_be_written_is_told(
    results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    found = hypnic(results, "SELECT 1", *words)
    assert isinstance(found.exception, HypnicError)
    assert found.exception.code is Code.OUT_FOLDER
    assert list(tmp_path.iterdir()) == []


def test_a_query_is_read_from_a_file(results: Path, tmp_path: Path) -> None:
    file = tmp_path / "q.sql"
    file.write_text("-- how many\nSELECT count(*) AS n FROM nights\n", encoding="utf-8-sig")
    assert answer(results, "--file", file).split() == ["n", "1"]
    for words in ((), ("SELECT 1", "--file", file), ("--file", tmp_path)):
        assert getattr(hypnic(results, *words).exception, "code", None) is Code.QUERY_WRONG
    gone = hypnic(results, "--file", tmp_path / "gone.sql").exception
    assert getattr(gone, "code", None) is Code.NOT_FOUND


@pytest.mark.parametrize("separator", ["\t", ",", ";"])
def test_a_table_of_one_s_own_is_joined(results: Path, tmp_path: Path, separator: str) -> None:
    table = tmp_path / "people.txt"
    rows = [("study_key", " age ", "sex"), (key_of("a"), "30", "n/a"), ("s0", "n/a", "f")]
    table.write_bytes("\r\n".join(map(separator.join, rows)).encode("latin-1"))
    query = "SELECT age + 1 AS next, sex, jerks_n1 FROM people JOIN nights USING (study_key)"
    found = json.loads(answer(results, query, "--table", f"people={table}", "--format", "json"))
    assert found == [{"next": 31, "sex": None, "jerks_n1": 11.0}]


def test_parquet_and_old_encodings_are_tables_too(results: Path, tmp_path: Path) -> None:
    answer(results, "SELECT 7 AS seven", "--out", tmp_path / "t.parquet")
    assert answer(results, "FROM t", "--table", f"t={tmp_path / 't.parquet'}").split()[1] == "7"
    (tmp_path / "t.csv").write_bytes("name\nJ\xf6rg\n".encode("latin-1"))
    assert "Jörg" in answer(results, "FROM t", "--table", f"t={tmp_path / 't.csv'}")


@pytest.mark.parametrize("content", [b"", b"a,a\n1,2\n", b"PAR1 no", b"a,b\n1\n2,3,4\n"])
def test_what_is_no_table_is_told(results: Path, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t").write_bytes(content)
    found = hypnic(results, "FROM t", "--table", f"t={tmp_path / 't'}").exception
    assert getattr(found, "code", None) is Code.QUERY_TABLE
    gone = hypnic(results, "FROM t", "--table", "t").exception
    assert isinstance(gone, HypnicError)


def test_the_schema_is_printed_with_every_view_and_column(results: Path) -> None:
    printed = answer(results, "--schema")
    for name, view in VIEWS.items():
        assert f"{name}: a row is {view.rows}" in printed
        assert all(column.name in printed for column in view.columns)


def test_the_catalogue_is_made_and_damage_told(tmp_path: Path) -> None:
    out = tmp_path / "results"
    made = template(whole_night())
    publish(out, key_of("a"), made)
    damaged = publish(out, key_of("b"), made)
    assert CliRunner().invoke(app, ["catalogue", str(out)]).exit_code == 0
    (damaged / "night.json").write_text("{}")
    (damaged / "manifest.json").touch()
    found = CliRunner().invoke(app, ["catalogue", str(out)])
    assert found.exit_code == 1
    assert "1 nights compacted, 1 left out." in found.stdout
    assert f"RESULT_DAMAGED (nights/{key_of('b')}/" in found.stderr
    assert answer(out, "SELECT count(*) AS n FROM nights").split() == ["n", "1"]
    gone = CliRunner().invoke(app, ["catalogue", str(tmp_path / "gone")]).exception
    assert getattr(gone, "code", None) is Code.NOT_FOUND
