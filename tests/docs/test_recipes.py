"""Every block of docs/recipes.md does what it says."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from pipeline import catalogue
from pipeline.catalogue.given_tables import read_given
from pipeline.cli.app import app
from pipeline.metrics import Metric
from pipeline.night import Night
from tests.unit.cohort_results import key_of
from tests.unit.report_night import bare_night, whole_night
from tests.unit.simulated_results import publish, template

PAGE = (Path(__file__).parents[2] / "docs" / "recipes.md").read_text(encoding="utf-8")
AGES = (17, 25, 39, 40, 61, None)
RATES = (10.0, 20.0, 30.0, 40.0, 50.0)


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)


def section(title: str) -> str:
    """Give the first block of SQL under a heading."""
    found = re.search(r"```sql\n(.*?)```", PAGE.split(f"## {title}\n")[1], flags=re.DOTALL)
    return found.group(1) if found else ""


def night(number: int) -> Night:
    """Give a night with half an hour of N1 and a rate of its own."""
    made = whole_night()
    drawn = {
        "jerks_n1": (RATES[number] / 2, ""),
        "jerks_n1_per_h": (RATES[number], "/h"),
        "scorable_any_leg_n1_min": (30.0, "min"),
        "delay_matched_s": (float(number), "s") if number else (None, "s"),
    }
    metrics = [
        Metric(name=name, title=name, group="g", value=value, unit=unit, definition="d",
               reason="" if value is not None else "too few jerks")
        for name, (value, unit) in drawn.items()
    ]  # fmt: skip
    agreement = replace(made.agreement, kappa=0.5 + 0.1 * number) if made.agreement else None
    return replace(made, metrics=tuple(metrics), agreement=agreement, events=made.events[::6])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder as a researcher has it: results, a participants table, a query."""
    place = tmp_path_factory.mktemp("recipes")
    out = place / "hypnic_results"
    for number in range(len(RATES)):
        publish(out, key_of(f"{number}"), template(night(number)))
    publish(out, key_of("bare"), template(bare_night()))
    rows = [f"{key_of(str(i))}\tP{i}\t{'n/a' if a is None else a}" for i, a in enumerate(AGES)]
    table = "\n".join(["study_key\tparticipant_id\tage", *rows])
    (place / "participants.tsv").write_text(table + "\n")
    (place / "jerks_by_age.sql").write_text(section("Jerks in N1 by age band"))
    return place


def asked(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with catalogue.open(folder / "hypnic_results") as nights:
        nights.add_table("participants", read_given(folder / "participants.tsv"))
        found: list[tuple[Any, ...]] = nights.sql(query).fetchall()
    return found


@pytest.mark.parametrize("query", blocks("sql"), ids=range(len(blocks("sql"))))
def test_every_query_gives_rows(folder: Path, query: str) -> None:
    assert asked(folder, query)


def test_the_bands_of_age_hold_the_nights_that_they_should(folder: Path) -> None:
    found = asked(folder, section("Jerks in N1 by age band"))
    assert found == [
        ("under 18", 1, 1, 5.0, 0.5, 10.0),
        ("18 to 39", 2, 2, 25.0, 1.0, 25.0),
        ("40 to 59", 1, 1, 20.0, 0.5, 40.0),
        ("60 and over", 1, 1, 25.0, 0.5, 50.0),
    ]


def test_the_night_of_the_least_agreement_comes_first(folder: Path) -> None:
    found = asked(folder, section("Nights where scorer and machine disagree most"))
    assert [row[0] for row in found] == [key_of(str(i)) for i in range(5)]


def test_the_night_of_the_largest_delay_comes_first_and_none_without_one(folder: Path) -> None:
    found = asked(folder, section("The ten nights with the largest delay"))
    assert [row[:2] for row in found] == [(key_of(str(i)), float(i)) for i in (4, 3, 2, 1)]


def test_nights_without_a_row_are_counted(folder: Path) -> None:
    title = "Nights that have a row in the participants table, and those that have none"
    assert asked(folder, section(title)) == [(6, 5, 1)]


def test_every_command_works(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    assert len(lines) >= 6
    for line in lines:
        program, *words = shlex.split(line)
        assert program == "hypnic"
        answer = CliRunner().invoke(app, words)
        assert answer.exit_code == 0, answer.output
    assert pq.read_table("events.parquet")["status"].unique().to_pylist() == ["accepted"]


def test_the_program_in_python_works(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    names: dict[str, Any] = {}
    for block in blocks("python"):
        exec(block, names)  # noqa: S102 - the page's own
    assert len(names["rates"]) == 5
    assert names["by_kind"].columns == ["kind", "n"]
    assert set(names["table"]["stage"].to_pylist()) == {"N1"}


def test_the_program_in_r_works(folder: Path) -> None:
    program = shutil.which("Rscript")
    needed = "quit(status = !all(sapply(c('arrow', 'dplyr'), requireNamespace, quietly = TRUE)))"
    if program is None or subprocess.run([program, "-e", needed], check=False).returncode:
        pytest.skip("R with arrow and dplyr is not installed")
    answer = subprocess.run(
        [program, "-e", blocks("r")[0]], cwd=folder, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    assert key_of("0") in answer.stdout
