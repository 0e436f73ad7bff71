"""The level at which an envelope rests.

"Resting" means the typical (median) value of that envelope while the muscle is at rest: a low
quantile lies below it, by an amount that follows from how many independent samples the window
holds, and is raised by that amount.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from pipeline.legs.envelope_parameters import EnvelopeParameters
from pipeline.signals import Samples, between


@dataclass(frozen=True, kw_only=True, eq=False)
class RestingLevel:
    """The level at which an envelope rests.

    Attributes
    ----------
    rest_uv, sigma_uv
        Resting level, and robust standard deviation of the resting envelope, one value per
        second, or part of one, shape (n_seconds,).
    """

    rest_uv: Samples
    sigma_uv: Samples


def resting_level(
    values: Samples,
    known: NDArray[np.bool_],
    n_seconds: int,
    freedom: float,
    parameters: EnvelopeParameters,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the resting level and its robust deviation for each second, each (n_seconds,).

    A centred rolling low quantile on a thinned grid, events left out by iteration, raised to
    the median of an envelope with `freedom` degrees of freedom.

    Parameters
    ----------
    values, known
        The envelope every `rest_grid_s`, and whether anything may be learned from it.
    """
    found = _Rolling(values, parameters)
    left_out = ~known
    for _ in range(parameters.n_iterations):
        rest, sigma = found.without(left_out, freedom)
        level = between(rest + parameters.event_z * sigma, _step(parameters), len(values))
        left_out = ~known | _widened(values > level, parameters)
    middle_s, centres_s = np.arange(n_seconds) + 0.5, found.centres * parameters.rest_grid_s
    rest, sigma = (np.interp(middle_s, centres_s, x) for x in found.without(left_out, freedom))
    return rest, sigma


def _step(parameters: EnvelopeParameters) -> int:
    return max(round(parameters.rest_step_s / parameters.rest_grid_s), 1)


def _widened(mask: NDArray[np.bool_], parameters: EnvelopeParameters) -> NDArray[np.bool_]:
    """Mask that reaches `event_margin_s` further to both sides."""
    wide = mask.copy()
    for shift in range(1, round(parameters.event_margin_s / parameters.rest_grid_s) + 1):
        wide[shift:] |= mask[:-shift]
        wide[:-shift] |= mask[shift:]
    return wide


class _Rolling:
    """Rest and deviation every `rest_step_s`, of windows that are sorted anew only if changed."""

    def __init__(self, values: Samples, parameters: EnvelopeParameters) -> None:
        step = _step(parameters)
        self._values, self._parameters = values, parameters
        self._reach = round(parameters.rest_window_s / parameters.rest_grid_s / 2.0)
        self.centres = np.arange(0, len(values) + step, step)
        self._padded = np.full(self.centres[-1] + 2 * self._reach + 1, np.inf, dtype=np.float32)
        self._orders = np.zeros((2, len(self.centres)))

    def without(
        self, left_out: NDArray[np.bool_], freedom: float
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Give rest and deviation at each centre, without some of the values."""
        parameters, width = self._parameters, 2 * self._reach + 1
        n_known = self._sort(np.where(left_out, np.float32(np.inf), self._values))
        known = n_known >= parameters.min_share * width
        low, mid = self._orders
        quantiles = scipy.special.gammaincinv(freedom / 2.0, (parameters.rest_quantile, 0.5))
        factors = np.sqrt(2.0 * quantiles)  # quantiles of chi square
        spread = (factors[1] - factors[0]) / (factors[1] * np.sqrt(1.0 / (2.0 * freedom)))
        rest = low * factors[1] / factors[0]
        most = parameters.sigma_ceiling_share * rest / np.sqrt(2.0 * freedom)
        sigma = np.minimum(np.maximum(mid - low, 0.0) / spread, most)
        return _filled(rest, known), _filled(sigma, known)

    def _sort(self, values: Samples) -> NDArray[np.int64]:
        """Bring the order statistics up to date, and give how many values each window holds."""
        held = self._padded[self._reach : self._reach + len(values)]
        is_changed = np.zeros(len(self._padded), dtype=np.bool_)
        is_changed[self._reach : self._reach + len(values)] = values != held
        held[:] = values
        n_known = self._counts(np.isfinite(self._padded))
        rows = np.flatnonzero(self._counts(is_changed))
        windows = sliding_window_view(self._padded, 2 * self._reach + 1)[:: _step(self._parameters)]
        ordered = np.sort(windows[rows], axis=1)
        for orders, quantile in zip(
            self._orders, (self._parameters.rest_quantile, 0.5), strict=True
        ):
            place = np.maximum(np.floor(quantile * (n_known[rows] - 1)), 0).astype(np.int64)
            orders[rows] = np.where(n_known[rows] > 0, ordered[np.arange(len(rows)), place], 0.0)
        return n_known

    def _counts(self, mask: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Give how many values of each window are marked, from sums over whole steps."""
        step, width = _step(self._parameters), 2 * self._reach + 1
        n_steps, n_over = divmod(width, step)
        n_rows = len(self.centres) + n_steps
        marks = np.zeros((n_rows, step), dtype=np.float32)
        marks.reshape(-1)[: len(mask)] = mask
        total = np.concatenate(([0.0], np.cumsum(marks.sum(axis=1), dtype=np.float64)))
        whole = total[n_steps : n_steps + len(self.centres)] - total[: len(self.centres)]
        over = marks[n_steps:, :n_over].sum(axis=1)
        counts: NDArray[np.int64] = (whole + over).astype(np.int64)
        return counts


def _filled(values: NDArray[np.float64], known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Values with the unknown ones interpolated from the known; 0 where none is known."""
    if not known.any():
        return np.zeros(len(values))
    where = np.flatnonzero(known)
    return np.interp(np.arange(len(values)), where, values[where])
