"""Write the corpus for other readers: ``python -m tests.robust.corpus --out DIR``.

Each case becomes a folder with its file and ``case.json`` (what is wrong, what a reader must do,
the truth); ``index.json`` lists them all.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

from tests.robust.corpus.case import Case, ChannelTruth, Must
from tests.robust.corpus.catalogue import CASES


def manifest(case: Case) -> dict[str, Any]:
    """Give what a reader must make of the case."""
    return {
        "id": case.id,
        "must": str(case.must),
        "code": case.code,
        "wrong": case.wrong,
        "file": f"study{case.suffix}",
        "bytes": len(case.content),
        "sha256": hashlib.sha256(case.content).hexdigest(),
        "place": case.place,
        "truth": None if case.must == Must.REFUSE else _truth(case),
    }


def _truth(case: Case) -> dict[str, Any]:
    return {
        "duration_s": case.duration_s,
        "start_date": case.date and case.date.isoformat(),
        "start_time": case.time and case.time.isoformat(),
        "start_offset_s": case.offset_s,
        "annotations": case.events,
        "channels": [_channel(truth) for truth in case.channels()],
    }


def _channel(truth: ChannelTruth) -> dict[str, Any]:
    places = sorted({0, len(truth.digital) // 3, len(truth.digital) - 1})
    return {
        "label": truth.label,
        "n_samples": len(truth.digital),
        "rate_hz": truth.rate_hz,
        "microvolts_per_unit": truth.scale_uv,
        "digital_sha256": hashlib.sha256(json.dumps(truth.digital).encode()).hexdigest(),
        "physical": [(place, truth.physical(place)) for place in places],
    }


def write(folder: Path) -> int:
    """Write all cases; give their number."""
    index = []
    for case in CASES:
        facts = manifest(case)
        place = folder / case.id
        place.mkdir(parents=True, exist_ok=True)
        (place / facts["file"]).write_bytes(case.content)
        (place / "case.json").write_text(json.dumps(facts, indent=1) + "\n")
        index.append({name: facts[name] for name in ("id", "file", "must", "code", "sha256")})
    (folder / "index.json").write_text(json.dumps(index, indent=1) + "\n")
    return len(index)


def main() -> None:
    """Write the corpus into the folder that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, required=True, help="folder, made where absent")
    print(f"{write(parser.parse_args().out)} cases")


if __name__ == "__main__":
    main()
