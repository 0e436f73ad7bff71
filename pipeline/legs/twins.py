"""Whether both legs carry one and the same signal."""

from __future__ import annotations

import numpy as np

from pipeline.legs.artefacts import ArtefactParameters
from pipeline.signals import Samples, gather


def to_compare(emg_uv: Samples, parameters: ArtefactParameters) -> Samples:
    """Give pieces of the EMG, spread over the night, to be compared with the other leg's.

    Shape (n_pieces, n_samples), a copy; a short record is one piece.
    """
    n_piece = min(parameters.identical_piece, len(emg_uv))
    n_pieces = max(parameters.identical_samples // max(n_piece, 1), 1)
    if len(emg_uv) <= n_pieces * n_piece:
        return emg_uv[None, :].copy()
    starts = np.linspace(0, len(emg_uv) - n_piece, n_pieces).astype(np.int64)
    return gather(emg_uv, starts, 0, n_piece)


def are_identical(left: Samples, right: Samples, parameters: ArtefactParameters) -> bool:
    """Tell whether both legs carry one signal, up to gain, sign and some samples of delay.

    Judged on samples spread over the night, each leg scaled by its median and clipped, so that
    one shared artefact does not decide. Legs of unequal length are not identical.

    Parameters
    ----------
    left, right
        From `to_compare`.
    """
    if left.shape != right.shape or left.shape[1] <= parameters.identical_lag:
        return False
    first, second = (_scaled(leg, parameters) for leg in (left, right))
    n_kept = first.shape[1] - parameters.identical_lag
    return any(
        _is_one(one[:, lag : lag + n_kept].ravel(), other[:, :n_kept].ravel(), parameters)
        for one, other in ((first, second), (second, first))
        for lag in range(parameters.identical_lag + 1)
    )


def _is_one(first: Samples, second: Samples, parameters: ArtefactParameters) -> bool:
    norm = float(np.sqrt((first @ first) * (second @ second)))
    return norm > 0.0 and abs(float(first @ second)) / norm >= parameters.identical_share


def _scaled(samples: Samples, parameters: ArtefactParameters) -> Samples:
    typical = max(float(np.median(np.abs(samples))), float(np.finfo(np.float32).tiny))
    limit = parameters.identical_clip
    scaled: Samples = np.clip(samples / np.float32(typical), -limit, limit).astype(np.float32)
    return scaled
