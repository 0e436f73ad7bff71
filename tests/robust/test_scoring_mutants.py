"""Damaged scoring files: refused with a typed error, or read; never anything else."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import pytest

from pipeline.errors import HypnicError
from pipeline.formats import scoring_files
from pipeline.formats.assemble import assemble
from pipeline.formats.placing import StudyFrame
from pipeline.formats.scoring_parameters import ScoringParameters
from tests.unit.test_scoring_files import SAMPLES
from tests.unit.test_scoring_xml import nsrr, profusion

PLAIN = ScoringParameters(sample_rate_hz=250.0)
FRAME = StudyFrame(
    duration_s=600.0, start=dt.datetime.fromisoformat("2024-05-06T23:58:00"), is_dated=True
)
EVENT = "<ScoredEvent><Name>PLM (Left)</Name><Start>3.5</Start><Duration>1</Duration></ScoredEvent>"
SEEDS = (
    *SAMPLES.values(),
    profusion("0 1 2 3 4 5 6 9", EVENT),
    nsrr(
        ("Stages|Stages", "Wake|0", 0, 60),
        ("Limb Movement|Limb Movement", "Limb movement - left|Limb Movement (Left)", 70.5, 1.5),
    ),
    b"# a | b\nW\t.\t.\t23:58:00\t23:59:00\t.\nLM\tleft\t.\t23:59:00.5\t+2\tx=1\n",
    b"class\tinstance\tchannel\tstart\tstop\tmeta\nN1\t.\t.\td1-23:58:00\t...\t.\n",
    b"W\t0\t30\nLM:left\t0+00:00:40\t+1.5\nR\te:4\te:9\n",
)
STRAY = b"0123456789-+.,:;eEnaif<>&/\"'=|@\t\n\r \x00\x7f\xfe\xff"


def mutant(rng: random.Random) -> bytes:
    """Give a scoring with a few bytes changed, doubled, taken out, or cut short."""
    content = bytearray(rng.choice(SEEDS))
    for _ in range(rng.choice((1, 1, 2, 4, 8))):
        place = rng.randrange(len(content)) if content else 0
        deed = rng.random()
        if deed < 0.6 and content:
            content[place] = rng.choice(STRAY)
        elif deed < 0.75:
            content[place:place] = bytes(rng.choices(STRAY, k=rng.choice((1, 2, 6))))
        elif deed < 0.9:
            del content[place : place + rng.choice((1, 2, 9))]
        else:
            del content[place:]
    return bytes(content)


def faults(folder: Path, *, seed: int, count: int) -> list[str]:
    rng = random.Random(seed)  # noqa: S311  no secret depends on it
    path, found = folder / "scoring.bin", []
    for number in range(count):
        path.write_bytes(mutant(rng))
        try:
            assemble(scoring_files.read(path, PLAIN), FRAME)
        except HypnicError:
            continue
        except Exception as error:  # noqa: BLE001  every other kind is what is looked for
            found.append(f"{number}: {error!r}")
    return found


def test_mutants_of_every_format_are_read_or_refused_by_type(tmp_path: Path) -> None:
    assert faults(tmp_path, seed=1, count=1500) == []


@pytest.mark.fault
def test_twenty_thousand_mutants(tmp_path: Path) -> None:
    assert faults(tmp_path, seed=2, count=20_000) == []
