"""Room that begins where a cache line does."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.staging.aligned import LINE_BYTES, room_like


@pytest.mark.parametrize("shape", [(3, 5), (32, 3000), (7,), (0, 4)])
def test_room_has_the_shape_and_begins_at_a_line(shape: tuple[int, ...]) -> None:
    kept = [room_like(np.zeros(shape)) for _ in range(20)]
    assert {room.shape for room in kept} == {shape}
    assert {room.ctypes.data % LINE_BYTES for room in kept if room.size} <= {0}
    assert all(room.flags.writeable and room.flags.c_contiguous for room in kept)


def test_rooms_do_not_share_their_memory() -> None:
    rows = np.zeros((4, 16))
    first, second = room_like(rows), room_like(rows)
    first[:], second[:] = 1.0, 2.0
    assert first.min() == first.max() == 1.0
