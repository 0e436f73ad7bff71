"""The files of one night: tables, record, annotations for other programs, report."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import store
from pipeline.exchange import files
from pipeline.exchange.scored_night import scored_night
from pipeline.night import Night
from pipeline.night_json import night_record
from pipeline.report.page import render
from pipeline.result_files import DESCENTS, EPOCHS, EVENTS, NIGHT_JSON, REPORT
from pipeline.settings import Settings
from pipeline.tables import descents_table, epochs_table, events_table


def write_results(
    folder: Path, night: Night, study_key: str, settings: Settings, origin: Mapping[str, str]
) -> None:
    """Write every file of the night, except the manifest, into an empty folder.

    Parameters
    ----------
    origin
        Versions and digests of what the night was made with and from.

    Raises
    ------
    HypnicError
        A file for other programs does not read back as it was written.
    """
    epochs, events = epochs_table(night), events_table(night.events)
    record = night_record(night, study_key, origin)
    _write_table(folder / EPOCHS, epochs)
    _write_table(folder / EVENTS, events)
    _write_table(folder / DESCENTS, descents_table(night))
    store.write_record(folder / NIGHT_JSON, record)
    files.write_all(folder, study_key, scored_night(epochs, events, record), settings.exchange)
    page = render(night, study_key, origin, settings.report)
    (folder / REPORT).write_bytes(page.encode("utf-8"))


def _write_table(path: Path, table: pa.Table) -> None:
    """Write through an open file: a failed write by path would delete what was there."""
    with path.open("xb") as file:
        pq.write_table(table, file, compression="zstd", version="2.6")
