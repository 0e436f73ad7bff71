"""Sleep annotations of PhysioNet's MIT-BIH polysomnographic database (.st)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.codes import Code
from pipeline.errors import ScoringError
from pipeline.formats.doubts import fault, old_stages
from pipeline.formats.marks import Mark, MarkKind, ScoringFile
from pipeline.formats.mit_annotations import MitAnnotation, decode
from pipeline.hypnogram import EPOCH_S, Stage
from pipeline.notices import Notice

SOURCE = "wfdb"
_STAGES = {
    "W": Stage.W,
    "1": Stage.N1,
    "2": Stage.N2,
    "3": Stage.N3,
    "4": Stage.N3,
    "R": Stage.R,
    "M": Stage.MOVEMENT,
    "MT": Stage.MOVEMENT,
}
# Flags of an epoch. Each says that it happened in these 30 s, not when.
_KINDS = {
    "L": MarkKind.LIMB_MOVEMENT,
    "LA": MarkKind.LIMB_MOVEMENT,
    **dict.fromkeys(("H", "HA", "OA", "X", "CA", "CAA"), MarkKind.RESPIRATORY),
    "A": MarkKind.KNOWN,  # an arousal whose moment is not known can precede or follow nothing
    "MT": MarkKind.KNOWN,
}
_WITH_AROUSAL = {"A", "LA", "HA", "X", "CAA"}
_RESOLUTION = re.compile(r"## time resolution: (\d+(?:\.\d+)?)")
_RATE = re.compile(r"(\d+(?:\.\d+)?)")
_RATE_PLACE = 2  # record line: name, number of signals, rate


def looks_like(content: bytes) -> bool:
    """Tell whether it is an MIT annotation file whose texts begin with sleep stages."""
    if content.startswith((b"<", b"#", b"0       ")):
        return False
    try:
        texts = [a.text for a in decode(content) if a.text]
    except ScoringError:
        return False
    return any(text.split()[:1] and text.split()[0] in _STAGES for text in texts)


def rate_of(header: bytes | None) -> float | None:
    """Give the samples per second that a WFDB header states; None where it states none.

    References
    ----------
    WFDB Applications Guide, header(5), record line.
    """
    text = (header or b"").decode("latin-1")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    fields = lines[0].split() if lines else []
    match = _RATE.match(fields[_RATE_PLACE]) if len(fields) > _RATE_PLACE else None
    return float(match[1]) if match and float(match[1]) > 0.0 else None


def parse(content: bytes, rate_hz: float) -> tuple[ScoringFile, ...]:
    """Give the one scoring of the file: a stage of Rechtschaffen and Kales for each 30 s.

    Leg and respiratory flags last as long as their epoch, for their moment in it is not known;
    arousals, which are counted by their moment, are left out, and both is told.

    Parameters
    ----------
    rate_hz
        Samples per second of the record; 0.0 where it is not known, which only a file that
        tells its own time resolution can do without.

    Raises
    ------
    ScoringError
        SCORING_RATE: the rate is not known; SCORING_SYNTAX.

    References
    ----------
    Ichimaru Y, Moody GB. Development of the polysomnographic database on CD-ROM. Psychiatry
    Clin Neurosci 1999;53:175-177.
    """
    annotations = decode(content)
    rate_hz = _own_rate(annotations) or rate_hz
    if rate_hz <= 0.0:
        raise ScoringError(
            "The annotation file counts in samples and does not tell how many are a second.",
            code=Code.SCORING_RATE,
            where="scoring file",
            remedy="Put the record's header (.hea) beside it under the same name, or set "
            "scoring.sample_rate_hz.",
        )
    marks = tuple(mark for a in annotations for mark in _marks(a, rate_hz))
    is_old = any(mark.kind is MarkKind.STAGE and mark.text in "1234" for mark in marks)
    notices = old_stages(is_told=is_old) + _by_epoch(marks)
    return (ScoringFile(source=SOURCE, marks=marks, epoch_s=EPOCH_S, notices=notices),)


def _own_rate(annotations: tuple[MitAnnotation, ...]) -> float | None:
    first = annotations[0].text if annotations else ""
    match = _RESOLUTION.match(first)
    return float(match[1]) if match else None


def _marks(annotation: MitAnnotation, rate_hz: float) -> Iterator[Mark]:
    words = annotation.text.split()
    if not words or annotation.text.startswith("##"):
        return
    onset_s = annotation.sample / rate_hz
    if onset_s < 0.0:
        raise fault("An annotation lies before the record.", f"sample {annotation.sample}")
    if words[0] in _STAGES:
        stage = _STAGES[words.pop(0)]
        yield _mark(annotation.text.split()[0], MarkKind.STAGE, onset_s, stage)
    for word in words:
        yield _mark(word, _KINDS.get(word, MarkKind.UNKNOWN), onset_s)


def _mark(text: str, kind: MarkKind, onset_s: float, stage: Stage | None = None) -> Mark:
    return Mark(kind=kind, onset_s=onset_s, duration_s=EPOCH_S, stage=stage, text=text)


def _by_epoch(marks: tuple[Mark, ...]) -> tuple[Notice, ...]:
    flagged = [m for m in marks if m.kind in (MarkKind.LIMB_MOVEMENT, MarkKind.RESPIRATORY)]
    n_arousals = sum(m.text in _WITH_AROUSAL for m in marks)
    if not flagged and not n_arousals:
        return ()
    words = (
        f"{len(flagged)} leg and respiratory events are known to their epoch only and last as "
        f"long as it; {n_arousals} arousals without a moment are not used."
    )
    return (Notice(code=Code.SCORING_BY_EPOCH, where="scoring file", message=words),)
