"""Which files are let in: judged where they lie, before a byte of them is copied."""

from __future__ import annotations

from pathlib import Path

from pipeline.codes import Code
from pipeline.edf.reader import read_header
from pipeline.errors import EdfError, ResourceError
from pipeline.formats import edf_file, scoring_files
from pipeline.plainfile import bytes_at, opened, size_of

_BYTES_PER_MIB = 2**20


def admit_study(path: Path, *, most_mib: int) -> None:
    """Let a plain file in whose header agrees with its size; of its data, nothing is read.

    The file may change afterwards: its copy is judged again.

    Parameters
    ----------
    most_mib
        The largest file that is let in.

    Raises
    ------
    EdfError
        It is no plain file, or not what EDF describes.
    ResourceError
        RESOURCE: it is larger than any study.
    PassingError
        It could not be opened or read this time.
    """
    with opened(path) as file:
        size_mib = size_of(file) / _BYTES_PER_MIB
    read_header(path)
    if size_mib > most_mib:
        raise ResourceError(
            "The file is larger than a study.",
            code=Code.RESOURCE,
            where="file size",
            found=f"{size_mib:.0f} MiB, {most_mib} MiB are allowed",
            remedy="Give one night; if it is one, raise run.largest_study_mib.",
        )


def admit_scoring(path: Path, *, most_mib: int) -> None:
    """Let a plain file in: EDF as `admit_study` does, other formats by their size.

    Raises
    ------
    ScoringError
        The file cannot be a scoring.
    PassingError
        It could not be opened or read this time.
    """
    try:
        with opened(path) as file:
            size_bytes = size_of(file)
            is_edf = edf_file.looks_like(bytes_at(file, 0, edf_file.HEAD_BYTES))
        if is_edf:
            admit_study(path, most_mib=most_mib)
        else:
            scoring_files.check_size(size_bytes)
    except (EdfError, ResourceError) as error:
        raise edf_file.scoring_fault(error) from error
