"""One study scored while strace fails or kills it at a chosen call."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import edfio

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "sample_data" / "nap.edf"
STUDY_S = 180  # with few draws, a fifth of a second of scoring
FEW_DRAWS = {"draws.n_draws": 5}
WRITING = (
    "write",
    "pwrite64",
    "fsync",
    "ftruncate",
    "rename",
    "unlink",
    "unlinkat",
    "rmdir",
    "mkdir",
    "link",
    "chmod",
    "fchmodat",
)  # what a study's life calls of all that writes; `calls` tells of others
OTHER_WRITING = (
    "pwritev,pwritev2,writev,fdatasync,sync_file_range,truncate,fallocate,renameat,renameat2,"
    "mkdirat,linkat,symlink,symlinkat,fchmod,copy_file_range,sendfile,mknod,mknodat"
)
_ATTACH_S = 20.0


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a trial ended.

    Attributes
    ----------
    is_hit
        Whether the fault was put in: the run made the call that often.
    outcome
        Status, code and message of the study; nothing where the trial was killed.
    calls
        The traced calls, one a line.
    """

    is_hit: bool
    is_killed: bool
    outcome: dict[str, str] = field(default_factory=dict)
    calls: tuple[str, ...] = ()


def small_study(folder: Path) -> Path:
    """Write the first minutes of the committed nap."""
    folder.mkdir(parents=True, exist_ok=True)
    study = edfio.read_edf(SAMPLE)
    study.slice_between_seconds(0, STUDY_S)
    path = folder / "small.edf"
    study.write(path)
    return path


class Nursery:
    """The process that trials fork from; use it as a context."""

    def __init__(self, source: Path, folder: Path) -> None:
        self._log = folder / "strace.log"
        environment = os.environ | {
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            "HYPNIC_HOME": str(folder / "nursery_home"),
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.robust.faults.nursery"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._ask({"warm": str(source), "out": str(folder / "nursery_out")})
        shutil.rmtree(folder / "nursery_out")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def score(self, trial: dict[str, Any], *, inject: str = "", trace: str = "") -> Ended:
        """Score a study; with `inject`, an expression of strace, under that fault."""
        number = self._ask(trial)["pid"]
        tracer = self._attached(number, inject, trace) if inject or trace else None
        ended = self._ask("go")
        if tracer is not None:
            tracer.wait()
        log = self._log.read_text(errors="replace") if tracer is not None else ""
        calls = [line for line in log.splitlines() if "(" in line or "SIGKILL" in line]
        return Ended(
            is_hit="(INJECTED)" in log or os.WIFSIGNALED(ended["status"]),
            is_killed=os.WIFSIGNALED(ended["status"]),
            outcome=ended["outcome"] or {},
            calls=tuple(re.sub(r"^\d+ +", "", line) for line in calls),
        )

    def _attached(self, number: int, inject: str, trace: str) -> subprocess.Popen[bytes]:
        wanted = ["-e", f"trace={trace or inject.partition(':')[0]}"]
        wanted += ["-e", f"inject={inject}"] if inject else []
        command = ["strace", "-f", "-qq", "-y", "-s", "0", "-o", str(self._log), *wanted]
        tracer = subprocess.Popen([*command, "-p", str(number)])
        until = time.monotonic() + _ATTACH_S
        while "TracerPid:\t0\n" in Path(f"/proc/{number}/status").read_text():
            if time.monotonic() > until or tracer.poll() is not None:
                raise RuntimeError("strace could not attach")
            time.sleep(0.002)
        return tracer

    def _ask(self, question: object) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())  # type: ignore[no-any-return]
