"""Short RMS envelopes of the EMG, and the level at which it rests.

Taken literally on rectified samples the 2 uV offset rule falls apart on ordinary noise, so
"EMG" means the moving RMS of the filtered signal. "Resting" means the typical (median) value of
that envelope while the muscle is at rest: a low quantile lies below it, by an amount that
follows from how many independent samples the window holds, and is raised by that amount.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.special import gammaincinv

from pipeline.legs.envelope_parameters import EnvelopeParameters
from pipeline.signals import (
    Samples,
    moving_rms,
    odd_window,
    per_sample,
    sample_index,
    second_bounds,
)


@dataclass(frozen=True, kw_only=True)
class EmgFacts:
    """What the envelopes must know of the filtered EMG.

    Attributes
    ----------
    bandwidth_hz
        Width of the band that it was filtered to.
    floor_uv
        Least resting level: the noise of the digital step.
    """

    rate_hz: float
    bandwidth_hz: float
    floor_uv: float


@dataclass(frozen=True, kw_only=True, eq=False)
class RmsEnvelope:
    """The moving RMS of one lead with its resting level.

    Attributes
    ----------
    microvolts
        One value per sample, shape (n_samples,).
    rest_uv, sigma_uv
        Resting level, and robust standard deviation of the resting envelope, one value per
        second of the record, shape (n_seconds,).
    n_window
        Samples in the RMS window, odd.
    lead
        What the resting level was found with.
    second_starts
        `bounds` of an excerpt, whose seconds do not follow from the rate; None elsewhere.
    """

    microvolts: Samples
    rest_uv: Samples
    sigma_uv: Samples
    n_window: int
    rate_hz: float
    lead: EmgFacts
    second_starts: NDArray[np.int64] | None = None

    @cached_property
    def bounds(self) -> NDArray[np.int64]:
        """First sample of each second, and the number of samples, shape (n_seconds + 1,)."""
        if self.second_starts is not None:
            return self.second_starts
        return second_bounds(len(self.microvolts), self.rate_hz)

    def over(self, level_uv: NDArray[np.floating]) -> NDArray[np.bool_]:
        """Tell for each sample whether it reaches a level that is given per second."""
        reached: NDArray[np.bool_] = self.microvolts >= per_sample(level_uv, self.bounds)
        return reached

    def second_of(self, samples: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the second that holds each sample."""
        return np.searchsorted(self.bounds, samples, side="right") - 1


def envelopes(
    emg_uv: Samples,
    usable: NDArray[np.bool_],
    windows_s: Sequence[float],
    lead: EmgFacts,
    parameters: EnvelopeParameters,
) -> tuple[RmsEnvelope, ...]:
    """Give the moving RMS over each of `windows_s` with its resting level.

    Parameters
    ----------
    emg_uv
        Filtered EMG, shape (n_samples,).
    usable
        False where nothing may be learned about rest, shape (n_samples,).
    """
    n_windows = [odd_window(lead.rate_hz, window_s) for window_s in windows_s]
    traces = moving_rms(emg_uv, n_windows)
    return tuple(
        _with_rest(trace, usable, n_window, lead, parameters)
        for trace, n_window in zip(traces, n_windows, strict=True)
    )


def _with_rest(
    trace: Samples,
    usable: NDArray[np.bool_],
    n_window: int,
    lead: EmgFacts,
    parameters: EnvelopeParameters,
) -> RmsEnvelope:
    rest_uv, sigma_uv = _rest(trace, usable, n_window, lead, parameters)
    return RmsEnvelope(
        microvolts=trace,
        rest_uv=rest_uv,
        sigma_uv=sigma_uv,
        n_window=n_window,
        rate_hz=lead.rate_hz,
        lead=lead,
    )


def with_rest_window(
    found: RmsEnvelope, usable: NDArray[np.bool_], window_s: float, parameters: EnvelopeParameters
) -> RmsEnvelope:
    """Give the envelope with the resting level of another window."""
    other = parameters.model_copy(update={"rest_window_s": window_s})
    rest_uv, sigma_uv = _rest(found.microvolts, usable, found.n_window, found.lead, other)
    return replace(found, rest_uv=rest_uv, sigma_uv=sigma_uv)


def _rest(
    trace: Samples,
    usable: NDArray[np.bool_],
    n_window: int,
    lead: EmgFacts,
    parameters: EnvelopeParameters,
) -> tuple[Samples, Samples]:
    freedom = max(2.0 * lead.bandwidth_hz * n_window / lead.rate_hz, 1.0)
    rest_uv, sigma_uv = resting_level(trace, usable, lead.rate_hz, freedom, parameters)
    rest_uv = np.maximum(rest_uv, max(lead.floor_uv, parameters.rest_floor_uv))
    noise_uv = rest_uv / np.sqrt(2.0 * freedom)
    sigma_uv = np.maximum(sigma_uv, parameters.sigma_floor_share * noise_uv)
    return rest_uv.astype(np.float32), sigma_uv.astype(np.float32)


def resting_level(
    trace: Samples,
    usable: NDArray[np.bool_],
    rate_hz: float,
    freedom: float,
    parameters: EnvelopeParameters,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the resting level and its robust deviation for each second, each (n_seconds,).

    A centred rolling low quantile on a thinned grid, events left out by iteration, raised to
    the median of an envelope with `freedom` degrees of freedom.
    """
    n_seconds = len(second_bounds(len(trace), rate_hz)) - 1
    n_grid = max(int(len(trace) / rate_hz / parameters.rest_grid_s), 1)
    index = np.minimum(
        sample_index(np.arange(n_grid) * parameters.rest_grid_s, rate_hz), len(trace) - 1
    )
    values, known = trace[index], usable[index]
    left_out = ~known
    for _ in range(parameters.n_iterations):
        rest, sigma, _ = _rolling(values, left_out, freedom, parameters)
        level = _on_grid(rest + parameters.event_z * sigma, n_grid, parameters)
        left_out = ~known | _widened(values > level, parameters)
    rest, sigma, centres = _rolling(values, left_out, freedom, parameters)
    middle = np.arange(n_seconds) + 0.5
    return np.interp(middle, centres, rest), np.interp(middle, centres, sigma)


def _on_grid(
    values: NDArray[np.float64], n_grid: int, parameters: EnvelopeParameters
) -> NDArray[np.float64]:
    """Interpolate between the windows' centres, which lie a whole number of grid steps apart."""
    step = _step(parameters)
    ways = np.arange(step) / step
    between = values[:-1, None] + np.diff(values)[:, None] * ways
    return between.ravel()[:n_grid]


def _step(parameters: EnvelopeParameters) -> int:
    return max(round(parameters.rest_step_s / parameters.rest_grid_s), 1)


def _widened(mask: NDArray[np.bool_], parameters: EnvelopeParameters) -> NDArray[np.bool_]:
    reach = round(parameters.event_margin_s / parameters.rest_grid_s)
    padded = np.pad(mask.astype(np.int64), (reach + 1, reach))
    counts: NDArray[np.int64] = np.cumsum(padded)
    wide: NDArray[np.bool_] = (counts[2 * reach + 1 :] - counts[: -2 * reach - 1]) > 0
    return wide


def _rolling(
    values: Samples, left_out: NDArray[np.bool_], freedom: float, parameters: EnvelopeParameters
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Rest, deviation and window centre (s) every `rest_step_s`."""
    step = _step(parameters)
    reach = round(parameters.rest_window_s / parameters.rest_grid_s / 2.0)
    centres = np.arange(0, len(values) + step, step)
    padded = np.full(int(centres[-1]) + 2 * reach + 1, np.inf, dtype=np.float32)
    n_inside = min(len(values), len(padded) - reach)
    padded[reach : reach + n_inside] = np.where(left_out, np.inf, values)[:n_inside]
    windows = np.sort(sliding_window_view(padded, 2 * reach + 1)[::step], axis=1)
    n_known = np.isfinite(windows).sum(axis=1)
    quantile = parameters.rest_quantile
    low, mid = (_order(windows, n_known, q) for q in (quantile, 0.5))
    known = n_known >= parameters.min_share * windows.shape[1]
    factors = np.sqrt(2.0 * gammaincinv(freedom / 2.0, (quantile, 0.5)))  # quantiles of chi square
    spread = (factors[1] - factors[0]) / (factors[1] * np.sqrt(1.0 / (2.0 * freedom)))
    rest = low * factors[1] / factors[0]
    most = parameters.sigma_ceiling_share * rest / np.sqrt(2.0 * freedom)
    sigma = np.minimum(np.maximum(mid - low, 0.0) / spread, most)
    centres_s = centres.astype(np.float64) * parameters.rest_grid_s
    return _filled(rest, known), _filled(sigma, known), centres_s


def _order(windows: Samples, n_known: NDArray[np.int64], quantile: float) -> NDArray[np.float64]:
    place = np.maximum(np.floor(quantile * (n_known - 1)), 0).astype(np.int64)
    found: NDArray[np.float64] = windows[np.arange(len(windows)), place].astype(np.float64)
    found[n_known == 0] = 0.0
    return found


def _filled(values: NDArray[np.float64], known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Values with the unknown ones interpolated from the known; 0 where none is known."""
    if not known.any():
        return np.zeros(len(values))
    where = np.flatnonzero(known)
    return np.interp(np.arange(len(values)), where, values[where])
