"""Sleep depth over the night, from the stage probabilities: p(N2) + 2 p(N3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pipeline.events import TaggedEvent
from pipeline.hypnogram import SCORED, Hypnogram, Stage
from pipeline.parameters import Parameters


class DepthParameters(Parameters):
    """Where before and after an event the depth is taken."""

    before_from_s: float = Field(
        default=35.0,
        gt=0.0,
        description="the depth before an event begins so long before it; source: clinical.md 5.2",
    )
    before_to_s: float = Field(
        default=5.0,
        ge=0.0,
        description="and ends so long before it; source: clinical.md 5.2",
    )
    after_from_s: float = Field(
        default=5.0,
        ge=0.0,
        description="the depth after an event begins so long after it; source: clinical.md 5.2",
    )
    after_to_s: float = Field(
        default=35.0,
        gt=0.0,
        description="and ends so long after it; source: clinical.md 5.2",
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class EpochSteps:
    """A quantity that is constant within each epoch, and its means over stretches of time.

    Attributes
    ----------
    summed
        Integral of the quantity from the first epoch's onset to each epoch's border, NaN taken
        as 0, shape (n_epochs + 1,).
    known_s
        Seconds of the epochs with a value up to each border, shape (n_epochs + 1,).
    """

    summed: NDArray[np.float64]
    known_s: NDArray[np.float64]
    epoch_s: float
    offset_s: float

    def means(
        self, starts_s: NDArray[np.float64], stops_s: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Give the mean over the known part of each stretch; NaN where nothing is known."""
        total = self._at(self.summed, stops_s) - self._at(self.summed, starts_s)
        known_s = self._at(self.known_s, stops_s) - self._at(self.known_s, starts_s)
        is_known = known_s > 0.0
        mean: NDArray[np.float64] = np.where(
            is_known, total / np.where(is_known, known_s, 1.0), np.nan
        )
        return mean

    def _at(
        self, integral: NDArray[np.float64], times_s: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        last = len(integral) - 1
        place = np.clip((times_s - self.offset_s) / self.epoch_s, 0.0, last)
        whole = np.minimum(place.astype(np.int64), max(last - 1, 0))
        low, high = integral[whole], integral[np.minimum(whole + 1, last)]
        between: NDArray[np.float64] = low + (place - whole) * (high - low)
        return between


def epoch_steps(
    values: NDArray[np.float64], *, epoch_s: float, offset_s: float = 0.0
) -> EpochSteps:
    """Give the integrals of one value an epoch, shape (n_epochs,); NaN is not known."""
    is_known = np.isfinite(values)
    weights_s = epoch_s * is_known
    filled = np.where(is_known, values, 0.0)
    return EpochSteps(
        summed=np.concatenate(([0.0], np.cumsum(filled * weights_s))),
        known_s=np.concatenate(([0.0], np.cumsum(weights_s))),
        epoch_s=epoch_s,
        offset_s=offset_s,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class SleepDepth:
    """The depth of sleep over one night, before and after any time."""

    steps: EpochSteps
    parameters: DepthParameters

    def before(self, times_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give the mean depth before each time, shape of `times_s`; NaN where not known."""
        rules = self.parameters
        return self.steps.means(times_s - rules.before_from_s, times_s - rules.before_to_s)

    def after(self, times_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give the mean depth after each time, shape of `times_s`; NaN where not known."""
        rules = self.parameters
        return self.steps.means(times_s + rules.after_from_s, times_s + rules.after_to_s)


def sleep_depth(hypnogram: Hypnogram, parameters: DepthParameters) -> SleepDepth:
    """Give the depth of each epoch by its probabilities, or by its stage where there are none.

    A stage without probabilities counts as certain: 1 in N2, 2 in N3, 0 in W, N1 and R.
    """
    shares = hypnogram.probabilities
    if shares is None:
        shares = np.eye(len(SCORED))[np.maximum(hypnogram.stages, 0)]
        shares[~hypnogram.is_scored] = np.nan
    depth = shares[:, Stage.N2] + 2.0 * shares[:, Stage.N3]
    steps = epoch_steps(depth, epoch_s=hypnogram.epoch_s, offset_s=hypnogram.offset_s)
    return SleepDepth(steps=steps, parameters=parameters)


def with_depth(events: Sequence[TaggedEvent], depth: SleepDepth) -> tuple[TaggedEvent, ...]:
    """Give the events with the sleep depth before and after each onset.

    Parameters
    ----------
    events
        Tagged.
    depth
        By the stage probabilities of the night.
    """
    onsets_s = np.array([t.event.onset_s for t in events], dtype=np.float64)
    before, after = (
        [None if np.isnan(x) else x for x in values.tolist()]
        for values in (depth.before(onsets_s), depth.after(onsets_s))
    )
    return tuple(
        replace(tagged, depth_before=earlier, depth_after=later)
        for tagged, earlier, later in zip(events, before, after, strict=True)
    )
