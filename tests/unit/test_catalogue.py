"""The catalogue's views over the results of many nights, and what becomes of damaged ones."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import catalogue, store
from pipeline.catalogue.opened import Catalogue
from pipeline.catalogue.views import NIGHT_METRICS, SQL_TYPES, VIEWS
from pipeline.codes import Code
from pipeline.errors import QueryError, SettingsError
from pipeline.night_columns import EVENT_COLUMNS
from pipeline.provenance import sha256_file
from tests.unit.cohort_results import key_of
from tests.unit.report_night import bare_night, whole_night
from tests.unit.simulated_results import Template, publish, template

LATER = "e" * 16
HOUR_NS = 3_600_000_000_000
EVENTS = whole_night().events[::12]


@pytest.fixture(scope="module")
def whole() -> Template:
    return template(replace(whole_night(), events=EVENTS))


@pytest.fixture(scope="module")
def bare() -> Template:
    """Give a night without legs, EEG, stages, events or numbers."""
    return template(bare_night())


@pytest.fixture
def results(tmp_path: Path, whole: Template, bare: Template) -> Path:
    """Give two whole nights, one bare one, and a study that could not be scored."""
    out = tmp_path / "it's [results]"
    for name, made in (("a", whole), ("b", whole), ("c", bare)):
        publish(out, key_of(name), made)
    folder = store.quarantine_folder(out, "s9")
    folder.mkdir(parents=True)
    reason = {"code": "NOT_EDF", "what": "no EDF", "where": "", "found": "x", "remedy": "y"}
    store.write_record(folder / store.REASON, {**reason, "versions": {"hypnic": "0.1.0"}})
    return out


def rows(nights: Catalogue, query: str) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = nights.sql(query).fetchall()
    return found


def contents(out: Path) -> dict[str, pa.Table]:
    """Give every row of every view, in one order."""
    nights = catalogue.open(out)
    nights.sql(f"SELECT 1 -- {' '.join(VIEWS)}")  # one connection for all of them
    return {view: nights.sql(f"FROM {view} ORDER BY ALL").to_arrow_table() for view in VIEWS}


def codes(nights: Catalogue) -> list[Code]:
    return [notice.code for notice in nights.notices]


@pytest.mark.parametrize("is_compacted", [False, True])
def test_every_view_has_the_documented_columns_and_types(results: Path, is_compacted: bool) -> None:
    if is_compacted:
        catalogue.compact(results)
    nights = catalogue.open(results)
    nights.sql(f"SELECT 1 -- {' '.join(VIEWS)}")  # one connection for all of them
    for name, view in VIEWS.items():
        found = {row[0]: row[1] for row in rows(nights, f"DESCRIBE {name}")}
        assert found == {column.name: SQL_TYPES[column.kind] for column in view.columns}


def test_the_rows_are_those_of_the_files(results: Path) -> None:
    nights = catalogue.open(results)
    nights.sql(f"SELECT 1 -- {' '.join(VIEWS)}")
    folder = store.night_folder(results, key_of("a"), "d" * 16)
    facts = ", ".join(f'"{column.name}"' for column in EVENT_COLUMNS)
    found = nights.sql(f"SELECT {facts} FROM events WHERE study_key = '{key_of('a')}'")
    assert found.to_arrow_table().equals(pq.read_table(folder / "events.parquet"))
    assert rows(nights, "SELECT study_key, digest, is_latest, stage_source, n_warnings FROM nights"
                " ORDER BY ALL") == sorted(
        (key_of(n), "d" * 16, True, "technician", k) for n, k in (("a", 2), ("b", 2), ("c", 0))
    )  # fmt: skip
    assert rows(nights, "SELECT role, label FROM channels ORDER BY ALL LIMIT 1") == [
        ("chin", "EMG Chin")
    ]
    assert rows(nights, "SELECT DISTINCT number, code, place FROM warnings ORDER BY ALL") == [
        (1, "LEAD_OFF", "leg_left"), (2, "TRUNCATED", "record 959")
    ]  # fmt: skip
    assert rows(nights, "FROM quarantine") == [("s9", "NOT_EDF", "no EDF", "", "x", "y", "0.1.0")]


def test_what_is_absent_is_null_with_its_reason_and_never_0(results: Path) -> None:
    nights = catalogue.open(results)
    delay = "SELECT DISTINCT value, status, reason FROM metrics WHERE name = 'delay_matched_s'"
    assert rows(nights, delay) == [
        (None, "not_available", "3 jerks could be matched, 5 are needed")
    ]
    bare = rows(nights, f"FROM nights WHERE study_key = '{key_of('c')}'")[0]
    assert bare[-len(NIGHT_METRICS) :] == (None,) * len(NIGHT_METRICS)
    assert rows(nights, "SELECT jerks_n1, agreement_kappa, agreement_percent FROM nights "
                f"WHERE study_key = '{key_of('a')}'") == [(11.0, 0.79, 86.0)]  # fmt: skip


def test_of_several_settings_the_latest_counts_before_and_after_compaction(
    results: Path, whole: Template
) -> None:
    first = store.night_folder(results, key_of("a"), "d" * 16)
    asked = f"SELECT digest, is_latest FROM events WHERE study_key = '{key_of('a')}' GROUP BY ALL"
    catalogue.compact(results)
    second = publish(results, key_of("a"), whole, digest=LATER)
    now = (first / "manifest.json").stat().st_mtime_ns
    os.utime(second / "manifest.json", ns=(now + HOUR_NS, now + HOUR_NS))
    for _ in range(2):
        nights = catalogue.open(results)
        assert sorted(rows(nights, asked)) == [("d" * 16, False), (LATER, True)]
        assert rows(nights, "SELECT count(*) FROM nights WHERE is_latest") == [(3,)]
        catalogue.compact(results)
    for path in second.iterdir():
        path.unlink()
    assert rows(catalogue.open(results), asked) == [("d" * 16, True)]


def test_compaction_changes_no_answer(results: Path, bare: Template) -> None:
    publish(results, key_of("a"), bare, digest=LATER)
    before = contents(results)
    found = catalogue.compact(results)
    assert (found.n_nights, found.notices) == (4, ())
    assert contents(results) == before
    parts = list((results / "catalogue").glob("*/*.parquet"))
    assert len(parts) == 1 + 7
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in parts)


def test_a_night_that_is_published_after_compaction_is_seen_and_none_twice(
    results: Path, whole: Template
) -> None:
    catalogue.compact(results)
    publish(results, key_of("d"), whole)
    fresh = contents(results)
    assert fresh["nights"].num_rows == 4
    assert fresh["events"].num_rows == 3 * len(EVENTS)
    catalogue.compact(results)
    assert contents(results) == fresh


def test_a_night_that_was_removed_or_replaced_since_is_not_served_as_it_was(
    results: Path, whole: Template
) -> None:
    catalogue.compact(results)
    for path in store.night_folder(results, key_of("b"), "d" * 16).iterdir():
        path.unlink()
    replaced = store.night_folder(results, key_of("c"), "d" * 16)
    for path in replaced.iterdir():
        path.unlink()
    replaced.rmdir()
    publish(results, key_of("c"), whole)
    nights = catalogue.open(results)
    asked = "SELECT study_key, count(*) FROM events GROUP BY ALL"
    n_events = len(EVENTS)
    assert sorted(rows(nights, asked)) == sorted([(key_of("a"), n_events), (key_of("c"), n_events)])
    assert rows(nights, "SELECT count(*) FROM nights") == [(2,)]


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-30])


def to_text(path: Path) -> None:
    path.write_bytes(b'{"a": 1')


@pytest.mark.parametrize(
    ("file", "damage"),
    [("events.parquet", cut), ("events.parquet", Path.unlink), ("night.json", to_text)],
)
def test_a_damaged_night_is_told_and_left_out(
    results: Path, file: str, damage: Callable[[Path], None]
) -> None:
    damage(store.night_folder(results, key_of("b"), "d" * 16) / file)
    nights = catalogue.open(results)
    asked = "SELECT DISTINCT study_key FROM nights JOIN events USING (study_key, digest)"
    assert rows(nights, asked) == [(key_of("a"),)]
    assert [notice.where for notice in nights.notices] == [f"nights/{key_of('b')}/{'d' * 16}"]
    assert codes(nights) == [Code.RESULT_DAMAGED]
    found = catalogue.compact(results)
    assert (found.n_nights, [n.code for n in found.notices]) == (2, [Code.RESULT_DAMAGED])
    assert rows(catalogue.open(results), "SELECT count(*) FROM nights") == [(2,)]


def test_a_night_that_was_published_unreadable_is_left_out_of_the_compaction(
    results: Path, whole: Template
) -> None:
    broken = b"PAR1 is no table PAR1"
    facts = {"size_bytes": len(broken), "sha256": sha256_file(_written(results, broken))}
    made = replace(
        whole,
        files={**whole.files, "epochs.parquet": broken},
        facts={**whole.facts, "epochs.parquet": facts},
    )
    publish(results, key_of("d"), made)
    found = catalogue.compact(results)
    assert (found.n_nights, [n.code for n in found.notices]) == (3, [Code.RESULT_DAMAGED])
    assert rows(catalogue.open(results), "SELECT count(DISTINCT study_key) FROM events") == [(2,)]


def _written(folder: Path, content: bytes) -> Path:
    path = folder / "broken"
    path.write_bytes(content)
    return path


def test_a_repaired_night_comes_back(results: Path, whole: Template) -> None:
    folder = store.night_folder(results, key_of("b"), "d" * 16)
    cut(folder / "events.parquet")
    catalogue.compact(results)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    publish(results, key_of("b"), whole)
    assert rows(catalogue.open(results), "SELECT count(*) FROM nights") == [(3,)]


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("current.json", "cut"),
        ("index.parquet", "flipped"),
        ("events-000.parquet", "cut"),
        ("events-000.parquet", "flipped"),
        ("events-000.parquet", "gone"),
    ],
)
def test_a_damaged_compaction_is_told_and_not_used(results: Path, name: str, damage: str) -> None:
    asked = "FROM events ORDER BY ALL"
    before = rows(catalogue.open(results), asked)
    catalogue.compact(results)
    path = next((results / "catalogue").rglob(name))
    content = path.read_bytes()
    middle = len(content) // 2
    flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    path.write_bytes(content[:middle] if damage == "cut" else flipped)
    if damage == "gone":
        path.unlink()
    nights = catalogue.open(results)
    assert rows(nights, asked) == before
    assert codes(nights) == [Code.COMPACTION_UNUSABLE]
    catalogue.compact(results)
    nights = catalogue.open(results)
    assert (rows(nights, asked), codes(nights)) == (before, [])


def test_a_compaction_of_other_columns_is_not_used(results: Path) -> None:
    catalogue.compact(results)
    pointer = results / "catalogue" / "current.json"
    record = json.loads(pointer.read_text())
    pointer.write_text(json.dumps({**record, "columns": "0" * 16}))
    assert codes(catalogue.open(results)) == [Code.COMPACTION_UNUSABLE]


def test_a_compaction_that_takes_another_s_place_does_not_disturb_open_queries(
    results: Path, whole: Template, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.catalogue.compaction._KEPT_S", -1.0)  # nothing is kept
    catalogue.compact(results)
    nights = catalogue.open(results)
    assert rows(nights, "SELECT count(*) FROM nights") == [(3,)]
    publish(results, key_of("d"), whole)
    catalogue.compact(results)
    assert rows(nights, "SELECT count(DISTINCT study_key) FROM events") == [(3,)]
    assert codes(nights) == []


@pytest.mark.slow
def test_queries_compactions_and_a_batch_at_once(results: Path, whole: Template) -> None:
    n_before, n_new = 3, 12

    def batch() -> None:
        for number in range(n_new):
            publish(results, key_of(f"new {number}"), whole)

    def compactions() -> list[int]:
        return [catalogue.compact(results).n_nights for _ in range(4)]

    def questions() -> list[tuple[int, int]]:
        asked = "SELECT count(DISTINCT study_key), count(*) FROM events"
        return [rows(catalogue.open(results), asked)[0] for _ in range(12)]

    with ThreadPoolExecutor(5) as pool:
        counted = [pool.submit(compactions), pool.submit(compactions)]
        asked = [pool.submit(questions), pool.submit(questions)]
        pool.submit(batch).result()
    for each in (found.result() for found in counted):
        assert each == sorted(each)
    for answers in (found.result() for found in asked):
        assert answers == sorted(answers)
        assert all(n_events == n_nights * len(EVENTS) for n_nights, n_events in answers)
    nights = catalogue.open(results)
    assert rows(nights, "SELECT count(*) FROM nights") == [(n_before + n_new,)]
    assert codes(nights) == []


def test_what_older_generations_left_is_removed_once_no_query_can_read_it(results: Path) -> None:
    catalogue.compact(results)
    first = next((results / "catalogue").glob("g*"))
    catalogue.compact(results)
    assert first.exists()
    os.utime(first, (0, 0))
    catalogue.compact(results)
    assert not first.exists()
    assert list((results / ".work").glob("*/*")) == []


def test_results_of_an_older_schema_have_null_where_they_had_no_column(
    results: Path, whole: Template
) -> None:
    table = pq.read_table(store.night_folder(results, key_of("a"), "d" * 16) / "events.parquet")
    old = table.drop_columns(["confidence", "to_n2_s"]).append_column("gone", table["z"])
    sink = pa.BufferOutputStream()
    pq.write_table(old, sink)
    record = json.loads(whole.record)
    del record["agreement"], record["channels"], record["segment"]
    made = replace(
        whole,
        files={**whole.files, "events.parquet": sink.getvalue().to_pybytes()},
        record=json.dumps(record).encode(),
    )
    publish(results, key_of("0"), made)
    nights = catalogue.open(results)
    who = f"WHERE study_key = '{key_of('0')}'"
    assert rows(nights, f"SELECT count(*), count(to_n2_s) FROM events {who}") == [
        (table.num_rows, 0)
    ]
    assert rows(nights, f"SELECT jerks_n1, agreement_kappa FROM nights {who}") == [(11.0, None)]
    assert rows(nights, f"SELECT count(*) FROM channels {who}") == [(0,)]
    assert codes(nights) == []


def test_a_folder_without_nights_answers_with_no_row_and_says_so(tmp_path: Path) -> None:
    nights = catalogue.open(tmp_path)
    assert [rows(nights, f"FROM {view}") for view in VIEWS] == [[]] * len(VIEWS)
    assert codes(nights) == [Code.NO_RESULT]
    assert catalogue.compact(tmp_path).n_nights == 0
    assert rows(catalogue.open(tmp_path), "SELECT count(*) FROM events") == [(0,)]
    with pytest.raises(SettingsError, match="NOT_FOUND"):
        catalogue.open(tmp_path / "nowhere")


def test_a_folder_without_a_manifest_is_no_night(results: Path) -> None:
    (store.night_folder(results, key_of("b"), "d" * 16) / "manifest.json").unlink()
    assert rows(catalogue.open(results), "SELECT count(*) FROM nights") == [(2,)]


def test_an_answer_is_a_frame_of_pandas_and_of_polars(results: Path) -> None:
    answer = catalogue.open(results).sql("SELECT study_key, jerks_n1 FROM nights ORDER BY 1")
    assert list(answer.df().columns) == ["study_key", "jerks_n1"]
    assert answer.pl().shape == (3, 2)
    assert answer.arrow().read_all().num_rows == 3


def test_a_table_of_the_caller_s_own_can_be_joined(results: Path) -> None:
    with catalogue.open(results) as nights:
        nights.add_table("people", pa.table({"study_key": [key_of("a")], "age": [30]}))
        asked = "SELECT age, jerks_n1 FROM people JOIN nights USING (study_key)"
        assert rows(nights, asked) == [(30, 11.0)]


@pytest.mark.parametrize("name", ["events", "Nights", "1a", "a b", 'a"b', "", "hypnic_stale"])
def test_a_table_may_not_take_a_view_s_place(results: Path, name: str) -> None:
    with pytest.raises(QueryError, match="QUERY_TABLE"):
        catalogue.open(results).add_table(name, pa.table({"a": [1]}))
