"""Short pieces of a lead, spread over the night: enough for a spectrum or a likeness."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pipeline.parameters import Parameters
from pipeline.recording import LeadSource
from pipeline.signals import sample_index


class PieceParameters(Parameters):
    """How much of a lead is looked at."""

    length_s: float = Field(
        default=4.0, gt=0.0, description="length of a piece; source: 0.25 Hz resolution"
    )
    n_pieces: int = Field(
        default=60,
        ge=1,
        description="most pieces, evenly spread; source: one in 8 min of a night, own choice",
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Pieces:
    """Pieces of one lead.

    Attributes
    ----------
    microvolts
        Shape (n_pieces, n_samples), each piece less its mean; no piece where the lead is shorter.
    """

    role: str
    label: str
    rate_hz: float
    microvolts: NDArray[np.float64]


def pieces(source: LeadSource, duration_s: float, parameters: PieceParameters) -> Pieces:
    """Give the pieces of a lead; only these samples are scaled."""
    facts = source(slice(0, 0))
    n_samples = round(parameters.length_s * facts.rate_hz)
    n_pieces = min(parameters.n_pieces, int(duration_s / parameters.length_s))
    starts_s = np.linspace(0.0, max(duration_s - parameters.length_s, 0.0), n_pieces)
    starts = sample_index(starts_s, facts.rate_hz)
    cut = [source(slice(start, start + n_samples)).microvolts for start in starts]
    whole = [piece for piece in cut if len(piece) == n_samples]
    microvolts = np.array(whole).reshape(-1, n_samples)
    microvolts -= microvolts.mean(axis=1, keepdims=True)
    return Pieces(role=facts.role, label=facts.label, rate_hz=facts.rate_hz, microvolts=microvolts)
