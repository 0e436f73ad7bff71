"""EDF+ annotations as a scorer's marks, by the standard texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Protocol

from pipeline.formats.assemble import assemble
from pipeline.formats.doubts import old_stages, vague
from pipeline.formats.lab_terms import normalised
from pipeline.formats.marks import Mark, MarkKind, ScoringFile
from pipeline.formats.placing import StudyFrame
from pipeline.hypnogram import Stage
from pipeline.notices import Notice
from pipeline.scoring import Scoring

SOURCE = "edf"
# Standard texts, lower case. "Sleep stage N" is sleep that is not R, of no named depth.
_STAGES = {
    "sleep stage w": Stage.W,
    "sleep stage n1": Stage.N1,
    "sleep stage n2": Stage.N2,
    "sleep stage n3": Stage.N3,
    "sleep stage r": Stage.R,
    "sleep stage rem": Stage.R,  # not standard, but plain
    "sleep stage 1": Stage.N1,
    "sleep stage 2": Stage.N2,
    "sleep stage 3": Stage.N3,
    "sleep stage 4": Stage.N3,
    "sleep stage ?": Stage.UNSCORED,
    "sleep stage n": Stage.UNSCORED,
    "unscored": Stage.UNSCORED,
    "movement time": Stage.MOVEMENT,
}
_KALES = {f"sleep stage {digit}" for digit in "1234"}
_VAGUE = "sleep stage n"
_APNOEAS = {
    f"{prefix}{word}"
    for prefix in ("", "obstructive ", "central ", "mixed ")
    for word in ("apnea", "apnoea", "hypopnea", "hypopnoea")
}
# Standard texts that nothing here is made of; they are known, so they are no cause for a notice.
_OTHERS = {
    *("hypoventilation", "periodic breathing", "cs breathing", "sinus tachycardia"),
    *("wc tachycardia", "nc tachycardia", "bradycardia", "asystole", "atrial fibrillation"),
    *("bruxism", "rbd", "rmd"),
    # no standard texts, but this project's own
    *("hypnic jerk", "eeg arousal (automatic)", "alternating leg muscle activation"),
    *("hypnagogic foot tremor", "high frequency leg movement"),
}
_KINDS = {
    **dict.fromkeys(_STAGES, MarkKind.STAGE),
    **dict.fromkeys(("eeg arousal", "arousal"), MarkKind.AROUSAL),
    **dict.fromkeys((*_APNOEAS, "rera"), MarkKind.RESPIRATORY),
    **dict.fromkeys(_OTHERS, MarkKind.KNOWN),
    "limb movement": MarkKind.LIMB_MOVEMENT,
    "plms": MarkKind.PLM,
    "lights off": MarkKind.LIGHTS_OFF,
    "lights on": MarkKind.LIGHTS_ON,
}


class Annotated(Protocol):
    """What is needed of an annotation; `pipeline.edf.annotations.Annotation` has it."""

    @property
    def onset_s(self) -> float:
        """Seconds from the start of the record."""

    @property
    def duration_s(self) -> float | None:
        """None where the file gives none."""

    @property
    def text(self) -> str:
        """As written."""


def to_marks(annotations: Iterable[Annotated]) -> ScoringFile:
    """Give the marks that the annotations are, by their texts; the zero is the file's start.

    References
    ----------
    EDF+ standard texts; EDF+ 2.2.4 for ``text@@signal``.
    """
    marks = tuple(_mark(annotation) for annotation in annotations)
    return ScoringFile(source=SOURCE, marks=marks, notices=_notices(marks))


def to_scoring(
    annotations: Iterable[Annotated], duration_s: float, *, labels: Collection[str] = ()
) -> Scoring:
    """Give the scoring in a record's own annotations.

    Parameters
    ----------
    duration_s
        Length of the record.
    labels
        The record's channel labels.
    """
    frame = StudyFrame(duration_s=duration_s, labels=tuple(labels))
    return assemble(to_marks(annotations), frame)


def _mark(annotation: Annotated) -> Mark:
    text, _, signal = annotation.text.partition("@@")
    key = normalised(text)
    return Mark(
        kind=_KINDS.get(key, MarkKind.UNKNOWN),
        onset_s=annotation.onset_s,
        duration_s=annotation.duration_s,
        stage=_STAGES.get(key),
        text=text,
        channel=signal.strip(),
    )


def _notices(marks: Sequence[Mark]) -> tuple[Notice, ...]:
    counts = Counter(normalised(mark.text) for mark in marks)
    is_old = any(counts[text] for text in _KALES)
    return (*old_stages(is_told=is_old), *vague(counts[_VAGUE]))
