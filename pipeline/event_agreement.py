"""How well two lists of events agree: one-to-one pairs by overlap, then precision, recall, F1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.events import Event

LEAST_IOU = 0.2  # intersection over union that makes a pair; clinical.md 7, as PSG-IPA is scored


@dataclass(frozen=True, kw_only=True)
class EventAgreement:
    """Agreement of found events with a reference.

    Attributes
    ----------
    pairs
        Reference and found event of each pair, in the order of the reference.
    n_reference, n_found
        Events in each list.
    """

    pairs: tuple[tuple[Event, Event], ...]
    n_reference: int
    n_found: int

    @property
    def precision(self) -> float | None:
        """Share of the found events that are in the reference; None when none was found."""
        return len(self.pairs) / self.n_found if self.n_found else None

    @property
    def recall(self) -> float | None:
        """Share of the reference's events that were found; None when it has none."""
        return len(self.pairs) / self.n_reference if self.n_reference else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of both; None when both lists are empty."""
        n_both = self.n_reference + self.n_found
        return 2 * len(self.pairs) / n_both if n_both else None

    @property
    def onset_errors_s(self) -> tuple[float, ...]:
        """Found onset less reference onset of each pair."""
        return tuple(found.onset_s - true.onset_s for true, found in self.pairs)


def match_events(
    reference: Sequence[Event], found: Sequence[Event], *, least_iou: float = LEAST_IOU
) -> EventAgreement:
    """Pair the events that overlap most, each with one other at most.

    Parameters
    ----------
    reference, found
        Events, sorted by onset.
    least_iou
        Intersection over union below which two events are no pair.
    """
    candidates = sorted(_overlaps(reference, found, least_iou), key=lambda row: (-row[0], row[1]))
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in candidates:
        if i not in partner and j not in taken:
            partner[i] = j
            taken.add(j)
    return EventAgreement(
        pairs=tuple((reference[i], found[partner[i]]) for i in sorted(partner)),
        n_reference=len(reference),
        n_found=len(found),
    )


def iou(first: Event, second: Event) -> float:
    """Give the intersection over union of two events in time, 0 to 1."""
    shared_s = min(first.offset_s, second.offset_s) - max(first.onset_s, second.onset_s)
    whole_s = max(first.offset_s, second.offset_s) - min(first.onset_s, second.onset_s)
    return max(0.0, shared_s) / whole_s if whole_s else 0.0


def _overlaps(
    reference: Sequence[Event], found: Sequence[Event], least_iou: float
) -> Iterator[tuple[float, int, int]]:
    """Give the overlap and both places of every possible pair."""
    for i, true in enumerate(reference):
        for j, other in enumerate(found):
            if other.onset_s >= true.offset_s:
                break
            overlap = iou(true, other)
            if overlap >= least_iou:
                yield overlap, i, j
