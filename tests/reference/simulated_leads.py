"""Leads of simulated nights, as the analysis gets them from a file."""

from __future__ import annotations

import numpy as np

from pipeline.recording import Lead
from pipeline.simulate.night import SimulatedNight


def simulated_lead(night: SimulatedNight, label: str) -> Lead:
    """Give the channel of that label as a lead in microvolts."""
    signal = night.signal(label)
    return Lead(
        role=label,
        label=label,
        rate_hz=signal.rate_hz,
        microvolts=np.asarray(signal.values, dtype=np.float64),
        resolution_uv=0.1,
        floor_uv=-3200.0,
        ceiling_uv=3200.0,
    )
