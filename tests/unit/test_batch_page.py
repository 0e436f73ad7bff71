"""The page of a batch: every study once, from the record, whatever else is going on."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import stat
import threading
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline import privacy, store
from pipeline.batch_page import PAGE, close_batch, write_page
from pipeline.cli.app import app
from pipeline.outcome import Outcome, OutcomeStatus
from pipeline.report.batch import StudyRow, StudyStatus, render_batch
from pipeline.report.small_hypnogram import small_hypnogram
from pipeline.runner import Job
from tests.unit import report_reading as reading
from tests.unit.small_results import publish_night

fcntl = pytest.importorskip("fcntl", reason="no file locks on this system")
REASON = {"code": "NO_SIGNALS", "what": "No signal.", "remedy": "Give the recording."}
PAYLOAD = "<script>alert('x')</script>\"><img src=//evil.example onerror=x>{{ 7 * 7 }}"
DONE = Outcome(status=OutcomeStatus.SCORED, study_key="sa")
LATER = Outcome(status=OutcomeStatus.PENDING, code="DISK_FULL", message="/home/Doe_Jane is full")


def page_of(out: Path) -> str:
    write_page(out)
    return (out / PAGE).read_text(encoding="utf-8")


def row_of(page: str, key: str) -> str:
    rows = re.findall(r"<tr data-status.*?</tr>", page, flags=re.S)
    found: str = next(row for row in rows if f">{key}<" in row)
    return found


def test_in_is_done_and_quarantined_and_pending(tmp_path: Path) -> None:
    for key in ("sa", "sb", "sc"):
        publish_night(tmp_path, key)
    store.quarantine(tmp_path, "sd", REASON)
    job = Job(source=tmp_path / "late.edf")

    found = close_batch(tmp_path, [job], {0: LATER})

    assert str(found) == "5 studies = 3 done + 1 quarantined + 1 pending"
    page = page_of(tmp_path)
    assert page.count("<tr data-status") == 5
    assert re.findall(r'<tr data-status="(\w+)"', page)[:2] != ["done", "done"]


def test_a_done_study_has_its_jerks_its_hypnogram_and_a_link_that_leads_to_its_report(
    tmp_path: Path,
) -> None:
    publish_night(tmp_path, "sa", codes=("MAINS", "MAINS", "LEAD_OFF"))
    row = row_of(page_of(tmp_path), "sa")
    link = re.findall(r'href="([^"]*)"', row)
    assert [(tmp_path / each).read_text() for each in link] == ["<p>report</p>"]
    assert 'd="M0 1h20v4h12v2h40v2h20v-6h8"' in row
    assert "50 min 40 min 6 2.2 to 13.1 60 /h 22 to 131" in reading.words(row)
    assert "Mains hum stands out (2 times)" in row
    assert "An electrode was off" in row


def test_an_absent_number_has_its_reason_once_and_sorts_as_nothing(tmp_path: Path) -> None:
    publish_night(tmp_path, "sa", n_jerks=None, reason="no leg could be scored")
    row = row_of(page_of(tmp_path), "sa")
    assert "not available no leg could be scored not available" in reading.words(row)
    assert row.count("no leg could be scored") == 1
    assert row.count('class="figure" data-v=""') == 2


def test_a_quarantined_study_says_why_and_what_to_do(tmp_path: Path) -> None:
    store.quarantine(tmp_path, "sd", REASON)
    row = row_of(page_of(tmp_path), "sd")
    assert "NO_SIGNALS No signal. What to do: Give the recording." in reading.words(row)
    assert 'href="quarantine/sd/reason.json"' in row


def test_of_several_results_the_newest_counts_and_the_older_are_linked(tmp_path: Path) -> None:
    new = publish_night(tmp_path, "sa", digest="d1", n_jerks=4)
    old = publish_night(tmp_path, "sa", digest="d2", n_jerks=9)
    os.utime(old / store.MANIFEST, ns=(0, 0))
    row = row_of(page_of(tmp_path), "sa")
    assert re.findall(r'href="([^"]*)"', row) == [
        f"nights/sa/{new.name}/report.html",
        f"nights/sa/{old.name}/report.html",
    ]
    assert "40 /h" in row


def test_what_was_tried_last_and_failed_is_quarantined_with_the_older_result_beside_it(
    tmp_path: Path,
) -> None:
    publish_night(tmp_path, "sa")
    store.quarantine(tmp_path, "sa", REASON)
    assert str(write_page(tmp_path)) == "1 studies = 0 done + 1 quarantined + 0 pending"
    row = row_of(page_of(tmp_path), "sa")
    assert '<a class="note" href="nights/sa/d0/report.html">an earlier result</a>' in row


@pytest.mark.parametrize("damage", ["changed", "gone", "no record"])
def test_a_damaged_result_is_pending_and_says_what_to_do(tmp_path: Path, damage: str) -> None:
    folder = publish_night(tmp_path, "sa")
    if damage == "changed":
        record = (folder / "night.json").read_text()
        (folder / "night.json").write_text(record.replace("40.0", "41.0"))
    elif damage == "gone":
        (folder / "epochs.parquet").unlink()
    else:
        (folder / store.MANIFEST).write_text("[]")
    assert str(write_page(tmp_path)) == "1 studies = 0 done + 0 quarantined + 1 pending"
    assert "RESULT_DAMAGED" in row_of(page_of(tmp_path), "sa")


def test_a_reason_that_cannot_be_read_does_not_hide_its_study(tmp_path: Path) -> None:
    store.quarantine(tmp_path, "sd", REASON)
    (tmp_path / "quarantine" / "sd" / store.REASON).write_text("{")
    assert "RESULT_DAMAGED" in row_of(page_of(tmp_path), "sd")


def test_what_is_pending_stays_until_a_batch_settles_it(tmp_path: Path) -> None:
    jobs = [Job(source=tmp_path / name) for name in ("a.edf", "b.edf")]
    first = close_batch(tmp_path, jobs, {0: LATER})
    assert first is not None
    assert first.n_pending == 2
    assert write_page(tmp_path).n_pending == 2
    row = row_of(page_of(tmp_path), privacy.unread_key(jobs[1].source))
    assert "Not reached" in row
    second = close_batch(tmp_path, jobs, {0: DONE, 1: DONE})
    assert second is not None
    assert second.n_pending == 0
    assert not (tmp_path / "pending").exists()


def test_the_page_of_what_is_pending_holds_no_message_and_no_name(tmp_path: Path) -> None:
    close_batch(tmp_path, [Job(source=tmp_path / "Doe_Jane.edf")], {0: LATER})
    page = (tmp_path / PAGE).read_text(encoding="utf-8")
    assert "DISK_FULL" in page
    assert "Doe" not in page


def test_a_page_that_cannot_be_written_costs_the_batch_nothing(tmp_path: Path) -> None:
    (tmp_path / "pending").write_text("in the way")
    assert close_batch(tmp_path, [Job(source=tmp_path / "a.edf")], {}) is None


def test_the_page_is_private_leaves_nothing_beside_it_and_is_the_same_again(tmp_path: Path) -> None:
    publish_night(tmp_path, "sa")
    first = page_of(tmp_path)
    assert page_of(tmp_path) == first
    assert stat.S_IMODE((tmp_path / PAGE).stat().st_mode) == 0o600
    assert {path.name for path in tmp_path.iterdir()} == {".work", "nights", PAGE}
    assert list((tmp_path / ".work").iterdir()) == []


def test_of_two_writers_the_second_waits_and_misses_no_study(tmp_path: Path) -> None:
    publish_night(tmp_path, "sa")
    first_writer = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(first_writer, fcntl.LOCK_EX)
    second = threading.Thread(target=write_page, args=(tmp_path,))
    second.start()
    second.join(timeout=0.3)
    assert not (tmp_path / PAGE).exists()
    publish_night(tmp_path, "sb")
    os.close(first_writer)
    second.join()
    assert 'data-v="sb"' in (tmp_path / PAGE).read_text(encoding="utf-8")


def test_the_policy_allows_the_page_s_own_script_by_its_hash_and_nothing_else(
    tmp_path: Path,
) -> None:
    publish_night(tmp_path, "sa")
    page = page_of(tmp_path)
    policy = reading.between(page, 'Content-Security-Policy" content="', '"').split("; ")
    scripts = re.findall(r"<script>(.*?)</script>", page, flags=re.S)
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    assert len(scripts) == page.count("<script") == 1
    assert policy[0] == "default-src 'none'"
    assert [each for each in policy if each.startswith("script-src")] == [
        f"script-src 'sha256-{digest}'"
    ]


def test_hostile_text_stays_text() -> None:
    row = StudyRow(
        study_key=PAYLOAD, status=StudyStatus.QUARANTINED, code=PAYLOAD, what=PAYLOAD,
        remedy=PAYLOAD,
    )  # fmt: skip
    done = StudyRow(study_key="sa", status=StudyStatus.DONE, notices=(PAYLOAD,), stages=(PAYLOAD,))
    page = render_batch([row, done], "0")
    found = reading.outline(page.replace(reading.between(page, "<script>", "</script>"), ""))
    assert found.tags.count("script") == 1
    assert "img" not in found.tags
    assert found.active == []
    assert found.open == []
    assert "49" not in reading.words(row_of(page, "sa"))


def test_a_folder_without_studies_has_a_page_that_says_so(tmp_path: Path) -> None:
    page = page_of(tmp_path)
    assert "No study has been scored" in page
    assert "<script" not in page


@pytest.mark.parametrize(
    ("letters", "line", "n1"),
    [
        (["W", "W", "N1", "N2"], "M0 1h2v4h1v2h1", "M2 4h1v2h-1z"),
        (["N3", "?", "R"], "M0 9h1M2 3h1", ""),
        (["?", "?"], "", ""),
    ],
    ids=["down", "a gap where no stage is", "no stage"],
)
def test_a_small_hypnogram_is_a_line_with_gaps_and_boxes_of_n1(
    letters: list[str], line: str, n1: str
) -> None:
    found = small_hypnogram(letters, 30.0)
    assert found is not None
    assert (found.line, found.n1) == (line, n1)


def test_a_small_hypnogram_is_spoken_in_minutes() -> None:
    found = small_hypnogram(["W", "N2", "N2", "?"], 30.0)
    unstaged = small_hypnogram(["?"], 30.0)
    assert found is not None
    assert unstaged is not None
    assert found.label == "Hypnogram: W 0.50 min, N2 1 min"
    assert unstaged.label == "Hypnogram: no stage"


def test_a_night_without_epochs_has_no_small_hypnogram(tmp_path: Path) -> None:
    publish_night(tmp_path, "sa", stages="")
    row = row_of(page_of(tmp_path), "sa")
    assert "<svg" not in row
    assert "0 min" in row


def test_index_makes_the_page_anew_and_prints_the_sums(tmp_path: Path) -> None:
    publish_night(tmp_path, "sa")
    result = CliRunner().invoke(app, ["index", str(tmp_path)])
    assert result.exit_code == 0
    assert "1 studies = 1 done + 0 quarantined + 0 pending" in result.stdout
    assert (tmp_path / PAGE).is_file()


def test_index_of_a_folder_without_results_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["index", str(tmp_path)])
    assert result.exit_code != 0
    assert "--out" in str(getattr(result.exception, "remedy", ""))
    assert not (tmp_path / PAGE).exists()
