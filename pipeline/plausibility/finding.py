"""What is wrong with one channel, where, and whether anything may still use it there."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.codes import Code
from pipeline.intervals import merge, to_mask
from pipeline.notices import Notice
from pipeline.recording import Lead
from pipeline.signals import sample_index

RECORD = "record"  # the role of a finding about the whole study


def _nowhere() -> NDArray[np.float64]:
    return np.empty((0, 2))


@dataclass(frozen=True, kw_only=True, eq=False)
class Finding:
    """One fault of one channel.

    Attributes
    ----------
    role
        Value of a `pipeline.montage.Role`, or ``record`` where the whole study is meant.
    message
        What was found, with figures.
    barred_s
        Seconds in which nothing may use the channel, half-open, shape (n, 2).
    refusal
        Why nothing may use the channel at all; empty where it may be used.
    """

    code: Code
    role: str
    message: str
    barred_s: NDArray[np.float64] = field(default_factory=_nowhere)
    refusal: str = ""

    @property
    def notice(self) -> Notice:
        """The finding as it is stored with the night."""
        return Notice(code=self.code, where=self.role, message=self.message)


@dataclass(frozen=True, kw_only=True, eq=False)
class Findings:
    """All that was found in a study."""

    found: tuple[Finding, ...] = ()

    @property
    def notices(self) -> tuple[Notice, ...]:
        """One for each finding."""
        return tuple(finding.notice for finding in self.found)

    def has(self, code: Code, role: str) -> bool:
        """Tell whether the fault was found in the role's channel."""
        return any(f.code is code and f.role == role for f in self.found)

    def barred_s(self, role: str) -> NDArray[np.float64]:
        """Give the seconds in which nothing may use the role's channel, shape (n, 2)."""
        spans = [_nowhere(), *(f.barred_s for f in self.found if f.role == role)]
        return merge(np.concatenate(spans))

    def refusal(self, role: str) -> str:
        """Say why nothing may use the role's channel; empty where it may be used."""
        return "; ".join(f.refusal for f in self.found if f.role == role and f.refusal)

    def usable(self, lead: Lead) -> Lead:
        """Give the lead with its barred time held at one value, which every reader takes as flat.

        The value is the last one before, so that no step is made where the barred time begins.
        """
        spans = sample_index(self.barred_s(lead.role), lead.rate_hz)
        if not len(spans):
            return lead
        held = lead.microvolts.copy()
        is_barred = to_mask(spans, len(held))
        last = np.where(is_barred, 0, np.arange(len(held)))
        np.maximum.accumulate(last, out=last)
        return replace(lead, microvolts=held[last])
