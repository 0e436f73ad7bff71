"""Names of the files of a night that other modules read."""

from __future__ import annotations

NIGHT_JSON = "night.json"
REPORT = "report.html"
EPOCHS, EVENTS, DESCENTS = "epochs.parquet", "events.parquet", "descents.parquet"
