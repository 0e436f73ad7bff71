"""Simulated descents whose jerks cost a known delay, or none: what the matched estimate must say.

The model, a semi-Markov process in epochs of 30 s. A descent has a hidden depth

    x(k) = mean_depth + frailty + wander(k),   clipped to 0.02 .. 0.9,

with a Gaussian frailty of its own and a wander that is a stationary Gaussian AR(1) over its
epochs. At the end of each epoch of N1 the descent goes to N2 or to wake, each when its summed
hazard passes a unit exponential of its own (N2 first where both do in one epoch). The hazard of N2
is, per second and at the time t since the descent began,

    n2_per_min / 60 * min(t / ripen_s, 1) * exp(n2_by_depth * (x - mean_depth)),

that of wake is constant. Jerks are a Poisson process of rate

    jerks_per_min * exp(-jerks_by_depth * (x - mean_depth) - t / fade_s).

After each jerk the hazard of N2 is 0 for `slowed_s` seconds; that is the whole of what a jerk does.
The stager sees p(N2) = x with Gaussian noise. The truth is the mean over the jerks of the
restricted time to N2 with the slowing after that jerk, less the same without it and with the same
random numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pipeline.hypnogram import EPOCH_S, Hypnogram, Stage
from pipeline.parameters import Parameters

_N_EPOCHS = 80  # longer descents than 40 min are cut off, which at these rates is none
_PER_EPOCH = 4  # jerks in one epoch at most
_MINUTE_S = 60.0
_N_WAKE, _N_N2 = 3, 4  # epochs between descents


class PassagePlan(Parameters):
    """How descents go."""

    n2_per_min: float = Field(0.45, gt=0.0, description="hazard of N2 at the mean depth")
    ripen_s: float = Field(90.0, gt=0.0, description="that hazard is reached after this long")
    wake_per_min: float = Field(0.1, gt=0.0, description="hazard of wake")
    jerks_per_min: float = Field(0.35, ge=0.0, description="rate of jerks at the mean depth")
    fade_s: float = Field(1e9, gt=0.0, description="how fast jerks become rarer in a descent")
    slowed_s: float = Field(0.0, ge=0.0, description="no N2 for so long after a jerk")
    mean_depth: float = Field(0.3, gt=0.0, lt=1.0, description="p(N2) in N1, on average")
    frailty_sd: float = Field(0.0, ge=0.0, description="of the depth, between descents")
    wander_sd: float = Field(0.0, ge=0.0, description="of the depth, within a descent")
    wander_memory: float = Field(0.8, ge=0.0, lt=1.0, description="from epoch to epoch")
    n2_by_depth: float = Field(0.0, description="log hazard of N2 per unit of depth")
    jerks_by_depth: float = Field(0.0, description="fall of the log rate of jerks per unit")
    noise_sd: float = Field(0.02, ge=0.0, description="of the stager's p(N2)")


@dataclass(frozen=True, kw_only=True, eq=False)
class DrawnPassages:
    """Drawn descents.

    Attributes
    ----------
    n_epochs
        Epochs of N1 of each, shape (n,).
    reaches_n2
        Whether each ended in N2 rather than in wake, shape (n,).
    seen_depth
        The stager's p(N2) in each epoch, shape (n, 80).
    jerks_s
        Onsets since the descent began, NaN where there are fewer, shape (n, 320).
    true_delay_s
        Over the horizon that was asked for; NaN without a jerk.
    """

    n_epochs: NDArray[np.int64]
    reaches_n2: NDArray[np.bool_]
    seen_depth: NDArray[np.float64]
    jerks_s: NDArray[np.float64]
    true_delay_s: float


@dataclass(frozen=True, kw_only=True, eq=False)
class _Fate:
    """All that is drawn before anything happens; first axis: descents."""

    n2_hazard: NDArray[np.float64]  # per second, by epoch
    jerks_s: NDArray[np.float64]  # also those that the descent does not live to see; NaN: none
    n2_threshold: NDArray[np.float64]
    wake_threshold: NDArray[np.float64]

    def take(self, rows: NDArray[np.int64]) -> _Fate:
        return _Fate(
            n2_hazard=self.n2_hazard[rows],
            jerks_s=self.jerks_s[rows].copy(),
            n2_threshold=self.n2_threshold[rows],
            wake_threshold=self.wake_threshold[rows],
        )


def draw_passages(
    plan: PassagePlan, n_descents: int, horizon_s: float, rng: np.random.Generator
) -> DrawnPassages:
    """Give drawn descents with the true delay of their jerks over the horizon."""
    depth = _hidden_depth(plan, n_descents, rng)
    fate = _fate(plan, depth, rng)
    n_epochs, reaches_n2 = _lived(plan, fate)
    is_seen = fate.jerks_s < (n_epochs * EPOCH_S)[:, None]
    return DrawnPassages(
        n_epochs=n_epochs,
        reaches_n2=reaches_n2,
        seen_depth=np.clip(depth + plan.noise_sd * rng.standard_normal(depth.shape), 0.0, 1.0),
        jerks_s=np.where(is_seen, fate.jerks_s, np.nan),
        true_delay_s=_true_delay_s(plan, fate, is_seen, horizon_s),
    )


def _hidden_depth(
    plan: PassagePlan, n_descents: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    wander = rng.standard_normal((n_descents, _N_EPOCHS))
    fresh = np.sqrt(1.0 - plan.wander_memory**2)
    for k in range(1, _N_EPOCHS):
        wander[:, k] = plan.wander_memory * wander[:, k - 1] + fresh * wander[:, k]
    frailty = plan.frailty_sd * rng.standard_normal((n_descents, 1))
    depth: NDArray[np.float64] = np.clip(
        plan.mean_depth + frailty + plan.wander_sd * wander, 0.02, 0.9
    )
    return depth


def _fate(plan: PassagePlan, depth: NDArray[np.float64], rng: np.random.Generator) -> _Fate:
    n_descents = len(depth)
    deeper = depth - plan.mean_depth
    since_s = EPOCH_S * (np.arange(_N_EPOCHS) + 0.5)
    ripe = np.minimum(since_s / plan.ripen_s, 1.0)
    rate_per_s = plan.jerks_per_min / _MINUTE_S
    per_epoch = EPOCH_S * rate_per_s * np.exp(-plan.jerks_by_depth * deeper - since_s / plan.fade_s)
    n_jerks = np.minimum(rng.poisson(per_epoch), _PER_EPOCH)
    within = rng.random((n_descents, _N_EPOCHS, _PER_EPOCH))
    jerks_s = EPOCH_S * (np.arange(_N_EPOCHS)[None, :, None] + within)
    jerks_s[np.arange(_PER_EPOCH)[None, None, :] >= n_jerks[:, :, None]] = np.nan
    return _Fate(
        n2_hazard=plan.n2_per_min / _MINUTE_S * ripe * np.exp(plan.n2_by_depth * deeper),
        jerks_s=np.sort(jerks_s.reshape(n_descents, -1), axis=1),
        n2_threshold=rng.exponential(size=n_descents),
        wake_threshold=rng.exponential(size=n_descents),
    )


def _lived(plan: PassagePlan, fate: _Fate) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Give the epochs of N1 until the first hazard is spent, and whether that was N2's."""
    open_s = EPOCH_S - _slowed_s(fate.jerks_s, plan.slowed_s)
    n2 = _first_over(np.cumsum(fate.n2_hazard * open_s, axis=1), fate.n2_threshold)
    wake_hazard = plan.wake_per_min / _MINUTE_S * EPOCH_S * np.arange(1, _N_EPOCHS + 1)
    wake = _first_over(np.broadcast_to(wake_hazard, fate.n2_hazard.shape), fate.wake_threshold)
    return np.minimum(np.minimum(n2, wake) + 1, _N_EPOCHS), n2 <= wake


def _first_over(summed: NDArray[np.float64], threshold: NDArray[np.float64]) -> NDArray[np.int64]:
    """Give the first epoch whose sum reaches the threshold; 80 where none does."""
    count: NDArray[np.int64] = (summed < threshold[:, None]).sum(axis=1)
    return count


def _slowed_s(jerks_s: NDArray[np.float64], slowed_s: float) -> NDArray[np.float64]:
    """Give the seconds of each epoch that lie within `slowed_s` after a jerk, (n, 80)."""
    edges = EPOCH_S * np.arange(_N_EPOCHS + 1)
    total = np.zeros((len(jerks_s), _N_EPOCHS))
    reach = np.full(len(jerks_s), -np.inf)
    for column in jerks_s.T:
        start = np.maximum(column, reach)
        stop = np.maximum(column + slowed_s, reach)
        is_jerk = np.isfinite(column)
        if not is_jerk.any():
            continue
        spans = np.clip(edges, start[is_jerk, None], stop[is_jerk, None])
        total[is_jerk] += np.diff(spans, axis=1)
        reach[is_jerk] = stop[is_jerk]
    return total


def _true_delay_s(
    plan: PassagePlan, fate: _Fate, is_seen: NDArray[np.bool_], horizon_s: float
) -> float:
    """Give the mean loss by a jerk's own slowing, everything else drawn alike."""
    rows, columns = np.nonzero(is_seen)
    if not plan.slowed_s or not len(rows):
        return 0.0 if len(rows) else np.nan
    real = fate.take(rows)
    onsets_s = real.jerks_s[np.arange(len(rows)), columns]
    without = fate.take(rows)
    without.jerks_s[np.arange(len(rows)), columns] = np.nan
    without.jerks_s.sort(axis=1)
    means = [_restricted_s(plan, x, onsets_s, horizon_s) for x in (real, without)]
    return means[0] - means[1]


def _restricted_s(
    plan: PassagePlan, fate: _Fate, onsets_s: NDArray[np.float64], horizon_s: float
) -> float:
    n_epochs, reaches_n2 = _lived(plan, fate)
    won_s = np.clip(horizon_s - (n_epochs * EPOCH_S - onsets_s), 0.0, None)
    return float(horizon_s - (won_s * reaches_n2).mean())


def hypnogram_of(
    drawn: DrawnPassages, rows: NDArray[np.int64]
) -> tuple[Hypnogram, NDArray[np.float64]]:
    """Give a night made of these descents one after another, and the onsets of their jerks."""
    stages: list[NDArray[np.int8]] = []
    p_n2: list[NDArray[np.float64]] = []
    jerks_s: list[NDArray[np.float64]] = []
    n_before = 0
    for row in rows:
        n = int(drawn.n_epochs[row])
        after = _N_N2 if drawn.reaches_n2[row] else 0
        stages.append(np.repeat([Stage.W, Stage.N1, Stage.N2], [_N_WAKE, n, after]).astype(np.int8))
        p_n2.append(np.concatenate((np.zeros(_N_WAKE), drawn.seen_depth[row, :n], np.ones(after))))
        own = drawn.jerks_s[row]
        jerks_s.append((n_before + _N_WAKE) * EPOCH_S + own[np.isfinite(own)])
        n_before += _N_WAKE + n + after
    letters = np.concatenate([*stages, np.zeros(_N_WAKE, np.int8)])
    share = np.concatenate([*p_n2, np.zeros(_N_WAKE)])
    probabilities = np.zeros((len(letters), 5))
    probabilities[:, Stage.N2] = share
    rest = np.where(letters == Stage.W, Stage.W, Stage.N1)
    probabilities[np.arange(len(letters)), rest] = 1.0 - share
    hypnogram = Hypnogram(stages=letters, probabilities=probabilities, source="auto")
    return hypnogram, np.concatenate(jerks_s)
