"""Bursts of EMG on the short envelope of one lead."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pipeline.intervals import runs
from pipeline.legs.bursts import Bursts
from pipeline.legs.edges import offsets_s, onsets_s
from pipeline.legs.envelopes import RmsEnvelope
from pipeline.legs.resting import RestingLevel
from pipeline.parameters import Parameters
from pipeline.signals import Samples

Floats = NDArray[np.floating]


class BurstParameters(Parameters):
    """When the short envelope shows a burst, and where it begins and ends."""

    high_z: float = Field(
        default=6.0,
        gt=0,
        description="a burst must reach this many robust deviations over rest; source: "
        "noise passes it about twice a night",
    )
    low_z: float = Field(
        default=2.0,
        gt=0,
        description=(
            "it lasts while the envelope stays this many deviations over rest; source: "
            "this project's choice"
        ),
    )
    high_uv: float = Field(
        default=5.0,
        ge=0,
        description=(
            "and it must reach this much over rest, so that the digital step of a very "
            "quiet lead is no burst; source: this project's choice"
        ),
    )
    low_uv: float = Field(
        default=2.0,
        ge=0,
        description="and lasts while at least this much over rest; source: this project's choice",
    )
    edge_share: float = Field(
        default=0.2,
        ge=0,
        lt=1,
        description="onset and end are where the envelope passes this share of the way from rest "
        "to the peak, if that is higher; source: ours, the filter rings to 10 % before a burst",
    )
    join_gap_s: float = Field(
        default=0.05,
        ge=0,
        description="gaps shorter than this are dips of one burst; source: trains "
        "consist of separate bursts at up to 4 Hz",
    )


def find_bursts(
    envelope: RmsEnvelope,
    emg_uv: Samples,
    unusable: NDArray[np.bool_],
    parameters: BurstParameters,
) -> Bursts:
    """Give the bursts of one lead by hysteresis on the short envelope.

    Parameters
    ----------
    emg_uv
        Filtered EMG, shape (n_samples,).
    unusable
        True where the signal cannot be scored, shape (n_samples,).
    """
    low, high = burst_levels_uv(envelope, parameters)
    spans = _joined(runs(envelope.over(low) & ~unusable), envelope, parameters)
    spans = spans[_any_in(spans, envelope.over(high))]
    return _measured(spans, low, envelope, emg_uv, parameters)


def burst_levels_uv(resting: RestingLevel, parameters: BurstParameters) -> tuple[Floats, Floats]:
    """Give for each second the level that a burst stays over, and that it must reach."""
    excess = (
        np.maximum(parameters.low_uv, parameters.low_z * resting.sigma_uv),
        np.maximum(parameters.high_uv, parameters.high_z * resting.sigma_uv),
    )
    low, high = (resting.rest_uv + over for over in excess)
    return low, high


def _joined(
    spans: NDArray[np.int64], envelope: RmsEnvelope, parameters: BurstParameters
) -> NDArray[np.int64]:
    """Spans with those joined whose true gap, one RMS window longer than seen, is too short."""
    if not len(spans):
        return spans
    gap = parameters.join_gap_s * envelope.rate_hz - envelope.n_window
    parts = spans[1:, 0] - spans[:-1, 1] > max(gap, 0.0)
    first, last = np.concatenate(([True], parts)), np.concatenate((parts, [True]))
    return np.column_stack((spans[first, 0], spans[last, 1]))


def _any_in(spans: NDArray[np.int64], mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    places = np.flatnonzero(mask)
    found: NDArray[np.bool_] = np.searchsorted(places, spans[:, 0]) < np.searchsorted(
        places, spans[:, 1]
    )
    return found


def _measured(
    spans: NDArray[np.int64],
    low_uv: Floats,
    envelope: RmsEnvelope,
    emg_uv: Samples,
    parameters: BurstParameters,
) -> Bursts:
    second = envelope.second_of(spans[:, 0])
    rest = envelope.rest_uv[second].astype(np.float64)
    peak = maxima(envelope.microvolts, spans)
    edge = np.maximum(low_uv[second], rest + parameters.edge_share * (peak - rest))
    spans = _trimmed(spans, edge, envelope)
    start_s = onsets_s(envelope, spans[:, 0], edge)
    stop_s = offsets_s(envelope, spans[:, 1] - 1, edge)
    stop_s = np.maximum(stop_s, start_s + 1.0 / envelope.rate_hz)
    index, first = _inside(spans)
    energy = _reduced(np.add, np.square(emg_uv[index], dtype=np.float64), first)
    total = _reduced(np.add, envelope.microvolts[index].astype(np.float64), first)
    area = total / envelope.rate_hz - rest * (stop_s - start_s)
    return Bursts(
        onset_s=start_s,
        offset_s=stop_s,
        peak_uv=peak,
        rms_uv=np.sqrt(energy / np.diff(spans, axis=1).ravel()),
        area_uv_s=np.maximum(area, 0.0),
        rest_uv=rest,
        z=(peak - rest) / envelope.sigma_uv[second],
    )


def _trimmed(spans: NDArray[np.int64], edge_uv: Floats, envelope: RmsEnvelope) -> NDArray[np.int64]:
    """Spans from the first to the last sample that reaches the edge level."""
    index, first = _inside(spans)
    is_over = envelope.microvolts[index] >= np.repeat(edge_uv, np.diff(spans, axis=1).ravel())
    none_before, none_after = np.iinfo(np.int64).max, -1
    starts = _reduced(np.minimum, np.where(is_over, index, none_before), first)
    lasts = _reduced(np.maximum, np.where(is_over, index, none_after), first)
    return np.column_stack((starts, lasts + 1))


def maxima(samples: NDArray[np.floating], spans: NDArray[np.int64]) -> NDArray[np.float64]:
    """Give the largest sample of each non-empty span, shape (n_spans,)."""
    index, first = _inside(spans)
    return _reduced(np.maximum, samples[index], first).astype(np.float64)


def _inside(spans: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the places inside the spans in a row, and where each span begins among them."""
    lengths = np.diff(spans, axis=1).ravel()
    first = np.cumsum(lengths) - lengths
    return np.arange(lengths.sum()) + np.repeat(spans[:, 0] - first, lengths), first


def _reduced(how: np.ufunc, values: NDArray[Any], first: NDArray[np.int64]) -> NDArray[Any]:
    return how.reduceat(values, first) if len(first) else values[:0]


def select(bursts: Bursts, keep: NDArray[np.bool_] | NDArray[np.int64]) -> Bursts:
    """Give the bursts that a mask or an index picks."""
    return Bursts(**{name: getattr(bursts, name)[keep] for name in Bursts.__dataclass_fields__})


def span_s(bursts: Bursts) -> NDArray[np.float64]:
    """Give onset and end of each burst in seconds, shape (n_bursts, 2)."""
    return np.column_stack((bursts.onset_s, bursts.offset_s))
