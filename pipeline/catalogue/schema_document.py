"""The page of the schema: every view and column, and every number of a night."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from pipeline.catalogue.views import SQL_TYPES, VIEWS, View
from pipeline.columns import Column
from pipeline.delay import DelayParameters
from pipeline.hypnogram import Hypnogram
from pipeline.metrics import Metric, MetricInputs, MetricParameters, measure

_HEAD = """\
# The schema

What `hypnic query` and `pipeline.catalogue.open` answer from, and the columns of the Parquet files
of a night. This page is written by the program: `make docs`. Queries to begin with stand in
`recipes.md`; `hypnic query --schema` prints the views in the terminal.

- Seconds (`_s`) count from the start of the record, where nothing else is said; of a night of which
  only a part was scored, from the start of that part (`nights.segment_start_s`).
- What could not be had is null, never 0; for a number of the night `metrics.reason` says why.
- A study may have results of several settings, each a row of `nights` with a digest of its own. Ask
  `WHERE is_latest` to count each study once. It goes by the time of the manifests: copy result
  folders with their times (`cp -a`, `rsync -a`).
- Events are candidates found by a program, accepted and rejected ones: ask `WHERE status =
  'accepted'`.
"""
_METRICS_HEAD = """\
## Numbers of a night

The names in `metrics.name`, the same for every night. `metrics.definition` says of each how it was
made in that night.

| name | unit | what it is |
|---|---|---|
"""


def schema_document() -> str:
    """Give docs/schema.md."""
    metrics = _metrics()
    titles = {metric.name: metric.title for metric in metrics}
    views = "\n".join(_view(name, view, titles) for name, view in VIEWS.items())
    rows = "".join(f"| `{m.name}` | {m.unit} | {m.title} |\n" for m in metrics)
    return f"{_HEAD}\n{views}\n{_METRICS_HEAD}{rows}"


def _view(name: str, view: View, titles: Mapping[str, str]) -> str:
    file = f" File: `{view.file}`, without the first three columns." if view.file else ""
    head = f"## {name}\n\nA row is {view.rows}.{file}\n\n| column | type | unit | what it holds |\n"
    rows = "".join(_row(column, titles) for column in view.columns)
    return f"{head}|---|---|---|---|\n{rows}"


def _row(column: Column, titles: Mapping[str, str]) -> str:
    meaning = titles.get(column.name, column.meaning)
    cells = (f"`{column.name}`", SQL_TYPES[column.kind], column.unit, meaning)
    return f"| {' | '.join(cells)} |\n"


def _metrics() -> tuple[Metric, ...]:
    """Give every number of a night, as an empty one has them."""
    inputs = MetricInputs(
        hypnogram=Hypnogram(stages=np.empty(0, np.int8)),
        lights_off_s=0.0,
        lights_on_s=0.0,
        events=(),
        descents=(),
        scorable_s={},
        has_arousals=False,
    )
    return measure(inputs, MetricParameters(), DelayParameters())
