"""A recorder that writes the same block of samples again and again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pipeline.codes import Code
from pipeline.intervals import merge, runs, total
from pipeline.parameters import Parameters
from pipeline.plausibility.finding import Finding
from pipeline.plausibility.words import clock, of_minutes
from pipeline.recording import Channel


class FrozenParameters(Parameters):
    """When samples are taken to repeat themselves."""

    probe_every_s: float = Field(
        default=20.0,
        gt=0.0,
        description="distance of the places that are looked at: shorter repetitions may be "
        "missed; source: this project's choice",
    )
    probe_samples: int = Field(
        default=64,
        ge=16,
        description="samples in a row that must come again, digit for digit; source: by chance "
        "one in 1e30 where a third of the neighbours are equal",
    )
    least_values: int = Field(
        default=5,
        ge=2,
        description="different values among them: fewer are a flat line; source: own choice",
    )
    block_s: tuple[float, float] = Field(
        default=(0.2, 31.0),
        description="length of the block that repeats: from a short buffer to a data record of "
        "30 s; shorter is a tone; source: this project's choice",
    )
    least_s: float = Field(
        default=5.0,
        gt=0.0,
        description="shortest repetition that is barred; source: this project's choice",
    )


def frozen(channel: Channel, role: str, parameters: FrozenParameters) -> Iterator[Finding]:
    """Give FROZEN where blocks repeat digit for digit; the repetitions are barred, not the first.

    Blocks that repeat after more than 31 s, and repetitions of less than 20 s that fall
    between two probes, are not seen.
    """
    lags = sorted(set(_lags(channel, parameters)))
    repeats = [_repeats(channel, lag, parameters) for lag in lags]
    barred_s = merge(np.concatenate([np.empty((0, 2)), *repeats]))
    if not len(barred_s):
        return
    minutes = of_minutes(total(barred_s), len(channel.digital) / channel.rate_hz)
    block_s = lags[0] / channel.rate_hz
    words = (
        f"{channel.label}: the same block of {block_s:.3g} s is repeated for {minutes}, first from "
        f"{clock(barred_s[0, 0])} after the start"
    )
    yield Finding(
        code=Code.FROZEN,
        role=role,
        message=f"{words}: the recorder was stuck. The repetitions are left out.",
        barred_s=barred_s,
    )


def _lags(channel: Channel, parameters: FrozenParameters) -> Iterator[int]:
    """Give the distances, in samples, after which a probe comes again."""
    digital, n_probe = channel.digital, parameters.probe_samples
    shortest, longest = (round(s * channel.rate_hz) for s in parameters.block_s)
    every = max(round(parameters.probe_every_s * channel.rate_hz), 1)
    text = digital.astype(np.uint8).tobytes()  # the low byte moves most, and is found the fastest
    for start in range(0, len(digital) - n_probe - shortest, every):
        probe = text[start : start + n_probe]
        place = text.find(probe, start + shortest, start + longest + n_probe)
        if place >= 0 and _is_lively(digital[start : start + n_probe], parameters):
            yield place - start


def _is_lively(samples: NDArray[np.integer[Any]], parameters: FrozenParameters) -> bool:
    return len(np.unique(samples)) >= parameters.least_values


def _repeats(channel: Channel, lag: int, parameters: FrozenParameters) -> NDArray[np.float64]:
    """Give the seconds that hold the samples of `lag` before once more, shape (n, 2)."""
    digital = channel.digital
    found = runs(digital[lag:] == digital[:-lag]) + lag
    least = max(lag / 2, parameters.least_s * channel.rate_hz)
    long = found[found[:, 1] - found[:, 0] >= least]
    lively = [_is_lively(digital[a:b], parameters) for a, b in long]
    return long[np.array(lively, dtype=np.bool_)] / channel.rate_hz
