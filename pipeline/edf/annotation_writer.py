"""Scorings out: an EDF+C file of annotations alone, read back by two readers before it counts."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import edfio
import pyedflib

from pipeline.codes import Code
from pipeline.edf.annotations import Annotation
from pipeline.edf.reader import read_annotations, read_header
from pipeline.edf.startdate import UNKNOWN_DATE
from pipeline.errors import EdfError, PassingError, ResultError

_TOLERANCE_S = 0.001  # figures to reach: event times within 1 ms
_DECIMALS = 6  # microseconds: finer than any sample, and no binary noise in the file
_SECOND_READER_BYTES = 512  # pyedflib hands out no more of a text (EDFlib's annotation length)
_SECOND_READER_STEP_S = 1e-7  # pyedflib counts onsets in 100 ns
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # EDF+ 2.2.2: only LF, CR and TAB


def write_annotations(
    path: Path, annotations: Sequence[Annotation], *, start: dt.datetime | None, duration_s: float
) -> None:
    """Write the annotations to `path` and read them back with two readers.

    The patient field is X X X X and the recording field names nobody; the bytes depend on the
    arguments alone. Onsets and durations are rounded to microseconds; control characters other
    than line feed, carriage return and tab become question marks, for EDF+ forbids them.

    Parameters
    ----------
    start
        Local wall clock of the record's start; None writes an unknown date and 00.00.00.
    duration_s
        Length of the record; every onset must lie within it.

    Raises
    ------
    ResultError
        ANNOTATION_OUTSIDE: a time that cannot be; ANNOTATIONS_DIFFER: a reader found something
        else in the file than what was to be written.
    PassingError
        IO: the disk is full or not there.
    """
    wanted = _cleaned(annotations, duration_s)
    _write(path, _encoded(wanted, start))
    verify_annotations(path, wanted)


def verify_annotations(path: Path, wanted: Sequence[Annotation]) -> None:
    """Compare the file with what was to be written: count, onset (1 ms), duration and text.

    Raises
    ------
    ResultError
        ANNOTATIONS_DIFFER.
    """
    ordered = sorted(_cleaned(wanted, float("inf")), key=_order)
    compare(ordered, _read_by_gate(path), "the first reader", most_bytes=None)
    compare(ordered, _read_by_pyedflib(path), "the second reader", most_bytes=_SECOND_READER_BYTES)


def compare(
    wanted: Sequence[Annotation],
    found: Sequence[Annotation],
    reader: str,
    *,
    most_bytes: int | None,
) -> None:
    """Compare what was written with what a reader found, both in one order.

    Parameters
    ----------
    reader
        Who found it, for the error.
    most_bytes
        Of a text, which the reader hands out; None: all.

    Raises
    ------
    ResultError
        ANNOTATIONS_DIFFER.
    """
    if len(wanted) != len(found):
        raise _differs(reader, f"{len(found)} annotations of {len(wanted)}")
    for number, (a, b) in enumerate(zip(wanted, found, strict=True), start=1):
        if not _is_near(a.onset_s, b.onset_s) or not _is_near(a.duration_s, b.duration_s):
            raise _differs(reader, f"another time in annotation {number}")
        if _cut(a.text, most_bytes) != _cut(b.text, most_bytes):
            raise _differs(reader, f"another text in annotation {number}")


def _cleaned(annotations: Sequence[Annotation], duration_s: float) -> list[Annotation]:
    """Give the annotations as they will stand in the file."""
    for number, a in enumerate(annotations, start=1):
        lasts_s = 0.0 if a.duration_s is None else a.duration_s
        if not (0.0 <= a.onset_s <= duration_s and 0.0 <= lasts_s < float("inf")):
            raise ResultError(
                "An annotation has an onset outside of the record or an impossible duration.",
                code=Code.ANNOTATION_OUTSIDE,
                where=f"annotation {number}",
                found=f"{a.onset_s} s, lasting {a.duration_s} s",
                remedy="Report this; the study is not at fault.",
            )
    return [
        replace(
            a,
            onset_s=round(a.onset_s, _DECIMALS),
            duration_s=None if a.duration_s is None else round(a.duration_s, _DECIMALS),
            text=_FORBIDDEN.sub("?", a.text),
        )
        for a in annotations
        if a.text
    ]


def _encoded(annotations: Sequence[Annotation], start: dt.datetime | None) -> bytes:
    moment = start or dt.datetime.combine(UNKNOWN_DATE, dt.time())
    study = edfio.Edf(
        [],
        recording=edfio.Recording(startdate=moment.date() if start else None),
        starttime=moment.time(),
        # an iterator, for edfio refuses an empty list where there are no signals
        annotations=iter(
            [edfio.EdfAnnotation(a.onset_s, a.duration_s, a.text) for a in annotations]
        ),
    )
    buffer = io.BytesIO()
    study.write(buffer)
    return buffer.getvalue()


def _write(path: Path, content: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    for name in ("O_NOFOLLOW", "O_CLOEXEC", "O_BINARY"):
        flags |= getattr(os, name, 0)
    try:
        with open(os.open(path, flags, 0o600), "wb") as file:  # noqa: PTH123  a descriptor
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise PassingError(
            "The annotation file could not be written.",
            code=Code.IO,
            found=error.strerror or type(error).__name__,
            remedy="See that the disk has room and that you may write there.",
        ) from error


def _read_by_gate(path: Path) -> list[Annotation]:
    try:
        found = read_annotations(path, read_header(path))
    except EdfError as error:
        raise _differs("the first reader", f"refused the file: {error.code}") from error
    if found.notices:
        raise _differs("the first reader", f"{found.notices[0].code} was noticed")
    return sorted(found.annotations, key=_order)


def _read_by_pyedflib(path: Path) -> list[Annotation]:
    try:
        with pyedflib.EdfReader(str(path)) as reader:
            # bytes, whatever its stub says: the reader's own decoding breaks cut characters
            raw: list[tuple[int, bytes, bytes]] = cast("Any", reader.read_annotation())
    except OSError as error:
        raise _differs("the second reader", "refused the file") from error
    found = [
        Annotation(
            onset_s=onset * _SECOND_READER_STEP_S,
            duration_s=float(lasts) if lasts else None,
            text=text.decode(errors="ignore"),
        )
        for onset, lasts, text in raw
    ]
    return sorted(found, key=_order)


def _order(annotation: Annotation) -> tuple[int, str, float]:
    """Give microsecond, the text that every reader hands out, and duration: one order for all."""
    lasts_s = -1.0 if annotation.duration_s is None else annotation.duration_s
    text = _cut(annotation.text, _SECOND_READER_BYTES)
    return round(annotation.onset_s * 10**_DECIMALS), text, lasts_s


def _cut(text: str, most_bytes: int | None) -> str:
    return text.encode()[:most_bytes].decode(errors="ignore")


def _is_near(first_s: float | None, second_s: float | None) -> bool:
    if first_s is None or second_s is None:
        return first_s is second_s
    return abs(first_s - second_s) < _TOLERANCE_S


def _differs(reader: str, found: str) -> ResultError:
    return ResultError(
        "The annotation file does not hold what was written.",
        code=Code.ANNOTATIONS_DIFFER,
        where=reader,
        found=found,
        remedy="Run the study again; if it happens twice, report it.",
    )
