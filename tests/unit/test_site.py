"""The site's table: places by name, strict, and never a path for a name."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import batches, cohorts, privacy, references
from pipeline.batches import Batch
from pipeline.codes import Code
from pipeline.errors import PassingError, SettingsError
from pipeline.runner import Job
from pipeline.site import Site, read_site


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("HYPNIC_HOME", str(folder))
    folder.mkdir()
    return folder


def write(home: Path, text: str) -> None:
    (home / "site.toml").write_text(text, encoding="utf-8")


def lab(home: Path, further: str = "") -> Path:
    inbox = home.parent / "inbox"
    inbox.mkdir()
    write(home, f'[places.lab]\ninbox = "{inbox}"\nout = "{home.parent / "out"}"\n{further}')
    return inbox


def test_a_site_without_a_table_has_no_place_and_listens_on_loopback() -> None:
    assert read_site() == Site()
    assert read_site().server.host == "127.0.0.1"


def test_an_unknown_place_is_told_with_those_that_there_are(home: Path) -> None:
    lab(home)
    with pytest.raises(SettingsError, match=r"PLACE_UNKNOWN.*places are lab"):
        read_site().place("labb")


@pytest.mark.parametrize("name", ["/data/inbox", "Lab", "lab one", "../lab", "1lab", "a" * 33])
def test_a_place_is_called_by_a_plain_word(home: Path, name: str) -> None:
    write(home, f'[places."{name}"]\ninbox = "/a"\nout = "/b"\n')
    with pytest.raises(SettingsError, match="String should match pattern"):
        read_site()


def test_a_folder_that_is_not_absolute_is_refused(home: Path) -> None:
    write(home, '[places.lab]\ninbox = "data"\nout = "/b"\n')
    with pytest.raises(SettingsError, match=r"places\.lab\.inbox.*must be absolute"):
        read_site()


@pytest.mark.parametrize("at", ["01:00", "02:59"])
def test_no_run_is_planned_where_clocks_are_changed(home: Path, at: str) -> None:
    write(home, f'[schedule]\nnightly_at = "{at}"\n')
    with pytest.raises(SettingsError, match="where clocks are changed"):
        read_site()


def test_a_time_zone_has_to_exist(home: Path) -> None:
    write(home, '[schedule]\ntimezone = "Mars/Olympus"\n')
    with pytest.raises(SettingsError, match="is no time zone"):
        read_site()


def test_an_unknown_key_is_told_with_the_nearest_known_one(home: Path) -> None:
    write(home, "[server]\nprot = 4200\n")
    with pytest.raises(SettingsError, match=r"server\.prot \(did you mean server\.port\?\)"):
        read_site()


def test_a_place_stands_for_its_studies_and_settings(home: Path, nap: Path) -> None:
    inbox = lab(home, 'reports_url = "https://reports.lab/"\n')
    nap.rename(inbox / "nap.edf")
    batch = batches.all_of("lab")
    assert [job.source for job in batch.jobs] == [inbox / "nap.edf"]
    assert (batch.out, batch.reports_url) == (home.parent / "out", "https://reports.lab")


def test_a_reference_stands_for_the_batch_that_was_stored_under_it(home: Path) -> None:
    job = Job(source=home / "night.edf")
    batch = Batch(jobs=(job,), out=home / "out", stage_source="auto", n_jobs=2)
    assert batches.all_of(batches.remember_batch(batch)) == batch
    settings = batch.settings()
    assert (settings.night.stage_source, settings.run.jobs) == ("auto", 2)


def test_an_inbox_that_is_gone_is_a_passing_fault_without_its_path(home: Path) -> None:
    lab(home).rmdir()
    with pytest.raises(PassingError) as caught:
        batches.all_of("lab")
    assert caught.value.code is Code.INBOX_UNREADABLE
    assert "inbox" not in caught.value.found


def test_one_study_is_found_by_its_key_and_only_within_its_place(home: Path, nap: Path) -> None:
    inbox = lab(home)
    study = nap.rename(inbox / "nap.edf")
    (inbox / "other.edf").write_bytes(b"")
    key, elsewhere = "s" + "0" * 15, "s" + "1" * 15
    privacy.remember_source(key, study)
    privacy.remember_source(elsewhere, home / "elsewhere.edf")
    assert [job.source for job in batches.one_of("lab", key).jobs] == [study]
    with pytest.raises(SettingsError, match="STUDY_UNKNOWN"):
        batches.one_of("lab", elsewhere)


def test_a_place_without_participants_has_no_cohort(home: Path) -> None:
    lab(home)
    with pytest.raises(SettingsError, match="PLACE_INCOMPLETE"):
        cohorts.request_at("lab")


def test_a_place_stands_for_its_cohort(home: Path) -> None:
    lab(home, 'participants = "/data/people.tsv"\ncohort = "/data/cohort"\n')
    request = cohorts.request_at("lab")
    assert (request.participants, request.out) == (Path("/data/people.tsv"), Path("/data/cohort"))
    assert request.results == home.parent / "out"
    assert cohorts.request_at(cohorts.remember_request(request)) == request
    assert len(list((home / "batches").iterdir())) == 1
    assert not references.is_known("b0000")
