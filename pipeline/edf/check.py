"""One look at a file's header: could it be scored, and what would serve as what."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.edf.header import Header
from pipeline.edf.reader import check_gaps, read_header, read_longest_part
from pipeline.errors import EdfError, PassingError
from pipeline.montage import Derivation, MontageParameters, Role, assign
from pipeline.notices import Notice
from pipeline.recording import Segment


@dataclass(frozen=True, kw_only=True)
class AssignedLead:
    """The label and the rate of what serves a role."""

    role: Role
    label: str
    rate_hz: float


@dataclass(frozen=True, kw_only=True)
class StudyCheck:
    """What can be said of a file from its header alone.

    Attributes
    ----------
    leads
        The roles that something serves.
    missing
        The roles that nothing serves.
    duration_s
        None where the file was refused.
    unassigned
        Labels of the channels that serve no role, in the file's order.
    has_signals, has_annotations
        Whether the file holds a recording, and whether it may hold a technician's scoring.
    segment
        What --segment would score of a recording with gaps; None where there is no gap.
    error
        Why the file is refused, or could not be read this time; None where it is neither.
    """

    leads: tuple[AssignedLead, ...] = ()
    missing: tuple[Role, ...] = tuple(Role)
    duration_s: float | None = None
    notices: tuple[Notice, ...] = ()
    unassigned: tuple[str, ...] = ()
    has_signals: bool = False
    has_annotations: bool = False
    segment: Segment | None = None
    error: EdfError | PassingError | None = None

    @property
    def is_readable(self) -> bool:
        """Whether the header says nothing against reading the file."""
        return self.error is None


def check_file(path: Path, rules: MontageParameters, *, wants_longest: bool = False) -> StudyCheck:
    """Give the verdict on one file; a refusal is part of it, so that the next file is looked at.

    Of files that are flagged EDF+D the onset of every record is read, for gaps; gaps in a file
    that is flagged continuous show only when all of it is read.

    Parameters
    ----------
    wants_longest
        Whether the longest part of a recording with gaps would be scored, or it be refused.
    """
    part: Header | None = None
    timing: tuple[Notice, ...] = ()
    try:
        header = read_header(path)
        if header.is_discontinuous:
            part = read_longest_part(path, header)
            header = part if wants_longest else header
            timing = check_gaps(path, header)
    except (EdfError, PassingError) as error:
        return StudyCheck(error=error, segment=None if part is None else part.segment)
    montage = assign(header.facts(), rules)
    leads = tuple(_assigned(header, d) for d in montage.derivations)
    served = {lead.role for lead in leads}
    used = {i for d in montage.derivations for i in (d.positive, d.negative)}
    return StudyCheck(
        unassigned=tuple(fact.label for fact in header.facts() if fact.index not in used),
        has_signals=bool(header.facts()),
        has_annotations=bool(header.annotation_indices),
        leads=leads,
        missing=tuple(role for role in Role if role not in served),
        duration_s=header.duration_s,
        segment=header.segment,
        notices=header.notices + timing + montage.notices,
    )


def _assigned(header: Header, derivation: Derivation) -> AssignedLead:
    rate_hz = header.channels[derivation.positive].rate_hz
    return AssignedLead(role=derivation.role, label=derivation.label, rate_hz=rate_hz)
