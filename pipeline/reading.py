"""A study from its files: header, montage, wanted channels, annotations, scoring."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipeline.codes import Code
from pipeline.edf.header import Header
from pipeline.edf.reader import read_header, read_longest_part, read_recording, read_whole
from pipeline.errors import EdfError, ScoringError
from pipeline.formats import scoring_files
from pipeline.formats.assemble import assemble
from pipeline.formats.edf_annotations import to_marks
from pipeline.formats.edf_file import frame_of, part_frame, with_signal
from pipeline.formats.lab_terms import translate
from pipeline.formats.marks import ScoringFile
from pipeline.formats.placing import StudyFrame
from pipeline.formats.scoring_parameters import AS_WRITTEN, ScoringParameters
from pipeline.montage import Montage, MontageParameters, assign
from pipeline.notices import Notice
from pipeline.scoring import Scoring
from pipeline.study import Study


def read_study(
    path: Path,
    scoring: Path | None,
    parameters: MontageParameters,
    scorings: ScoringParameters = AS_WRITTEN,
    *,
    wants_longest: bool = False,
) -> Study:
    """Give the study in a file, with the scoring of a second file where one is given.

    Parameters
    ----------
    scorings
        What the lab says of its scoring files.
    wants_longest
        Of a recording with gaps, take the longest part without one; else it is refused.

    Raises
    ------
    EdfError
        A file is not what EDF describes, or holds no signal.
    ScoringError
        The second file's scoring does not fit the study.
    """
    whole = read_header(path)
    montage = assign(whole.facts(), parameters)
    if not whole.facts():
        raise EdfError(
            "The file holds annotations only, no signal.",
            code=Code.NO_SIGNALS,
            where="header, signal labels",
            found="only annotation signals",
            remedy="Give the recording; this file can be its scoring: --hypnogram FILE.",
        )
    header = read_longest_part(path, whole) if wants_longest else whole
    if scoring is None:
        recording, annotations = read_whole(path, header, _wanted(montage))
        own = with_signal(to_marks(annotations.annotations), path, header, scorings)
        found = _own_scoring(own, annotations.notices, header, scorings)
    else:
        recording = read_recording(path, header, _wanted(montage))
        found = _second(scoring, part_frame(whole, header), scorings)
    return Study(recording=recording, montage=montage, scoring=found)


def _wanted(montage: Montage) -> list[int]:
    pairs = [(d.positive, d.negative) for d in montage.derivations]
    return sorted({index for pair in pairs for index in pair if index is not None})


def _own_scoring(
    own: ScoringFile, told: tuple[Notice, ...], header: Header, parameters: ScoringParameters
) -> Scoring:
    file = translate(own, parameters.terms)
    return assemble(replace(file, notices=told + file.notices), frame_of(header))


def _second(path: Path, frame: StudyFrame, parameters: ScoringParameters) -> Scoring:
    """Give the second file's scoring on the study's time."""
    file = scoring_files.read(path, parameters)
    scoring = assemble(file, frame)
    if scoring.hypnogram is None:
        raise ScoringError(
            "The scoring file holds no sleep stage of this study's time.",
            code=Code.NO_STAGES,
            where="scoring file",
            found=f"{len(file.marks)} annotations",
            remedy="Give the scoring of this very night, with its sleep stages; where they are a "
            "signal of an EDF, name its label in scoring.hypnogram_signal.",
        )
    return scoring
