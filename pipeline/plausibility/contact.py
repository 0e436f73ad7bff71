"""Flat, clipped, and lead off: a channel that does not move, or only against its limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pipeline.codes import Code
from pipeline.parameters import Parameters
from pipeline.plausibility.finding import Finding
from pipeline.plausibility.spans import Spans, lasting
from pipeline.plausibility.words import of_minutes
from pipeline.recording import Channel

_N_STEPS_WITHIN = 8
_PILE = 5.0  # times the next steps; the turning point of a sine is 4


class ContactParameters(Parameters):
    """When a second of a channel holds no signal."""

    flat_range_uv: float = Field(
        default=0.5,
        ge=0.0,
        description="a second that stays within this range, or within one digital step, is flat: "
        "an EMG at rest of 1 uV RMS spans 5 uV in a second; source: this project's choice",
    )
    lively_steps: float = Field(
        default=16.0,
        gt=0.0,
        description="and yet it is not flat when it spans more digital steps than this: then its "
        "unit is in doubt; source: own choice, the noise of an amplifier is a few steps",
    )
    least_run_s: float = Field(
        default=2.0,
        ge=1.0,
        description="shortest flat or clipped stretch; source: this project's choice, as for legs",
    )
    clipped_share: float = Field(
        default=0.02,
        gt=0.0,
        le=1.0,
        description="a second with more than this share of its samples at the limits of the "
        "digital range is clipped; source: this project's choice, five samples of 256, as a file "
        "scaled to its own extremes touches them once",
    )
    told_s: float = Field(
        default=30.0,
        ge=0.0,
        description="total that is told: one epoch; source: this project's choice",
    )


def contact(
    channel: Channel, seconds: Spans, role: str, parameters: ContactParameters
) -> Iterator[Finding]:
    """Give FLAT, LEAD_OFF (still, at a limit) and CLIPPED, each with its minutes."""
    is_railed = (seconds.high >= channel.digital_max) | (seconds.low <= channel.digital_min)
    is_still = lasting(_is_still(channel, seconds, parameters), parameters.least_run_s)
    is_clipped = _is_clipped(channel, seconds, ~is_still, parameters)
    found = (
        (Code.FLAT, is_still & ~is_railed, _flat_words(channel)),
        (Code.LEAD_OFF, is_still & is_railed, "still at the limit of its range"),
        (Code.CLIPPED, is_clipped, "clipped at the limits of its range or of its amplifier"),
    )
    for code, mask, words in found:
        lost_s = float(np.count_nonzero(mask))
        if lost_s and lost_s >= min(parameters.told_s, len(mask)):
            minutes = of_minutes(lost_s, len(channel.digital) / channel.rate_hz)
            yield Finding(code=code, role=role, message=f"{channel.label}: {words} for {minutes}.")


def _flat_words(channel: Channel) -> str:
    return f"flat (one digital step is {channel.resolution_uv:.3g} uV)"


def _is_still(channel: Channel, seconds: Spans, parameters: ContactParameters) -> NDArray[np.bool_]:
    steps = seconds.steps
    is_small = steps * channel.resolution_uv <= parameters.flat_range_uv
    still: NDArray[np.bool_] = (steps <= 1) | (is_small & (steps <= parameters.lively_steps))
    return still


def _limits(channel: Channel, seconds: Spans, is_live: NDArray[np.bool_]) -> tuple[int, int]:
    """Give where the signal ends: at the declared limits or, for an amplifier, at its extremes."""
    low = int(seconds.low[is_live].min(initial=channel.digital_max))
    high = int(seconds.high[is_live].max(initial=channel.digital_min))
    return (
        low if _is_piled(channel, seconds, low, 1) else channel.digital_min,
        high if _is_piled(channel, seconds, high, -1) else channel.digital_max,
    )


def _is_piled(channel: Channel, seconds: Spans, end: int, inwards: int) -> bool:
    """Whether far more samples lie at the end than at each of the next steps, as in no sine."""
    if not channel.digital_min < end < channel.digital_max:
        return False
    low, high = sorted((end, end + inwards * _N_STEPS_WITHIN))
    samples = _near(channel, seconds, low, high)
    n_end = int(np.count_nonzero(samples == end))
    n_within = int(np.count_nonzero((samples >= low) & (samples <= high))) - n_end
    return 0 < n_within * _PILE < n_end * _N_STEPS_WITHIN


def _near(channel: Channel, seconds: Spans, low: int, high: int) -> NDArray[np.integer[Any]]:
    """Give the samples of those seconds, few as a rule, that can hold a value from low to high."""
    near = np.flatnonzero((seconds.low <= high) & (seconds.high >= low))
    pieces = [channel.digital[seconds.bounds[k] : seconds.bounds[k + 1]] for k in near.tolist()]
    return np.concatenate(pieces) if pieces else channel.digital[:0]


def _is_clipped(
    channel: Channel,
    seconds: Spans,
    is_live: NDArray[np.bool_],
    parameters: ContactParameters,
) -> NDArray[np.bool_]:
    clipped = np.zeros(len(is_live), dtype=np.bool_)
    low, high = _limits(channel, seconds, is_live)
    if high - low <= parameters.lively_steps:
        return clipped  # a few steps are all that it has
    for second in np.flatnonzero(is_live & ((seconds.high >= high) | (seconds.low <= low))):
        piece = channel.digital[seconds.bounds[second] : seconds.bounds[second + 1]]
        at_limit = (piece >= high) | (piece <= low)
        clipped[second] = np.count_nonzero(at_limit) > parameters.clipped_share * len(piece)
    return clipped
