"""Whether the signals can mean what their labels and headers say, before anything uses them."""

from __future__ import annotations

from pipeline.plausibility.examine import PlausibilityParameters, examine
from pipeline.plausibility.finding import RECORD, Finding, Findings
from pipeline.plausibility.leg_causes import causes_told
from pipeline.plausibility.usable import UsableStudy

__all__ = [
    "RECORD",
    "Finding",
    "Findings",
    "PlausibilityParameters",
    "UsableStudy",
    "causes_told",
    "examine",
]
