"""A hypnogram that is one of an EDF's signals: a code for each epoch, or for each sample."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline import aliases
from pipeline.codes import Code
from pipeline.formats.marks import Mark, MarkKind
from pipeline.formats.rows import nothing
from pipeline.formats.schemes import stages_of
from pipeline.hypnogram import Stage
from pipeline.notices import Notice

_SHORTEST_EPOCH_S = 19.5  # epochs have 20 or 30 s; what is sampled more often repeats their code
_TOLERANCE = 0.05  # of a code: what a 16-bit scale over any range of codes can be off
_NO_CODE = ""
_KEYS = frozenset(
    aliases.normalise(label)
    for label in (
        *("Hypnogram", "Hypnogramm", "Hypnogramme", "Hypno", "Sleep Stage", "Sleep Stages"),
        *("Sleep Staging", "Sleep Profile", "Staging", "Stage", "Stages", "Stade", "Stades"),
        *("Schlafstadium", "Schlafstadien", "Schlafprofil", "EDF Hypnogram", "Hypnogram EDF"),
    )
)


def is_hypnogram(label: str) -> bool:
    """Tell whether a signal of this label is likely a hypnogram; it is read only when named."""
    return aliases.normalise(label) in _KEYS


def to_marks(
    codes: NDArray[np.float64], rate_hz: float, scheme: str
) -> tuple[tuple[Mark, ...], float | None, tuple[Notice, ...]]:
    """Give the stages of a signal's samples, the length of its epochs, and what was doubtful.

    A signal with a sample in 20 s or more has one for each epoch; of one that is sampled more
    often, equal samples in a row are one mark, and its epochs are told by the lengths of these.
    What is no code of the scheme is unscored.

    Parameters
    ----------
    codes
        Physical values, shape (n_samples,).
    scheme
        Name in `pipeline.formats.schemes.SCHEMES`.

    Raises
    ------
    ScoringError
        SCHEME_NEEDED, SCHEME_UNKNOWN; SCORING_UNREADABLE: no sample is a code.

    References
    ----------
    EDF+ specification 2.2.5 (a hypnogram as a signal: W, 1, 2, 3, 4, R, M are 0 to 6).
    """
    is_epoch = 1.0 / rate_hz >= _SHORTEST_EPOCH_S
    starts = np.arange(len(codes)) if is_epoch else _starts_of_runs(codes)
    lengths = np.diff(np.append(starts, len(codes)))
    texts = [_text(value) for value in codes[starts]]
    stages = _stages(texts, scheme)
    marks = tuple(
        Mark(
            kind=MarkKind.STAGE,
            onset_s=float(start) / rate_hz,
            duration_s=float(length) / rate_hz,
            stage=Stage.UNSCORED if stage is None else stage,
            text=text,
        )
        for start, length, stage, text in zip(starts, lengths, stages, texts, strict=True)
    )
    n_strange = sum(int(n) for n, s in zip(lengths, stages, strict=True) if s is None)
    return marks, 1.0 / rate_hz if is_epoch else None, _strange(n_strange, len(codes))


def _starts_of_runs(codes: NDArray[np.float64]) -> NDArray[np.int64]:
    whole = np.round(codes)
    changed = np.flatnonzero(whole[1:] != whole[:-1]) + 1
    return np.concatenate(([0], changed)).astype(np.int64)[: len(codes)]


def _text(value: float) -> str:
    """Give the code as text; blank for what is no whole number."""
    is_code = bool(np.isfinite(value)) and abs(value - round(value)) <= _TOLERANCE
    return str(round(value)) if is_code else _NO_CODE


def _stages(texts: Sequence[str], scheme: str) -> list[Stage | None]:
    stages = stages_of(texts, scheme)
    if all(stage is None for stage in stages):
        raise nothing()
    return stages


def _strange(n_strange: int, n_samples: int) -> tuple[Notice, ...]:
    if not n_strange:
        return ()
    words = (
        f"{n_strange} of {n_samples} samples of the hypnogram's signal are no code of the scheme; "
        "they are unscored."
    )
    return (Notice(code=Code.HYPNOGRAM_SIGNAL, where="stages", message=words),)
