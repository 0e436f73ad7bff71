"""The files of a night for other programs, each read back before it counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from pipeline.codes import Code
from pipeline.edf.annotation_writer import write_annotations
from pipeline.edf.annotations import Annotation
from pipeline.errors import ResultError, ScoringError
from pipeline.exchange import bids, edf_texts, luna, nsrr, read_back
from pipeline.exchange.parameters import ExchangeParameters
from pipeline.exchange.scored_night import ScoredNight
from pipeline.formats.marks import Mark

_Reader = Callable[[bytes], Iterable[Mark]]


def write_all(folder: Path, stem: str, night: ScoredNight, parameters: ExchangeParameters) -> None:
    """Write the night in every format of a result folder; names begin with `stem`.

    Raises
    ------
    ResultError
        ANNOTATIONS_DIFFER: a file does not read back as it was written; ANNOTATION_OUTSIDE: a
        time that cannot be.
    """
    write_edf(folder / f"{stem}_annotations.edf", night, parameters)
    write_luna(folder / f"{stem}.annot", night)
    write_nsrr(folder / f"{stem}.xml", night, parameters)
    write_bids_events(folder / f"{stem}_events.tsv", night)


def write_edf(path: Path, night: ScoredNight, parameters: ExchangeParameters) -> None:
    """Write an EDF+ file of annotations alone, without a date."""
    rows = edf_texts.to_annotations(night, parameters)
    write_annotations(path, rows, start=None, duration_s=night.duration_s)


def write_luna(path: Path, night: ScoredNight) -> None:
    """Write a Luna annotation file."""
    _write(path, luna.content(night), luna.wanted(night), luna.marks)


def write_nsrr(path: Path, night: ScoredNight, parameters: ExchangeParameters) -> None:
    """Write an XML file as the NSRR has them."""
    _write(path, nsrr.content(night, parameters), nsrr.wanted(night, parameters), nsrr.marks)


def write_bids_events(path: Path, night: ScoredNight) -> None:
    """Write a BIDS table of events, and the JSON that describes it beside it."""
    _write(path, bids.events_content(night), bids.events_wanted(night), bids.marks)
    path.with_suffix(".json").write_bytes(bids.events_json(night))


def write_bids_hypnogram(path: Path, night: ScoredNight) -> None:
    """Write the hypnogram of the BIDS draft, and the JSON that describes it beside it."""
    _write(path, bids.hypnogram_content(night), bids.hypnogram_wanted(night), bids.marks)
    path.with_suffix(".json").write_bytes(bids.hypnogram_json(night))


def _write(path: Path, content: bytes, wanted: Sequence[Annotation], reader: _Reader) -> None:
    """Write a file and read it back; one without a row is no scoring to any reader."""
    path.write_bytes(content)
    name = f"reader of {''.join(path.suffixes[-1:])}"
    try:
        marks = reader(path.read_bytes()) if wanted else ()
    except ScoringError as error:
        raise ResultError(
            "A file for another program cannot be read back.",
            code=Code.ANNOTATIONS_DIFFER,
            where=name,
            found=str(error.code),
            remedy="Run the study again; if it happens twice, report it.",
        ) from error
    read_back.check_marks(wanted, marks, name)
