"""A lead less its median, read piece by piece: the whole of it is never copied."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.signals import Samples, block_means, gather

_LOOKED_AT = 100_000  # samples, of which the median is taken


@dataclass(frozen=True, kw_only=True, eq=False)
class Centred:
    """The samples of a lead less their median in single precision; missing ones are 0.

    Attributes
    ----------
    microvolts
        The samples as they were recorded, shape (n_samples,).
    middle_uv
        Median of about 100,000 samples spread over the record; 0 where none is finite.
    is_complete
        Whether all samples are known to be finite.
    """

    microvolts: NDArray[np.float64]
    middle_uv: float
    is_complete: bool = False

    def __len__(self) -> int:
        return len(self.microvolts)

    def read(self, start: int, stop: int) -> Samples:
        """Give the samples from one index to another."""
        return self._cleared(self.microvolts[start:stop].astype(np.float32))

    def gather(self, centres: NDArray[np.int64], before: int, after: int) -> Samples:
        """Give the samples around each centre, as `pipeline.signals.gather` does."""
        return self._cleared(gather(self.microvolts, centres, before, after).astype(np.float32))

    def block_means(self, n_block: int) -> Samples:
        """Give the mean of each whole block of `n_block` samples, shape (n // n_block,)."""
        whole = self.microvolts[: len(self) // n_block * n_block].reshape(-1, n_block)
        means = (block_means(self.microvolts, n_block) - self.middle_uv).astype(np.float32)
        broken = np.flatnonzero(~np.isfinite(means))  # those with missing samples
        means[broken] = self._cleared(whole[broken].astype(np.float32)).mean(axis=1)
        return means

    def _cleared(self, samples: Samples) -> Samples:
        samples -= np.float32(self.middle_uv)
        if not self.is_complete:
            np.nan_to_num(samples, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
        return samples


def centred(microvolts: NDArray[np.float64], *, is_complete: bool = False) -> Centred:
    """Give the samples less their median."""
    some = microvolts[:: max(len(microvolts) // _LOOKED_AT, 1)]
    some = some[np.isfinite(some)]
    middle_uv = float(np.median(some)) if len(some) else 0.0
    return Centred(microvolts=microvolts, middle_uv=middle_uv, is_complete=is_complete)
