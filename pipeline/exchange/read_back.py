"""What was written for other programs is read back and compared before it counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.edf.annotation_writer import compare
from pipeline.edf.annotations import Annotation
from pipeline.formats.marks import Mark

SEPARATOR = "@@"


def annotation(onset_s: float, duration_s: float, text: str, channel: str = "") -> Annotation:
    """Give what a row of any format says, as far as all have it."""
    return Annotation(onset_s=onset_s, duration_s=duration_s, text=f"{text}{SEPARATOR}{channel}")


def of_marks(marks: Iterable[Mark]) -> list[Annotation]:
    """Give the same of marks that a parser found."""
    return [annotation(m.onset_s, m.duration_s or 0.0, m.text, m.channel) for m in marks]


def check_marks(wanted: Sequence[Annotation], marks: Iterable[Mark], reader: str) -> None:
    """Compare count, onsets and durations (1 ms), texts and channels, in the file's order.

    Raises
    ------
    ResultError
        ANNOTATIONS_DIFFER.
    """
    compare(wanted, of_marks(marks), reader, most_bytes=None)
