"""Which bursts of a leg are activity of it, and not the noise that a low threshold lets pass."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.legs.leg import Leg
from pipeline.legs.sleep_start_parameters import SleepStartParameters


def is_activity(leg: Leg, parameters: SleepStartParameters) -> NDArray[np.bool_]:
    """Tell which bursts are as large and as long as is asked of a sleep start, (n_bursts,).

    Smaller ones are kept as refused candidates, and end the isolation of others, but they neither
    join nor break a train and are no partner of the other leg.
    """
    found, is_slow = leg.bursts, leg.condition.is_below_aasm_minimum
    is_large = found.peak_uv - found.rest_uv >= parameters.min_over_rest_uv
    is_long = found.offset_s - found.onset_s >= parameters.min_burst_s
    large: NDArray[np.bool_] = is_long & (found.z >= parameters.min_z) & (is_large | is_slow)
    return large
