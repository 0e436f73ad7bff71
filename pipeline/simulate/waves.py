"""Transients: when they come, what they look like, and adding them to a signal."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from pipeline.hypnogram import EPOCH_S, Hypnogram, Stage
from pipeline.simulate.noise import Floats

Wave = Callable[[NDArray[np.float64]], NDArray[np.float64]]


def times_by_stage(
    hypnogram: Hypnogram, per_min: Mapping[Stage, float], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Draw times in seconds, sorted, that come at the given rate in each stage."""
    rates = np.array([per_min.get(Stage(int(s)), 0.0) for s in hypnogram.stages])
    counts = rng.poisson(rates * EPOCH_S / 60.0)
    epochs = np.repeat(np.arange(len(counts)), counts)
    return np.sort((epochs + rng.random(len(epochs))) * EPOCH_S)


def add_waves(
    out: Floats,
    rate_hz: float,
    times_s: NDArray[np.float64],
    scale: NDArray[np.float64],
    wave: Wave,
    length_s: NDArray[np.float64],
) -> None:
    """Add to `out` a wave for each time: `scale` x `wave(t / length)` for t within the length."""
    for time, size, length in zip(times_s, scale, length_s, strict=True):
        first = max(0, int(np.ceil(time * rate_hz)))
        stop = min(len(out), int((time + length) * rate_hz))
        if stop > first:
            place = (np.arange(first, stop) / rate_hz - time) / length
            out[first:stop] += (size * wave(place)).astype(np.float32)


def vertex_wave(u: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give a sharp negative wave, then a small positive one; the negative peak is 1."""
    return -np.exp(-(((u - 0.3) / 0.14) ** 2)) + 0.4 * np.exp(-(((u - 0.7) / 0.18) ** 2))


def k_complex(u: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give a negative, then a slower positive wave; peak 1 on the negative side."""
    return -np.exp(-(((u - 0.25) / 0.12) ** 2)) + 0.7 * np.exp(-(((u - 0.62) / 0.2) ** 2))


def sawtooth(u: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give a run of five triangular waves, peak 1."""
    ramp = 2.0 * ((u * 5.0) % 1.0) - 1.0
    shaped: NDArray[np.float64] = ramp * np.sin(np.pi * u)
    return shaped


def saccade(u: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give a step of the eye through an AC amplifier: fast rise, slow return."""
    return (1.0 - np.exp(-u / 0.015)) * np.exp(-u / 0.25)


def blink(u: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give a blink: one smooth positive wave."""
    bump: NDArray[np.float64] = np.sin(np.pi * u) ** 2
    return bump


def rolling(u: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give one slow rolling eye movement there and back."""
    roll: NDArray[np.float64] = np.sin(2.0 * np.pi * u) * np.sin(np.pi * u)
    return roll
