"""The EEG by stage: coloured noise and the transients that scorers look for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.events import Event, EventKind
from pipeline.hypnogram import Hypnogram, Stage
from pipeline.simulate import waves
from pipeline.simulate.draft import Movements
from pipeline.simulate.noise import Floats, coloured, frequencies_hz, stream

COMPONENTS = ("pink", "slow", "delta", "theta", "alpha", "sigma", "beta", "muscle")
# Variance in uV^2 of each component at C4-M1. Made so that amplitudes lie where adults' do
# (AASM manual: alpha 8 to 13 Hz; N3 0.5 to 2 Hz over 75 uV peak to peak in frontal leads).
_POWER_UV2 = {
    Stage.W: (50.0, 8.0, 10.0, 10.0, 90.0, 5.0, 28.0, 16.0),
    Stage.N1: (40.0, 6.0, 18.0, 38.0, 12.0, 4.0, 12.0, 3.0),
    Stage.N2: (70.0, 40.0, 55.0, 28.0, 9.0, 10.0, 5.0, 1.0),
    Stage.N3: (220.0, 1150.0, 480.0, 40.0, 10.0, 8.0, 3.0, 0.7),
    Stage.R: (32.0, 3.0, 18.0, 26.0, 7.0, 2.5, 7.0, 0.7),
}
_SITES = {  # gain of each component against C4
    "F": (1.1, 1.3, 1.2, 1.0, 0.5, 0.8, 1.1, 1.5),
    "C": (1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0),
    "O": (0.9, 0.7, 0.7, 0.9, 2.5, 0.5, 0.9, 1.0),
}
_TRANSIENT_GAIN = {"F": 0.9, "C": 1.0, "O": 0.4}
_COMMON = 0.75  # weight of the source that all sites share
_BLOCK_SPREAD = 0.25  # log-SD of a component's power from epoch to epoch
_N_BANDS = len(COMPONENTS)


@dataclass(frozen=True, kw_only=True, eq=False)
class BrainSource:
    """What all EEG sites and the eyes have in common, at one rate, in microvolts."""

    rate_hz: float
    noise: Floats
    transients: Floats
    arousals: Floats


def draw_source(
    hypnogram: Hypnogram, movements: Movements, rate_hz: float, n_samples: int, seed: int
) -> BrainSource:
    """Give the shared source of a night."""
    rng = stream(seed, "brain")
    noise = _stage_noise(hypnogram, "C", rate_hz, n_samples, rng)
    transients = np.zeros(n_samples, dtype=np.float32)
    _add_spindles(transients, hypnogram, rate_hz, rng)
    _add_sharp_waves(transients, hypnogram, movements.vertex_s, rate_hz, rng)
    return BrainSource(
        rate_hz=rate_hz,
        noise=noise,
        transients=transients,
        arousals=_arousal_activity(movements, rate_hz, n_samples, rng),
    )


def eeg_channel(
    source: BrainSource, hypnogram: Hypnogram, site: str, rng: np.random.Generator
) -> Floats:
    """Give the EEG of one derivation; `site` is F, C or O."""
    own = _stage_noise(hypnogram, site, source.rate_hz, len(source.noise), rng)
    out = np.float32(_COMMON) * source.noise
    out += np.float32(np.sqrt(1.0 - _COMMON**2)) * own
    out += np.float32(_TRANSIENT_GAIN[site]) * source.transients
    out += source.arousals
    return out


def event_gate(
    events: tuple[Event, ...], rate_hz: float, n_samples: int, edge_s: float = 0.3
) -> Floats:
    """Give 1 inside the events, 0 outside, with straight edges, shape (n_samples,)."""
    gate = np.zeros(n_samples, dtype=np.float32)
    for event in events:
        first = max(0, int(event.onset_s * rate_hz))
        stop = min(n_samples, int(event.offset_s * rate_hz))
        place = np.arange(stop - first) / (edge_s * rate_hz)
        gate[first:stop] = np.minimum(1.0, np.minimum(place, place[::-1]))
    return gate


def _stage_noise(
    hypnogram: Hypnogram, site: str, rate_hz: float, n_samples: int, rng: np.random.Generator
) -> Floats:
    table = np.array([_POWER_UV2[stage] for stage in sorted(_POWER_UV2)]) * _SITES[site]
    spread = rng.normal(0.0, _BLOCK_SPREAD, (len(hypnogram), _N_BANDS))
    power = table[hypnogram.stages] * np.exp(spread)
    return coloured(power, _shapes(frequencies_hz(rate_hz)), rate_hz, n_samples, rng)


def _shapes(frequencies: NDArray[np.float64]) -> NDArray[np.float64]:
    """Density of each component with unit variance, shape (8, n_frequencies)."""
    floor = np.maximum(frequencies, 0.3)
    shapes = np.array(
        [
            floor**-1.4 / (1.0 + (0.35 / np.maximum(frequencies, 1e-3)) ** 6),
            _bump(frequencies, 0.85, 0.3),
            _bump(frequencies, 2.2, 0.8),
            _bump(frequencies, 5.5, 1.2),
            _bump(frequencies, 9.8, 0.9),
            _bump(frequencies, 13.2, 1.0),
            _bump(frequencies, 21.0, 4.5),
            1.0 / (1.0 + (30.0 / np.maximum(frequencies, 1e-3)) ** 4),
        ]
    )
    density: NDArray[np.float64] = shapes / (shapes.sum(axis=1, keepdims=True) * frequencies[1])
    return density


def _bump(frequencies: NDArray[np.float64], centre: float, width: float) -> NDArray[np.float64]:
    bump: NDArray[np.float64] = np.exp(-0.5 * ((frequencies - centre) / width) ** 2)
    return bump


def _add_spindles(
    out: Floats, hypnogram: Hypnogram, rate_hz: float, rng: np.random.Generator
) -> None:
    times = waves.times_by_stage(hypnogram, {Stage.N2: 5.0, Stage.N3: 1.5}, rng)
    lengths = rng.uniform(0.6, 1.4, len(times))
    sizes = rng.uniform(12.0, 28.0, len(times))
    for time, size, length in zip(times, sizes, lengths, strict=True):
        cycles = rng.uniform(12.3, 14.2) * length

        def spindle(u: NDArray[np.float64], n: float = cycles) -> NDArray[np.float64]:
            wave: NDArray[np.float64] = np.sin(2 * np.pi * n * u) * np.sin(np.pi * u) ** 2
            return wave

        one = np.ones(1)
        waves.add_waves(out, rate_hz, time * one, size * one, spindle, length * one)


def _add_sharp_waves(
    out: Floats,
    hypnogram: Hypnogram,
    vertex_s: tuple[float, ...],
    rate_hz: float,
    rng: np.random.Generator,
) -> None:
    """Add K-complexes in N2, vertex waves in N1 and at sleep starts, sawtooth waves in R."""
    for per_min, wave, size_uv, length_s in (
        ({Stage.N2: 2.0, Stage.N3: 0.5}, waves.k_complex, (80.0, 150.0), (0.7, 1.1)),
        ({Stage.N1: 3.0}, waves.vertex_wave, (40.0, 80.0), (0.22, 0.35)),
        ({Stage.R: 1.5}, waves.sawtooth, (15.0, 30.0), (1.6, 2.4)),
    ):
        times = waves.times_by_stage(hypnogram, per_min, rng)
        sizes = rng.uniform(*size_uv, len(times))
        waves.add_waves(out, rate_hz, times, sizes, wave, rng.uniform(*length_s, len(times)))
    at_jerks = np.asarray(vertex_s)
    sizes = rng.uniform(70.0, 120.0, len(at_jerks))
    waves.add_waves(out, rate_hz, at_jerks, sizes, waves.vertex_wave, np.full(len(at_jerks), 0.3))


def _arousal_activity(
    movements: Movements, rate_hz: float, n_samples: int, rng: np.random.Generator
) -> Floats:
    """Give alpha and beta in arousals, and the large artefact of large movements."""
    shapes = _shapes(frequencies_hz(rate_hz))
    n_blocks = int(np.ceil(n_samples / rate_hz / 30.0))
    power = np.zeros((n_blocks, _N_BANDS))
    power[:, COMPONENTS.index("alpha")] = 180.0
    power[:, COMPONENTS.index("beta")] = 120.0
    power[:, COMPONENTS.index("muscle")] = 40.0
    noise = coloured(power, shapes, rate_hz, n_samples, rng)
    gate = event_gate(movements.arousals, rate_hz, n_samples)
    large = tuple(e for e in movements.events if e.kind is EventKind.LARGE_MOVEMENT)
    return noise * (gate + 2.0 * event_gate(large, rate_hz, n_samples))
