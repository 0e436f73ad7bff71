"""Channels of a recording: digital samples with what the header says of them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.codes import Code
from pipeline.edf.header import Header
from pipeline.notices import Notice
from pipeline.recording import Channel, Recording

Samples = dict[int, NDArray[np.integer[Any]]]  # by place in the header


def to_recording(header: Header, samples: Samples, timing: tuple[Notice, ...]) -> Recording:
    """Give the recording; `timing` is what was doubtful about the records' onsets."""
    return Recording(
        duration_s=header.duration_s,
        start=header.start,
        channels=MappingProxyType({i: _channel(header, i, samples[i]) for i in samples}),
        notices=header.notices + timing + _range_notices(header, samples),
        segment=header.segment,
    )


def _range_notices(
    header: Header, samples: Mapping[int, NDArray[np.integer[Any]]]
) -> tuple[Notice, ...]:
    """Note channels whose samples leave the declared digital range; nothing is clipped."""
    notices = []
    for i, digital in samples.items():
        signal = header.channels[i]
        low, high = int(digital.min()), int(digital.max())
        if low < signal.digital_min or high > signal.digital_max:
            message = (
                f"Samples from {low} to {high} in a declared range of {signal.digital_min} to "
                f"{signal.digital_max}; read as they are, not clipped."
            )
            where = f"signal {i + 1}"
            notices.append(Notice(code=Code.OUT_OF_RANGE, where=where, message=message))
    return tuple(notices)


def _channel(header: Header, index: int, digital: NDArray[np.integer[Any]]) -> Channel:
    """Give the channel; its microvolts are NaN where the unit or the gain is not known."""
    signal = header.channels[index]
    scale_uv = float("nan") if signal.scale_uv is None else signal.scale_uv
    return Channel(
        index=index,
        label=signal.label,
        rate_hz=signal.rate_hz,
        digital=digital,
        gain_uv=scale_uv * (signal.gain or 0.0),
        offset_uv=scale_uv * (signal.offset or 0.0),
        digital_min=signal.digital_min,
        digital_max=signal.digital_max,
        highpass_hz=signal.prefilter.highpass_hz,
        lowpass_hz=signal.prefilter.lowpass_hz,
    )
