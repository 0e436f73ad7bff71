"""An independent stager recognises the simulated stages.

YASA (Vallat and Walker 2021, doi 10.7554/eLife.70092) was trained on 3,000 real nights.
"""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import scipy.signal

from pipeline.simulate.night import SimulatedNight, simulate
from pipeline.simulate.recipe import Recipe
from pipeline.simulate.standard import DEMO_NIGHTS, STANDARD_NIGHTS

KAPPA = 0.85
N1_F1 = 0.5  # scorers agree least on it; YASA's own on real nights is about 0.4
LEADS = ("EEG C4-M1", "EOG E1-M2", "EMG Chin")
RATE_HZ = 100.0


def at_100_hz(night: SimulatedNight, label: str) -> np.ndarray:
    """Give the channel at YASA's own rate: low-passed, then read at the right times."""
    signal = night.signal(label)
    values = signal.values.astype(np.float64)
    if signal.rate_hz > RATE_HZ:
        sos = scipy.signal.butter(6, 40.0, fs=signal.rate_hz, output="sos")
        values = scipy.signal.sosfiltfilt(sos, values)
    time_s = np.arange(int(len(values) / signal.rate_hz * RATE_HZ)) / RATE_HZ
    return np.interp(time_s * signal.rate_hz, np.arange(len(values)), values)


def staged(night: SimulatedNight) -> np.ndarray:
    """Give YASA's stages of the night, W N1 N2 N3 R as 0 to 4."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the libraries below YASA
        import mne
        import yasa

        data = np.array([at_100_hz(night, label) for label in LEADS]) * 1e-6
        info = mne.create_info(list(LEADS), RATE_HZ, ["eeg", "eog", "emg"])
        raw = mne.io.RawArray(data, info, verbose="error")
        stager = yasa.SleepStaging(raw, eeg_name=LEADS[0], eog_name=LEADS[1], emg_name=LEADS[2])
        names = np.asarray(stager.predict().hypno).astype(str)
    return np.array([{"WAKE": 0, "N1": 1, "N2": 2, "N3": 3, "REM": 4}[n] for n in names])


def kappa(true: np.ndarray, found: np.ndarray) -> float:
    table = np.zeros((5, 5))
    np.add.at(table, (true, found), 1)
    table /= table.sum()
    chance = float(table.sum(axis=0) @ table.sum(axis=1))
    return (float(np.trace(table)) - chance) / (1.0 - chance)


@pytest.mark.slow
@pytest.mark.parametrize("recipe", [*STANDARD_NIGHTS, *DEMO_NIGHTS], ids=lambda r: r.name)
def test_yasa_agrees_with_the_truth(recipe: Recipe) -> None:
    night = simulate(recipe)
    true = night.hypnogram.stages.astype(int)
    found = staged(night)[: len(true)]
    true = true[: len(found)]
    assert kappa(true, found) >= KAPPA
    both, either = ((true == 1) & (found == 1)).sum(), (true == 1).sum() + (found == 1).sum()
    assert 2 * both / either >= N1_F1
