"""The chin EMG: tone by stage, twitches in R, and what jerks and arousals add."""

from __future__ import annotations

import numpy as np

from pipeline.hypnogram import Hypnogram, Stage
from pipeline.simulate.draft import Movements
from pipeline.simulate.eeg import event_gate
from pipeline.simulate.legs import add_bursts, resting_emg
from pipeline.simulate.noise import Floats

_TONE_UV = {Stage.W: 12.0, Stage.N1: 6.5, Stage.N2: 4.0, Stage.N3: 3.2, Stage.R: 1.2}
_SPREAD = 0.15  # log-SD from epoch to epoch
_AROUSAL_GAIN = 1.5
_EDGE_S = 0.02


def chin_channel(
    hypnogram: Hypnogram,
    movements: Movements,
    rate_hz: float,
    n_samples: int,
    rng: np.random.Generator,
) -> Floats:
    """Give the chin EMG in microvolts, shape (n_samples,)."""
    table = np.array([_TONE_UV[stage] for stage in sorted(_TONE_UV)])
    tone_uv = table[hypnogram.stages] * np.exp(rng.normal(0.0, _SPREAD, len(hypnogram)))
    emg = resting_emg(tone_uv, rate_hz, n_samples, rng)
    emg *= 1.0 + _AROUSAL_GAIN * event_gate(movements.arousals, rate_hz, n_samples)
    return add_bursts(emg, movements.chin_bursts, rate_hz, _EDGE_S, rng)
