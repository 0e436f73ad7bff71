"""One number of the night, with unit, definition and, where absent, the reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Availability(StrEnum):
    """Whether a number could be had."""

    AVAILABLE = "available"
    NOT_AVAILABLE = "not_available"


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One number of the night.

    Attributes
    ----------
    name
        snake_case with the unit as suffix, such as ``jerks_n1_per_h``; counts have none.
    title
        What the report prints, such as ``Jerks in N1 per hour``.
    group
        Heading under which the report prints it.
    value
        None when not available; never 0 for "could not be scored".
    low, high
        95 % interval where there is one.
    status, reason
        Why a value is absent.
    doubt
        Why a value that is there may be wrong; empty where nothing speaks against it.
    """

    name: str
    title: str
    group: str
    value: float | int | None
    unit: str
    definition: str
    low: float | None = None
    high: float | None = None
    reason: str = ""
    doubt: str = ""

    @property
    def status(self) -> Availability:
        """Whether there is a value."""
        return Availability.NOT_AVAILABLE if self.value is None else Availability.AVAILABLE
