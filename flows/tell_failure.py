"""Note a run that failed, in a file of hypnic's own folder: no connection to anywhere.

An automation starts this flow (`flows.register`). Whoever wants mail adds a second automation
with a notification block on the server's page (docs/server.md).
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Annotated

from prefect import State, flow, get_run_logger
from prefect.states import Completed
from pydantic import StringConstraints

from flows.faults import without_paths
from pipeline import privacy

FILE = "failures.tsv"
Word = Annotated[str, StringConstraints(pattern="^[A-Za-z0-9-]{1,64}$")]


@flow(name="tell-failure", persist_result=False)
def tell_failure(run: Word, flow_name: Word, state: Word) -> State[None]:
    """Add a line to failures.tsv in hypnic's own folder.

    Args:
        run: Id of the run that failed.
        flow_name: Name of its flow.
        state: What became of it, such as Failed or Crashed.

    """
    with without_paths():
        _note(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}\t{flow_name}\t{state}\t{run}\n")
    get_run_logger().error("%s %s: run %s", flow_name, state, run)
    return Completed(message="noted")


def _note(line: str) -> None:
    file = privacy.home() / FILE
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8") as table:
        table.write(line)
