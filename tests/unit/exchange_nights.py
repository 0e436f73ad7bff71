"""Nights as exchange formats take them, by way of their tables."""

from __future__ import annotations

from pipeline.exchange.scored_night import ScoredNight, scored_night
from pipeline.night import Night
from pipeline.night_json import night_record
from pipeline.tables import epochs_table, events_table

KEY = "s0123456789abcde"


def exported(night: Night) -> ScoredNight:
    """Give the night as a published folder of it would."""
    record = night_record(night, KEY, {"hypnic": "0.1.0"})
    return scored_night(epochs_table(night), events_table(night.events), record)
