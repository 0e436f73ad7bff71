"""All numbers of the night, in the order of the report."""

from __future__ import annotations

from pipeline.delay import DelayParameters
from pipeline.metrics.arousals import arousal_metrics
from pipeline.metrics.delays import delay_metrics
from pipeline.metrics.doubt import doubt_metrics
from pipeline.metrics.inputs import MetricInputs, MetricParameters
from pipeline.metrics.jerks import jerk_metrics
from pipeline.metrics.latencies import latency_metrics
from pipeline.metrics.metric import Metric
from pipeline.metrics.movements import movement_metrics
from pipeline.metrics.passage import passage_metrics
from pipeline.metrics.sleep import sleep_metrics
from pipeline.metrics.spread import spread_metrics


def measure(
    inputs: MetricInputs, parameters: MetricParameters, delay: DelayParameters
) -> tuple[Metric, ...]:
    """Give every number of the night; each name once, and the same names every night."""
    return (
        *latency_metrics(inputs, delay),
        *jerk_metrics(inputs, parameters),
        *passage_metrics(inputs, delay),
        *delay_metrics(inputs, delay),
        *sleep_metrics(inputs),
        *doubt_metrics(inputs, parameters, delay),
        *arousal_metrics(inputs, parameters),
        *movement_metrics(inputs),
        *spread_metrics(inputs, parameters),
    )
