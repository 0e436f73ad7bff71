"""Event matching against slow, obvious twins, and against the largest matching there is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from pipeline.event_agreement import iou, match_events, match_onsets
from pipeline.events import Event, EventKind

Score = Callable[[Event, Event], float | None]
SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 12)), max_size=14)


def drawn(spans: list[tuple[int, int]]) -> list[Event]:
    return [
        Event(kind=EventKind.BURST, rule_set="drawn", onset_s=float(a), duration_s=float(length))
        for a, length in sorted(spans)
    ]


def overlap(first: Event, second: Event) -> float | None:
    share = iou(first, second)
    return 1.0 - share if share >= 0.2 else None


def near(first: Event, second: Event) -> float | None:
    distance_s = abs(first.onset_s - second.onset_s)
    return distance_s if distance_s <= 2.0 else None


def slow_pairs(first: list[Event], second: list[Event], score: Score) -> list[tuple[int, int]]:
    """Look through all free pairs for the best one, take it, and begin again."""
    free = [set(range(len(first))), set(range(len(second)))]
    pairs: list[tuple[int, int]] = []
    while True:
        scored = [(score(first[i], second[j]), i + j, i, j) for i in free[0] for j in free[1]]
        possible = sorted(row for row in scored if row[0] is not None)
        if not possible:
            return sorted(pairs)
        i, j = possible[0][2:]
        pairs.append((i, j))
        free[0].discard(i)
        free[1].discard(j)


def largest(first: list[Event], second: list[Event], score: Score) -> int:
    table = [[score(a, b) is not None for b in second] for a in first]
    if not first or not second:
        return 0
    graph = csr_array(np.array(table, dtype=np.int8))
    return int((maximum_bipartite_matching(graph, perm_type="column") >= 0).sum())


@given(SPANS, SPANS)
def test_pairs_by_overlap_are_those_of_the_slow_twin(
    a: list[tuple[int, int]], b: list[tuple[int, int]]
) -> None:
    first, second = drawn(a), drawn(b)
    expected = [(first[i], second[j]) for i, j in slow_pairs(first, second, overlap)]
    assert list(match_events(first, second, least_iou=0.2).pairs) == expected


@given(SPANS, SPANS)
def test_pairs_by_onset_are_those_of_the_slow_twin(
    a: list[tuple[int, int]], b: list[tuple[int, int]]
) -> None:
    first, second = drawn(a), drawn(b)
    expected = [(first[i], second[j]) for i, j in slow_pairs(first, second, near)]
    assert list(match_onsets(first, second, tolerance_s=2.0).pairs) == expected


@given(SPANS, SPANS)
def test_the_agreement_is_the_same_whoever_is_the_reference(
    a: list[tuple[int, int]], b: list[tuple[int, int]]
) -> None:
    first, second = drawn(a), drawn(b)
    there, back = match_events(first, second), match_events(second, first)
    assert (there.f1, there.precision, there.recall) == (back.f1, back.recall, back.precision)


@given(SPANS, SPANS)
def test_there_are_at_most_as_many_pairs_as_can_be_and_at_least_half(
    a: list[tuple[int, int]], b: list[tuple[int, int]]
) -> None:
    first, second = drawn(a), drawn(b)
    n_pairs, most = len(match_events(first, second).pairs), largest(first, second, overlap)
    assert n_pairs <= most <= 2 * n_pairs
