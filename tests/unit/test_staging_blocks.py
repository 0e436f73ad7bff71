"""A night brought to 100 Hz and filtered in blocks, against MNE's one transform of the whole."""

from __future__ import annotations

import mne.filter
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import lfilter

from pipeline.staging import blocks, overlap_save

HUM_UV = 200.0


def _lead(n_samples: int, rate_hz: float, hum_hz: float) -> NDArray[np.float64]:
    noise = np.random.default_rng(11).standard_normal(n_samples)
    hum = np.sin(2.0 * np.pi * hum_hz * np.arange(n_samples) / rate_hz + 1.0)
    return np.asarray(lfilter([10.0], [1.0, -0.97], noise) + 50.0 + HUM_UV * hum)


def _error(lead: NDArray[np.float64], rate_hz: float) -> float:
    """Give the largest difference to MNE's samples over their spread."""
    whole = mne.filter.resample(lead, 100.0, rate_hz, npad="auto", verbose="error")
    expected = mne.filter.filter_data(whole, 100.0, 0.4, 30.0, verbose="error")
    plan = blocks.plan(len(lead), rate_hz)
    assert plan is not None
    found = overlap_save.condition(lead, plan)
    return float(np.abs(found - expected).max() / expected.std())


@pytest.mark.parametrize("hum_hz", [50.0, 49.99, 50.01, 60.0])
@pytest.mark.parametrize("rate_hz", [128.0, 256.0])
def test_hum_of_ten_times_the_spread_does_not_show(rate_hz: float, hum_hz: float) -> None:
    assert _error(_lead(int(700 * rate_hz) + 1, rate_hz, hum_hz), rate_hz) < 2.5e-7


@pytest.mark.parametrize(
    ("rate_hz", "n_samples"),
    [
        (500.0, 2**20 - 201),  # an odd number of samples in the padded record
        (250.0, 2**19 - 200),  # an even one, at instants that drift; the least padding
        (128.0, 2**17 - 199),  # padded to almost twice its length
        (200.0, 2**17 + 57),
        (512.0, 400_000),
        (160.0, 200_001),
    ],
)
def test_samples_lie_at_mnes_instants_whatever_the_padding(rate_hz: float, n_samples: int) -> None:
    assert _error(_lead(n_samples, rate_hz, 50.0), rate_hz) < 5e-7


def test_without_hum_eight_digits_are_mnes() -> None:
    lead = _lead(256 * 900, 256.0, 50.0) - HUM_UV * np.sin(
        2.0 * np.pi * 50.0 * np.arange(256 * 900) / 256.0 + 1.0
    )
    assert _error(lead, 256.0) < 1e-8


@pytest.mark.parametrize("rate_hz", [256.0, 500.0])
def test_the_ends_are_zero_as_the_mirror_makes_them(rate_hz: float) -> None:
    plan = blocks.plan(int(2400 * rate_hz), rate_hz)
    assert plan is not None
    found = overlap_save.condition(_lead(plan.n_record, rate_hz, 50.0), plan)
    assert found[0] == found[-1] == 0.0


@pytest.mark.parametrize(
    ("rate_hz", "n_s"),
    [
        (256.016, 28_800.0),  # no simple ratio
        (499.99, 28_800.0),
        (104.0, 28_800.0),  # no room above the cut
        (100.0, 28_800.0),
        (256.0, 599.0),  # short
        (250.0, 700.0),  # its instants drift too fast
    ],
)
def test_other_records_are_transformed_as_a_whole(rate_hz: float, n_s: float) -> None:
    assert blocks.plan(int(n_s * rate_hz), rate_hz) is None


@pytest.mark.parametrize("rate_hz", [128.0, 200.0, 250.0, 256.0, 300.0, 500.0, 512.0, 1000.0])
def test_blocks_cover_the_padded_record_once_in_whole_parts(rate_hz: float) -> None:
    plan = blocks.plan(int(28_800 * rate_hz), rate_hz)
    assert plan is not None
    assert plan.n_in * 100 == plan.n_out * rate_hz
    assert plan.edge_in * 100 == plan.edge_out * rate_hz
    assert {n % plan.thinning for n in (plan.n_in, plan.edge_in, *plan.starts)} == {0}
    assert plan.starts[-1] - plan.starts[0] >= plan.n_padded
    assert plan.firsts[0] + plan.edge_out <= plan.first
    assert plan.firsts[plan.n_kept] + plan.edge_out >= plan.first + plan.n_samples
