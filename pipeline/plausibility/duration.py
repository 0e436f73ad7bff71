"""A record that is too short or too long for a night."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from pipeline.codes import Code
from pipeline.parameters import Parameters
from pipeline.plausibility.finding import RECORD, Finding

_MINUTE_S = 60.0
_HOUR_S = 3600.0


class DurationParameters(Parameters):
    """How long a night lasts."""

    short_min: float = Field(
        default=5.0,
        ge=0.0,
        description="a shorter record gives no statistic of a night; source: yasa.SleepStaging "
        "warns below 5 min",
    )
    long_h: float = Field(
        default=24.0,
        gt=0.0,
        description="a longer record is more than one night; source: a day",
    )


def duration(duration_s: float, parameters: DurationParameters) -> Iterator[Finding]:
    """Give SHORT or LONG, with the length."""
    if duration_s < parameters.short_min * _MINUTE_S:
        length = f"the record lasts {duration_s / _MINUTE_S:.3g} min"
        words = "events are scored, but rates, shares and latencies of a night are not available"
        yield Finding(
            code=Code.SHORT,
            role=RECORD,
            message=f"{length.capitalize()}: {words}.",
            refusal=f"{length}, too short for a statistic of a night",
        )
    if duration_s > parameters.long_h * _HOUR_S:
        words = (
            f"The record lasts {duration_s / _HOUR_S:.3g} h, more than one night. Without marks of "
            "lights off and lights on, all of it counts as time in bed."
        )
        yield Finding(code=Code.LONG, role=RECORD, message=words)
