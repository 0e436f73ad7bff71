"""Differences between two readers as facts, each with what of ours accounts for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipeline.codes import Code
from pipeline.edf.annotations import PAST_THE_END
from pipeline.notices import Notice


class Aspect(StrEnum):
    """In what two readers may differ."""

    SIGNALS = "number of signals"
    RECORDS = "number of records"
    PER_RECORD = "samples per record"
    RATE = "sampling rate"
    PHYSICAL_RANGE = "physical range"
    DIGITAL_RANGE = "digital range"
    SAMPLES = "samples"
    VALUES = "physical values"
    START = "start"
    ANNOTATIONS = "annotations"


class Convention(StrEnum):
    """Differences on legal files where the standard says that our reading is right."""

    # EDF+ 2.2.2 lets texts hold line feeds; edfio's pattern stops there and drops the whole TAL
    LINE_FEED = "edfio leaves out annotations with a line feed, which EDF+ 2.2.2 allows"
    # EDF+ 2.2.2 sets no length; EDFlib keeps 15 characters of a duration
    LONG_DURATION = "pyedflib cuts durations of more than 15 characters"


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    """One thing that two readers say differently of a file.

    Attributes
    ----------
    ours, theirs
        What each says, without names, dates and texts.
    notice
        Our notice that tells of the fault behind it, if there is one.
    convention
        Why a legal file is read differently, where that is known.
    """

    reader: str
    what: Aspect
    where: str
    ours: str
    theirs: str
    notice: Notice | None = None
    convention: Convention | None = None

    @property
    def is_explained(self) -> bool:
        """Whether a notice of ours or a known convention accounts for it."""
        return self.notice is not None or self.convention is not None


_NUMBER = frozenset({Code.HEADER_NUMBER, Code.NUL_PADDING})
_EXPLAINING: dict[Aspect, frozenset[Code]] = {
    Aspect.SIGNALS: frozenset({Code.EDFPLUS_FLAG, Code.NUL_PADDING}),
    Aspect.RECORDS: _NUMBER | {Code.TRUNCATED, Code.EXTRA_DATA, Code.NRECORDS_UNKNOWN},
    Aspect.PER_RECORD: _NUMBER,
    Aspect.RATE: _NUMBER | {Code.RATE_ROUNDED},
    Aspect.PHYSICAL_RANGE: _NUMBER | {Code.PHYS_RANGE},
    Aspect.DIGITAL_RANGE: _NUMBER | {Code.DIG_RANGE},
    Aspect.SAMPLES: _NUMBER | {Code.OUT_OF_RANGE},
    Aspect.VALUES: _NUMBER | {Code.PHYS_RANGE, Code.DIG_RANGE, Code.OUT_OF_RANGE},
    Aspect.START: frozenset({Code.DATE_TIME, Code.TAL, Code.EDFPLUS_FLAG}),
    Aspect.ANNOTATIONS: frozenset({Code.TAL, Code.EDFPLUS_FLAG}),
}


@dataclass(frozen=True)
class Teller:
    """Makes disagreements, each with the notice of ours that accounts for it."""

    reader: str
    notices: Sequence[Notice]

    def __call__(
        self,
        what: Aspect,
        where: str,
        ours: str,
        theirs: str,
        convention: Convention | None = None,
    ) -> Disagreement:
        """Give the difference, with the first notice that may tell of its cause."""
        known = [n for n in self.notices if n.code in _EXPLAINING[what] and _names(n, where)]
        return Disagreement(
            reader=self.reader,
            what=what,
            where=where,
            ours=ours,
            theirs=theirs,
            notice=known[0] if known else None,
            convention=convention,
        )


def _names(notice: Notice, where: str) -> bool:
    """Whether the notice may be of this place; one of many places names only the first."""
    if notice.message.startswith(PAST_THE_END):
        return False  # every reader reads such annotations alike
    if not (where and notice.where.startswith("signal ")) or "more fields" in notice.where:
        return True
    return notice.where == where or notice.where.startswith(f"{where},")
