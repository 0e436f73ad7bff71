"""Where a stretch of raised envelope truly begins and ends.

A moving RMS rises before the muscle does: a strong burst passes a low threshold as soon as the
first samples enter the window. How much of the window the burst fills at the crossing follows
from the threshold and from the level one window later, so the smear is taken back exactly for a
burst with steep edges, and by about half a window for a faint one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.legs.envelopes import RmsEnvelope
from pipeline.signals import gather


def onsets_s(
    envelope: RmsEnvelope, first: NDArray[np.int64], level_uv: NDArray[np.floating]
) -> NDArray[np.float64]:
    """Give the onset in seconds of stretches whose first sample over `level_uv` is `first`."""
    share = _filled_share(
        envelope, first, level_uv, gather(envelope.microvolts, first, 0, envelope.n_window)
    )
    place = first + (envelope.n_window + 1) / 2.0 - share * envelope.n_window
    return np.clip(place, 0.0, len(envelope.microvolts)) / envelope.rate_hz


def offsets_s(
    envelope: RmsEnvelope, last: NDArray[np.int64], level_uv: NDArray[np.floating]
) -> NDArray[np.float64]:
    """Give the end in seconds of stretches whose last sample over `level_uv` is `last`."""
    share = _filled_share(
        envelope, last, level_uv, gather(envelope.microvolts, last, envelope.n_window - 1, 1)
    )
    place = last - (envelope.n_window - 1) / 2.0 + share * envelope.n_window
    return np.clip(place, 0.0, len(envelope.microvolts)) / envelope.rate_hz


def _filled_share(
    envelope: RmsEnvelope,
    at: NDArray[np.int64],
    level_uv: NDArray[np.floating],
    inside: NDArray[np.floating],
) -> NDArray[np.float64]:
    """Share of the window that the burst fills at the crossing, in 1 / n_window to 1."""
    rest = np.square(envelope.rest_uv[envelope.second_of(at)].astype(np.float64))
    crossing = np.square(np.maximum(level_uv, 0.0).astype(np.float64)) - rest
    full = _upper_half(np.square(inside.astype(np.float64))) - rest
    share = crossing / np.maximum(full, np.finfo(np.float32).tiny)
    return np.asarray(np.clip(share, 1.0 / envelope.n_window, 1.0), dtype=np.float64)


def _upper_half(power: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean of the larger half of each row: the level of a burst that may fill only a part."""
    ordered = np.sort(power, axis=1)
    return np.asarray(ordered[:, power.shape[1] // 2 :].mean(axis=1), dtype=np.float64)
