"""Digital samples: from the bytes of data records to integers, bit for bit."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_BDF_BYTES = 3
_UNUSED_BITS = 8  # 24-bit samples are placed in the upper part of 32 bits, then shifted down


def empty_samples(n_samples: int, *, is_bdf: bool) -> NDArray[np.integer[Any]]:
    """Give room for the samples of one channel: int16 in EDF, int32 in BDF."""
    return np.empty(n_samples, dtype=np.int32 if is_bdf else np.int16)


def copy_samples(
    records: NDArray[np.uint8], start_byte: int, out: NDArray[np.integer[Any]]
) -> None:
    """Fill `out` with one channel of some records.

    Parameters
    ----------
    records
        Bytes of whole data records, shape (n_records, record_bytes).
    start_byte
        Where the channel begins in each record.
    out
        Where its samples belong, shape (n_records * samples_per_record,).
    """
    n_records = len(records)
    per_record = len(out) // n_records
    if out.dtype == np.int16:
        part = records[:, start_byte : start_byte + 2 * per_record]
        out.reshape(n_records, per_record).view(np.uint8).reshape(n_records, -1)[:] = part
        if np.little_endian is False:
            out.byteswap(inplace=True)
        return
    part = records[:, start_byte : start_byte + _BDF_BYTES * per_record]
    wide = np.zeros((len(out), 4), dtype=np.uint8)
    wide[:, 1:] = part.reshape(-1, _BDF_BYTES)
    out[:] = wide.view("<i4")[:, 0] >> _UNUSED_BITS
