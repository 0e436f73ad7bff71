"""Bursts of leg EMG on one lead, as columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Bursts:
    """Bursts of one lead, sorted by onset; each attribute has shape (n_bursts,).

    Attributes
    ----------
    onset_s, offset_s
        Seconds from the start of the record, half-open.
    peak_uv, rms_uv, area_uv_s
        Largest value of the short envelope, RMS of the filtered EMG, area over rest.
    rest_uv
        Resting level at the onset.
    z
        Peak over rest in robust standard deviations of the resting envelope.
    """

    onset_s: NDArray[np.float64]
    offset_s: NDArray[np.float64]
    peak_uv: NDArray[np.float64]
    rms_uv: NDArray[np.float64]
    area_uv_s: NDArray[np.float64]
    rest_uv: NDArray[np.float64]
    z: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.onset_s)
