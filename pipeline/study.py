"""One study as the analysis takes it: channels, their roles, and a technician's scoring."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from pipeline import leads
from pipeline.montage import Montage
from pipeline.recording import ALL, Lead, LeadSource, Recording
from pipeline.roles import Role
from pipeline.scoring import Scoring

EEG_ROLES = (Role.EEG_C4, Role.EEG_C3, Role.EEG_F4, Role.EEG_F3, Role.EEG_O2, Role.EEG_O1)
EOG_ROLES = (Role.EOG_LEFT, Role.EOG_RIGHT, Role.EOG_SINGLE)
LEG_ROLES = (Role.LEG_LEFT, Role.LEG_RIGHT, Role.LEG_COMBINED)


@dataclass(frozen=True, kw_only=True, eq=False)
class Study:
    """All that was read of one study.

    Attributes
    ----------
    recording, montage
        The channels, and which of them serve which role.
    scoring
        What a technician scored; all None where nobody did.
    """

    recording: Recording
    montage: Montage
    scoring: Scoring

    def lead(self, *roles: Role) -> Lead | None:
        """Give the lead of the first of the roles that the montage serves, made afresh.

        A lead of a night is 60 MB: it is made when it is needed and not kept.
        """
        source = self.source(*roles)
        return None if source is None else source(ALL)

    def source(self, *roles: Role) -> LeadSource | None:
        """Give what makes any part of that lead, of which only the wanted samples are scaled."""
        for role in roles:
            derivation = self.montage.get(role)
            if derivation is not None:
                return partial(leads.lead, self.recording, derivation)
        return None
