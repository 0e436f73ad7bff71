"""The EOG: blinks, slow rolling and rapid eye movements, and the frontal EEG in it."""

from __future__ import annotations

import numpy as np

from pipeline.hypnogram import Hypnogram, Stage
from pipeline.simulate import waves
from pipeline.simulate.eeg import BrainSource, eeg_channel
from pipeline.simulate.noise import Floats

_EEG_IN_EOG = 0.6
_ROLLING_PER_MIN = {Stage.W: 1.0, Stage.N1: 9.0}
_RAPID_PER_MIN = {Stage.W: 10.0, Stage.R: 12.0}
_BLINKS_PER_MIN = {Stage.W: 5.0}


def draw_gaze(
    hypnogram: Hypnogram, rate_hz: float, n_samples: int, rng: np.random.Generator
) -> Floats:
    """Give the eyes' conjugate movement in microvolts at E1: it has the other sign at E2."""
    gaze = np.zeros(n_samples, dtype=np.float32)
    for per_min, wave, size_uv, length_s in (
        (_ROLLING_PER_MIN, waves.rolling, (40.0, 100.0), (3.0, 5.5)),
        (_RAPID_PER_MIN, waves.saccade, (50.0, 160.0), (1.0, 1.8)),
    ):
        times = waves.times_by_stage(hypnogram, per_min, rng)
        sizes = rng.uniform(*size_uv, len(times)) * rng.choice((-1.0, 1.0), len(times))
        waves.add_waves(gaze, rate_hz, times, sizes, wave, rng.uniform(*length_s, len(times)))
    return gaze


def draw_blinks(
    hypnogram: Hypnogram, rate_hz: float, n_samples: int, rng: np.random.Generator
) -> Floats:
    """Give the blinks in microvolts: of one sign in both eyes."""
    blinks = np.zeros(n_samples, dtype=np.float32)
    times = waves.times_by_stage(hypnogram, _BLINKS_PER_MIN, rng)
    sizes = rng.uniform(80.0, 200.0, len(times))
    waves.add_waves(blinks, rate_hz, times, sizes, waves.blink, rng.uniform(0.2, 0.4, len(times)))
    return blinks


def eog_channel(
    source: BrainSource,
    hypnogram: Hypnogram,
    eye_movements: tuple[Floats, Floats],
    sign: float,
    rng: np.random.Generator,
) -> Floats:
    """Give one eye's channel from (gaze, blinks); `sign` is 1 at E1 and -1 at E2."""
    gaze, blinks = eye_movements
    out = np.float32(_EEG_IN_EOG) * eeg_channel(source, hypnogram, "F", rng)
    out += np.float32(sign) * gaze
    out += blinks
    return out
