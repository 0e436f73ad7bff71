"""Published nights opened in Python: tables, and recording and annotations in MNE."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import edfio
import numpy as np
import pyarrow.parquet as pq
import pytest

from pipeline import process
from pipeline.edf.reader import read_annotations, read_header
from pipeline.errors import ResultError
from pipeline.exports.opened import open_result, open_results
from pipeline.settings import load
from tests.robust.test_segment_run import GAP_S, N_BEFORE, N_TAKEN, cut


def test_an_opened_night_has_its_tables_and_is_whole(scored: Path, night: Path) -> None:
    [opened] = open_results(scored)
    assert opened.folder == night
    assert opened.events.num_rows == pq.read_table(night / "events.parquet").num_rows
    with pytest.raises(ResultError, match="NO_RESULT"):
        open_result(scored)


def test_annotations_in_mne_are_those_of_the_edf_plus(night: Path) -> None:
    found = open_result(night).annotations()
    [path] = night.glob("*.edf")
    written = read_annotations(path, read_header(path)).annotations
    assert found.orig_time is None
    assert found.onset == pytest.approx(sorted(a.onset_s for a in written), abs=1e-6)
    links = ["".join(f"@@{name}" for name in names) for names in found.ch_names]
    texts = [text + link for text, link in zip(found.description, links, strict=True)]
    assert sorted(texts) == sorted(a.text for a in written)


def test_the_recording_opens_in_mne_with_its_annotations(night: Path, nap: Path) -> None:
    opened = open_result(night)
    raw = opened.to_raw(nap)
    assert set(raw.get_channel_types()) == {"eeg", "eog", "emg", "ecg"}
    assert set(raw.ch_names) == {channel["label"] for channel in opened.record["channels"]}
    assert raw.info["sfreq"] == 200.0
    assert raw.info["meas_date"] is None
    assert raw.times[-1] == pytest.approx(opened.record["duration_s"], abs=0.01)
    assert len(raw.annotations) == len(opened.annotations())


def test_the_python_of_the_page_on_exchange_runs(
    night: Path, nap: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = Path(__file__).parents[2] / "docs" / "exchange.md"
    [code] = re.findall("```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    code = code.replace("hypnic_results/nights/KEY/DIGEST", night.as_posix())
    monkeypatch.chdir(nap.parent)
    names: dict[str, Any] = {}
    exec(code.replace("night.edf", nap.name), names)  # noqa: S102  our own page
    assert len(names["raw"].annotations) > 50


def test_samples_in_mne_are_the_recordings_in_volts(night: Path, nap: Path) -> None:
    raw = open_result(night).to_raw(nap)
    signal = edfio.read_edf(nap).get_signal("EMG LAT")
    assert raw.get_data("EMG LAT")[0] * 1e6 == pytest.approx(signal.data, abs=1e-6)
    slow = edfio.read_edf(nap).get_signal("EEG C4-M1")
    raised = raw.get_data("EEG C4-M1")[0] * 1e6
    whole_s = np.arange(10, 1500)
    at_seconds = raised[whole_s * 200], slow.data[whole_s * 128]
    assert np.corrcoef(*at_seconds)[0, 1] > 0.999


def test_another_recording_is_refused(night: Path, nap: Path) -> None:
    content = bytearray(nap.read_bytes())
    content[-1] ^= 1
    nap.write_bytes(content)
    with pytest.raises(ResultError, match="RECORDING_OTHER"):
        open_result(night).to_raw(nap)


@pytest.mark.slow
def test_a_part_of_a_recording_opens_with_its_annotations_in_place(tmp_path: Path) -> None:
    gapped = cut(tmp_path / "gapped.edf", range(N_BEFORE + N_TAKEN), onset_s=0, gap_at=N_BEFORE)
    settings = load(None, {"night.gaps": "longest"}).settings
    outcome = process.score_study(gapped, tmp_path / "out", settings)
    opened = open_result(tmp_path / "out" / outcome.folder)
    raw = opened.to_raw(gapped)
    later_s = opened.annotations().onset - raw.annotations.onset
    assert later_s == pytest.approx(N_BEFORE + GAP_S)
    assert raw.times[-1] < N_TAKEN
