"""Every function on intervals against its naive twin on a mask of whole seconds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline import intervals

N = 24
spans = st.lists(
    st.tuples(st.integers(0, N), st.integers(0, N)).map(lambda p: (min(p), max(p))), max_size=6
).map(lambda rows: np.array(rows, dtype=np.float64).reshape(-1, 2))
masks = st.lists(st.booleans(), max_size=N).map(lambda bits: np.array(bits, dtype=np.bool_))


def naive(rows: NDArray[np.float64]) -> NDArray[np.bool_]:
    mask = np.zeros(N, dtype=np.bool_)
    for start, stop in rows:
        mask[int(start) : int(stop)] = True
    return mask


@given(masks)
def test_runs_and_masks_are_each_others_inverse(mask: NDArray[np.bool_]) -> None:
    assert np.array_equal(intervals.to_mask(intervals.runs(mask), len(mask)), mask)


@given(masks)
def test_runs_are_apart(mask: NDArray[np.bool_]) -> None:
    found = intervals.runs(mask)
    assert np.all(found[:, 0] < found[:, 1])
    assert np.all(found[1:, 0] > found[:-1, 1])


@given(spans)
def test_merging_keeps_the_time_and_leaves_gaps(rows: NDArray[np.float64]) -> None:
    found = intervals.merge(rows)
    assert np.array_equal(naive(found), naive(rows))
    assert np.all(found[1:, 0] > found[:-1, 1])


@pytest.mark.parametrize(("gap", "n_left"), [(0.9, 2), (1.0, 1)])
def test_merging_joins_gaps_up_to_the_given_one(gap: float, n_left: int) -> None:
    assert len(intervals.merge(np.array([[0.0, 1.0], [2.0, 3.0]]), gap)) == n_left


@given(spans, spans)
def test_subtracting_leaves_the_time_of_the_first_alone(
    first: NDArray[np.float64], second: NDArray[np.float64]
) -> None:
    found = intervals.subtract(first, second)
    assert np.array_equal(naive(found), naive(first) & ~naive(second))


@given(spans)
def test_the_complement_is_all_the_rest(rows: NDArray[np.float64]) -> None:
    assert np.array_equal(naive(intervals.complement(rows, 0.0, N)), ~naive(rows))


@given(spans)
def test_the_total_counts_shared_time_once(rows: NDArray[np.float64]) -> None:
    assert intervals.total(rows) == naive(rows).sum()


@given(spans, st.floats(0, N - 1), st.floats(0, N))
def test_clipping_leaves_nothing_outside(
    rows: NDArray[np.float64], start: float, length: float
) -> None:
    found = intervals.clip(rows, start, start + length)
    assert np.all((found >= start) & (found <= start + length))


@given(spans)
def test_a_time_is_contained_when_its_second_is(rows: NDArray[np.float64]) -> None:
    times = np.arange(N) + 0.5
    assert np.array_equal(intervals.contains(rows, times), naive(rows))


def test_an_interval_without_length_overlaps_nothing() -> None:
    assert not intervals.overlaps(np.array([[0.0, 2.0]]), np.array([[1.0, 1.0]])).any()


@given(spans, spans)
def test_intervals_overlap_when_they_share_a_second(
    first: NDArray[np.float64], second: NDArray[np.float64]
) -> None:
    found = intervals.overlaps(first, second)
    shared = [bool((naive(row[None]) & naive(second)).any()) for row in first]
    lengths = first[:, 1] - first[:, 0]
    assert [bool(f) for f, n in zip(found, lengths, strict=True) if n] == [
        s for s, n in zip(shared, lengths, strict=True) if n
    ]
