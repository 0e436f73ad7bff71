"""What goes wrong in a flow, told without a path: Prefect keeps every message of an error."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.codes import Code
from pipeline.errors import HypnicError

_N_PLACES = 4  # innermost frames that are named


class FlowError(RuntimeError):
    """A flow could not do its work; the message holds no path and no patient's data."""


@contextmanager
def without_paths() -> Iterator[None]:
    """Turn every error into one whose message may stand in a database."""
    try:
        yield
    except FlowError:
        raise
    except HypnicError as error:
        words = f"{error.code}: {error.what} What to do: {error.remedy}"
        raise FlowError(words) from None
    except Exception as error:  # noqa: BLE001 - its message may hold a path
        raise FlowError(_words(error)) from None


def _words(error: Exception) -> str:
    """Name an error that nobody foresaw by its type and its place in the program."""
    if isinstance(error, OSError):
        return f"{Code.IO}: {error.strerror or type(error).__name__}. Check the disk and rights."
    frames = traceback.extract_tb(error.__traceback__)[-_N_PLACES:]
    places = [f"{Path(frame.filename).stem}.{frame.name}:{frame.lineno}" for frame in frames]
    return f"{Code.INTERNAL_ERROR}: {type(error).__name__} at {' > '.join(places)}"
