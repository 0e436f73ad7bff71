"""What was noticed, repaired or assumed in a study, stored with its night."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One warning that travels with the night into `night.json` and the report.

    Attributes
    ----------
    code
        Stable upper-case name, such as ``TRUNCATED`` or ``LEG_RESOLUTION``.
    where
        Header field, channel role or time, never a patient's data.
    message
        What was found and what was done about it, in a technician's words.
    """

    code: str
    where: str
    message: str
