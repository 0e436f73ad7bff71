"""The bursts of both legs in one order of time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.legs.bursts import Bursts

LEFT, RIGHT = 0, 1


@dataclass(frozen=True, kw_only=True, eq=False)
class Pool:
    """Bursts of one or two legs, sorted by onset; each array has shape (n_bursts,).

    Attributes
    ----------
    leg, index
        0 left or 1 right, and the place of the burst in the `Bursts` of that leg.
    n_legs
        How many legs were recorded: 0, 1 or 2.
    onset_s, offset_s, peak_uv, rms_uv, area_uv_s, rest_uv, z
        As in `Bursts`.
    """

    leg: NDArray[np.int8]
    index: NDArray[np.int64]
    n_legs: int
    onset_s: NDArray[np.float64]
    offset_s: NDArray[np.float64]
    peak_uv: NDArray[np.float64]
    rms_uv: NDArray[np.float64]
    area_uv_s: NDArray[np.float64]
    rest_uv: NDArray[np.float64]
    z: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.onset_s)

    @property
    def duration_s(self) -> NDArray[np.float64]:
        """Length of each burst in seconds, to the microsecond, shape (n_bursts,)."""
        return np.round(self.offset_s - self.onset_s, 6)

    def rows_of(self, leg: int) -> NDArray[np.int64]:
        """Give the rows of one leg in order of time."""
        return np.flatnonzero(self.leg == leg)


_COLUMNS = ("onset_s", "offset_s", "peak_uv", "rms_uv", "area_uv_s", "rest_uv", "z")


def pool(left: Bursts | None, right: Bursts | None) -> Pool:
    """Give the bursts of both legs in one order of time; a leg without a lead is None."""
    legs = [(leg, bursts) for leg, bursts in ((LEFT, left), (RIGHT, right)) if bursts is not None]
    columns = {name: _joined([getattr(bursts, name) for _, bursts in legs]) for name in _COLUMNS}
    leg = _joined([np.full(len(bursts), float(leg)) for leg, bursts in legs]).astype(np.int8)
    index = _joined([np.arange(len(bursts), dtype=np.float64) for _, bursts in legs]).astype(
        np.int64
    )
    order = np.lexsort((leg, columns["onset_s"]))
    return Pool(
        leg=leg[order],
        index=index[order],
        n_legs=len(legs),
        **{name: column[order] for name, column in columns.items()},
    )


def has_partner(bursts: Pool, within_s: float) -> NDArray[np.bool_]:
    """Tell for each burst whether one of the other leg begins at most `within_s` away."""
    partners = partner(bursts, within_s)
    return partners >= 0


def partner(bursts: Pool, within_s: float) -> NDArray[np.int64]:
    """Give the row of the other leg's burst with the nearest onset, or -1, shape (n_bursts,).

    Only onsets at most `within_s` away count, to the microsecond.
    """
    found = np.full(len(bursts), -1, dtype=np.int64)
    for mine, other in ((LEFT, RIGHT), (RIGHT, LEFT)):
        rows, others = bursts.rows_of(mine), bursts.rows_of(other)
        if len(rows) and len(others):
            nearest = _nearest(bursts.onset_s[rows], bursts.onset_s[others])
            apart_s = np.abs(bursts.onset_s[rows] - bursts.onset_s[others][nearest])
            found[rows] = np.where(np.round(apart_s, 6) <= within_s, others[nearest], -1)
    return found


def _nearest(times: NDArray[np.float64], among: NDArray[np.float64]) -> NDArray[np.int64]:
    after = np.clip(np.searchsorted(among, times), 1, max(len(among) - 1, 1))
    after = np.minimum(after, len(among) - 1)
    before = np.maximum(after - 1, 0)
    is_before = np.abs(times - among[before]) <= np.abs(among[after] - times)
    return np.where(is_before, before, after)


def _joined(parts: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.concatenate(parts) if parts else np.empty(0)
