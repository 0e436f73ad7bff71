"""The names of what a night can be exported as; imported by the command line, so light."""

from __future__ import annotations

from enum import StrEnum


class ExportFormat(StrEnum):
    """What a night can be exported as."""

    EDF = "edf"
    LUNA = "luna"
    NSRR = "nsrr"
    BIDS = "bids"
    CSV = "csv"
    PARQUET = "parquet"
