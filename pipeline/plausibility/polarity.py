"""One EEG derivation that is turned upside down against the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pipeline.codes import Code
from pipeline.parameters import Parameters
from pipeline.plausibility.finding import Finding
from pipeline.plausibility.pieces import Pieces

_MEANING = "Staging hardly sees it, but vertex waves and K-complexes point the wrong way"


class PolarityParameters(Parameters):
    """When two derivations point in opposite directions."""

    rate_hz: float = Field(
        default=16.0,
        gt=0.0,
        description="rate at which they are compared: slow waves, which all sites share; source: "
        "this project's choice",
    )
    most_likeness: float = Field(
        default=-0.3,
        ge=-1.0,
        lt=0.0,
        description="median correlation of pieces below which two derivations are opposite: sites "
        "against the mastoids have 0.3 to 0.9; source: own choice",
    )


def polarity(
    eeg: Sequence[Pieces], is_inverted: Sequence[bool], parameters: PolarityParameters
) -> Iterator[Finding]:
    """Give EEG_POLARITY for each derivation that is opposite to most of the others.

    Of two that are opposite nobody can say which one is turned: then both are named once. Of a
    single derivation the signal says nothing; it is told where the header's physical range is
    inverted, which may be meant (negative up) or a mistake.

    Parameters
    ----------
    is_inverted
        Whether the header turns the derivation's sign, by place in `eeg`.
    """
    if len(eeg) == 1 and is_inverted[0]:
        words = (
            f"{eeg[0].label}: the header's physical range is inverted. It is taken literally; "
            f"there is no second EEG to tell whether that is meant. {_MEANING} if it is not."
        )
        yield Finding(code=Code.EEG_POLARITY, role=eeg[0].role, message=words)
    likeness = _likeness(eeg, parameters)
    opposite = likeness < parameters.most_likeness
    if len(eeg) == 2 and opposite[0, 1]:  # noqa: PLR2004
        words = (
            f"{eeg[0].label} and {eeg[1].label} are opposite (correlation "
            f"{likeness[0, 1]:.2f}): one of them is upside down. {_MEANING} in it."
        )
        yield Finding(code=Code.EEG_POLARITY, role=eeg[0].role, message=words)
        return
    for place, n_opposite in enumerate(opposite.sum(axis=1)):
        if 2 * n_opposite <= len(eeg) - 1:
            continue
        words = (
            f"{eeg[place].label}: opposite to {n_opposite} of the {len(eeg) - 1} other "
            f"EEG derivations. {_MEANING} in it."
        )
        yield Finding(code=Code.EEG_POLARITY, role=eeg[place].role, message=words)


def _likeness(eeg: Sequence[Pieces], parameters: PolarityParameters) -> NDArray[np.float64]:
    """Give the median correlation of each two derivations, 0 where none can be had."""
    slow = [_slow(each, parameters.rate_hz) for each in eeg]
    found = np.zeros((len(eeg), len(eeg)))
    for i, first in enumerate(slow):
        for j, second in enumerate(slow[:i]):
            found[i, j] = found[j, i] = _correlation(first, second)
    return found


def _slow(pieces: Pieces, rate_hz: float) -> NDArray[np.float64]:
    """Give the means of equal parts of each piece, shape (n_pieces, n_parts), of unit energy."""
    n_samples = pieces.microvolts.shape[1]
    n_parts = max(int(n_samples / pieces.rate_hz * rate_hz), 1)
    edges = np.linspace(0, n_samples, n_parts + 1).astype(np.int64)
    means = np.add.reduceat(pieces.microvolts, edges[:-1], axis=1) / np.diff(edges)
    energy = np.sqrt(np.square(means).sum(axis=1, keepdims=True))
    slow: NDArray[np.float64] = means / np.where(energy > 0.0, energy, np.nan)
    return slow


def _correlation(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    n_parts, n_pieces = min(first.shape[1], second.shape[1]), min(len(first), len(second))
    products = (first[:n_pieces, :n_parts] * second[:n_pieces, :n_parts]).sum(axis=1)
    known = products[np.isfinite(products)]
    return float(np.median(known)) if len(known) else 0.0
