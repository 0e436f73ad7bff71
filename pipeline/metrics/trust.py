"""Numbers that the recording cannot carry: withheld, or given with a doubt."""

from __future__ import annotations

from dataclasses import replace

from pipeline.metrics.metric import Metric

_OF_A_NIGHT = frozenset({"/h", "%"})  # units that put a count in relation to a night
_STAGE_GROUPS = frozenset({"Latencies", "Descents", "Delay of deeper sleep", "Sleep", "Stages"})


def without_night_statistics(metrics: tuple[Metric, ...], reason: str) -> tuple[Metric, ...]:
    """Give the metrics without rates, shares, indices and latencies; counts and minutes stay.

    Those that were absent before keep their own reason.
    """
    return tuple(
        replace(m, value=None, low=None, high=None, reason=m.reason or reason)
        if _needs_a_night(m)
        else m
        for m in metrics
    )


def with_doubt(metrics: tuple[Metric, ...], doubt: str) -> tuple[Metric, ...]:
    """Give the metrics, those made of stages alone with the doubt where they have a value."""
    return tuple(
        replace(m, doubt=doubt) if m.group in _STAGE_GROUPS and m.value is not None else m
        for m in metrics
    )


def _needs_a_night(metric: Metric) -> bool:
    is_index = metric.name.endswith("_index")
    return metric.unit in _OF_A_NIGHT or is_index or metric.group == "Latencies"
