"""What spoils a leg channel: where, and how it looks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from pipeline import intervals
from pipeline.events import Side
from pipeline.simulate.draft import Movements
from pipeline.simulate.noise import Floats, coloured, frequencies_hz
from pipeline.simulate.recipe import Contaminants, Recipe

_POP_TAIL_S = 0.3  # time constant of the tail
_POP_LENGTH_S = 5 * _POP_TAIL_S  # after that less than 1 % is left
_CLEAR_S = 6.0  # from any leg event to a pop or a sway
_SWAY_HZ = (0.5, 6.0)
_SWAY_S = (6.0, 25.0)
_HARMONICS = ((1.0, 1.0), (3.0, 0.2))  # multiple of the mains frequency, share of its height
_OPEN_NOISE_SHARE = 0.2  # of the mains on an open lead


class Cause(StrEnum):
    """What spoils a leg channel."""

    POP = "pop"
    SWAY = "cable_sway"
    LEAD_OFF = "lead_off"
    FLAT = "flat"
    HUM = "mains_hum"
    HEART = "heart_leak"
    WANDER = "wandering_rest"
    IDENTICAL = "identical_legs"


SPANS = (Cause.POP, Cause.SWAY, Cause.LEAD_OFF, Cause.FLAT, Cause.IDENTICAL)
"""Causes that take time away from scoring; the others are there all night and can be removed."""


@dataclass(frozen=True, kw_only=True)
class Contamination:
    """One cause on one physical leg, on half-open seconds from the start of the record."""

    cause: Cause
    side: Side
    onset_s: float
    duration_s: float
    amplitude_uv: float

    @property
    def offset_s(self) -> float:
        """End in seconds from the start of the record."""
        return self.onset_s + self.duration_s


def draw_contaminations(
    recipe: Recipe, movements: Movements, rng: np.random.Generator
) -> tuple[Contamination, ...]:
    """Give all that spoils the legs; pops and sways keep clear of the leg events."""
    plan, all_s = recipe.contaminants, recipe.duration_s
    found = [*_all_night(recipe), *_lead_off(recipe)]
    busy = [(e.onset_s, e.offset_s) for e in movements.events]
    busy += [(c.onset_s, c.offset_s) for c in found if c.cause in (Cause.LEAD_OFF, Cause.FLAT)]
    wanted = [(Cause.POP, _POP_LENGTH_S, plan.pop_uv)] * plan.n_pops
    lengths = rng.uniform(*_SWAY_S, plan.n_sways)
    wanted += [(Cause.SWAY, float(length), plan.sway_uv) for length in lengths]
    for cause, length_s, size_uv in wanted:
        taken = np.array(busy, dtype=np.float64).reshape(-1, 2) + np.array((-_CLEAR_S, _CLEAR_S))
        free = intervals.complement(taken, 0.0, all_s) - (0.0, length_s)
        free = free[free[:, 1] > free[:, 0]]
        slot = free[int(rng.integers(len(free)))]
        side = (Side.LEFT, Side.RIGHT)[int(rng.integers(2))]
        found.append(_make(cause, side, (float(rng.uniform(*slot)), length_s), size_uv))
        busy.append((found[-1].onset_s, found[-1].offset_s))
    return tuple(sorted(found, key=lambda c: (c.onset_s, c.cause, c.side)))


def contaminated(
    emg: Floats,
    rate_hz: float,
    plan: Contaminants,
    found: tuple[Contamination, ...],
    rng: np.random.Generator,
) -> Floats:
    """Give the leg channel with its mains hum, pops, sways and lost lead, as a new array."""
    out = emg.copy()
    for item in found:
        first, stop = round(item.onset_s * rate_hz), round(item.offset_s * rate_hz)
        part = out[first:stop]
        if item.cause in (Cause.LEAD_OFF, Cause.FLAT):
            part[:] = _open_lead(len(part), rate_hz, item.amplitude_uv, plan.hum_hz, rng)
        elif item.cause is Cause.POP:
            part += item.amplitude_uv * np.exp(-np.arange(len(part)) / (_POP_TAIL_S * rate_hz))
        elif item.cause is Cause.SWAY:
            part += _sway(len(part), rate_hz, item.amplitude_uv, rng)
        elif item.cause is Cause.HUM:
            part += _mains(len(part), rate_hz, item.amplitude_uv, plan.hum_hz)
    return out


def _make(cause: Cause, side: Side, span: tuple[float, float], size_uv: float) -> Contamination:
    return Contamination(
        cause=cause, side=side, onset_s=span[0], duration_s=span[1], amplitude_uv=size_uv
    )


def _all_night(recipe: Recipe) -> list[Contamination]:
    plan, legs, span = recipe.contaminants, recipe.legs, (0.0, recipe.duration_s)
    found = []
    for side in (Side.LEFT, Side.RIGHT):
        found += [_make(Cause.HUM, side, span, plan.hum_uv)] if plan.hum_uv else []
        found += [_make(Cause.WANDER, side, span, legs.rest_uv)] if legs.rest_wander else []
        found += [_make(Cause.IDENTICAL, side, span, 0.0)] if legs.montage == "identical" else []
    found += [_make(Cause.HEART, Side.LEFT, span, plan.heart_leak_uv)] if plan.heart_leak_uv else []
    return found


def _lead_off(recipe: Recipe) -> list[Contamination]:
    plan = recipe.contaminants
    if plan.lead_off_leg == "none" or plan.lead_off_stop <= plan.lead_off_start:
        return []
    start_s = plan.lead_off_start * recipe.duration_s
    span = (start_s, plan.lead_off_stop * recipe.duration_s - start_s)
    cause = Cause.LEAD_OFF if plan.lead_off_uv else Cause.FLAT
    return [_make(cause, Side(plan.lead_off_leg), span, plan.lead_off_uv)]


def _mains(n: int, rate_hz: float, peak_uv: float, hum_hz: float) -> NDArray[np.float32]:
    phase = 2 * np.pi * hum_hz / rate_hz * np.arange(n, dtype=np.float64)
    out = np.zeros(n)
    for multiple, share in _HARMONICS:
        if multiple * hum_hz < rate_hz / 2:
            out += peak_uv * share * np.sin(multiple * phase)
    return out.astype(np.float32)


def _open_lead(
    n: int, rate_hz: float, peak_uv: float, hum_hz: float, rng: np.random.Generator
) -> NDArray[np.float32]:
    noise = np.float32(_OPEN_NOISE_SHARE * peak_uv) * rng.standard_normal(n, dtype=np.float32)
    return noise + _mains(n, rate_hz, peak_uv, hum_hz)


def _sway(n: int, rate_hz: float, rms_uv: float, rng: np.random.Generator) -> Floats:
    frequencies = frequencies_hz(rate_hz)
    inside = (frequencies >= _SWAY_HZ[0]) & (frequencies <= _SWAY_HZ[1])
    shape = (inside / (inside.sum() * frequencies[1]))[np.newaxis, :]
    swing = coloured(np.full((1, 1), rms_uv**2), shape, rate_hz, n, rng)
    window = np.sin(np.pi * np.arange(n) / max(1, n)) ** 0.5
    return swing * window.astype(np.float32)
