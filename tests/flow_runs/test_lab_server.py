"""One command runs a lab: schedules that really fire, nothing lost, and no word to the outside."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import psutil
import pytest
import yaml

from flows.deployments import POOL
from tests.flow_runs.lab import (
    ROOT,
    SAMPLE,
    Connections,
    Lab,
    answer_code,
    call,
    lab_server,
    start,
    stop,
    wait_for,
)
from tests.robust.test_planted_identifiers import FILE_NAME, FOLDER_NAME, PLANTED, planted

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at processes through /proc"),
]
N_NIGHTS = 6
ENDS = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


@dataclass(frozen=True)
class Day:
    """A server, and every address that it spoke to."""

    lab: Lab
    connections: Connections


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    folder = tmp_path_factory.mktemp("served") / "lab"
    with lab_server(folder, inbox_name=FOLDER_NAME) as lab, Connections(lab) as connections:
        yield Day(lab, connections)


def another(path: Path, number: int) -> Path:
    """Write the nap as a study of its own: a digit of its recorder's name differs."""
    content = bytearray(SAMPLE.read_bytes())
    content[88:168] = f"Startdate X X X X{number}".ljust(80).encode()
    draft = path.with_suffix(".draft")
    draft.write_bytes(bytes(content))
    return draft.rename(path)


def finished(lab: Lab, flow: str) -> list[dict[str, Any]]:
    return [run for run in lab.runs(flow=flow) if run["state_type"] in ENDS]


def test_a_file_put_into_the_inbox_becomes_a_report_without_a_hand(day: Day) -> None:
    lab = day.lab
    shutil.copy(SAMPLE, lab.inbox / "night.edf")
    wait_for(lab.reports)
    words = "1 studies = 1 done + 0 quarantined + 0 pending"
    run = wait_for(lambda: next(r for r in lab.runs(flow="watch-inbox") if _says(r, words)))
    assert run["auto_scheduled"]
    assert run["state_type"] == "COMPLETED"
    assert run["parameters"]["place"] == "ward"
    assert (lab.inbox / "night.edf").read_bytes() == SAMPLE.read_bytes()


def _says(run: dict[str, Any], words: str) -> bool:
    return bool(run["state"]) and (run["state"].get("message") or "") == words


def test_the_batch_is_shown_by_keys_and_relative_places(day: Day) -> None:
    lab = day.lab
    found = wait_for(lambda: {a["key"]: a for a in lab.ask("artifacts/filter", {})})
    wait_for(lambda: "batch-ward" in {a["key"] for a in lab.ask("artifacts/filter", {})})
    found = {a["key"]: a for a in lab.ask("artifacts/filter", {})}
    assert {"batch-ward", "summary-ward", "progress-ward"} <= set(found)
    [report] = [path.relative_to(lab.out).as_posix() for path in lab.reports()]
    assert report in found["batch-ward"]["data"]
    assert str(lab.folder) not in str(found)


def test_who_has_no_password_is_refused(day: Day) -> None:
    url = f"{day.lab.url}/api/csrf-token?client=test"
    assert answer_code(url, None, {}) == 401
    assert answer_code(url, None, {"Authorization": "Basic aHlwbmljOndyb25n"}) == 401
    assert answer_code(f"{day.lab.url}/api/flow_runs/filter", {}, {}) in {401, 403}


def test_a_change_without_a_token_is_refused(day: Day) -> None:
    with_password = {"Authorization": f"Basic {b64encode(day.lab.auth.encode()).decode()}"}
    assert answer_code(f"{day.lab.url}/api/flow_runs/filter", {}, with_password) == 403
    assert call(f"{day.lab.url}/api/health", None, {}) is True


def test_a_path_for_a_place_is_refused_before_a_run_exists(day: Day) -> None:
    lab = day.lab
    before = len(lab.runs(flow="score-folder"))
    deployment = lab.deployment("ward-nightly")["id"]
    with pytest.raises(HTTPError) as caught:
        lab.ask(
            f"deployments/{deployment}/create_flow_run",
            {"parameters": {"place": "/data/Doe_Jane_1970"}},
        )
    assert caught.value.code in (409, 422)
    assert "does not match" in caught.value.read().decode()
    assert len(lab.runs(flow="score-folder")) == before


@pytest.mark.parametrize(("field", "value"), [("jobs", 0), ("jobs", 9999), ("most_studies", "x")])
def test_a_number_out_of_its_limits_is_refused_with_a_word(
    day: Day, field: str, value: object
) -> None:
    deployment = day.lab.deployment("ward-nightly")["id"]
    body = {"parameters": {"place": "ward", "options": {field: value}}}
    with pytest.raises(HTTPError) as caught:
        day.lab.ask(f"deployments/{deployment}/create_flow_run", body)
    assert field in caught.value.read().decode()


def test_the_form_has_help_for_every_field(day: Day) -> None:
    for name in ("ward-nightly", "ward-inbox", "ward-study"):
        schema = day.lab.deployment(name)["parameter_openapi_schema"]
        assert all(each["description"] for each in schema["properties"].values())
        for form in schema["definitions"].values():
            assert all(
                each["title"] and each["description"] for each in form["properties"].values()
            )


def test_a_run_that_fails_is_noted_without_a_word_to_the_outside(day: Day) -> None:
    lab = day.lab
    deployment = lab.deployment("ward-study")["id"]
    body = {"parameters": {"place": "ward", "study": "s" + "0" * 15}}
    run = lab.ask(f"deployments/{deployment}/create_flow_run", body)
    notices = lab.home / "failures.tsv"
    wait_for(notices.exists)
    assert f"score-study\tFailed\t{run['id']}" in notices.read_text()
    message = lab.ask(f"flow_runs/{run['id']}")["state"]["message"]
    assert "STUDY_UNKNOWN" in message


def test_planted_identifiers_reach_neither_database_nor_logs_nor_artifacts(day: Day) -> None:
    lab = day.lab
    before = len(lab.reports())
    planted(lab.inbox / f"{FILE_NAME}.edf.part")
    (lab.inbox / f"{FILE_NAME}.edf.part").rename(lab.inbox / f"{FILE_NAME}.edf")
    (lab.inbox / f"{FILE_NAME}_broken.edf").write_bytes(b"no EDF")
    wait_for(lambda: len(lab.reports()) > before and list(lab.out.glob("quarantine/*/reason.json")))
    wait_for(lambda: not [r for r in lab.runs(flow="watch-inbox") if r["state_type"] == "RUNNING"])
    kept = [*(lab.home / "prefect").rglob("*"), *(lab.home / "logs").rglob("*")]
    assert [path for path in kept if path.name.endswith(".db")]
    texts = {path: path.read_bytes().lower() for path in kept if path.is_file()}
    texts[Path("artifacts")] = str(lab.ask("artifacts/filter", {})).lower().encode()
    texts[Path("said")] = "".join(lab.said).lower().encode()
    found = {
        (path.name, word)
        for path, text in texts.items()
        for word in PLANTED
        if word.casefold().encode() in text
    }
    assert found == set()


def test_the_server_logged_no_error_and_the_files_are_the_owners(day: Day) -> None:
    assert day.lab.errors("server") == []
    assert "Traceback" not in day.lab.log("server")
    for path in (day.lab.home).rglob("*"):
        if path.name != "site.toml":
            assert path.stat().st_mode & 0o077 == 0, path


def test_a_worker_killed_in_mid_run_leaves_its_studies_to_the_next_one(day: Day) -> None:
    lab = day.lab
    before = len(lab.reports())
    for number in range(N_NIGHTS):
        another(lab.inbox / f"n{number}.edf", number)
    wait_for(lambda: len(lab.reports()) > before)
    worker = lab.child("worker", "start")
    killed = [lab.child("prefect.engine"), worker]
    for process in killed:
        process.send_signal(signal.SIGKILL)
    wait_for(lambda: lab.child("worker", "start").pid != worker.pid)
    wait_for(lambda: len(lab.reports()) == before + N_NIGHTS)
    assert any("worker ended (-9)" in line for line in lab.said)
    wait_for(lambda: not list((lab.out / ".work").glob("*/study.edf")))
    states = wait_for(lambda: [r["state_type"] for r in finished(lab, "watch-inbox")])
    assert "CRASHED" in states


def test_a_server_killed_in_mid_run_costs_no_study(day: Day) -> None:
    lab = day.lab
    before = len(lab.reports())
    for number in range(N_NIGHTS):
        another(lab.inbox / f"m{number}.edf", 100 + number)
    wait_for(lambda: len(lab.reports()) > before)
    lab.child("server", "start").send_signal(signal.SIGKILL)
    wait_for(lambda: any("server ended (-9)" in line for line in lab.said))
    wait_for(lambda: len(lab.reports()) == before + N_NIGHTS)
    wait_for(lambda: answer_code(f"{lab.url}/api/health", None, {}) == 200)
    wait_for(lambda: len(finished(lab, "watch-inbox")) > 0)


def test_the_yaml_file_hands_in_what_the_command_hands_in(day: Day) -> None:
    lab = day.lab
    record = yaml.safe_load((ROOT / "configs" / "prefect.yaml").read_text())
    record["deployments"] = [
        each for each in record["deployments"] if each["name"] in {"lab-nightly", "lab-study"}
    ]
    file = lab.folder / "prefect.yaml"
    file.write_text(yaml.safe_dump(record, sort_keys=False))
    words = ("--no-prompt", "deploy", "--all", "--prefect-file", str(file))
    answer = subprocess.run(
        [sys.executable, "-m", "prefect", *words],
        env=lab.environment(),
        cwd=lab.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    for name in ("nightly", "study"):
        ours, theirs = lab.deployment(f"ward-{name}"), lab.deployment(f"lab-{name}")
        for fact in (
            "entrypoint",
            "parameter_openapi_schema",
            "enforce_parameter_schema",
            "tags",
            "work_queue_name",
            "work_pool_name",
            "pull_steps",
            "concurrency_options",
        ):
            assert ours[fact] == theirs[fact], fact
        assert ours["global_concurrency_limit"]["limit"] == 1
        assert theirs["global_concurrency_limit"]["limit"] == 1
    assert POOL in lab.deployment("lab-nightly")["tags"]


def test_a_second_server_of_the_same_site_is_refused(day: Day) -> None:
    again = Lab(day.lab.folder, day.lab.port)
    process = start(again)
    assert process.wait(60) == 2
    wait_for(lambda: any("PORT_TAKEN" in line for line in again.said), 5)
    stop(again)


def test_no_connection_left_loopback(day: Day) -> None:
    assert day.connections.n_looks > 100
    assert "127.0.0.1" in day.connections.seen
    assert day.connections.outside() == set()


def test_nothing_but_loopback_is_listened_at(day: Day) -> None:
    listening = [
        connection.laddr.ip
        for process in day.lab.processes()
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert set(listening) == {"127.0.0.1"}


def test_it_stops_within_its_time_and_leaves_no_process(day: Day) -> None:
    lab = day.lab
    assert lab.process is not None
    began_s = time.monotonic()
    lab.process.send_signal(signal.SIGINT)
    assert lab.process.wait(90) == 0
    assert time.monotonic() - began_s < 90
    assert [p for p in lab.processes() if p.status() != psutil.STATUS_ZOMBIE] == []
    assert os.fspath(lab.home)
