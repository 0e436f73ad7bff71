"""A technician's hypnogram that does not fit is told on the real path, from either file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import edfio
import numpy as np
import pytest

from pipeline import store
from pipeline.process import score_study
from pipeline.settings import Settings

MINUTES = 4
Rows = list[tuple[float, float, str]]


def epochs(letters: str, epoch_s: float = 30.0, start_s: float = 0.0) -> Rows:
    return [(start_s + epoch_s * k, epoch_s, f"Sleep stage {s}") for k, s in enumerate(letters)]


FAULTS: dict[str, Rows] = {
    "HYPNOGRAM_LONGER": epochs("W" * 12),
    "HYPNOGRAM_SHORTER": epochs("W" * 5),
    "HYPNOGRAM_SHIFTED": epochs("W" * 7, start_s=7.0),
    "HYPNOGRAM_20S": epochs("W" * 12, epoch_s=20.0),
    "HYPNOGRAM_RK": epochs("W1234321"),
    "HYPNOGRAM_GAP": [row for row in epochs("W" * 8) if row[0] != 90.0],
    "HYPNOGRAM_OVERLAP": [*epochs("W" * 8), (60.0, 30.0, "Sleep stage R")],
    "HYPNOGRAM_IRREGULAR": [*epochs("WWWW"), (120.0, 17.0, "Sleep stage R")],
    "HYPNOGRAM_VAGUE": epochs("WWNNWWWW"),
}


def write(path: Path, rows: Rows, *, has_signal: bool = True) -> Path:
    rng = np.random.default_rng(3)
    n_samples = 60 * MINUTES * 128
    signals = [
        edfio.EdfSignal(
            np.convolve(10.0 * rng.standard_normal(n_samples), np.ones(4) / 2.0, mode="same"),
            128,
            label=label,
            physical_dimension="uV",
            physical_range=(-300, 300),
        )
        for label in ("EEG C4-M1", "EMG LAT", "EMG RAT")
    ]
    edfio.Edf(
        signals=signals if has_signal else [],
        recording=edfio.Recording(startdate=dt.date(2024, 5, 6)),
        starttime=dt.time(22, 0),
        annotations=[edfio.EdfAnnotation(*row) for row in rows],
    ).write(path)
    return path


def own(folder: Path, rows: Rows) -> tuple[Path, Path | None]:
    return write(folder / "s.edf", rows), None


def second(folder: Path, rows: Rows) -> tuple[Path, Path | None]:
    scoring = write(folder / "h.edf", rows, has_signal=False)
    return write(folder / "s.edf", []), scoring


@pytest.mark.parametrize("place", [own, second])
@pytest.mark.parametrize("code", FAULTS)
def test_the_fault_is_in_the_night_and_in_its_report(
    code: str, place: Callable[[Path, Rows], tuple[Path, Path | None]], tmp_path: Path
) -> None:
    study, scoring = place(tmp_path, FAULTS[code])
    outcome = score_study(study, tmp_path / "out", Settings(), scoring=scoring)
    folder = tmp_path / "out" / str(outcome.folder)
    told = {notice["code"] for notice in store.read_record(folder / "night.json")["notices"]}
    assert code in told
    assert code in (folder / "report.html").read_text()


@pytest.mark.parametrize("place", [own, second])
def test_a_hypnogram_that_fits_gives_no_word(
    place: Callable[[Path, Rows], tuple[Path, Path | None]], tmp_path: Path
) -> None:
    stages = ("W", "W", "N1", "N2", "N2", "N3", "R", "W")
    rows = [(30.0 * k, 30.0, f"Sleep stage {s}") for k, s in enumerate(stages)]
    study, scoring = place(tmp_path, rows)
    outcome = score_study(study, tmp_path / "out", Settings(), scoring=scoring)
    assert not [c for c in outcome.notices if c.startswith(("HYPNOGRAM", "SCORING"))]


def test_a_hypnogram_that_begins_later_than_the_record_is_shorter(tmp_path: Path) -> None:
    study, scoring = own(tmp_path, epochs("W" * 6, start_s=60.0))
    outcome = score_study(study, tmp_path / "out", Settings(), scoring=scoring)
    assert "HYPNOGRAM_SHORTER" in outcome.notices
