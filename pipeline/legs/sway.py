"""Where the cable of a leg lead swings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.intervals import merge, runs
from pipeline.legs.artefacts import ArtefactParameters, Cause, Stretch, extremes, stretches_of
from pipeline.legs.centred import Centred
from pipeline.signals import Samples, block_powers, moving_mean


def sway(
    raw: Centred,
    emg_uv: Samples,
    rate_hz: float,
    parameters: ArtefactParameters,
) -> tuple[Stretch, ...]:
    """Give the stretches in which the cable swings: large below 10 Hz, nothing in the band.

    Parameters
    ----------
    raw, emg_uv
        Unfiltered and band-passed samples, each of shape (n_samples,).
    """
    n_block = max(int(rate_hz / parameters.sway_rate_hz), 1)
    slow = raw.block_means(n_block)
    if not len(slow):
        return ()
    n_window = max(round(parameters.sway_window_s * rate_hz / n_block), 1)
    parts = [
        _swaying(slow, (start, stop), n_window, emg_uv[: len(slow) * n_block], parameters)
        for start, stop in _restless(slow, 2 * n_window, parameters).tolist()
    ]
    found = np.concatenate([np.empty((0, 2)), *parts]) * (n_block / rate_hz)
    return tuple(stretches_of(merge(found, parameters.sway_gap_s), Cause.SWAY))


def _restless(slow: Samples, n_chunk: int, parameters: ArtefactParameters) -> NDArray[np.int64]:
    """Give the stretches outside of which no RMS can be over the limit, shape (n, 2).

    What a sample differs by from the mean of `n_chunk` around it is no more than the range of
    its chunk and of those on both sides.
    """
    low, high = (np.pad(x, 1, mode="edge") for x in extremes(slow, n_chunk))
    least = np.minimum(np.minimum(low[:-2], low[2:]), low[1:-1])
    most = np.maximum(np.maximum(high[:-2], high[2:]), high[1:-1])
    beside = np.array([-1, 1])
    chunks = merge(runs(most - least > parameters.sway_uv) + beside)
    restless: NDArray[np.int64] = np.clip(chunks * n_chunk, 0, len(slow))
    return restless


def _swaying(
    slow: Samples,
    stretch: tuple[int, int],
    n_window: int,
    emg_uv: Samples,
    parameters: ArtefactParameters,
) -> NDArray[np.int64]:
    """Give the runs of blocks within a stretch in which the cable swings, shape (n, 2)."""
    start, stop = stretch
    first, last = max(start - 3 * n_window, 0), min(stop + 3 * n_window, len(slow))
    inside = slice(start - first, stop - first)
    part = slow[first:last] - moving_mean(slow[first:last], 2 * n_window)
    power = moving_mean(np.square(part), n_window)[inside]
    if not (power > parameters.sway_uv**2).any():
        return np.empty((0, 2), dtype=np.int64)
    n_block = len(emg_uv) // len(slow)
    emg_power = block_powers(emg_uv[first * n_block : last * n_block], n_block)
    emg_power = moving_mean(emg_power, n_window)[inside]
    limit = np.maximum(parameters.sway_uv**2, parameters.sway_ratio**2 * emg_power)
    return start + runs(power > limit)
