"""A query reads the catalogue's views and nothing else: nothing is written, nothing else opened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import catalogue
from pipeline.catalogue.opened import Catalogue
from pipeline.errors import QueryError
from tests.flow_runs.test_score_folder import tree
from tests.unit.cohort_results import key_of
from tests.unit.report_night import bare_night
from tests.unit.simulated_results import publish, template

PLACE = "@"  # stands for the results folder
WRITES = (
    "COPY events TO '@/x.csv'",
    "COPY (SELECT 1) TO '@/nights/x.parquet'",
    "EXPORT DATABASE '@/x'",
    "IMPORT DATABASE '@/x'",
    "ATTACH '@/x.db'",
    "ATTACH ':memory:' AS other",
    "DETACH memory",
    "CREATE TABLE x AS SELECT 1",
    "CREATE VIEW x AS SELECT 1",
    "CREATE OR REPLACE VIEW events AS SELECT 1",
    "CREATE MACRO f() AS 1",
    "CREATE SECRET s (TYPE s3)",
    "DROP VIEW events",
    "ALTER VIEW events RENAME TO x",
    "INSERT INTO events SELECT 1",
    "UPDATE events SET kind = 'x'",
    "DELETE FROM events",
    "SET threads = 1",
    "SET VARIABLE x = 1",
    "RESET threads",
    "SET enable_external_access = true",
    "SET allowed_directories = ['/']",
    "PRAGMA database_list",
    "CALL pragma_version()",
    "INSTALL httpfs",
    "LOAD httpfs",
    "CHECKPOINT",
    "VACUUM",
    "BEGIN",
    "USE memory",
    "PREPARE p AS SELECT 1",
    "EXPLAIN ANALYZE COPY events TO '@/x.csv'",
    "SELECT 1; COPY events TO '@/x.csv'",
    "SELECT 1; SELECT 2",
    "/* SELECT */ COPY events TO '@/x.csv'",
    "WITH x AS (SELECT 1) INSERT INTO events FROM x",
)
REACHES = (
    "FROM read_csv('/etc/passwd')",
    "FROM read_text('@/nights/*/*/manifest.json')",
    "FROM read_blob('@/secret.txt')",
    "FROM read_json('@/secret.txt')",
    "FROM read_parquet('@/other.parquet')",
    "FROM '@/secret.txt'",
    "FROM 'secret.csv'",
    "FROM glob('@/*')",
    "FROM sniff_csv('@/secret.txt')",
    "FROM 'https://example.org/x.parquet'",
    "FROM read_parquet('s3://bucket/x.parquet')",
    "FROM sqlite_scan('@/x.db', 't')",
    "FROM query('COPY events TO ''@/x.csv''')",
    "SELECT getenv('HOME')",
    "SELECT (SELECT content FROM read_text('@/secret.txt')) FROM events",
    "WITH x AS (FROM read_csv('@/secret.txt')) FROM x",
    "FROM events WHERE kind IN (SELECT content FROM read_text('@/secret.txt'))",
    "FROM a_variable_of_the_caller",
)
WRONG = ("", "  -- nothing", "SELEC 1", "FROM evens", "SELECT a FROM events", "SELECT kind FROM (")


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Catalogue]]:
    out = tmp_path_factory.mktemp("refused")
    publish(out, key_of("a"), template(bare_night("WW1122")))
    (out / "secret.txt").write_text("secret\n")
    catalogue.compact(out)
    with catalogue.open(out) as opened:
        yield out, opened


def asked(nights: tuple[Path, Catalogue], query: str) -> str:
    """Give what is said to a query that is not answered."""
    out, opened = nights
    before = tree(out)
    with pytest.raises(QueryError) as caught:
        opened.sql(query.replace(PLACE, out.as_posix()))
    assert tree(out) == before
    assert opened.notices == []
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("query", WRITES)
def test_a_query_that_would_do_more_than_read_is_refused(
    nights: tuple[Path, Catalogue], query: str
) -> None:
    assert asked(nights, query).startswith("QUERY_REFUSED")


@pytest.mark.parametrize("query", REACHES)
def test_a_query_that_reaches_outside_is_refused(
    nights: tuple[Path, Catalogue], query: str
) -> None:
    a_variable_of_the_caller = [1]
    said = asked(nights, query)
    assert said.startswith(("QUERY_REFUSED", "QUERY_WRONG"))
    assert "secret\n" not in said
    assert a_variable_of_the_caller


@pytest.mark.parametrize("query", WRONG)
def test_a_wrong_query_is_told_in_one_line(nights: tuple[Path, Catalogue], query: str) -> None:
    assert asked(nights, query).startswith("QUERY_WRONG")


def test_a_misspelt_view_or_column_is_answered_with_the_right_one(
    nights: tuple[Path, Catalogue],
) -> None:
    assert 'Did you mean "events"' in asked(nights, "FROM evens")
    assert '"onset_s"' in asked(nights, "SELECT onse_s FROM events")


@pytest.mark.parametrize(
    "query",
    [
        "FROM events",
        "WITH x AS (FROM epochs) SELECT count(*) FROM x",
        "VALUES (1)",
        "SHOW TABLES",
        "DESCRIBE nights",
        "SUMMARIZE epochs",
        "PIVOT epochs ON stage USING count(*)",
        "-- comment\nPIVOT epochs ON stage USING count(*) GROUP BY study_key",
        "SELECT 1;",
    ],
)
def test_a_query_that_reads_is_answered(nights: tuple[Path, Catalogue], query: str) -> None:
    assert nights[1].sql(query).columns


def test_no_setting_can_be_changed_and_no_other_file_opened_by_the_connection_itself(
    nights: tuple[Path, Catalogue],
) -> None:
    """The second wall: what stands behind the look at the statement."""
    out, opened = nights
    opened.sql("SELECT count(*) FROM events")
    connection = opened._connection
    assert connection is not None
    for query in (
        f"COPY (SELECT 1) TO '{out}/x.csv'",
        f"ATTACH '{out}/x.db'",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        f"SELECT * FROM read_csv('{out}/secret.txt')",
        "LOAD httpfs",
    ):
        with pytest.raises(Exception, match=r"(Permission|Invalid Input) Error"):
            connection.execute(query)
    assert not (out / "x.csv").exists()
