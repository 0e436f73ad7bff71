"""Room for intermediate results that processors write to quickly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LINE_BYTES = 64  # of a cache line, and of the longest vectors of a processor


def room_like(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give an array of that shape, without values, that begins where a cache line does.

    numpy's own arrays begin at any multiple of 16 bytes, and a difference written to one whose
    vectors lie across two lines takes twice as long.
    """
    spare = LINE_BYTES // rows.itemsize
    room = np.empty(rows.size + spare)
    first = -room.ctypes.data % LINE_BYTES // rows.itemsize
    return room[first : first + rows.size].reshape(rows.shape)
