"""Result folders with just what the page of a batch reads, made in milliseconds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import store
from pipeline.result_files import EPOCHS, NIGHT_JSON, REPORT

EPOCH_S = 30.0
STAGES = "W" * 20 + "1" * 12 + "2" * 40 + "3" * 20 + "R" * 8
_LETTERS = {"W": "W", "1": "N1", "2": "N2", "3": "N3", "R": "R", "?": "?"}


def number(title: str, value: float | None, unit: str = "", **facts: Any) -> dict[str, Any]:
    """Give a number as it stands in `night.json`."""
    status = "available" if value is not None else "not_available"
    usual = {"group": "g", "definition": "d", "low": None, "high": None, "reason": "", "doubt": ""}
    return {"title": title, "value": value, "unit": unit, **usual, **facts, "status": status}


def publish_night(
    out: Path,
    key: str,
    *,
    digest: str = "d0",
    stages: str = STAGES,
    codes: tuple[str, ...] = (),
    n_jerks: int | None = 6,
    reason: str = "",
) -> Path:
    """Publish a night of these stages, with a number of jerks or the reason why there is none."""
    draft = out / "draft"
    draft.mkdir(parents=True)
    letters = [_LETTERS[letter] for letter in stages]
    epochs = {"stage": letters, "duration_s": [EPOCH_S] * len(letters)}
    pq.write_table(pa.table(epochs), draft / EPOCHS)
    rate = None if n_jerks is None else 10.0 * n_jerks
    record = {
        "duration_s": EPOCH_S * len(letters),
        "notices": [{"code": code} for code in codes],
        "metrics": {
            "tst_min": number("TST", 40.0, "min"),
            "jerks_n1": number("Jerks", n_jerks, low=2.2, high=13.1, reason=reason),
            "jerks_n1_per_h": number("Rate", rate, "/h", low=22.0, high=131.0, reason=reason),
        },
    }
    store.write_record(draft / NIGHT_JSON, record)
    (draft / REPORT).write_text("<p>report</p>")
    target = store.night_folder(out, key, digest)
    store.publish(draft, target, {"study_key": key})
    return target
