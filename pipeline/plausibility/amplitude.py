"""Muscle and heart channels whose amplitude cannot be microvolts.

What EEG and EOG must have is judged by `pipeline.staging.quality`, on the very signal that is
staged.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from pydantic import Field

from pipeline.codes import Code
from pipeline.parameters import Parameters
from pipeline.plausibility.contact import ContactParameters
from pipeline.plausibility.finding import Finding
from pipeline.plausibility.spans import Spans
from pipeline.recording import Channel


class AmplitudeParameters(Parameters):
    """How far an EMG or ECG moves in a second, by the median of the seconds that move."""

    emg_least_span_uv: float = Field(
        default=0.5,
        ge=0.0,
        description="less cannot be EMG: an amplifier's own noise of 0.3 uV RMS spans 1.5 uV in a "
        "second; source: this project's choice",
    )
    emg_most_span_uv: float = Field(
        default=10_000.0,
        gt=0.0,
        description="more cannot be EMG: the strongest muscle gives 5 to 10 mV, not all night "
        "long; source: this project's choice",
    )
    ecg_least_span_uv: float = Field(
        default=20.0,
        ge=0.0,
        description="less is hardly an ECG, whose R wave has 0.5 to 3 mV; source: own choice",
    )
    ecg_most_span_uv: float = Field(
        default=50_000.0,
        gt=0.0,
        description="more cannot be an ECG; source: this project's choice",
    )


def amplitude(
    channel: Channel,
    seconds: Spans,
    role: str,
    parameters: AmplitudeParameters,
    contact: ContactParameters,
) -> Iterator[Finding]:
    """Give UNIT_IMPLAUSIBLE with the amplitude and the range; nothing may then use an EMG.

    A factor of two or ten stays unseen: an EMG at rest may have 0.5 or 10 uV.
    """
    moving = seconds.steps[seconds.steps > contact.lively_steps]
    if not len(moving) or 2 * len(moving) < len(seconds.steps):
        return
    span_uv = float(np.median(moving)) * channel.resolution_uv
    is_ecg = role == "ecg"
    low, high = parameters.emg_least_span_uv, parameters.emg_most_span_uv
    if is_ecg:
        low, high = parameters.ecg_least_span_uv, parameters.ecg_most_span_uv
    if low <= span_uv <= high:
        return
    words = (
        f"it spans {span_uv:.3g} uV in a second, where {'ECG' if is_ecg else 'EMG'} has "
        f"{low:g} to {high:g} uV: unit or gain in the header is wrong, or the lead is off"
    )
    yield Finding(
        code=Code.UNIT_IMPLAUSIBLE,
        role=role,
        message=f"{channel.label}: {words}.",
        refusal="" if is_ecg else words,
    )
