"""The channels that no rule reads: breathing, oxygen, position and the like."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np

from pipeline.simulate.noise import Floats

_BREATH_HZ = 0.25
_ANCHOR_S = 60.0
_HOLD_S = 1800.0


class Draw(Protocol):
    """Something that draws a channel's values."""

    def __call__(self, rate_hz: float, n_samples: int, rng: np.random.Generator) -> Floats:
        """Give the values, shape (n_samples,)."""


@dataclass(frozen=True, kw_only=True)
class SideChannel:
    """A channel beside the ones that are analysed.

    Attributes
    ----------
    is_wave
        Sampled at the rate of the breathing channels; else at the slow rate.
    reach
        Largest value that the recorder represents; the least is its negative.
    """

    label: str
    unit: str
    is_wave: bool
    reach: float
    draw: Draw


def _breathing(
    amplitude: float, lag: float, rate_hz: float, n_samples: int, rng: np.random.Generator
) -> Floats:
    phase = 2 * np.pi * _BREATH_HZ * np.arange(n_samples) / rate_hz + lag
    phase += 2.0 * np.sin(phase * 0.0137)
    depth = 1.0 + 0.2 * np.sin(phase * 0.0071 + rng.uniform(0.0, 6.0))
    out: Floats = (amplitude * depth * np.sin(phase)).astype(np.float32)
    out += np.float32(0.02 * amplitude) * rng.standard_normal(n_samples, dtype=np.float32)
    return out


def _wandering(
    mean: float, spread: float, rate_hz: float, n_samples: int, rng: np.random.Generator
) -> Floats:
    anchors = rng.normal(mean, spread, int(n_samples / rate_hz / _ANCHOR_S) + 3)
    place = np.arange(n_samples) / (rate_hz * _ANCHOR_S)
    return np.interp(place, np.arange(len(anchors)), anchors).astype(np.float32)


def _positions(rate_hz: float, n_samples: int, rng: np.random.Generator) -> Floats:
    drawn = rng.integers(0, 4, int(n_samples / rate_hz / _HOLD_S) + 2)
    index = (np.arange(n_samples) / (rate_hz * _HOLD_S)).astype(np.int64)
    return drawn[index].astype(np.float32)


def _hiss(rms: float, rate_hz: float, n_samples: int, rng: np.random.Generator) -> Floats:
    del rate_hz
    out: Floats = np.float32(rms) * rng.standard_normal(n_samples, dtype=np.float32)
    return out


def _wave(label: str, unit: str, reach: float, draw: Draw) -> SideChannel:
    return SideChannel(label=label, unit=unit, is_wave=True, reach=reach, draw=draw)


def _value(label: str, unit: str, reach: float, draw: Draw) -> SideChannel:
    return SideChannel(label=label, unit=unit, is_wave=False, reach=reach, draw=draw)


STANDARD = (
    _wave("Airflow", "uV", 3276.7, partial(_breathing, 300.0, 0.0)),
    _wave("Thorax", "uV", 3276.7, partial(_breathing, 400.0, 0.3)),
    _wave("Abdomen", "uV", 3276.7, partial(_breathing, 500.0, 0.4)),
    _value("SpO2", "%", 327.67, partial(_wandering, 96.0, 0.6)),
)
FULL = (
    *STANDARD,
    _wave("Nasal Pressure", "cmH2O", 32.767, partial(_breathing, 0.8, 0.1)),
    _wave("Snore", "uV", 3276.7, partial(_hiss, 5.0)),
    _wave("Pleth", "", 327.67, partial(_breathing, 40.0, 0.0)),
    _wave("Sum", "uV", 3276.7, partial(_breathing, 900.0, 0.35)),
    _wave("EtCO2 wave", "mmHg", 327.67, partial(_breathing, 20.0, 1.5)),
    _wave("PAP flow", "L/min", 327.67, partial(_breathing, 30.0, 0.0)),
    _value("Pulse", "bpm", 327.67, partial(_wandering, 60.0, 2.0)),
    _value("EtCO2", "mmHg", 327.67, partial(_wandering, 38.0, 1.0)),
    _value("Position", "", 327.67, _positions),
)
