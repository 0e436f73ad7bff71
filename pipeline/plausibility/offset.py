"""A large constant under the signal."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from pydantic import Field

from pipeline.codes import Code
from pipeline.parameters import Parameters
from pipeline.plausibility.finding import Finding
from pipeline.plausibility.spans import Spans
from pipeline.recording import Channel


class OffsetParameters(Parameters):
    """When a constant is large."""

    most_uv: float = Field(
        default=1000.0,
        gt=0.0,
        description="median level above which an offset is told: an AC-coupled amplifier settles "
        "at 0, electrodes without that reach millivolts; source: this project's choice",
    )


def offset(
    channel: Channel, seconds: Spans, role: str, parameters: OffsetParameters
) -> Iterator[Finding]:
    """Give OFFSET where the median of moving seconds lies far from 0; told only, filters take it.

    A second within one digital step is flat or at a limit, which is told as that.
    """
    is_moving = seconds.steps > 1
    if not is_moving.any():
        return
    middle = float(np.median(channel.digital[seconds.bounds[:-1]][is_moving]))
    level_uv = channel.gain_uv * middle + channel.offset_uv
    if abs(level_uv) > parameters.most_uv:
        yield Finding(
            code=Code.OFFSET,
            role=role,
            message=f"{channel.label}: a constant of {level_uv / 1000.0:.3g} mV lies under the "
            "signal; it is filtered out, but electrode or amplifier should be looked at.",
        )
