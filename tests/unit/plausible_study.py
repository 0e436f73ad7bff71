"""A study drawn channel by channel, for the checks of what signals mean."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from pipeline.codes import Code
from pipeline.config import Config
from pipeline.plausibility import Findings, examine
from pipeline.recording import Channel, Recording
from pipeline.roles import Derivation, Montage, Role
from pipeline.scoring import Scoring
from pipeline.study import Study

RATE_HZ = 128.0
MINUTES = 10.0
STEP_UV = 0.1
LIMIT = 32767


def noise(seed: int = 1, *, sd_uv: float = 10.0, minutes: float = MINUTES) -> NDArray[np.float64]:
    """White noise in microvolts."""
    rng = np.random.default_rng(seed)
    return sd_uv * rng.standard_normal(round(60.0 * minutes * RATE_HZ))


def part(start_s: float, stop_s: float) -> slice:
    """The samples between two times."""
    return slice(round(start_s * RATE_HZ), round(stop_s * RATE_HZ))


def channel(index: int, label: str, microvolts: NDArray[np.float64], **facts: float) -> Channel:
    """Digitised at a tenth of a microvolt, or at the gain that is given."""
    gain_uv = facts.get("gain_uv", STEP_UV)
    digital = np.clip(np.rint(microvolts / gain_uv), -LIMIT - 1, LIMIT).astype(np.int16)
    return Channel(
        index=index,
        label=label,
        rate_hz=RATE_HZ,
        digital=digital,
        gain_uv=gain_uv,
        offset_uv=0.0,
        digital_min=-LIMIT - 1,
        digital_max=LIMIT,
    )


def study(leads: Mapping[Role, NDArray[np.float64]], **facts: float) -> Study:
    """A study whose every channel serves one role and bears its name."""
    channels = {
        i: channel(i, role.value, uv, **facts) for i, (role, uv) in enumerate(leads.items())
    }
    derivations = tuple(
        Derivation(role=role, label=role.value, positive=i) for i, role in enumerate(leads)
    )
    duration_s = max((len(c.digital) / c.rate_hz for c in channels.values()), default=0.0)
    return Study(
        recording=Recording(duration_s=duration_s, channels=MappingProxyType(channels)),
        montage=Montage(derivations=derivations),
        scoring=Scoring(),
    )


def found(microvolts: NDArray[np.float64], role: Role = Role.LEG_LEFT, **facts: float) -> Findings:
    """What is found in one channel that serves the role."""
    return examine(study({role: microvolts}, **facts), Config().plausibility)


def codes(findings: Findings) -> list[Code]:
    """The codes in the order they were given."""
    return [finding.code for finding in findings.found]
