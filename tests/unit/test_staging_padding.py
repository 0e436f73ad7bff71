"""A record beyond its ends."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.staging.padding import circular, mirrored, padding

RECORD = np.array([1.0, 2.0, 4.0, 8.0])


@pytest.mark.parametrize(
    ("start", "stop", "expected"),
    [
        (0, 4, [1, 2, 4, 8]),
        (-2, 1, [-2, 0, 1]),
        (3, 6, [8, 12, 14]),
        (-5, -2, [0, 0, -6]),
        (6, 9, [15, 0, 0]),
        (-4, 8, [0, -6, -2, 0, 1, 2, 4, 8, 12, 14, 15, 0]),
        (5, 5, []),
    ],
)
def test_a_record_is_mirrored_through_its_end_points_once(
    start: int, stop: int, expected: list[float]
) -> None:
    np.testing.assert_array_equal(mirrored(RECORD, start, stop), expected)


def test_the_padded_record_repeats_itself() -> None:
    record = np.arange(50.0) ** 2
    n_before, n_padded = padding(len(record))
    once = circular(record, 0, n_padded)
    np.testing.assert_array_equal(once[n_before : n_before + 50], record)
    found = circular(record, -n_padded - 3, 2 * n_padded + 5)
    np.testing.assert_array_equal(found, np.concatenate((once[-3:], once, once, once, once[:5])))


@pytest.mark.parametrize(
    ("n_samples", "expected"), [(80, (24, 128)), (824, (100, 1024)), (825, (611, 2048))]
)
def test_padding_is_mnes(n_samples: int, expected: tuple[int, int]) -> None:
    assert padding(n_samples) == expected
