"""What was noticed, repaired or assumed in a study, stored with its night."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.codes import Code


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One warning that travels with the night into `night.json` and the report.

    Attributes
    ----------
    code
        Its name, such as ``TRUNCATED``.
    where
        Header field, channel role or time, never a patient's data.
    message
        What was found and what was done about it, in a technician's words.
    """

    code: Code
    where: str
    message: str
