"""Whether the signals can mean what their labels and headers say, before anything uses them."""

from __future__ import annotations

from pipeline.plausibility.examine import PlausibilityParameters, examine
from pipeline.plausibility.finding import Finding, Findings

__all__ = ["Finding", "Findings", "PlausibilityParameters", "examine"]
