"""Cells of texts that are cut by tabs: one cell stays one cell, and is no formula."""

from __future__ import annotations

from pipeline.plaintext import plain
from pipeline.spreadsheets import harmless

_TIME_DIGITS = 6  # microseconds: finer than any sample, and no binary noise in the file
_QUOTE = '"'  # every second reader takes it for the beginning of a quoted cell


def cell(text: str | None, missing: str) -> str:
    """Give the text as a cell: control characters and quotation marks written out as numbers.

    A text that a spreadsheet would run gets an apostrophe before it. Blank text is missing, and
    so is a text that looks like it.
    """
    shown = plain((text or "").strip()).replace(_QUOTE, f"\\x{ord(_QUOTE):02x}")
    return harmless(shown) or missing


def seconds(value: float) -> str:
    """Give a time to the microsecond."""
    return f"{value:.{_TIME_DIGITS}f}"


def number(value: float | None, missing: str) -> str:
    """Give a number to six digits."""
    return missing if value is None else f"{value:.6g}"


def line(*cells: str) -> str:
    """Give the cells as one line."""
    return "\t".join(cells) + "\n"
