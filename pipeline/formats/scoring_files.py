"""A scoring file of any known format, recognised by its content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.codes import Code
from pipeline.errors import ScoringError
from pipeline.formats import (
    edf_file,
    luna_annot,
    nsrr_xml,
    philips_rml,
    profusion_xml,
    texts,
    wfdb,
)
from pipeline.formats.lab_terms import translate
from pipeline.formats.marks import MarkKind, ScoringFile
from pipeline.formats.scoring_parameters import ScoringParameters
from pipeline.formats.scoring_sets import parts
from pipeline.notices import Notice

LARGEST_BYTES = 64 << 20  # a night of the wordiest format is 2 MiB
_WFDB_HEADER = ".hea"


@dataclass(frozen=True, kw_only=True)
class Source:
    """What a format's parser may need.

    Attributes
    ----------
    parameters
        What the lab says of its scoring files.
    header
        Content of a WFDB header beside the file; None where there is none.
    """

    content: bytes
    parameters: ScoringParameters
    header: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class Format:
    """One format of scoring files.

    Attributes
    ----------
    title
        Its name to a reader.
    looks_like
        Whether a content is of this format; of two that say yes, the first in `FORMATS` reads it.
    parse
        Gives the scorers of a file, the technician first.
    """

    title: str
    looks_like: Callable[[bytes], bool]
    parse: Callable[[Source], tuple[ScoringFile, ...]]


def _text_format(known: texts.TextFormat) -> Format:
    return Format(
        title=known.title,
        looks_like=known.looks_like,
        parse=lambda source: known.parse(source.content, source.parameters),
    )


FORMATS: tuple[Format, ...] = (
    Format(
        title="NSRR XML",
        looks_like=nsrr_xml.looks_like,
        parse=lambda source: nsrr_xml.parse(source.content),
    ),
    Format(
        title="Profusion XML",
        looks_like=profusion_xml.looks_like,
        parse=lambda source: profusion_xml.parse(source.content),
    ),
    Format(
        title="Philips RML",
        looks_like=philips_rml.looks_like,
        parse=lambda source: philips_rml.parse(source.content),
    ),
    Format(
        title="Luna .annot",
        looks_like=luna_annot.looks_like,
        parse=lambda source: luna_annot.parse(source.content),
    ),
    Format(
        title="WFDB annotations (.st)",
        looks_like=wfdb.looks_like,
        parse=lambda source: wfdb.parse(
            source.content, wfdb.rate_of(source.header) or source.parameters.sample_rate_hz
        ),
    ),
    *(_text_format(known) for known in texts.FORMATS),
)
TITLES = ("EDF+ annotations", *(known.title for known in FORMATS))


def recognise(content: bytes) -> Format | None:
    """Give the first format that the content is of; None where none is known. EDF is not asked."""
    return next((known for known in FORMATS if known.looks_like(content)), None)


def header_beside(path: Path) -> Path | None:
    """Give the WFDB header of the same name beside the file; None where there is none."""
    if path.is_dir():
        return None
    header = path.with_suffix(_WFDB_HEADER)
    is_header = header.is_file() and not header.is_symlink()
    return header if is_header and header.stat().st_size < LARGEST_BYTES else None


def rank(path: Path) -> int:
    """Give the place of the file's format in `FORMATS`; behind all where it is of none."""
    known = recognise(path.read_bytes())
    return len(FORMATS) if known is None else FORMATS.index(known)


def is_scoring(path: Path) -> bool:
    """Tell whether the file is of a known format of scorings other than EDF+."""
    if path.stat().st_size > LARGEST_BYTES:
        return False
    content = path.read_bytes()
    return not edf_file.looks_like(content) and recognise(content) is not None


def read(path: Path, parameters: ScoringParameters) -> ScoringFile:
    """Give the scoring of a file, or of a folder with one export, with the lab's terms applied.

    Of several scorers in one file the first with a stage is given, which is the technician where
    there is one; that there were others is told.

    Raises
    ------
    ScoringError
        SCORING_FORMAT: no known format; RESOURCE: too large; other codes by format.
    """
    files = read_all(path, parameters)
    if len(files) == 1:
        return files[0]
    chosen = next((file for file in files if _has_stages(file)), files[0])
    words = f"The file holds {len(files)} scorings; that of {chosen.source} is used."
    told = Notice(code=Code.SCORERS, where="scoring file", message=words)
    return replace(chosen, notices=(told, *chosen.notices))


def read_all(path: Path, parameters: ScoringParameters) -> tuple[ScoringFile, ...]:
    """Give the scorings of all scorers in a file, as `read` gives that of one.

    Raises
    ------
    ScoringError
        As `read` does.
    """
    files = _read_set(path) if path.is_dir() else _read(path, parameters)
    return tuple(translate(file, parameters.terms) for file in files)


def _read_set(folder: Path) -> tuple[ScoringFile, ...]:
    """Give the one scoring of a folder; the names of its files do not matter."""
    found = parts(folder)
    check_size(sum(path.stat().st_size for path in found))
    return texts.parse_set(sorted(path.read_bytes() for path in found))


def _read(path: Path, parameters: ScoringParameters) -> tuple[ScoringFile, ...]:
    with path.open("rb") as file:
        is_edf = edf_file.looks_like(file.read(edf_file.HEAD_BYTES))
    if is_edf:
        return edf_file.read(path, parameters)
    check_size(path.stat().st_size)
    content = path.read_bytes()
    known = recognise(content)
    if known is not None:
        header = header_beside(path)
        return known.parse(
            Source(
                content=content,
                parameters=parameters,
                header=None if header is None else header.read_bytes(),
            )
        )
    if path.suffix.lower() in edf_file.ENDINGS:
        return edf_file.read(path, parameters)  # says what about it is no EDF
    raise ScoringError(
        "The scoring file cannot be read: its content is of no known format.",
        code=Code.SCORING_FORMAT,
        where="scoring file",
        found=f"{len(content)} bytes, ending {path.suffix.lower() or 'none'}",
        remedy=f"Export the scoring as one of: {', '.join(TITLES)}.",
    )


def check_size(size_bytes: int) -> None:
    """Refuse what is too large to be a scoring of another format than EDF+.

    Raises
    ------
    ScoringError
        RESOURCE.
    """
    if size_bytes > LARGEST_BYTES:
        raise ScoringError(
            "The scoring file is too large to be one.",
            code=Code.RESOURCE,
            where="scoring file",
            found=f"{size_bytes} bytes, of {LARGEST_BYTES} at most",
            remedy="Give the scoring of one night.",
        )


def _has_stages(file: ScoringFile) -> bool:
    return any(mark.kind is MarkKind.STAGE for mark in file.marks)
