"""A study from its files: header, montage, wanted channels, annotations, scoring."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipeline.codes import Code
from pipeline.edf.annotations import AnnotationList
from pipeline.edf.header import Header
from pipeline.edf.reader import read_header, read_recording, read_whole
from pipeline.errors import EdfError, ScoringError
from pipeline.formats import scoring_files
from pipeline.formats.assemble import assemble
from pipeline.formats.edf_annotations import to_marks
from pipeline.formats.edf_file import frame_of
from pipeline.formats.lab_terms import translate
from pipeline.formats.scoring_parameters import ScoringParameters
from pipeline.montage import Montage, MontageParameters, assign
from pipeline.scoring import Scoring
from pipeline.study import Study

_AS_WRITTEN = ScoringParameters()


def read_study(
    path: Path,
    scoring: Path | None,
    parameters: MontageParameters,
    scorings: ScoringParameters = _AS_WRITTEN,
) -> Study:
    """Give the study in a file, with the scoring of a second file where one is given.

    Parameters
    ----------
    scorings
        What the lab says of its scoring files.

    Raises
    ------
    EdfError
        A file is not what EDF describes, or holds no signal.
    ScoringError
        The second file's scoring does not fit the study.
    """
    header = read_header(path)
    montage = assign(header.facts(), parameters)
    if not header.facts():
        raise EdfError(
            "The file holds annotations only, no signal.",
            code=Code.NO_SIGNALS,
            where="header, signal labels",
            found="only annotation signals",
            remedy="Give the recording; this file can be its scoring: --hypnogram FILE.",
        )
    if scoring is None:
        recording, annotations = read_whole(path, header, _wanted(montage))
        found = _own_scoring(annotations, header, scorings)
    else:
        recording = read_recording(path, header, _wanted(montage))
        found = _second(scoring, header, scorings)
    return Study(recording=recording, montage=montage, scoring=found)


def _wanted(montage: Montage) -> list[int]:
    pairs = [(d.positive, d.negative) for d in montage.derivations]
    return sorted({index for pair in pairs for index in pair if index is not None})


def _own_scoring(
    annotations: AnnotationList, header: Header, parameters: ScoringParameters
) -> Scoring:
    file = translate(to_marks(annotations.annotations), parameters.terms)
    own = replace(file, notices=annotations.notices + file.notices)
    return assemble(own, frame_of(header))


def _second(path: Path, study: Header, parameters: ScoringParameters) -> Scoring:
    """Give the second file's scoring on the study's time."""
    file = scoring_files.read(path, parameters)
    scoring = assemble(file, frame_of(study))
    if scoring.hypnogram is None:
        raise ScoringError(
            "The scoring file holds no sleep stage of this study's time.",
            code=Code.NO_STAGES,
            where="scoring file",
            found=f"{len(file.marks)} annotations",
            remedy="Give the scoring of this very night, with its sleep stages.",
        )
    return scoring
