"""An explanation of every code, in the groups and the order of the enumeration."""

from pipeline.codes.pages.channels import CHANNELS
from pipeline.codes.pages.cohorts import COHORTS
from pipeline.codes.pages.machine import MACHINE
from pipeline.codes.pages.refused import REFUSED
from pipeline.codes.pages.repaired import REPAIRED
from pipeline.codes.pages.scored import SCORED
from pipeline.codes.pages.scoring import SCORING
from pipeline.codes.pages.servers import SERVERS
from pipeline.codes.pages.settings import SETTINGS
from pipeline.codes.pages.signals import SIGNALS
from pipeline.codes.pages.tables import TABLES

GROUPS = (
    REFUSED,
    REPAIRED,
    CHANNELS,
    SIGNALS,
    SCORED,
    SCORING,
    TABLES,
    SETTINGS,
    SERVERS,
    COHORTS,
    MACHINE,
)
PAGES = {page.code: page for group in GROUPS for page in group.explanations}

__all__ = ["GROUPS", "PAGES"]
