"""The night as one JSON record: every number with unit, definition, status and reason."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from pipeline.agreement import Agreement
from pipeline.hypnogram import SCORED
from pipeline.legs.activity import LegCondition
from pipeline.metrics import Metric
from pipeline.night import Night
from pipeline.statement import STATEMENT

SCHEMA = 1
_DIGITS = 9  # enough for a microsecond in a night; hides the last bits, which differ by machine


def night_record(night: Night, study_key: str, versions: Mapping[str, str]) -> dict[str, Any]:
    """Give the content of `night.json`; absent numbers are None, with status and reason."""
    record = {
        "schema": SCHEMA,
        "study_key": study_key,
        "hypnic_version": versions["hypnic"],
        "statement": list(STATEMENT),
        "duration_s": night.duration_s,
        "start_clock_hour": _clock_hour(night),
        "segment": None if night.segment is None else asdict(night.segment),
        "lights": asdict(night.lights),
        "stage_source": night.hypnogram.source,
        "metrics": {metric.name: _metric(metric) for metric in night.metrics},
        "notices": [asdict(notice) for notice in night.notices],
        "channels": [asdict(channel) for channel in night.channels],
        "legs": [_condition(condition) for condition in night.leg_conditions],
        "agreement": None if night.agreement is None else _agreement(night.agreement),
    }
    return _plain(record)  # type: ignore[no-any-return]  # a dict stays a dict


def _clock_hour(night: Night) -> int | None:
    """Give the hour of the start; minutes would help to tell whose night it was."""
    return None if night.start_clock_s is None else int(night.start_clock_s // 3600)


def _metric(metric: Metric) -> dict[str, Any]:
    facts = asdict(metric)
    del facts["name"]
    return facts | {"status": metric.status.value}


def _condition(condition: LegCondition) -> dict[str, Any]:
    facts = asdict(condition)
    stretches = zip(condition.unscorable, condition.unscorable_causes, strict=True)
    facts["unscorable"] = [
        {"start_s": float(start), "stop_s": float(stop), "cause": cause}
        for (start, stop), cause in stretches
    ]
    del facts["unscorable_causes"]
    return facts


def _agreement(agreement: Agreement) -> dict[str, Any]:
    return {
        "reference": "technician",
        "other": "auto",
        "n_epochs": agreement.n_epochs,
        "accuracy": agreement.accuracy,
        "kappa": agreement.kappa,
        "f1": dict(zip((stage.name for stage in SCORED), agreement.f1, strict=True)),
        "confusion": agreement.confusion,
    }


def _plain(value: Any) -> Any:
    """Give the value as JSON can hold it; NaN and infinity become None."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [_plain(item) for item in value]
    if isinstance(value, float | np.floating):
        return round(float(value), _DIGITS) if math.isfinite(value) else None
    return int(value) if isinstance(value, np.integer) else value
