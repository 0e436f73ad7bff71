"""The pages that are looked at in a browser, each as a file of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pipeline import store
from pipeline.batch_page import PAGE, close_batch
from pipeline.cohort import CohortParameters, analyse_cohort
from pipeline.hypnogram import from_letters
from pipeline.night import Night
from pipeline.report.cohort import render_cohort
from pipeline.report.page import ReportParameters, render
from pipeline.runner import Job
from pipeline.tagging import TaggingParameters
from tests.unit.cohort_nights import drawn_cohort
from tests.unit.report_night import whole_night
from tests.unit.small_results import publish_night

PROVENANCE = {"hypnic": "0.1.0", "input_sha256": "ab" * 32}
LONG_LABEL = "EMG-Tibialis_anterior_links_(sehr_langer_Name)_" * 3
N_CLOSEUPS = 4
_NO_SIGNALS = {
    "code": "NO_SIGNALS",
    "what": "The file holds annotations only, no signal.",
    "remedy": "Give the recording; this file can be its scoring.",
}


def without_legs(night: Night) -> Night:
    """Give the night as it is when no leg can be scored."""
    off = tuple(
        replace(leg, is_scorable=False, reason="lead off all night", median_rest_uv=None)
        for leg in night.leg_conditions
    )
    metrics = tuple(
        replace(m, value=None, low=None, high=None, reason="no leg could be scored")
        if m.group.startswith(("Jerks", "Leg"))
        else m
        for m in night.metrics
    )
    descents = tuple(replace(d, jerks_s=None, is_aborted_by_jerk=None) for d in night.descents)
    return replace(
        night, leg_conditions=off, metrics=metrics, descents=descents, events=(), closeups=(),
        envelopes=(),
    )  # fmt: skip


def without_sleep(night: Night) -> Night:
    """Give the night as it is when the sleeper never sleeps."""
    awake = from_letters("W" * len(night.hypnogram))
    metrics = tuple(
        replace(m, value=None, low=None, high=None, reason="no sleep between lights off and on")
        for m in night.metrics
    )
    return replace(
        night, hypnogram=awake, automatic=None, agreement=None, descents=(), closeups=(),
        metrics=metrics, events=(),
    )  # fmt: skip


def _night(folder: Path, night: Night) -> Path:
    few = ReportParameters.model_validate({"max_closeups": N_CLOSEUPS})
    page = folder / "report.html"
    page.write_text(render(night, "k3f9c0a1b2d4e5f6", PROVENANCE, few), encoding="utf-8")
    return page


def _good(folder: Path) -> Path:
    return _night(folder, whole_night(left_label=LONG_LABEL))


def _no_legs(folder: Path) -> Path:
    return _night(folder, without_legs(whole_night()))


def _no_sleep(folder: Path) -> Path:
    return _night(folder, without_sleep(whole_night()))


def _restless(folder: Path) -> Path:
    """Give the page of a night in pieces: more descents than a sheet holds."""
    night = without_legs(whole_night())
    many = tuple(replace(night.descents[i % 7], number=i + 1) for i in range(110))
    return _night(folder, replace(night, descents=many))


def _batch(folder: Path) -> Path:
    codes = ("MAINS", "MAINS", "LEG_BELOW_AASM_MINIMUM", "LEAD_OFF", "SHORT", "TAL", "TRUNCATED")
    publish_night(folder, "s00a5f9f50115d454", codes=codes, n_jerks=13)
    publish_night(folder, "s01a5f9f50115d454", n_jerks=0, stages="W" * 30 + "2" * 70)
    publish_night(folder, "s02a5f9f50115d454", n_jerks=None, reason="no leg could be scored")
    publish_night(folder, "s03a5f9f50115d454", n_jerks=2)
    store.quarantine(folder, "s04a5f9f50115d454", _NO_SIGNALS)
    close_batch(folder, [Job(source=folder / "late.edf")], {})
    return folder / PAGE


def _cohort(folder: Path) -> Path:
    nights = [
        replace(each, covariates={"medication": ("none", LONG_LABEL)[int(each.person[1:]) % 2]})
        for each in drawn_cohort(3, n_persons=6, n_nights=3)
    ]
    found = analyse_cohort(nights, CohortParameters(), TaggingParameters())
    page = folder / "cohort.html"
    page.write_text(render_cohort(found, PROVENANCE), encoding="utf-8")
    return page


MAKERS: dict[str, Callable[[Path], Path]] = {
    "good": _good,
    "no_legs": _no_legs,
    "no_sleep": _no_sleep,
    "restless": _restless,
    "batch": _batch,
    "cohort": _cohort,
}
N_PICTURES = {
    "good": 2 + N_CLOSEUPS,
    "no_legs": 2,
    "no_sleep": 1,
    "restless": 4,
    "batch": 4,
    "cohort": 3,
}
N_SHEETS = {
    "good": (4, 9),
    "no_legs": (2, 6),
    "no_sleep": (2, 6),
    "restless": (4, 8),
    "batch": (1, 2),
    "cohort": (2, 5),
}
