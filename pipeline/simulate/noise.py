"""Random streams by name, and coloured noise whose spectrum changes through the night."""

from __future__ import annotations

import zlib

import numpy as np
import scipy.fft
from numpy.typing import NDArray

Floats = NDArray[np.float32]

BLOCK_S = 30.0
FADE_S = 2.0
ANTI_ALIAS = 0.42  # a recorder's low-pass, as share of the sampling rate
_EMG_HZ = (10.0, 100.0)  # AASM manual: band of the leg and chin EMG
_FINE_HZ = 0.01
_CHUNK = 32  # blocks transformed at once: bounds the memory


def stream(seed: int, name: str) -> np.random.Generator:
    """Give the generator that belongs to a name: adding one channel leaves the others as they are.

    Raw PCG64 draws are stable between numpy versions; distributions are so in practice.
    """
    return np.random.Generator(np.random.PCG64([seed, zlib.crc32(name.encode())]))


def coloured(
    power_uv2: NDArray[np.float64],
    shapes: NDArray[np.float64],
    rate_hz: float,
    n_samples: int,
    rng: np.random.Generator,
) -> Floats:
    """Give noise in microvolts, shape (n_samples,), of a spectrum for each 30 s block.

    Parameters
    ----------
    power_uv2
        Variance of each component in each block, shape (n_blocks, n_components); the last
        block's lasts until the end.
    shapes
        Spectral density of each component in 1/Hz on `frequencies_hz(rate_hz)`,
        shape (n_components, n_frequencies).
    """
    half = round(FADE_S * rate_hz / 2)
    n_missing = max(0, int(np.ceil(n_samples / rate_hz / BLOCK_S)) - len(power_uv2))
    power_uv2 = np.concatenate((power_uv2, np.repeat(power_uv2[-1:], n_missing, axis=0)))
    edges = np.round(np.arange(len(power_uv2) + 1) * BLOCK_S * rate_hz).astype(np.int64) + half
    out = np.zeros(max(int(edges[-1]), n_samples) + 2 * half, dtype=np.float32)
    for first in range(0, len(power_uv2), _CHUNK):
        blocks = _blocks(power_uv2[first : first + _CHUNK], shapes, rate_hz, rng)
        for index, block in enumerate(blocks, start=first):
            start, stop = edges[index] - half, edges[index + 1] + half
            out[start:stop] += _faded(block[: stop - start], half)
    return out[half : half + n_samples]


def frequencies_hz(rate_hz: float) -> NDArray[np.float64]:
    """Give the frequencies of a block's spectrum up to the recorder's low-pass, shape (n,)."""
    size = block_size(rate_hz)
    grid = scipy.fft.rfftfreq(size, 1.0 / rate_hz)
    kept: NDArray[np.float64] = grid[grid <= ANTI_ALIAS * rate_hz]
    return kept


def block_size(rate_hz: float) -> int:
    """Give the samples in one block's transform: the block, its fades, and one to spare."""
    return scipy.fft.next_fast_len(int(np.ceil((BLOCK_S + FADE_S) * rate_hz)) + 2, real=True)


def _blocks(
    power_uv2: NDArray[np.float64],
    shapes: NDArray[np.float64],
    rate_hz: float,
    rng: np.random.Generator,
) -> Floats:
    size = block_size(rate_hz)
    density = power_uv2 @ shapes
    scale = (size / 2 * np.sqrt(density * rate_hz / size)).astype(np.float32)
    drawn = rng.standard_normal((len(scale), scale.shape[1], 2), dtype=np.float32)
    spectrum = drawn.view(np.complex64)[..., 0] * scale
    blocks: Floats = scipy.fft.irfft(spectrum, n=size, axis=1)
    return blocks


def _faded(block: Floats, half: int) -> Floats:
    ramp = np.sin(np.linspace(0.0, np.pi / 2, 2 * half, dtype=np.float32))
    block = block.copy()
    block[: 2 * half] *= ramp
    block[-2 * half :] *= ramp[::-1]
    return block


def muscle_shape(frequencies: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the density of surface EMG in 1/Hz with unit variance in 10 to 100 Hz, shape (1, n)."""
    fine = np.arange(_EMG_HZ[0], _EMG_HZ[1], _FINE_HZ)
    unit = np.trapezoid(_muscle(fine), fine)
    shape: NDArray[np.float64] = (_muscle(frequencies) / unit)[np.newaxis, :]
    return shape


def _muscle(frequencies: NDArray[np.float64]) -> NDArray[np.float64]:
    low, high = _EMG_HZ
    rise = 1.0 + (low / np.maximum(frequencies, _FINE_HZ)) ** 8
    fall = 1.0 + (frequencies / (2 * high)) ** 4
    density: NDArray[np.float64] = 1.0 / (rise * fall)
    return density


def slow_swing(n_blocks: int, depth: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Give a smooth positive factor around 1 for each block, log-range +-log(1 + depth)."""
    anchors = rng.uniform(-1.0, 1.0, n_blocks // 10 + 3)
    place = np.arange(n_blocks) / 10.0
    swing: NDArray[np.float64] = np.exp(
        np.log1p(depth) * np.interp(place, np.arange(len(anchors)), anchors)
    )
    return swing
