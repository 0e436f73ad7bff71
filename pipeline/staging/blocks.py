"""How a record is cut into blocks that are brought to 100 Hz one by one, at MNE's instants."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
import scipy
from numpy.typing import NDArray

from pipeline.staging.band_pass import RATE_HZ
from pipeline.staging.padding import padding

BLOCK_SAMPLES = 12_800  # at 100 Hz, about
EDGE_SAMPLES = 800  # at 100 Hz, at least: left out at both ends of a block, where its ends ring
LEAST_RATE_HZ = 110.0  # what is carried along above 50 Hz needs some hertz
LEAST_SAMPLES = 60_000  # at 100 Hz: a shorter record is transformed as a whole
SAME_RATIO = 1e-9  # relative: the rate is a ratio of whole numbers to 100 Hz
LARGEST_DENOMINATOR = 128
THIN_HZ = 7.0  # at least: what is carried along is 4.5 Hz wide
SMALLEST_TERM = 1e-8  # of the expansion for instants that drift within a block, at 50 Hz
MOST_TERMS = 4  # where it takes more, the record is transformed as a whole


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The blocks of a record, which go once round the padded record.

    Attributes
    ----------
    n_record
        Samples of the record.
    ratio
        100 Hz over its rate.
    n_in, n_out
        Samples of a block as recorded and at 100 Hz.
    edge_in, edge_out
        Samples at either end of a block that are left out.
    thinning
        Samples as recorded to one of the signal around 50 Hz.
    """

    n_record: int
    ratio: float
    n_in: int
    n_out: int
    edge_in: int
    edge_out: int
    thinning: int

    @property
    def n_samples(self) -> int:
        """Samples of the record at 100 Hz."""
        return round(self.ratio * self.n_record)

    @cached_property
    def n_padded(self) -> int:
        """Samples of the padded record."""
        return padding(self.n_record)[1]

    @cached_property
    def n_whole(self) -> int:
        """Samples of the padded record at 100 Hz; they lie evenly in it."""
        return round(self.ratio * self.n_padded)

    @cached_property
    def first(self) -> int:
        """The record's first sample among those."""
        return round(self.ratio * padding(self.n_record)[0])

    @cached_property
    def stretch(self) -> float:
        """Time between two of them over what the ratio of the rates says, less 1."""
        excess = self.n_padded * self.n_out - self.n_whole * self.n_in
        return excess / (self.n_whole * self.n_in)

    @cached_property
    def n_terms(self) -> int:
        """Terms that the expansion for the drift within half a block needs."""
        phase = math.pi * abs(self.stretch) * self.n_out / 2.0
        n_terms, term = 1, phase
        while term > SMALLEST_TERM and n_terms <= MOST_TERMS:
            n_terms += 1
            term *= phase / n_terms
        return n_terms

    @cached_property
    def starts(self) -> list[int]:
        """First sample as recorded of each block, and of one after the last."""
        hop = self.n_in - 2 * self.edge_in
        first = self.first * self.n_padded // self.n_whole - self.edge_in
        first = (first // self.thinning - 1) * self.thinning
        return [first + hop * place for place in range(-(-self.n_padded // hop) + 1)]

    @cached_property
    def firsts(self) -> list[int]:
        """First sample at 100 Hz of each of these."""
        return [-(-start * self.n_whole // self.n_padded) for start in self.starts]

    @property
    def n_blocks(self) -> int:
        """Blocks that cover the padded record."""
        return len(self.starts) - 1

    @cached_property
    def n_kept(self) -> int:
        """Blocks, the first ones, that hold samples of the record."""
        last = self.first + self.n_samples - self.edge_out
        return sum(first < last for first in self.firsts[:-1])

    def lag(self, block: int) -> float:
        """Give the time from its start to its first sample at 100 Hz, in samples as recorded.

        Where the instants drift it is such that the middle of the block is in time.
        """
        late = self.firsts[block] * self.n_padded - self.starts[block] * self.n_whole
        return late / self.n_whole + self.stretch * self.n_in / 2.0

    def turns(self, blocks: range, n_bins: int) -> NDArray[np.complex128]:
        """Give the factors that move the blocks' first bins by their lags.

        Shape (n_blocks, n_bins), or (1, n_bins) where all have the same.
        """
        if not self.stretch:
            return self._turns_of_all[:, :n_bins]
        return self._turns([self.lag(block) for block in blocks], n_bins)

    @cached_property
    def _turns_of_all(self) -> NDArray[np.complex128]:
        return self._turns([self.lag(0)], self.n_out // 2 + 1)

    def _turns(self, lags: list[float], n_bins: int) -> NDArray[np.complex128]:
        n_fine = math.isqrt(n_bins) + 1
        angle = 2j * math.pi / self.n_in * np.array(lags)[:, None]
        fine = np.exp(angle * np.arange(n_fine))
        coarse = np.exp(angle * (n_fine * np.arange(n_fine)))
        return (coarse[:, :, None] * fine[:, None, :]).reshape(len(lags), -1)[:, :n_bins]


def plan(n_record: int, rate_hz: float) -> Plan | None:
    """Give the blocks of a record; None where it is short or its rate is no simple ratio."""
    ratio = Fraction(rate_hz / RATE_HZ).limit_denominator(LARGEST_DENOMINATOR)
    is_simple = abs(float(ratio) * RATE_HZ / rate_hz - 1.0) <= SAME_RATIO
    if not is_simple or rate_hz < LEAST_RATE_HZ or n_record * RATE_HZ / rate_hz < LEAST_SAMPLES:
        return None
    planned = _blocks(n_record, rate_hz, ratio)
    return planned if planned.n_terms <= MOST_TERMS else None


def _blocks(n_record: int, rate_hz: float, ratio: Fraction) -> Plan:
    """Give blocks whose parts are whole numbers of samples, as recorded, at 100 Hz and thinned."""
    thinning = 2 ** math.floor(math.log2(rate_hz / THIN_HZ))
    share = thinning // math.gcd(thinning, ratio.numerator)
    unit_in, unit_out = ratio.numerator * share, ratio.denominator * share
    edge = -(-EDGE_SAMPLES // unit_out)
    n_units = 2 * scipy.fft.next_fast_len(max(BLOCK_SAMPLES // (2 * unit_out), 2 * edge), real=True)
    return Plan(
        n_record=n_record,
        ratio=RATE_HZ / rate_hz,
        n_in=n_units * unit_in,
        n_out=n_units * unit_out,
        edge_in=edge * unit_in,
        edge_out=edge * unit_out,
        thinning=thinning,
    )
