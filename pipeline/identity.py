"""Whose night it is: told in a report only where somebody asked for it, and then logged."""

from __future__ import annotations

from pathlib import Path

from pipeline.codes import Code
from pipeline.edf.reader import read_header
from pipeline.notices import Notice
from pipeline.plaintext import plain


def identity(source: Path, copy: Path) -> dict[str, str]:
    """Give what names a study to those who recorded it: its file, and when it began.

    Parameters
    ----------
    source
        The study's file.
    copy
        Its private copy, of which the header is read.
    """
    start = read_header(copy).start
    began = "not stated" if start is None else start.isoformat(sep=" ", timespec="seconds")
    return {"file": plain(source.name), "recording began": began}


def identified_notice() -> Notice:
    """Give the notice of a night whose report names it."""
    return Notice(
        code=Code.IDENTIFIED,
        where="report",
        message="This report names the study's file and its date, as was asked for; keep it as "
        "you keep the recording. Tables and exchange files do not.",
    )
