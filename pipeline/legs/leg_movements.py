"""Leg movements of one leg on the long envelope, by the 8 and 2 uV rules."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pipeline.events import Side
from pipeline.intervals import runs
from pipeline.legs.burst_detection import maxima
from pipeline.legs.edges import offsets_s, onsets_s
from pipeline.legs.envelopes import RmsEnvelope
from pipeline.legs.movement import Movement
from pipeline.legs.resting import RestingLevel
from pipeline.parameters import Parameters


class LegMovementParameters(Parameters):
    """The rules for one leg, common to AASM and WASM 2016."""

    onset_over_rest_uv: float = Field(
        default=8.0,
        gt=0,
        description="the envelope reaches this much over rest; source: AASM manual "
        "v3 and WASM 2016 [AASM wording unverified]",
    )
    offset_over_rest_uv: float = Field(
        default=2.0,
        gt=0,
        description="rest again: the envelope stays within this of rest; source: AASM "
        "manual v3 and WASM 2016",
    )
    offset_sigma: float = Field(
        default=2.5,
        ge=0,
        description=(
            "where the resting envelope itself wanders by more than 2 uV, rest again "
            "means within this many of its robust deviations; a deviation from the rules;"
            " source: this project's choice"
        ),
    )
    quiet_s: float = Field(
        default=0.5,
        gt=0,
        description="for at least this long; source: AASM manual v3 and WASM 2016",
    )
    min_duration_s: float = Field(
        default=0.5, gt=0, description="shortest leg movement; source: AASM manual v3 and WASM 2016"
    )
    shape_s: float = Field(
        default=0.5,
        gt=0,
        description="somewhere the median over this long is raised; source: WASM 2016, "
        "for computer scoring",
    )
    shape_over_rest_uv: float = Field(
        default=2.0,
        gt=0,
        description="by this much over rest; source: WASM 2016, for computer scoring",
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class LegMovements:
    """Raised stretches of one leg, sorted by onset; each attribute has shape (n,).

    Attributes
    ----------
    onset_s, offset_s
        Seconds from the start of the record, half-open.
    peak_uv, rest_uv
        Largest value of the long envelope, and the resting level at the onset.
    z
        Peak over rest in robust standard deviations of the resting envelope.
    has_shape
        Whether it holds 0.5 s whose median is raised by 2 uV (WASM 2016).
    is_lm
        Whether it lasts at least 0.5 s.
    """

    onset_s: NDArray[np.float64]
    offset_s: NDArray[np.float64]
    peak_uv: NDArray[np.float64]
    rest_uv: NDArray[np.float64]
    z: NDArray[np.float64]
    has_shape: NDArray[np.bool_]
    is_lm: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.onset_s)

    @property
    def span_s(self) -> NDArray[np.float64]:
        """Onset and end in seconds, shape (n, 2)."""
        return np.column_stack((self.onset_s, self.offset_s))


def find_leg_movements(
    envelope: RmsEnvelope, unusable: NDArray[np.bool_], parameters: LegMovementParameters
) -> LegMovements:
    """Give every stretch of one leg that passes the onset and the offset rule.

    Those shorter than 0.5 s are kept, with `is_lm` False. A stretch that runs into unusable
    signal ends there.

    References
    ----------
    AASM manual v3, movement rules; Ferri et al. 2016, doi 10.1016/j.sleep.2016.10.010.

    Deviations
    ----------
    - "EMG" is the 100 ms moving RMS of the band-passed signal; onset and offset are taken back
      by the smear of that window.
    - Where the resting envelope wanders by more than 2 uV, the offset limit is wider
      (`offset_sigma`), and a rise that is shorter than the RMS window and stays under the onset
      level does not break the rest: at 8 uV of rest such rises come several times a second.
    """
    low, high = movement_levels_uv(envelope, parameters)
    over_high = np.flatnonzero(envelope.over(high) & ~unusable)
    raised = envelope.over(low) & ~unusable
    spans = _spans(over_high, raised, envelope, parameters)
    return _measured(spans, (high, low), envelope, parameters)


def movement_levels_uv(
    resting: RestingLevel, parameters: LegMovementParameters
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Give for each second the level of rest again, and that of an onset, in microvolts."""
    margin = np.maximum(
        parameters.offset_over_rest_uv,
        np.minimum(parameters.offset_sigma * resting.sigma_uv, parameters.onset_over_rest_uv / 2),
    )
    return resting.rest_uv + margin, resting.rest_uv + parameters.onset_over_rest_uv


def _spans(
    over_high: NDArray[np.int64],
    raised: NDArray[np.bool_],
    envelope: RmsEnvelope,
    parameters: LegMovementParameters,
) -> NDArray[np.int64]:
    """First sample over the onset level and end of the raised stretch, shape (n, 2)."""
    pieces = runs(raised)
    is_muscle = pieces[:, 1] - pieces[:, 0] >= envelope.n_window
    pieces = pieces[is_muscle | _holds(pieces, over_high)]
    if not len(pieces) or not len(over_high):
        return np.empty((0, 2), dtype=np.int64)
    quiet = parameters.quiet_s * envelope.rate_hz - envelope.n_window  # the window hides the rest
    parts = pieces[1:, 0] - pieces[:-1, 1] >= quiet
    first, last = np.concatenate(([True], parts)), np.concatenate((parts, [True]))
    regions = np.column_stack((pieces[first, 0], pieces[last, 1]))
    place = np.searchsorted(over_high, regions[:, 0])
    start = over_high[np.minimum(place, len(over_high) - 1)]
    held = (start >= regions[:, 0]) & (start < regions[:, 1])
    return np.column_stack((start[held], regions[held, 1]))


def _holds(spans: NDArray[np.int64], places: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell for each span whether it holds one of the sorted places."""
    found: NDArray[np.bool_] = np.diff(np.searchsorted(places, spans), axis=1).ravel() > 0
    return found


def _measured(
    spans: NDArray[np.int64],
    levels_uv: tuple[NDArray[np.floating], NDArray[np.floating]],
    envelope: RmsEnvelope,
    parameters: LegMovementParameters,
) -> LegMovements:
    high, low = levels_uv
    second, last = envelope.second_of(spans[:, 0]), spans[:, 1] - 1
    start_s = onsets_s(envelope, spans[:, 0], high[second])
    stop_s = offsets_s(envelope, last, low[envelope.second_of(last)])
    stop_s = np.maximum(stop_s, start_s + 1.0 / envelope.rate_hz)
    rest, peak = envelope.rest_uv[second].astype(np.float64), maxima(envelope.microvolts, spans)
    return LegMovements(
        onset_s=start_s,
        offset_s=stop_s,
        peak_uv=peak,
        rest_uv=rest,
        z=(peak - rest) / envelope.sigma_uv[second],
        has_shape=_has_shape(spans, envelope, parameters),
        is_lm=stop_s - start_s >= parameters.min_duration_s,
    )


def _has_shape(
    spans: NDArray[np.int64], envelope: RmsEnvelope, parameters: LegMovementParameters
) -> NDArray[np.bool_]:
    """Tell for each span; a median is at least a level if half of the values are."""
    n_shape = max(round(parameters.shape_s * envelope.rate_hz), 1)
    is_long = spans[:, 1] - spans[:, 0] >= n_shape
    found = np.zeros(len(spans), dtype=np.bool_)
    if is_long.any():
        is_high = envelope.over(envelope.rest_uv + parameters.shape_over_rest_uv)
        total = np.cumsum(np.append(np.False_, is_high), dtype=np.int32)
        n_high = np.append(total[n_shape:] - total[:-n_shape], 0)  # from each sample on
        starts = spans[is_long] + np.array([0, 1 - n_shape])
        found[is_long] = np.maximum.reduceat(n_high, starts.ravel())[::2] * 2 >= n_shape
    return found


def to_movements(
    found: LegMovements, side: Side, *, with_shape: bool = False
) -> tuple[Movement, ...]:
    """Give the leg movements of at least 0.5 s for the rule sets.

    Parameters
    ----------
    with_shape
        Keep only those that pass the shape criterion of WASM 2016.
    """
    keep = found.is_lm & (found.has_shape | (not with_shape))
    return tuple(
        Movement(onset_s=float(start), offset_s=float(stop), side=side)
        for start, stop in found.span_s[keep]
    )
