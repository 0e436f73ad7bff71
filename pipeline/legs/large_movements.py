"""Large movements: long activity on two or more channels at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pipeline.intervals import merge, overlaps
from pipeline.legs.pool import LEFT, RIGHT, Pool
from pipeline.parameters import Parameters

_TWO = 2


class LargeMovementParameters(Parameters):
    """Large muscle group movements; doi 10.1093/sleep/zsab092."""

    shortest_s: float = Field(
        default=3.0, gt=0.0, description="shortest common activity; doi 10.1093/sleep/zsab092"
    )
    longest_s: float = Field(
        default=45.0,
        gt=0.0,
        description="longest common activity in adults (30 s in children); doi "
        "10.1093/sleep/zsab092",
    )
    pause_s: float = Field(
        default=0.1,
        ge=0.0,
        description=(
            "bursts of one channel at most this apart are one activity; source: ours, "
            "shorter than the pauses within a rhythmic train, so that a train is not "
            "taken for a body movement"
        ),
    )


def find_large_movements(
    bursts: Pool,
    chin: NDArray[np.float64] | None,
    periodic: NDArray[np.float64] | None,
    parameters: LargeMovementParameters,
) -> NDArray[np.float64]:
    """Give the stretches in which two channels or more are active at once, in s, shape (n, 2).

    Parameters
    ----------
    chin
        Activity of the chin EMG in seconds, shape (n, 2); None where there is no chin lead.
    periodic
        Periodic leg movements in seconds, shape (n, 2): what shares time with one is no large
        movement. None: not known here.

    Deviations
    ----------
    - The paper asks that it is no other movement. Periodic leg movements are left out; a lone
      movement of both legs of 3 to 10 s is a leg movement and a large movement.
    - The channels are the legs and the chin; movement artefacts in the EEG are not looked at.

    References
    ----------
    Ferri R. et al., Sleep 2021, 44(9), zsab092, doi 10.1093/sleep/zsab092.
    """
    left, right = (_activity(bursts, leg, parameters.pause_s) for leg in (LEFT, RIGHT))
    jaw = np.empty((0, 2)) if chin is None else merge(chin, parameters.pause_s)
    common = merge(_shared(np.concatenate([left, right, jaw])), parameters.pause_s)
    duration_s = np.round(common[:, 1] - common[:, 0], 6)
    is_large = (duration_s >= parameters.shortest_s) & (duration_s <= parameters.longest_s)
    if periodic is not None:
        is_large &= ~overlaps(common, periodic)
    large: NDArray[np.float64] = common[is_large]
    return large


def is_within(bursts: Pool, stretch: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell for each burst whether it shares time with the stretch, shape (n_bursts,)."""
    return overlaps(np.column_stack((bursts.onset_s, bursts.offset_s)), stretch.reshape(1, 2))


def _shared(activities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the time that at least two of the intervals share, shape (m, 2)."""
    n = len(activities)
    times = activities.T.ravel()
    steps = np.repeat([1, -1], n)
    order = np.lexsort((steps, times))  # at one moment ends come before starts
    depth = np.cumsum(steps[order])
    first = np.flatnonzero((depth == _TWO) & (steps[order] == 1))
    last = np.flatnonzero((depth == 1) & (steps[order] == -1))
    return np.column_stack((times[order][first], times[order][last]))


def _activity(bursts: Pool, leg: int, pause_s: float) -> NDArray[np.float64]:
    rows = bursts.rows_of(leg)
    return merge(np.column_stack((bursts.onset_s[rows], bursts.offset_s[rows])), pause_s)
