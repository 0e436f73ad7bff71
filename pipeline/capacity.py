"""How many studies this machine can score at a time."""

from __future__ import annotations

import os
from pathlib import Path

_MIB = 1 << 20
_CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")  # of a container or a systemd unit


def studies_at_a_time(wanted: int, study_memory_mib: int, n_studies: int) -> int:
    """Give how many studies run at a time: as many as wanted, else as cores and memory allow.

    Parameters
    ----------
    wanted
        ``run.jobs``; 0 leaves it to the machine.
    study_memory_mib
        ``run.study_memory_mib``.
    n_studies
        How many there are; never more are run, and never fewer than one.
    """
    return max(1, min(wanted or by_machine(study_memory_mib), n_studies))


def by_machine(study_memory_mib: int) -> int:
    """Give how many studies the cores and the memory of this machine allow."""
    memory_mib = _memory_mib()
    by_memory = n_cores() if memory_mib is None else memory_mib // study_memory_mib
    return max(1, min(n_cores(), by_memory))


def n_cores() -> int:
    """Give how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _memory_mib() -> int | None:
    """Give the memory that this process may use; None where the system does not say."""
    try:
        machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None
    return min(machine, _cgroup_bytes() or machine) // _MIB


def _cgroup_bytes() -> int | None:
    try:
        text = _CGROUP_LIMIT.read_text(encoding="ascii").strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None
