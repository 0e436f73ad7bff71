"""What a night can be exported as, and how each is written."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from pipeline import store
from pipeline.codes import Code
from pipeline.errors import ResultError
from pipeline.exchange import files
from pipeline.exchange.bids_columns import dataset_description
from pipeline.exchange.format_names import ExportFormat
from pipeline.exchange.parameters import ExchangeParameters
from pipeline.exports.opened import OpenedNight
from pipeline.spreadsheets import csv_bytes, harmless_table


@dataclass(frozen=True, kw_only=True)
class ExportOptions:
    """How nights are exported.

    Attributes
    ----------
    parameters
        How things are named; None: as when the night was published.
    has_draft
        Whether BIDS gets the hypnogram of the draft too.
    """

    parameters: ExchangeParameters | None = None
    has_draft: bool = False


_NUMBERS = ("value", "low", "high")
_FACTS = ("title", "group", *_NUMBERS, "unit", "definition", "status", "reason", "doubt")
DESCRIPTION = "dataset_description.json"
Writer = Callable[[Path, str, OpenedNight, ExportOptions], None]
"""Called with a folder, the stem of the names, and the night."""


def _edf(folder: Path, stem: str, opened: OpenedNight, options: ExportOptions) -> None:
    parameters = options.parameters or opened.parameters
    files.write_edf(folder / f"{stem}_annotations.edf", opened.night, parameters)


def _luna(folder: Path, stem: str, opened: OpenedNight, _: ExportOptions) -> None:
    files.write_luna(folder / f"{stem}.annot", opened.night)


def _nsrr(folder: Path, stem: str, opened: OpenedNight, options: ExportOptions) -> None:
    parameters = options.parameters or opened.parameters
    files.write_nsrr(folder / f"{stem}.xml", opened.night, parameters)


def _bids(folder: Path, stem: str, opened: OpenedNight, options: ExportOptions) -> None:
    files.write_bids_events(folder / f"{stem}_events.tsv", opened.night)
    if options.has_draft:
        files.write_bids_hypnogram(folder / f"{stem}_hypnogram.tsv", opened.night)
    store.write_record(folder / DESCRIPTION, dataset_description(opened.night.version))


def _csv(folder: Path, stem: str, opened: OpenedNight, _: ExportOptions) -> None:
    for name, table in _tables(opened).items():
        path = folder / f"{stem}_{name}.csv"
        path.write_bytes(csv_bytes(table))
        _check(path, _read_csv(path, table), harmless_table(table))


def _parquet(folder: Path, stem: str, opened: OpenedNight, _: ExportOptions) -> None:
    for name, table in _tables(opened).items():
        path = folder / f"{stem}_{name}.parquet"
        with path.open("xb") as file:
            pq.write_table(table, file, compression="zstd", version="2.6")
        _check(path, pq.read_table(io.BytesIO(path.read_bytes())), table)


WRITERS: Mapping[ExportFormat, Writer] = {
    ExportFormat.EDF: _edf,
    ExportFormat.LUNA: _luna,
    ExportFormat.NSRR: _nsrr,
    ExportFormat.BIDS: _bids,
    ExportFormat.CSV: _csv,
    ExportFormat.PARQUET: _parquet,
}


def _tables(opened: OpenedNight) -> dict[str, pa.Table]:
    return {
        "epochs": opened.epochs,
        "events": opened.events,
        "descents": opened.descents,
        "metrics": _metrics(opened),
    }


def _metrics(opened: OpenedNight) -> pa.Table:
    """Give a row per number of the night's record, with unit, definition and reason."""
    rows = [
        {"metric": name, **{each: facts.get(each) for each in _FACTS}}
        for name, facts in opened.record["metrics"].items()
    ]
    kinds = [(name, pa.float64() if name in _NUMBERS else pa.string()) for name in _FACTS]
    return pa.Table.from_pylist(rows, schema=pa.schema([("metric", pa.string()), *kinds]))


def _read_csv(path: Path, table: pa.Table) -> pa.Table:
    return pyarrow.csv.read_csv(
        io.BytesIO(path.read_bytes()),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=table.schema,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )


def _check(path: Path, found: pa.Table, wanted: pa.Table) -> None:
    if not found.equals(wanted):
        raise ResultError(
            "A table does not hold what was written.",
            code=Code.ANNOTATIONS_DIFFER,
            where=f"reader of {path.suffix}",
            remedy="Check the disk; then run it again.",
        )
