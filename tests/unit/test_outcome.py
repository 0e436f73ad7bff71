"""The exit code of a run: the worst of its studies."""

from __future__ import annotations

import pytest

from pipeline.outcome import ExitCode, Outcome, OutcomeStatus, exit_code


@pytest.mark.parametrize(
    ("statuses", "code"),
    [
        ([], ExitCode.GOOD),
        (["scored", "already scored"], ExitCode.GOOD),
        (["scored", "quarantined"], ExitCode.QUARANTINED),
        (["quarantined", "pending", "scored"], ExitCode.FAILED),
    ],
)
def test_the_worst_study_decides(statuses: list[str], code: ExitCode) -> None:
    assert exit_code([Outcome(status=OutcomeStatus(s)) for s in statuses]) is code
