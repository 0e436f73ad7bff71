"""The leads of a study as far as they may be used."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.plausibility.finding import Findings
from pipeline.recording import Lead
from pipeline.roles import Role
from pipeline.study import Study


@dataclass(frozen=True, kw_only=True, eq=False)
class UsableStudy:
    """A study, and what is wrong with its channels."""

    study: Study
    findings: Findings

    def lead(self, *roles: Role) -> Lead | None:
        """Give the lead of the first of the roles that is served and not refused, made afresh.

        Its barred time is held at one value; see `Findings.usable`.
        """
        allowed = [role for role in roles if not self.findings.refusal(role)]
        lead = self.study.lead(*allowed)
        return None if lead is None else self.findings.usable(lead)
