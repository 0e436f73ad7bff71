"""The leads that the analysis of the legs is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from pipeline.recording import Lead


@dataclass(frozen=True, kw_only=True, eq=False)
class LegLeads:
    """The leads that the analysis of the legs uses; None where the study has none.

    Attributes
    ----------
    combined
        One channel for both legs; used where neither leg has a lead of its own.
    eeg
        One derivation, for vertex waves and K-complexes.
    frozen_s
        Seconds in which a leg's recorder repeated itself, shape (n, 2), by role.
    refusals
        Why a leg may not be used, by role, where that is known before.
    """

    left: Lead | None = None
    right: Lead | None = None
    combined: Lead | None = None
    chin: Lead | None = None
    eeg: Lead | None = None
    ecg: Lead | None = None
    frozen_s: Mapping[str, NDArray[np.float64]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    refusals: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def in_use(self) -> tuple[Lead, ...]:
        """The leads of the legs: each leg's own, else the one for both."""
        own = tuple(lead for lead in (self.left, self.right) if lead is not None)
        return own or (() if self.combined is None else (self.combined,))
