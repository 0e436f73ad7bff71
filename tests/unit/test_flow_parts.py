"""The parts of flows without a server: forms, tables, faults, what is done with what is found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import typer
from prefect.events.schemas.automations import EventTrigger
from prefect.exceptions import ObjectNotFound
from prefect.logging import disable_run_logger
from pydantic import TypeAdapter, ValidationError

from flows import (
    artifacts,
    by_hand,
    cohort_report,
    rebuild_catalogue,
    register,
    score_folder,
    score_study,
    studies,
)
from flows import tell_failure as notices
from flows import watch_inbox as inbox_flow
from flows.deployments import OTHER, POOL, SCORING
from flows.faults import FlowError, without_paths
from flows.forms import CohortForm, FolderForm, InboxForm, PlaceName, ScoringForm, StudyKey
from pipeline import references
from pipeline.batches import Batch
from pipeline.codes import Code
from pipeline.errors import SettingsError
from pipeline.inbox import Look
from pipeline.outcome import Outcome, OutcomeStatus
from pipeline.runner import Job
from pipeline.site import Site, read_site

DONE = Outcome(
    status=OutcomeStatus.SCORED, study_key="s1", folder="nights/s1/d", notices=("MAINS",)
)
BAD = Outcome(
    status=OutcomeStatus.QUARANTINED, study_key="s2", folder="quarantine/s2", code="NOT_EDF"
)
WAITS = Outcome(status=OutcomeStatus.PENDING, code="IO")
PATH = "/data/Doe_Jane_1970"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a site with a place called lab, and no server to log to."""
    folder = tmp_path / "home"
    monkeypatch.setenv("HYPNIC_HOME", str(folder))
    folder.mkdir()
    (tmp_path / "inbox").mkdir()
    (folder / "site.toml").write_text(
        f'[places.lab]\ninbox = "{tmp_path / "inbox"}"\nout = "{tmp_path / "out"}"\n'
    )
    with disable_run_logger():
        yield folder


def batch(*outcomes: Outcome, url: str = "") -> Batch:
    jobs = tuple(Job(source=Path(f"{n}.edf")) for n, _ in enumerate(outcomes))
    return Batch(jobs=jobs, out=Path("out"), reports_url=url)


def kept(where: list[Any], what: Any, answer: Any) -> Any:
    """Note what a function was called with, and give its answer."""
    where.append(what)
    return answer


# Forms


@pytest.mark.parametrize("given", [PATH, "Lab", "a b", "", "../a", "C:\\data", "a" * 40])
def test_what_looks_like_a_path_is_no_place(given: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(PlaceName).validate_python(given)


@pytest.mark.parametrize("given", ["s1", "x" * 16, PATH, "s" + "g" * 15])
def test_a_study_is_named_by_a_key_alone(given: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(StudyKey).validate_python(given)


@pytest.mark.parametrize(
    ("form", "given"),
    [
        (FolderForm, {"jobs": 0}),
        (FolderForm, {"most_studies": 0}),
        (InboxForm, {"stage_source": PATH}),
        (CohortForm, {"columns": [PATH]}),
        (ScoringForm, {"path": PATH}),
    ],
)
def test_a_refusal_does_not_repeat_what_was_given(form: Any, given: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as caught:
        form(**given)
    assert "Doe" not in str(caught.value)


# Tables


def test_a_batch_adds_up_in_one_line() -> None:
    assert artifacts.sums([DONE, BAD, WAITS]) == ("3 studies = 1 done + 1 quarantined + 1 pending")


def test_the_table_has_first_what_needs_a_look() -> None:
    rows = artifacts.table(batch(DONE, BAD, WAITS), [DONE, BAD, WAITS])
    assert [row["outcome"] for row in rows] == ["pending", "quarantined", "scored"]
    assert [row["report"] for row in rows] == [
        "",
        "quarantine/s2/reason.json",
        "nights/s1/d/report.html",
    ]


def test_the_table_links_where_the_lab_serves_its_reports() -> None:
    [row] = artifacts.table(batch(DONE, url="https://r.lab"), [DONE])
    assert row["report"] == "[nights/s1/d/report.html](https://r.lab/nights/s1/d/report.html)"


def test_the_summary_counts_reasons_and_warnings() -> None:
    text = artifacts.summary([DONE, BAD, BAD])
    assert "| `NOT_EDF` | 2 |" in text
    assert "| `MAINS` | 1 |" in text
    assert "Why" not in artifacts.summary([DONE])


def test_the_progress_bar_costs_few_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[float] = []
    monkeypatch.setattr(
        artifacts, "create_progress_artifact", lambda p, key, _: kept(shown, p, uuid4())
    )
    monkeypatch.setattr(artifacts, "update_progress_artifact", lambda _, p, __: shown.append(p))
    progress = artifacts.Progress("lab", 1000)
    for number in range(1, 1001):
        progress.show(number)
    assert len(shown) == 20
    assert shown[-1] == 100.0


def test_a_server_that_is_away_costs_a_picture_and_not_the_batch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise httpx.ConnectError("away")

    for name in ("create_progress_artifact", "create_markdown_artifact"):
        monkeypatch.setattr(artifacts, name, fail)
    artifacts.Progress("lab", 1).show(1)
    artifacts.show_batch("lab", batch(DONE), [DONE])


def test_a_batch_is_shown_as_a_table_and_a_summary(monkeypatch: pytest.MonkeyPatch) -> None:
    keys: list[str] = []
    for name in ("create_markdown_artifact", "create_table_artifact"):
        monkeypatch.setattr(artifacts, name, lambda _, key, __: keys.append(key))
    artifacts.show_batch("lab", batch(DONE), [DONE])
    assert keys == ["summary-lab", "batch-lab"]


# Faults


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (SettingsError("Wrong.", code=Code.NOT_FOUND, found=PATH, remedy="Mend."), "NOT_FOUND"),
        (FileNotFoundError(2, "No such file", PATH), "IO: No such file"),
        (ValueError(PATH), "INTERNAL_ERROR: ValueError at .*test_flow_parts"),
        (FlowError("told already"), "told already"),
    ],
)
def test_an_error_is_told_without_its_path(error: Exception, words: str) -> None:
    with pytest.raises(FlowError, match=words) as caught, without_paths():
        raise error
    assert "Doe" not in str(caught.value)
    assert caught.value.__cause__ is None


# Flows, with the scoring itself left out


def test_a_folder_is_scored_as_the_form_says(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Any] = []
    found = batch(DONE, DONE, DONE)
    monkeypatch.setattr(score_folder, "all_of", lambda _: found)
    monkeypatch.setattr(
        score_folder, "score_batch", lambda *words: kept(given, words, [DONE, WAITS])
    )
    form = FolderForm(jobs=3, most_studies=2, stage_source="auto")
    state = score_folder.score_folder.fn("lab", form)
    [(wanted, name)] = given
    assert (len(wanted.jobs), wanted.n_jobs, wanted.stage_source) == (2, 3, "auto")
    assert name == "lab"
    assert state.is_failed()
    assert state.message == "2 studies = 1 done + 0 quarantined + 1 pending"


def test_an_unknown_place_is_told(home: Path) -> None:
    assert home.exists()
    with pytest.raises(FlowError, match="PLACE_UNKNOWN"):
        score_folder.score_folder.fn("other")


def test_one_study_is_scored_by_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Any] = []
    monkeypatch.setattr(score_study, "one_of", lambda _, key: batch(DONE))
    monkeypatch.setattr(score_study, "all_of", lambda _: batch(BAD))
    monkeypatch.setattr(score_study, "score_batch", lambda *words: kept(given, words, [BAD]))
    key = "s" + "1" * 15
    state = score_study.score_study.fn("lab", key)
    score_study.score_study.fn("lab")
    assert [name for _, name in given] == [key, "ad-hoc"]
    assert state.is_completed()  # what is set aside is no fault of the server's


class FakeInbox:
    def __init__(self, look: Look, *, is_new: bool) -> None:
        self.found, self.is_new = look, is_new

    def look(self, most: int | None) -> Look:
        assert most == 7
        return self.found

    def tell(self, *_: object) -> bool:
        return self.is_new


@pytest.mark.parametrize(("is_new", "state_type"), [(True, "FAILED"), (False, "COMPLETED")])
def test_a_look_scores_what_is_ready_and_fails_once_for_what_stays_pending(
    monkeypatch: pytest.MonkeyPatch, is_new: bool, state_type: str
) -> None:
    monkeypatch.setattr(inbox_flow, "score_batch", lambda *_: [WAITS])
    look = Look(ready=(Job(source=Path("a.edf")),), n_unreadable=1)
    site = read_site()
    inbox: Any = FakeInbox(look, is_new=is_new)
    state = inbox_flow._score("lab", site.places["lab"], inbox, InboxForm(most_studies=7))
    assert state.type.value == state_type


def test_a_look_that_finds_nothing_says_so(home: Path) -> None:
    assert home.exists()
    state = inbox_flow.watch_inbox.fn("lab")
    assert state.message == "nothing new; 0 still arriving"


def test_a_place_that_is_being_looked_at_is_left_to_that_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from contextlib import nullcontext

    monkeypatch.setattr(inbox_flow, "watched", lambda *_: nullcontext(None))
    assert inbox_flow.watch_inbox.fn("lab").message == "another run looks at this place"


def test_a_cohort_is_made_as_place_and_form_say(monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.cohorts import CohortRequest

    request = CohortRequest(results=Path("r"), participants=Path("p"), out=Path("c"))
    found = SimpleNamespace(
        persons=[1, 2], nights=[1, 2, 3], notices=[SimpleNamespace(code=Code.IO)]
    )
    asked: list[CohortRequest] = []
    monkeypatch.setattr(cohort_report, "request_at", lambda _: request)
    monkeypatch.setattr(cohort_report, "prepare", lambda _: None)
    monkeypatch.setattr(cohort_report, "report_cohort", lambda r: kept(asked, r, found))
    form = CohortForm(columns=("dose_mg",), is_identified=True)
    state = cohort_report.cohort_report.fn("lab", form)
    assert state.message == "2 persons, 3 nights"
    assert (asked[0].columns, asked[0].is_identified) == (("dose_mg",), True)


def test_a_catalogue_is_made_of_the_places_results(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []
    found = SimpleNamespace(n_nights=2, notices=[SimpleNamespace(code=Code.IO, where="s1")])
    monkeypatch.setattr("pipeline.catalogue.compact", lambda p: kept(asked, p, found))
    flow = rebuild_catalogue.rebuild_catalogue
    assert flow.fn("lab").message == "2 nights compacted, 1 left out"
    reference = references.remember({"results": "/elsewhere"})
    flow.fn(reference)
    assert asked == [home.parent / "out", Path("/elsewhere")]


def test_a_failure_is_a_line_of_its_own(home: Path) -> None:
    run = str(uuid4())
    for state in ("Failed", "Crashed"):
        notices.tell_failure.fn(run, "watch-inbox", state)
    lines = (home / "failures.tsv").read_text().splitlines()
    assert [line.split("\t")[1:] for line in lines] == [
        ["watch-inbox", "Failed", run],
        ["watch-inbox", "Crashed", run],
    ]


# Commands


@pytest.mark.parametrize("module", [score_folder, score_study])
def test_a_command_scores_what_it_is_given_and_answers_the_shell(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, module: Any
) -> None:
    study = tmp_path / "inbox" / "a.edf"
    study.write_bytes(b"no EDF")
    monkeypatch.setattr(by_hand, "through_flow", lambda flow, given: [BAD] * len(given.jobs))
    with pytest.raises(typer.Exit) as caught:
        module.main(study, tmp_path / "out")
    assert caught.value.exit_code == 1
    with pytest.raises(typer.Exit) as caught:
        module.main(study, tmp_path / "out", config=tmp_path / "none.toml")
    assert caught.value.exit_code == 1


@pytest.mark.parametrize(("name", "code"), [("other", 2), ("lab", 0)])
def test_a_look_by_hand_needs_a_place(
    monkeypatch: pytest.MonkeyPatch, name: str, code: int
) -> None:
    state = SimpleNamespace(message="nothing new", is_completed=lambda: True)
    monkeypatch.setattr(inbox_flow, "watch_inbox", lambda place, return_state: state)
    with pytest.raises(typer.Exit) as caught:
        inbox_flow.main(name)
    assert caught.value.exit_code == code


# Tasks and states


def test_records_come_in_the_order_of_the_tasks_and_faults_are_not_swallowed() -> None:
    def future(found: object) -> Any:
        return SimpleNamespace(result=lambda **_: found)

    from dataclasses import asdict

    counts: list[int] = []
    found = [future(asdict(DONE)), future(studies.StudyPendingError(WAITS))]
    records = studies.collected(found, counts.append)
    assert [record["status"] for record in records] == ["scored", "pending"]
    assert counts == [1, 2]
    with pytest.raises(ValueError, match="odd"):
        studies.collected([future(ValueError("odd"))])


def test_a_task_says_by_key_what_became_of_its_study() -> None:
    pool: Any = SimpleNamespace(score=lambda number, job: [DONE, BAD, WAITS][number])
    score = studies._scorer(pool, [Job(source=Path("a.edf"))] * 3)
    assert (score(0).name, score(0).message) == ("Completed", "s1 scored")
    assert (score(1).name, score(1).message) == ("Quarantined", "s2 quarantined NOT_EDF")
    with pytest.raises(studies.StudyPendingError):
        score(2)
    assert studies._task(pool, []).name == "score-study"
    assert studies.score_batch(batch(), "lab") == []


def test_a_batch_through_a_flow_is_forgotten_afterwards(home: Path) -> None:
    from dataclasses import asdict

    state = SimpleNamespace(result=lambda **_: [asdict(DONE)])
    flow: Any = lambda reference, return_state: state  # noqa: E731
    found = batch(DONE)
    assert by_hand.through_flow(flow, found) == [DONE]
    assert list((home / "batches").iterdir()) == []
    state.result = lambda **_: FlowError("told")
    with pytest.raises(FlowError):
        by_hand.through_flow(flow, found)
    assert by_hand.through_flow(flow, batch()) == []
    assert by_hand.tell(found, [DONE]) == 0


# What the server is told


class FakeClient:
    """Keeps what it is told, as the server would."""

    def __init__(self) -> None:
        self.pools: dict[str, Any] = {}
        self.queues: dict[str, Any] = {}
        self.made: dict[str, Any] = {}
        self.automations: dict[str, Any] = {}
        self.old = [SimpleNamespace(id=uuid4())]

    def read_work_pool(self, name: str) -> Any:
        if name not in self.pools:
            raise ObjectNotFound(KeyError(name))
        return self.pools[name]

    def create_work_pool(self, pool: Any) -> None:
        self.pools[pool.name] = pool

    def update_work_pool(self, name: str, pool: Any) -> None:
        self.pools[name].concurrency_limit = pool.concurrency_limit

    def read_work_queue_by_name(self, name: str, work_pool_name: str) -> Any:
        if name not in self.queues:
            raise ObjectNotFound(KeyError(work_pool_name))
        return self.queues[name]

    def create_work_queue(self, name: str, work_pool_name: str) -> Any:
        self.queues[name] = SimpleNamespace(id=name, pool=work_pool_name)
        return self.queues[name]

    def update_work_queue(self, name: str, concurrency_limit: int) -> None:
        self.queues[name].limit = concurrency_limit

    def create_flow_from_name(self, _: str) -> UUID:
        return uuid4()

    def create_deployment(self, **facts: Any) -> UUID:
        made = self.made.setdefault(facts["name"], SimpleNamespace(id=uuid4(), **facts))
        return UUID(str(made.id))

    def read_deployments(self, **_: object) -> list[Any]:
        return [*self.made.values(), *self.old]

    def delete_deployment(self, which: UUID) -> None:
        self.old = [each for each in self.old if each.id != which]

    def read_automations_by_name(self, name: str) -> list[Any]:
        return list(self.automations.get(name, []))

    def create_automation(self, automation: Any) -> None:
        twice = [SimpleNamespace(id=uuid4(), core=automation) for _ in range(2)]
        self.automations[automation.name] = twice

    def update_automation(self, which: UUID, automation: Any) -> None:
        kept = [each for each in self.automations[automation.name] if each.id == which]
        self.automations[automation.name] = kept

    def delete_automation(self, which: UUID) -> None:
        for found in self.automations.values():
            found[:] = [each for each in found if each.id != which]


def test_a_server_is_told_once_however_often_it_is_told() -> None:
    client: Any = FakeClient()
    site = read_site()
    names = register.register(site, client)
    assert names == [
        *("lab-nightly", "lab-inbox", "lab-study", "lab-catalogue", "lab-spread"),
        *("chunk", "notices"),
    ]
    assert register.register(site, client) == names
    assert client.pools[POOL].concurrency_limit == 3
    assert {name: queue.limit for name, queue in client.queues.items()} == {SCORING: 1, OTHER: 2}
    assert client.old == []
    assert {name: len(found) for name, found in client.automations.items()} == {
        "hypnic-silent-runs": 1,
        "hypnic-failures": 1,
    }


def test_schedules_have_their_zone_and_deployments_no_code_to_fetch() -> None:
    client: Any = FakeClient()
    register.register(read_site(), client)
    nightly, inbox = client.made["lab-nightly"], client.made["lab-inbox"]
    assert nightly.schedules[0].schedule.cron == "30 19 * * *"
    assert nightly.schedules[0].schedule.timezone == "UTC"
    assert inbox.schedules[0].schedule.interval.total_seconds() == 300
    assert nightly.pull_steps == []
    assert nightly.concurrency_options.collision_strategy == "CANCEL_NEW"
    assert client.made["notices"].concurrency_limit is None


def test_a_run_that_falls_silent_is_ended_and_one_that_fails_is_told_of() -> None:
    silent, failed = register.automations(uuid4())
    assert isinstance(silent.trigger, EventTrigger)
    assert isinstance(failed.trigger, EventTrigger)
    assert silent.trigger.within.total_seconds() == 90
    assert "prefect.flow-run.Completed" in silent.trigger.expect
    assert failed.trigger.expect == {
        "prefect.flow-run.Failed",
        "prefect.flow-run.Crashed",
        "prefect.flow-run.TimedOut",
    }
    assert Site().server.scoring_runs == 1
