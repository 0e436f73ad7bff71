"""What a technician must be told about the heart in the legs of a study without a usable ECG."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.codes import Code
from pipeline.legs.conditioning import refusal_of
from pipeline.legs.conditioning_parameters import ConditioningParameters
from pipeline.legs.heartlike import heartlike_period_s
from pipeline.legs.leg_leads import LegLeads
from pipeline.notices import Notice


def heart_notices(
    leads: LegLeads, beats_s: NDArray[np.float64] | None, parameters: ConditioningParameters
) -> tuple[Notice, ...]:
    """Give the notice of beats that were found in the legs, or of what was left in them.

    Parameters
    ----------
    beats_s
        Beats whose leak is taken away, in seconds; None where no leg shows them.
    """
    if beats_s is not None:
        message = (
            f"without a usable ECG, {len(beats_s)} heart beats were found in the legs themselves; "
            "their leak was taken away, and the heart rate was not judged"
        )
        return (Notice(code=Code.HEART_FROM_LEGS, where="legs", message=message),)
    asked = [
        leg
        for leg in leads.in_use
        if leg.role not in leads.refusals and not refusal_of(leg, parameters)
    ]
    periods = [(leg, heartlike_period_s(leg, parameters.heart)) for leg in asked]
    return tuple(
        Notice(
            code=Code.HEART_LEFT_IN_LEG,
            where=leg.role,
            message=f"{leg.label} repeats itself about every {period_s:.2f} s, as a heart beats; "
            "without a usable ECG it was not taken away, and may pass as small bursts",
        )
        for leg, period_s in periods
        if period_s is not None
    )
