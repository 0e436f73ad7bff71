"""Help teaches: every command has a text and an example; it comes without heavy imports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

COMMANDS = (
    "run",
    "batch",
    "check",
    "compare",
    "cohort",
    "plm",
    "export",
    "query",
    "catalogue",
    "simulate",
    "show",
    "index",
    "verify",
    "serve",
    "config",
)
README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def hypnic(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipeline.cli", *words], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_teaches_by_an_example(command: str) -> None:
    shown = hypnic(command, "--help")
    assert shown.returncode == 0
    assert f"Example: hypnic {command}" in " ".join(shown.stdout.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_stands_in_the_readme(command: str) -> None:
    assert f"hypnic {command}" in README


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import sys; sys.argv = ['hypnic', '--help']\n"
        "from pipeline.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'scipy', 'mne', 'prefect', 'matplotlib', 'pyarrow', 'pydantic'}\n"
        "print('LOADED', sorted(heavy & set(sys.modules)))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert shown.stdout.splitlines()[-1] == "LOADED []"


@pytest.mark.parametrize("module", ["pipeline.process", "pipeline.runner", "pipeline.cli.scoring"])
def test_the_core_runs_without_prefect(module: str) -> None:
    program = f"import sys, {module}\nprint([m for m in sys.modules if m.startswith('prefect')])"
    shown = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert shown.stdout.strip() == "[]"
