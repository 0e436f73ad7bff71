"""Every error that hypnic raises on purpose.

HypnicError
├── StudyError         this study cannot be used, now or later: quarantine
│   ├── EdfError       the file is not what the EDF standard describes
│   ├── MontageError   a needed channel is missing or ambiguous
│   ├── ScoringError   a technician's scoring cannot be used
│   └── ResourceError  the study would need, or needed, more than its limits allow
├── PassingError       this time it failed (I/O, full disk, a file still growing): try again
├── SettingsError      the configuration is wrong; all its mistakes at once
├── ResultError        a result folder is damaged or not there
└── QueryError         a query of the catalogue is wrong, or would do more than read
"""

from __future__ import annotations

from pipeline.codes import Code


class HypnicError(Exception):
    """An error with all that a technician needs to act on it.

    Parameters
    ----------
    what
        One sentence: what is wrong.
    code
        Name of the fault, for tables and for searching.
    where
        Place of the fault: a header field, a channel, a configuration key, a byte offset.
        Never a file name or a patient's data: the caller knows the file.
    found
        What stood there.
    remedy
        What to do about it.
    """

    def __init__(
        self, what: str, *, code: Code, where: str = "", found: str = "", remedy: str = ""
    ) -> None:
        super().__init__(what, code, where, found, remedy)
        self.what = what
        self.code = code
        self.where = where
        self.found = found
        self.remedy = remedy

    def __str__(self) -> str:
        parts = [f"{self.code}: {self.what}"]
        parts += [f"Where: {self.where}."] if self.where else []
        parts += [f"Found: {self.found}."] if self.found else []
        parts += [f"What to do: {self.remedy}"] if self.remedy else []
        return " ".join(parts)

    def __reduce__(self) -> tuple[object, ...]:
        """Survive the way back from a child process."""
        return (_rebuild, (type(self), self.what, self.code, self.where, self.found, self.remedy))


class StudyError(HypnicError):
    """The study cannot be used; trying again gives the same answer."""


class EdfError(StudyError):
    """The file is not what the EDF, EDF+, BDF or BDF+ standard describes."""


class MontageError(StudyError):
    """A channel that is needed is missing, or two channels claim its place."""


class ScoringError(StudyError):
    """A technician's scoring does not fit the study or cannot be understood."""


class ResourceError(StudyError):
    """The study needs more memory or time than its limits allow."""


class PassingError(HypnicError):
    """A fault that may be gone at the next try: I/O, a full disk, a file still growing."""


class SettingsError(HypnicError):
    """The configuration cannot be used."""


class ResultError(HypnicError):
    """A result folder is missing, incomplete or damaged."""


class QueryError(HypnicError):
    """A query of the catalogue is wrong, or would do more than read."""


def _rebuild(
    cls: type[HypnicError], what: str, code: Code, where: str, found: str, remedy: str
) -> HypnicError:
    return cls(what, code=code, where=where, found=found, remedy=remedy)
