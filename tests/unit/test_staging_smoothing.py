"""Smoothing over minutes and scaling to the night, against a slow twin."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.staging import smoothing

TRIANGLE = [1 - abs(k) / 8 for k in range(-7, 8)]


def _twin(values: NDArray[np.float64], weights: list[float], places: range) -> NDArray[np.float64]:
    means = []
    for epoch in range(len(values)):
        pairs = [
            (weight, values[epoch + place])
            for weight, place in zip(weights, places, strict=True)
            if 0 <= epoch + place < len(values) and np.isfinite(values[epoch + place])
        ]
        mass = sum(weight for weight, _ in pairs)
        is_known = np.isfinite(values[epoch])
        means.append(sum(w * v for w, v in pairs) / mass if is_known else np.nan)
    smooth = np.array(means)
    low, high = np.nanquantile(smooth, (0.05, 0.95))
    return np.asarray((smooth - np.nanmedian(smooth)) / (high - low))


@pytest.fixture
def values() -> NDArray[np.float64]:
    return np.random.default_rng(3).gamma(2.0, size=60)


@pytest.mark.parametrize("n_epochs", [3, 9, 60])
def test_centred_mean_is_triangular_over_fifteen_epochs(
    values: NDArray[np.float64], n_epochs: int
) -> None:
    some = values[:n_epochs]
    found = smoothing.centred(some[:, None])[:, 0]
    np.testing.assert_allclose(found, _twin(some, TRIANGLE, range(-7, 8)), atol=1e-12)


@pytest.mark.parametrize("n_epochs", [2, 60])
def test_past_mean_holds_the_epoch_and_the_three_before(
    values: NDArray[np.float64], n_epochs: int
) -> None:
    some = values[:n_epochs]
    found = smoothing.past(some[:, None])[:, 0]
    np.testing.assert_allclose(found, _twin(some, [1.0] * 4, range(-3, 1)), atol=1e-12)


def test_missing_epochs_count_for_neither_neighbours_nor_scale(
    values: NDArray[np.float64],
) -> None:
    values[20:24] = np.nan
    found = smoothing.centred(values[:, None])[:, 0]
    np.testing.assert_allclose(found, _twin(values, TRIANGLE, range(-7, 8)), atol=1e-12)


def test_scaling_makes_gain_and_offset_vanish(values: NDArray[np.float64]) -> None:
    columns = np.stack((values, 1000.0 * values - 7.0), axis=1)
    found = smoothing.past(columns)
    np.testing.assert_allclose(found[:, 0], found[:, 1], atol=1e-9)


def test_a_single_epoch_is_the_middle_of_its_night() -> None:
    assert smoothing.centred(np.array([[5.0]])).tolist() == [[0.0]]


def test_a_column_without_any_value_stays_missing(values: NDArray[np.float64]) -> None:
    columns = np.stack((values, np.full(60, np.nan)), axis=1)
    found = smoothing.centred(columns)
    assert np.isnan(found[:, 1]).all()
    assert np.isfinite(found[:, 0]).all()
