"""Stretches of a leg lead that no rule may use, each with its cause."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pipeline.intervals import merge, overlaps, runs, subtract
from pipeline.legs.hum import Hum
from pipeline.parameters import Parameters
from pipeline.recording import Lead
from pipeline.signals import Samples

Floats = NDArray[np.floating]
_AT_ONCE = 1 << 16  # samples that are looked at while they are in the cache


class Cause(StrEnum):
    """Why a stretch cannot be scored."""

    MISSING = "missing"
    FLAT = "flat"
    SATURATED = "saturated"
    LEAD_OFF = "lead_off"
    HIGH_REST = "high_rest"
    POP = "pop"
    SWAY = "sway"
    IDENTICAL = "identical_legs"
    FROZEN = "frozen"


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """One half-open stretch in seconds, and what is wrong with it."""

    start_s: float
    stop_s: float
    cause: Cause


class ArtefactParameters(Parameters):
    """What counts as signal that cannot be scored."""

    flat_block_s: float = Field(
        default=0.5,
        gt=0,
        description="block in which the range is looked at; source: this project's choice",
    )
    flat_range_steps: float = Field(
        default=1.0,
        ge=0,
        description=(
            "a block that spans at most this many digital steps is flat; source: this "
            "project's choice"
        ),
    )
    flat_min_s: float = Field(
        default=2.0, gt=0, description="shortest flat stretch; source: this project's choice"
    )
    saturated_margin_s: float = Field(
        default=0.5,
        ge=0,
        description="what is lost on each side of a clipped sample; source: this project's choice",
    )
    saturated_min_samples: int = Field(
        default=2, ge=1, description="clipped samples in a row; source: one may be a true peak"
    )
    missing_margin_s: float = Field(
        default=0.3,
        ge=0,
        description=(
            "what is lost beside missing samples: the filter's reach; source: this project's choice"
        ),
    )
    hum_limit_uv: float = Field(
        default=30.0,
        gt=0,
        description="RMS of the mains hum above which the electrode is taken as off; "
        "source: hum of a sound electrode stays under 10 uV",
    )
    lead_off_rest_uv: float = Field(
        default=30.0,
        gt=0,
        description=(
            "resting level above which the cause is called lead off instead of high rest;"
            " source: this project's choice"
        ),
    )
    lead_off_min_s: float = Field(
        default=2.0, gt=0, description="shortest stretch of lead off; source: this project's choice"
    )
    lead_off_margin_s: float = Field(
        default=5.0,
        ge=0,
        description=(
            "what is lost on each side of hum, which is known to some seconds; source: "
            "this project's choice"
        ),
    )
    sway_rate_hz: float = Field(
        default=40.0,
        gt=20,
        description="rate at which slow sway is looked at; source: this project's choice",
    )
    sway_window_s: float = Field(
        default=1.0, gt=0, description="window of the sway's RMS; source: this project's choice"
    )
    sway_gap_s: float = Field(
        default=2.0,
        ge=0,
        description="sway that pauses for no longer is one stretch; source: this project's choice",
    )
    sway_uv: float = Field(
        default=60.0,
        gt=0,
        description=(
            "RMS below 10 Hz above which a stretch is called sway; source: this project's choice"
        ),
    )
    sway_ratio: float = Field(
        default=6.0,
        gt=0,
        description=(
            "and how often it must exceed the EMG band's RMS there; source: this project's choice"
        ),
    )
    identical_share: float = Field(
        default=0.999,
        gt=0,
        le=1,
        description=(
            "correlation of both legs at which they are one signal; source: this project's choice"
        ),
    )
    identical_clip: float = Field(
        default=5.0,
        gt=0,
        description=(
            "samples over this many medians are clipped for that; source: this project's choice"
        ),
    )
    identical_samples: int = Field(
        default=200_000,
        ge=1000,
        description="samples that are compared for that; source: this project's choice",
    )
    identical_piece: int = Field(
        default=1000,
        ge=100,
        description="in pieces of so many; source: this project's choice",
    )
    identical_lag: int = Field(
        default=2,
        ge=0,
        lt=100,
        description="samples by which one leg may come later: exports and recorders that sample "
        "channel after channel shift by one; source: this project's choice",
    )


def raw_stretches(lead: Lead, parameters: ArtefactParameters) -> tuple[tuple[Stretch, ...], bool]:
    """Give what the samples alone tell (missing, flat, saturated), and whether all are there."""
    n_block = min(max(round(parameters.flat_block_s * lead.rate_hz), 1), len(lead.microvolts))
    low_uv, high_uv = extremes(lead.microvolts, n_block)
    is_complete = bool(np.isfinite(low_uv).all() and np.isfinite(high_uv).all())
    reaches_end = _is_clipped(low_uv, lead) | _is_clipped(high_uv, lead)
    flat = _flat(high_uv - low_uv, n_block / lead.rate_hz, lead, parameters)
    missing = np.empty((0, 2)) if is_complete else _missing(lead, parameters)
    clipped = _saturated(lead, parameters) if reaches_end.any() else np.empty((0, 2))
    stretches = (
        *stretches_of(missing, Cause.MISSING),
        *stretches_of(flat, Cause.FLAT),
        *stretches_of(clipped, Cause.SATURATED),
    )
    return stretches, is_complete


def extremes(values: Floats, n_block: int) -> tuple[Floats, Floats]:
    """Give the least and the largest value of each block, some blocks at a time for the cache."""
    n_at_once = max(_AT_ONCE // n_block, 1) * n_block
    parts = [values[start : start + n_at_once] for start in range(0, len(values), n_at_once)]
    firsts = [np.arange(0, len(part), n_block) for part in parts]
    found = [
        (np.minimum.reduceat(part, first), np.maximum.reduceat(part, first))
        for part, first in zip(parts, firsts, strict=True)
    ]
    low, high = zip(*found, strict=True)
    return np.concatenate(low), np.concatenate(high)


def stretches_of(spans_s: Floats, cause: Cause) -> list[Stretch]:
    """Give the stretches of one cause for onset and end in seconds, shape (n, 2)."""
    return [Stretch(start_s=float(a), stop_s=float(b), cause=cause) for a, b in spans_s]


def _missing(lead: Lead, parameters: ArtefactParameters) -> Floats:
    margin = np.array([-1.0, 1.0]) * parameters.missing_margin_s
    spans_s = merge(runs(~np.isfinite(lead.microvolts)) / lead.rate_hz + margin)
    return np.clip(spans_s, 0.0, lead.duration_s)


def _flat(range_uv: Floats, block_s: float, lead: Lead, parameters: ArtefactParameters) -> Floats:
    """Give the runs of blocks that span at most one digital step; the last block may be short."""
    rounding = 1e-6
    limit = parameters.flat_range_steps * lead.resolution_uv * (1.0 + rounding)
    spans_s = np.minimum(runs(range_uv <= limit) * block_s, lead.duration_s)
    lasting: Floats = spans_s[spans_s[:, 1] - spans_s[:, 0] >= parameters.flat_min_s]
    return lasting


def _is_clipped(values_uv: Floats, lead: Lead) -> NDArray[np.bool_]:
    half_uv = lead.resolution_uv / 2.0
    clipped: NDArray[np.bool_] = (values_uv <= lead.floor_uv + half_uv) | (
        values_uv >= lead.ceiling_uv - half_uv
    )
    return clipped


def _saturated(lead: Lead, parameters: ArtefactParameters) -> Floats:
    clipped = runs(_is_clipped(lead.microvolts, lead))
    clipped = clipped[clipped[:, 1] - clipped[:, 0] >= parameters.saturated_min_samples]
    margin = np.array([-1.0, 1.0]) * parameters.saturated_margin_s
    return np.clip(merge(clipped / lead.rate_hz + margin), 0.0, lead.duration_s)


def lead_off(
    rest_uv: Samples,
    least_uv: Samples,
    hum: Hum,
    rest_ceiling_uv: float,
    parameters: ArtefactParameters,
) -> tuple[Stretch, ...]:
    """Give the stretches whose resting level or hum is too high.

    The resting level rises later than the signal, since it is a low quantile of a long window:
    seconds beside such a stretch that never fall to the ceiling belong to it.

    Parameters
    ----------
    rest_uv, least_uv
        Resting level and least long envelope of each second, shape (n_seconds,).
    """
    is_loud = least_uv > rest_ceiling_uv
    off = _grown(rest_uv > parameters.lead_off_rest_uv, is_loud)
    high = _grown(rest_uv > rest_ceiling_uv, is_loud)
    high = subtract(high, off)
    humming = runs(hum.rms_uv > parameters.hum_limit_uv) * hum.block_s
    humming = humming[humming[:, 1] - humming[:, 0] >= parameters.lead_off_min_s]
    margin = np.array([-1.0, 1.0]) * parameters.lead_off_margin_s
    lost = merge(np.concatenate((off, humming + margin)))
    return (
        *stretches_of(np.clip(lost, 0.0, float(len(rest_uv))), Cause.LEAD_OFF),
        *stretches_of(high, Cause.HIGH_REST),
    )


def _grown(core: NDArray[np.bool_], around: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Give the runs of `core`, each with the runs of `around` that touch it, merged."""
    found, beside = runs(core).astype(np.float64), runs(around).astype(np.float64)
    touching = beside[overlaps(beside + np.array([-1.0, 1.0]), found)]
    return merge(np.concatenate((found, touching)))


def spans(stretches: Iterable[Stretch]) -> NDArray[np.float64]:
    """Give start and stop of the stretches in seconds, shape (n, 2), unmerged."""
    return np.array([(s.start_s, s.stop_s) for s in stretches], dtype=np.float64).reshape(-1, 2)


def merged(stretches: Iterable[Stretch]) -> NDArray[np.float64]:
    """Give the time that any of the stretches covers, in seconds, shape (n, 2)."""
    return merge(spans(stretches))
