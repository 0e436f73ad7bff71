"""The numbers of the night, each with unit, definition and, where absent, the reason."""

from __future__ import annotations

from pipeline.metrics.inputs import MetricInputs, MetricParameters
from pipeline.metrics.measure import measure
from pipeline.metrics.metric import Availability, Metric
from pipeline.metrics.trust import with_doubt, without_night_statistics

__all__ = [
    "Availability",
    "Metric",
    "MetricInputs",
    "MetricParameters",
    "measure",
    "with_doubt",
    "without_night_statistics",
]
