"""A watched inbox: what arrived whole is taken once, whatever clocks, names and shares do."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.codes import Code
from pipeline.errors import PassingError
from pipeline.inbox import Inbox, Look, watched
from pipeline.outcome import Outcome, OutcomeStatus
from pipeline.site import InboxParameters, Place

SAMPLE = Path(__file__).parents[2] / "sample_data" / "nap.edf"
PARAMETERS = InboxParameters(settle_s=60.0, suspect_s=600.0, most_studies=2)


@dataclass
class Lab:
    """An inbox under a clock that the test winds."""

    folder: Path
    uptime_s: float = 1000.0

    @property
    def inbox(self) -> Path:
        return self.folder / "inbox"

    def open(self) -> Inbox:
        place = Place(inbox=self.inbox, out=self.folder / "out", config=self.config)
        return Inbox(place, PARAMETERS, self.folder / "state.json", lambda: self.uptime_s)

    @property
    def config(self) -> Path | None:
        path = self.folder / "lab.toml"
        return path if path.exists() else None

    def look(self, after_s: float = 0.0) -> Look:
        self.uptime_s += after_s
        return self.open().look()

    def put(self, name: str, content: bytes | None = None) -> Path:
        path = self.inbox / name
        path.write_bytes(SAMPLE.read_bytes()[:200_000] if content is None else content)
        return path

    def study(self, name: str) -> Path:
        return Path(shutil.copy(SAMPLE, self.inbox / name))

    def end(self, look: Look, status: OutcomeStatus = OutcomeStatus.SCORED) -> bool:
        """Score what is ready: leave its proof, and tell the inbox."""
        proof = "manifest.json" if status is OutcomeStatus.SCORED else "reason.json"
        outcomes = []
        for number, _ in enumerate(look.ready):
            folder = self.folder / "out" / f"r{number}"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / proof).write_text("{}")
            outcomes.append(Outcome(status=status, folder=f"r{number}"))
        return self.open().tell(look.ready, outcomes)


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    (tmp_path / "inbox").mkdir()
    return Lab(tmp_path)


def names(look: Look) -> list[str]:
    return [job.source.name for job in look.ready]


def test_a_file_is_taken_when_two_looks_saw_it_unchanged(lab: Lab) -> None:
    lab.study("a.edf")
    assert lab.look() == Look(ready=(), n_arriving=1)
    assert lab.look(after_s=59).n_arriving == 1
    assert names(lab.look(after_s=1)) == ["a.edf"]


def test_a_file_that_grows_is_left_alone(lab: Lab) -> None:
    path = lab.study("a.edf")
    lab.look()
    with path.open("ab") as file:
        file.write(b"0")
    assert lab.look(after_s=120).n_arriving == 1


def test_a_file_written_over_at_the_same_size_is_left_alone(lab: Lab) -> None:
    path = lab.study("a.edf")
    lab.look()
    os.utime(path, ns=(0, 0))
    assert lab.look(after_s=120).n_arriving == 1


def test_a_copy_that_stalls_half_way_waits_longer(lab: Lab) -> None:
    lab.put("a.edf")
    lab.look()
    assert lab.look(after_s=599).n_arriving == 1
    assert names(lab.look(after_s=1)) == ["a.edf"]


def test_what_is_no_edf_waits_longer_too(lab: Lab) -> None:
    lab.put("a.edf", b"no EDF")
    lab.look()
    assert lab.look(after_s=60).n_arriving == 1
    assert names(lab.look(after_s=600)) == ["a.edf"]


def test_a_done_study_is_not_taken_again_while_its_result_is_there(lab: Lab) -> None:
    lab.study("a.edf")
    lab.look()
    lab.end(lab.look(after_s=60))
    assert lab.look() == Look(ready=(), n_done=1)
    shutil.rmtree(lab.folder / "out")
    assert names(lab.look()) == ["a.edf"]


def test_a_quarantined_study_rests_until_the_file_changes(lab: Lab) -> None:
    path = lab.study("a.edf")
    lab.look()
    lab.end(lab.look(after_s=60), OutcomeStatus.QUARANTINED)
    assert lab.look(after_s=9999) == Look(ready=(), n_quarantined=1)
    path.write_bytes(SAMPLE.read_bytes())
    assert lab.look().n_arriving == 1
    assert names(lab.look(after_s=60)) == ["a.edf"]


def test_an_edit_that_keeps_size_and_date_is_seen(lab: Lab) -> None:
    path = lab.study("a.edf")
    lab.look()
    lab.end(lab.look(after_s=60))
    before = path.stat()
    path.write_bytes(path.read_bytes())
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert lab.look().n_done == 0


def test_other_settings_ask_for_other_results(lab: Lab) -> None:
    lab.study("a.edf")
    lab.look()
    lab.end(lab.look(after_s=60))
    (lab.folder / "lab.toml").write_text('[night]\nstage_source = "auto"\n')
    assert names(lab.look()) == ["a.edf"]


def test_a_pending_study_is_told_once_and_tried_again_after_the_others(lab: Lab) -> None:
    lab.study("a.edf")
    lab.look()
    look = lab.look(after_s=60)
    pending = [Outcome(status=OutcomeStatus.PENDING)]
    assert lab.open().tell(look.ready, pending)
    assert not lab.open().tell(look.ready, pending)
    lab.study("b.edf")
    lab.look()
    assert names(lab.look(after_s=60)) == ["b.edf", "a.edf"]


def test_one_look_takes_no_more_than_it_may(lab: Lab) -> None:
    for name in ("a.edf", "b.edf", "c.edf"):
        lab.study(name)
    lab.look()
    look = lab.look(after_s=60)
    assert (names(look), look.n_left) == (["a.edf", "b.edf"], 1)
    lab.end(look)
    assert names(lab.look()) == ["c.edf"]


@pytest.mark.parametrize("date_s", [0, 4_000_000_000])
def test_a_file_from_another_century_is_taken_like_any_other(lab: Lab, date_s: int) -> None:
    os.utime(lab.study("a.edf"), (date_s, date_s))
    lab.look()
    assert names(lab.look(after_s=60)) == ["a.edf"]


def test_a_wall_clock_that_jumps_takes_nothing_early_and_nothing_twice(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.study("a.edf")
    lab.look()
    monkeypatch.setattr("time.time", lambda: 9e9)
    assert lab.look().n_arriving == 1
    lab.end(lab.look(after_s=60))
    monkeypatch.setattr("time.time", lambda: 0.0)
    assert lab.look() == Look(ready=(), n_done=1)


def test_after_a_restart_of_the_machine_waiting_begins_anew(lab: Lab) -> None:
    lab.study("a.edf")
    lab.look()
    lab.uptime_s = 5.0
    assert lab.look().n_arriving == 1
    assert names(lab.look(after_s=60)) == ["a.edf"]


def test_another_machines_uptime_is_not_reckoned_with(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.study("a.edf")
    lab.look()
    monkeypatch.setattr("platform.node", lambda: "elsewhere")
    assert lab.look(after_s=9999).n_arriving == 1


def test_a_scoring_that_comes_later_asks_for_another_result(lab: Lab) -> None:
    lab.study("a.edf")
    lab.look()
    lab.end(lab.look(after_s=60))
    (lab.inbox / "a.annot").write_text("# N1 | stage\nN1\t.\t.\t0.0\t30.0\t.\n")
    assert lab.look().n_arriving == 1
    [job] = lab.look(after_s=60).ready
    assert job.scoring == lab.inbox / "a.annot"


def test_a_share_that_is_gone_is_told_and_forgets_nothing(lab: Lab) -> None:
    lab.study("a.edf")
    lab.look()
    lab.end(lab.look(after_s=60))
    away = lab.inbox.rename(lab.folder / "away")
    with pytest.raises(PassingError) as caught:
        lab.look()
    assert caught.value.code is Code.INBOX_UNREADABLE
    lab.inbox.mkdir()  # the empty mount point
    assert lab.look() == Look(ready=())
    lab.inbox.rmdir()
    away.rename(lab.inbox)
    assert lab.look() == Look(ready=(), n_done=1)


def test_links_are_told_and_not_followed(lab: Lab) -> None:
    (lab.inbox / "link.edf").symlink_to(SAMPLE)
    lab.look()
    assert lab.look(after_s=9999) == Look(ready=(), n_unreadable=1)


def test_a_damaged_memory_costs_a_wait_and_no_more(lab: Lab) -> None:
    lab.study("a.edf")
    lab.look()
    (lab.folder / "state.json").write_text('{"seen": 3')
    assert lab.look(after_s=9999).n_arriving == 1
    assert names(lab.look(after_s=60)) == ["a.edf"]


def test_nothing_in_the_inbox_is_written_or_moved(lab: Lab) -> None:
    path = lab.study("a.edf")
    before = path.stat()
    lab.look()
    lab.end(lab.look(after_s=60))
    lab.look()
    assert list(lab.inbox.iterdir()) == [path]
    assert (path.stat().st_mtime_ns, path.stat().st_ctime_ns) == (
        before.st_mtime_ns,
        before.st_ctime_ns,
    )


def test_what_is_kept_holds_no_file_name(lab: Lab) -> None:
    lab.study("Doe_Jane.edf")
    lab.look()
    state = lab.folder / "state.json"
    assert "Doe" not in state.read_text()
    assert os.name == "nt" or state.stat().st_mode & 0o777 == 0o600


def test_one_process_looks_at_a_place_at_a_time(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HYPNIC_HOME", str(lab.folder / "home"))
    place = Place(inbox=lab.inbox, out=lab.folder / "out")
    with watched("lab", place, PARAMETERS) as first, watched("lab", place, PARAMETERS) as second:
        assert first is not None
        assert second is None
    with watched("lab", place, PARAMETERS) as again:
        assert again is not None
