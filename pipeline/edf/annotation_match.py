"""Which annotations of two lists are the same: text alike, times within a millisecond."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from pipeline.edf.annotations import Annotation
from pipeline.edf.timekeeping import STEP_TOLERANCE_S


def unmatched(
    ours: Sequence[Annotation], theirs: Sequence[Annotation], text_bytes: int | None
) -> tuple[list[Annotation], list[Annotation]]:
    """Give the annotations of each that the other has not: text the same, times within 1 ms."""
    mine, others = _by_text(ours, text_bytes), _by_text(theirs, text_bytes)
    missing: list[Annotation] = []
    surplus: list[Annotation] = []
    for text in mine.keys() | others.keys():
        _walk(mine[text], others[text], missing, surplus)
    return missing, surplus


def _by_text(
    annotations: Sequence[Annotation], text_bytes: int | None
) -> defaultdict[str, list[Annotation]]:
    groups: defaultdict[str, list[Annotation]] = defaultdict(list)
    for a in annotations:
        groups[a.text.encode()[:text_bytes].decode(errors="ignore")].append(a)
    for group in groups.values():
        group.sort(key=_order)
    return groups


def _walk(
    ours: list[Annotation],
    theirs: list[Annotation],
    missing: list[Annotation],
    surplus: list[Annotation],
) -> None:
    i = j = 0
    while i < len(ours) and j < len(theirs):
        if _is_same_time(ours[i], theirs[j]):
            i, j = i + 1, j + 1
        elif _order(ours[i]) <= _order(theirs[j]):
            missing.append(ours[i])
            i += 1
        else:
            surplus.append(theirs[j])
            j += 1
    missing += ours[i:]
    surplus += theirs[j:]


def _order(a: Annotation) -> tuple[float, float]:
    return round(a.onset_s, 4), -1.0 if a.duration_s is None else a.duration_s


def _is_same_time(one: Annotation, other: Annotation) -> bool:
    if (one.duration_s is None) != (other.duration_s is None):
        return False
    lasts_s = (one.duration_s or 0.0) - (other.duration_s or 0.0)
    return max(abs(one.onset_s - other.onset_s), abs(lasts_s)) <= STEP_TOLERANCE_S
