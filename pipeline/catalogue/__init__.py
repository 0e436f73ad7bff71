"""The catalogue: SQL over the results of all nights, read-only.

The result folders are the record; the catalogue only reads them, and can be compacted anew at any
time (`compact`).
"""

from __future__ import annotations

from pipeline.catalogue.compaction import Compacted, compact
from pipeline.catalogue.opened import Catalogue
from pipeline.catalogue.opened import open_catalogue as open  # noqa: A004 - catalogue.open(...)
from pipeline.catalogue.views import VIEWS

__all__ = ["VIEWS", "Catalogue", "Compacted", "compact", "open"]
