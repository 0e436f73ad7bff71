"""How well two lists of events agree: one-to-one pairs, then precision, recall, F1.

Pairs are made greedily, the best first: by the largest overlap, or by the nearest onset. A
maximum matching would make as many pairs as can be made, and for that take two events apart that
a person would call one, to pair each with a poor neighbour: it flatters the agreement, and the
onset errors of its pairs mean less.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import Field

from pipeline.events import Event
from pipeline.hypnogram import TOLERANCE_S
from pipeline.parameters import Parameters

LEAST_IOU = 0.2  # intersection over union that makes a pair; clinical.md 7, as PSG-IPA is scored

_Candidate = tuple[float, int, int]  # how far from perfect, place in the reference and the found


class MatchParameters(Parameters):
    """When two scorers' events are one and the same."""

    least_iou: float = Field(
        LEAST_IOU,
        gt=0.0,
        le=1.0,
        description="intersection over union from which two events are a pair by overlap; "
        "source: clinical.md 7, as PSG-IPA is scored",
    )
    onset_tolerance_s: float = Field(
        0.5,
        ge=0.0,
        le=60.0,
        description="seconds between two onsets up to which two events are a pair by onset; "
        "source: this project, the 0.5 s within which AASM and WASM take two events as one",
    )


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

    The same pairs come out whichever list is the reference. An event without a duration
    overlaps nothing.

    Parameters
    ----------
    reference, found
        Events, sorted by onset.
    least_iou
        Intersection over union below which two events are no pair.
    """
    return _agreement(reference, found, _overlaps(reference, found, least_iou))


def match_onsets(
    reference: Sequence[Event], found: Sequence[Event], *, tolerance_s: float
) -> EventAgreement:
    """Pair the events whose onsets are nearest, each with one other at most.

    The same pairs come out whichever list is the reference.

    Parameters
    ----------
    reference, found
        Events, sorted by onset.
    tolerance_s
        Largest distance of the onsets of a pair, itself included.
    """
    return _agreement(reference, found, _near_onsets(reference, found, tolerance_s))


def iou(first: Event, second: Event) -> float:
    """Give the intersection over union of two events in time, 0 to 1."""
    shared_s = min(first.offset_s, second.offset_s) - max(first.onset_s, second.onset_s)
    whole_s = max(first.offset_s, second.offset_s) - min(first.onset_s, second.onset_s)
    return max(0.0, shared_s) / whole_s if whole_s else 0.0


def _agreement(
    reference: Sequence[Event], found: Sequence[Event], candidates: Iterable[_Candidate]
) -> EventAgreement:
    """Take the candidates, the best first, as long as both events are still free.

    Of two that are equally good and share an event, the one with the earlier partner comes
    first, whichever list is the reference.
    """
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in sorted(candidates):
        if i not in partner and j not in taken:
            partner[i] = j
            taken.add(j)
    return EventAgreement(
        pairs=tuple((reference[i], found[partner[i]]) for i in sorted(partner)),
        n_reference=len(reference),
        n_found=len(found),
    )


def _overlaps(
    reference: Sequence[Event], found: Sequence[Event], least_iou: float
) -> Iterator[_Candidate]:
    """Give how much of the union is not shared, and both places, of every possible pair."""
    if not found:
        return
    onsets_s = np.array([event.onset_s for event in found])
    reach_s = np.maximum.accumulate([event.offset_s for event in found])
    for i, true in enumerate(reference):
        first = int(np.searchsorted(reach_s, true.onset_s, side="right"))
        last = int(np.searchsorted(onsets_s, true.offset_s, side="left"))
        for j in range(first, last):
            overlap = iou(true, found[j])
            if overlap >= least_iou:
                yield 1.0 - overlap, i, j


def _near_onsets(
    reference: Sequence[Event], found: Sequence[Event], tolerance_s: float
) -> Iterator[_Candidate]:
    """Give the distance of the onsets, and both places, of every possible pair."""
    onsets_s = np.array([event.onset_s for event in found])
    for i, true in enumerate(reference):
        widest_s = tolerance_s + TOLERANCE_S
        first = int(np.searchsorted(onsets_s, true.onset_s - widest_s, side="left"))
        last = int(np.searchsorted(onsets_s, true.onset_s + widest_s, side="right"))
        for j in range(first, last):
            yield abs(found[j].onset_s - true.onset_s), i, j
