"""Fragmentary myoclonus, and when it is excessive."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pipeline.hypnogram import Hypnogram, Stage
from pipeline.intervals import contains, merge, runs
from pipeline.legs.pool import Pool, has_partner
from pipeline.parameters import Parameters

_MINUTE_S = 60.0
_CLOCK_S = 1e-6  # half-open windows, on times to the microsecond


class MyoclonusParameters(Parameters):
    """Fragmentary myoclonus; Frauscher 2014, doi 10.5665/sleep.3586, and the AASM manual v3."""

    shortest_burst_s: float = Field(
        default=0.075, ge=0.0, description="shortest burst; Frauscher 2014"
    )
    longest_burst_s: float = Field(
        default=0.15, gt=0.0, description="longest burst, also of the excessive form; Frauscher"
    )
    length_tolerance_s: float = Field(
        default=0.015,
        ge=0.0,
        description=(
            "a burst that is so much too short or too long still goes with bursts of the "
            "right length that recur around it; source: ours, on the short envelope "
            "simulated bursts of 75 to 150 ms measure 60 to 165 ms, and what is left over"
            " would pass as sleep starts"
        ),
    )
    least_peak_uv: float = Field(
        default=50.0, ge=0.0, description="the peak of the short envelope is over this; Frauscher"
    )
    asynchrony_s: float = Field(
        default=0.1,
        ge=0.0,
        description=(
            "a burst with one of the other leg at most this away is synchronous and so no"
            " myoclonus; 100 ms is what this project calls both legs; source: this "
            "project's choice"
        ),
    )
    recurrence_n: int = Field(
        default=5,
        ge=1,
        description="so many such bursts, both legs together, must lie in one window; ours: a "
        "single short one-sided burst may as well be a sleep start, while myoclonus recurs (median "
        "34 per hour in N1, 22 in N2, 38 in R; Frauscher 2014)",
    )
    recurrence_window_s: float = Field(
        default=600.0,
        gt=0.0,
        description=(
            "the window for `recurrence_n`; source: ours, 5 in 600 s is 30 per hour, "
            "about the median rate in N1"
        ),
    )
    excessive_per_min: int = Field(
        default=5,
        ge=1,
        description="bursts in a minute of NREM that make it excessive; AASM manual v3, VII.5 "
        "[unverified]",
    )
    excessive_min: float = Field(
        default=20.0,
        ge=0.0,
        description="minutes of NREM with so many bursts that make the night excessive; AASM "
        "manual v3, VII.5 [unverified]",
    )

    @property
    def longest_like_s(self) -> float:
        """Longest burst that may be myoclonus, in seconds to the microsecond."""
        return round(self.longest_burst_s + self.length_tolerance_s, 6)


@dataclass(frozen=True, kw_only=True, eq=False)
class ExcessiveMyoclonus:
    """How much of NREM had excessive fragmentary myoclonus.

    Attributes
    ----------
    minutes
        Minutes of NREM with enough bursts.
    is_excessive
        Whether that is enough of the night.
    intervals
        Those minutes joined, seconds from the start of the record, shape (n, 2).
    """

    minutes: float
    is_excessive: bool
    intervals: NDArray[np.float64]


def find_myoclonus(
    bursts: Pool, is_free: NDArray[np.bool_], parameters: MyoclonusParameters
) -> NDArray[np.bool_]:
    """Tell for each burst whether it is fragmentary myoclonus, shape (n_bursts,).

    Parameters
    ----------
    is_free
        Belongs to no train, and comes with no sign of a body movement: myoclonus is asynchronous
        in all muscles, and neither arouses nor jerks a limb [AASM manual v3, VII.5, unverified].

    Deviations
    ----------
    - The peak is that of the short RMS envelope, which lies below the peak of the EMG itself.
    - With one leg nobody can see whether bursts are asynchronous; all are taken as such.
    - Bursts must recur, see `MyoclonusParameters.recurrence_n`, and bring along their like of
      nearly the right length, see `MyoclonusParameters.length_tolerance_s`.
    """
    is_twitch = is_free & _is_twitch(bursts, parameters)
    onsets_s = bursts.onset_s[is_twitch & _is_short(bursts, 0.0, parameters)]
    is_like = is_twitch & _is_short(bursts, parameters.length_tolerance_s, parameters)
    return is_like & contains(_recurrence(onsets_s, parameters), bursts.onset_s)


def rate_excess(
    bursts: Pool,
    is_free: NDArray[np.bool_],
    hypnogram: Hypnogram,
    parameters: MyoclonusParameters,
) -> ExcessiveMyoclonus:
    """Give how much of NREM had excessive fragmentary myoclonus.

    Each unbroken stretch of NREM is cut into whole minutes from its start; a rest under a
    minute is left out. Bursts of any length up to the longest count.
    """
    minutes = _nrem_minutes(hypnogram)
    is_short = bursts.duration_s <= parameters.longest_burst_s
    onsets_s = bursts.onset_s[is_free & is_short & _is_twitch(bursts, parameters)]
    n_bursts = np.diff(np.searchsorted(onsets_s, minutes), axis=1).ravel()
    full = minutes[n_bursts >= parameters.excessive_per_min]
    return ExcessiveMyoclonus(
        minutes=float(len(full)),
        is_excessive=len(full) >= parameters.excessive_min and len(full) > 0,
        intervals=merge(full),
    )


def _is_twitch(bursts: Pool, parameters: MyoclonusParameters) -> NDArray[np.bool_]:
    """Tell which bursts are high, and on one leg only."""
    is_high: NDArray[np.bool_] = bursts.peak_uv > parameters.least_peak_uv
    return is_high & ~has_partner(bursts, parameters.asynchrony_s)


def _is_short(
    bursts: Pool, tolerance_s: float, parameters: MyoclonusParameters
) -> NDArray[np.bool_]:
    shortest_s = round(parameters.shortest_burst_s - tolerance_s, 6)
    longest_s = round(parameters.longest_burst_s + tolerance_s, 6)
    is_short: NDArray[np.bool_] = (bursts.duration_s >= shortest_s) & (
        bursts.duration_s <= longest_s
    )
    return is_short


def _recurrence(
    onsets_s: NDArray[np.float64], parameters: MyoclonusParameters
) -> NDArray[np.float64]:
    """Give the time that some window with enough of the onsets covers, in s, shape (m, 2)."""
    n, window_s = parameters.recurrence_n, parameters.recurrence_window_s
    first, last = onsets_s[: len(onsets_s) - n + 1 if len(onsets_s) >= n else 0], onsets_s[n - 1 :]
    is_full = last - first < window_s
    return merge(np.column_stack((last[is_full] - window_s + _CLOCK_S, first[is_full] + window_s)))


def _nrem_minutes(hypnogram: Hypnogram) -> NDArray[np.float64]:
    is_nrem = np.isin(hypnogram.stages, (Stage.N1, Stage.N2, Stage.N3))
    stretches = hypnogram.offset_s + hypnogram.epoch_s * runs(is_nrem).astype(np.float64)
    starts = [np.arange(start, stop - _MINUTE_S + _CLOCK_S, _MINUTE_S) for start, stop in stretches]
    first = np.concatenate([*starts, np.empty(0)])
    return np.column_stack((first, first + _MINUTE_S))
