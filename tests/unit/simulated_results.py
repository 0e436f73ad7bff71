"""Result folders of thousands of made-up nights, written in seconds: no signal, no scoring.

A few nights are drawn and counted by the program itself; every further night is one of them under
a key of its own, so that sizes, types and absent numbers are those of results in earnest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import store
from pipeline.night import Night
from pipeline.night_json import night_record
from pipeline.result_files import DESCENTS, EPOCHS, EVENTS, NIGHT_JSON
from pipeline.tables import descents_table, epochs_table, events_table
from tests.unit.cohort_results import DIGEST, SETTINGS, VERSIONS, drawn, key_of
from tests.unit.report_night import whole_night

_KEY = "s" + "0" * 15  # stands in a template for the study's own
_EVERY = 2  # of whole_night's 650 events; a usual night has some 300


@dataclass(frozen=True, kw_only=True)
class Template:
    """The files of one night, their hashes, and `night.json` with a key to be replaced."""

    files: Mapping[str, bytes]
    facts: Mapping[str, Mapping[str, object]]
    record: bytes


def template(night: Night, filler_bytes: int = 0) -> Template:
    """Give the files of a night."""
    files = {
        EPOCHS: _parquet(epochs_table(night)),
        EVENTS: _parquet(events_table(night.events)),
        DESCENTS: _parquet(descents_table(night)),
    }
    if filler_bytes:
        files["report.html"] = b"x" * filler_bytes
    record = json.dumps(night_record(night, _KEY, VERSIONS), indent=1, ensure_ascii=False)
    facts = {name: _facts(content) for name, content in files.items()}
    return Template(files=files, facts=facts, record=record.encode() + b"\n")


def counted_night(seed: int) -> Night:
    """Give a whole night of 960 epochs, some 300 events and every number of a night."""
    night = whole_night(seed=seed, n_jerks=8 + seed % 9)
    jerks_s = [t.event.onset_s for t in night.events if t.event.kind == "sleep_start"]
    counted = drawn(night.hypnogram, jerks_s, jerks_s[::3])
    return replace(night, events=night.events[::_EVERY], metrics=counted.metrics)


def publish(
    out: Path, key: str, made: Template, *, digest: str = DIGEST, version: str = "0.1.0"
) -> Path:
    """Write the result folder of one night under a key; nothing is brought to the disk."""
    record = made.record.replace(_KEY.encode(), key.encode())
    draft = out / ".work" / f"{key}{digest}"
    draft.mkdir(parents=True)
    for name, content in {**made.files, NIGHT_JSON: record}.items():
        (draft / name).write_bytes(content)
    store.write_record(
        draft / store.MANIFEST,
        {
            "schema": store.SCHEMA,
            "study_key": key,
            "result_digest": digest,
            "versions": {"hypnic": version},
            "settings": SETTINGS,
            "files": {**made.facts, NIGHT_JSON: _facts(record)},
        },
    )
    target = store.night_folder(out, key, digest)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft.rename(target)
    return target


def publish_many(out: Path, n_nights: int, made: Sequence[Template]) -> list[str]:
    """Write so many result folders, the nights in turn; give their keys."""
    keys = [key_of(f"simulated {number}") for number in range(n_nights)]
    for number, key in enumerate(keys):
        publish(out, key, made[number % len(made)])
    return keys


def _parquet(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", version="2.6")
    content: bytes = sink.getvalue().to_pybytes()
    return content


def _facts(content: bytes) -> dict[str, object]:
    return {"size_bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
