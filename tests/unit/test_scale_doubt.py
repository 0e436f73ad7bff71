"""When the scale of an EEG or EOG that is staged all the same is doubted, and what that does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.analysis import analyse
from pipeline.metrics import Metric, with_doubt, without_night_statistics
from pipeline.montage import MontageParameters
from pipeline.night import Night
from pipeline.reading import read_study
from pipeline.settings import load
from pipeline.staging.features import Kind
from pipeline.staging.quality import NORMAL_IQR, QualityParameters, scale_doubt

SAMPLE = Path(__file__).parents[2] / "sample_data" / "nap.edf"
AUTO = load(None, {"night.stage_source": "auto"}).settings
RULES = QualityParameters()


def doubt(sd_uv: NDArray[np.float64], kind: Kind = Kind.EEG) -> str:
    return scale_doubt(NORMAL_IQR * sd_uv, kind, RULES)


def night_of(light_uv: float, deep_uv: float, n_epochs: int = 480) -> NDArray[np.float64]:
    """A night with a tenth of deep sleep."""
    return np.where(np.arange(n_epochs) % 10 == 0, deep_uv, light_uv)


@pytest.mark.parametrize(
    ("kind", "sd_uv", "is_doubted"),
    [
        (Kind.EEG, 4.9, True),
        (Kind.EEG, 5.1, False),
        (Kind.EEG, 39.0, False),
        (Kind.EEG, 41.0, True),
        (Kind.EOG, 3.9, True),
        (Kind.EOG, 119.0, False),
        (Kind.EOG, 121.0, True),
        (Kind.EMG, 0.2, False),
    ],
)
def test_an_amplitude_outside_of_what_adults_have_is_doubted(
    kind: Kind, sd_uv: float, is_doubted: bool
) -> None:
    assert bool(doubt(np.full(100, sd_uv), kind)) is is_doubted


def test_deep_sleep_that_stands_out_and_is_small_is_doubted() -> None:
    assert "14.9 uV" in doubt(night_of(7.0, 14.9))
    assert doubt(night_of(7.0, 15.1)) == ""


def test_a_night_without_deep_sleep_is_not_doubted() -> None:
    assert doubt(night_of(9.0, 14.0)) == ""


def test_two_hours_are_needed_to_judge_deep_sleep() -> None:
    assert doubt(night_of(7.0, 14.0, n_epochs=239)) == ""
    assert doubt(night_of(7.0, 14.0, n_epochs=240)) != ""


@pytest.fixture(scope="module")
def tenth() -> Night:
    study = read_study(SAMPLE, None, MontageParameters())
    channels = {
        i: replace(c, gain_uv=c.gain_uv / 10.0, offset_uv=c.offset_uv / 10.0)
        if c.label.startswith("EEG")
        else c
        for i, c in study.recording.channels.items()
    }
    recording = replace(study.recording, channels=MappingProxyType(channels))
    return analyse(replace(study, recording=recording), AUTO)


def test_a_tenth_of_the_scale_is_staged_and_told_with_figures(tenth: Night) -> None:
    (notice,) = [n for n in tenth.notices if n.code == "UNIT_IMPLAUSIBLE"]
    assert "adults have 5 to 40 uV" in notice.message


def test_the_numbers_of_the_stages_carry_the_doubt(tenth: Night) -> None:
    assert "unlikely" in tenth.metric("tst_min").doubt
    assert tenth.metric("arousals").doubt == ""


def test_a_technicians_stages_carry_no_doubt_of_the_scale() -> None:
    study = read_study(SAMPLE, None, MontageParameters())
    assert analyse(study, load(None, {}).settings).metric("tst_min").doubt == ""


def metric(name: str, group: str, unit: str, value: float | None = 3.0) -> Metric:
    return Metric(name=name, title=name, group=group, value=value, unit=unit, definition="d",
                  reason="" if value is not None else "own reason")  # fmt: skip


@pytest.mark.parametrize(
    ("name", "group", "unit", "expected"),
    [
        ("plms_per_h", "Leg movements", "/h", None),
        ("n1_percent_tst", "Stages", "%", None),
        ("periodicity_index", "Leg movements", "", None),
        ("sol_min", "Latencies", "min", None),
        ("jerks", "Jerks", "", 3.0),
        ("tst_min", "Sleep", "min", 3.0),
    ],
)
def test_minutes_and_counts_outlive_a_short_record_and_rates_do_not(
    name: str, group: str, unit: str, expected: float | None
) -> None:
    (left,) = without_night_statistics((metric(name, group, unit),), "too short")
    assert (left.value, left.reason) == (expected, "" if expected else "too short")


def test_what_was_absent_before_keeps_its_reason_and_gets_no_doubt() -> None:
    (left,) = without_night_statistics((metric("x_per_h", "Sleep", "/h", None),), "too short")
    assert left.reason == "own reason"
    assert with_doubt((left,), "doubt")[0].doubt == ""
