"""The leads of a study as far as they may be used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.plausibility.finding import Findings
from pipeline.recording import ALL, Lead, LeadSource
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
        return next(self.leads(*roles), None)

    def leads(self, *roles: Role) -> Iterator[Lead]:
        """Give all such leads of the roles, each made when it is asked for and not kept."""
        sources = (self.study.source(role) for role in roles if not self.findings.refusal(role))
        return map(self._made, filter(None, sources))

    def _made(self, source: LeadSource) -> Lead:
        return self.findings.usable(source(ALL))
