"""The band of a lead at 100 Hz that the models were trained on, by MNE's filter."""

from __future__ import annotations

from functools import cache

import mne
import numpy as np
from numpy.typing import NDArray

RATE_HZ = 100.0  # YASA resamples every lead to this rate
BAND_HZ = (0.4, 30.0)  # YASA's broad band

Samples = NDArray[np.float64]


@cache
def taps() -> Samples:
    """Give MNE's zero-phase FIR at these edges, odd in length."""
    found: Samples = mne.filter.create_filter(None, RATE_HZ, *BAND_HZ, verbose="error")
    found.flags.writeable = False  # all callers share it
    return found


def reach() -> int:
    """Give how many samples the filter sees on either side."""
    return len(taps()) // 2


def filtered(samples: Samples) -> Samples:
    """Give the samples at 100 Hz in the band, zero phase, same shape; more of them than taps."""
    found: Samples = mne.filter.filter_data(samples, RATE_HZ, *BAND_HZ, verbose="error")
    return found
