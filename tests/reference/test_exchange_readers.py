"""What is exported, opened by the programs that it is for: counts, onsets within 1 ms, texts."""

from __future__ import annotations

import io
import re
from collections import Counter
from pathlib import Path
from typing import Any

import edfio
import mne
import numpy as np
import pyedflib
import pytest

from pipeline.edf.annotations import Annotation
from pipeline.exchange import bids, edf_texts, files, luna, nsrr
from pipeline.exchange.bids_columns import HED_VERSION, dataset_description
from pipeline.exchange.parameters import ExchangeParameters
from pipeline.exchange.scored_night import EventRow, ScoredNight, StageRow
from tests.unit.exchange_nights import KEY, exported
from tests.unit.report_night import whole_night

DEFAULT = ExchangeParameters()
WITHIN_S = 1e-3
LUNA_CLASS = "edf_annot"


@pytest.fixture(scope="module")
def night() -> ScoredNight:
    return exported(whole_night())


@pytest.fixture(scope="module")
def folder(night: ScoredNight, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exchange")
    files.write_all(folder, KEY, night, DEFAULT)
    signal = edfio.EdfSignal(np.zeros(round(night.duration_s)), 1, label="EMG Tib L")
    edfio.Edf([signal]).write(folder / "recording.edf")
    return folder


@pytest.fixture(scope="module")
def written(night: ScoredNight) -> tuple[Annotation, ...]:
    return edf_texts.to_annotations(night, DEFAULT)


Found = list[tuple[float, str]]


def is_same(found: Found, wanted: Found) -> None:
    found, wanted = sorted(found, key=_order), sorted(wanted, key=_order)
    assert len(found) == len(wanted) > 1000
    assert [text for _, text in found] == [text for _, text in wanted]
    late = np.array([a for a, _ in found]) - np.array([b for b, _ in wanted])
    assert np.abs(late).max() <= WITHIN_S


def _order(row: tuple[float, str]) -> tuple[str, float]:
    return row[1], row[0]


def rows(annotations: tuple[Annotation, ...]) -> Found:
    return [(a.onset_s, a.text) for a in annotations]


def test_mne_finds_what_was_written(folder: Path, written: tuple[Annotation, ...]) -> None:
    found = mne.read_annotations(folder / f"{KEY}_annotations.edf")
    is_same(list(zip(found.onset, found.description, strict=True)), rows(written))
    lengths = sorted(a.duration_s or 0.0 for a in written)
    assert sorted(found.duration) == pytest.approx(lengths, abs=WITHIN_S)


def test_pyedflib_finds_what_was_written(folder: Path, written: tuple[Annotation, ...]) -> None:
    with pyedflib.EdfReader(str(folder / f"{KEY}_annotations.edf")) as reader:
        onsets, _, texts = reader.readAnnotations()
    is_same(list(zip(onsets, texts, strict=True)), rows(written))


def test_edfio_finds_what_was_written(folder: Path, written: tuple[Annotation, ...]) -> None:
    found = edfio.read_edf(folder / f"{KEY}_annotations.edf").annotations
    is_same([(a.onset, a.text) for a in found], rows(written))


def opened_by_luna(edf: Path, annot: Path | None = None) -> list[dict[str, Any]]:
    import lunapi

    instance = lunapi.proj().inst("night")
    instance.attach_edf(str(edf))
    if annot is not None:
        instance.attach_annot(str(annot))
    found: list[dict[str, Any]] = instance.fetch_fulls_annots(
        instance.annots().iloc[:, 0].tolist()
    ).to_dict("records")
    return found


def test_luna_finds_every_row_of_the_annot_file(folder: Path, night: ScoredNight) -> None:
    found = opened_by_luna(folder / "recording.edf", folder / f"{KEY}.annot")
    names = [
        (row["Start"], f"{row['Class']}:{row['Instance']}" if _is_sided(row) else row["Class"])
        for row in found
    ]
    is_same(names, [(row.onset_s, row.text.partition("@@")[0]) for row in luna.wanted(night)])
    spans = [(row.onset_s, row.onset_s + row.duration_s) for row in scored_rows(night)]
    spans += [(t, t) for t in (night.lights_off_s, night.lights_on_s) if t is not None]
    for place, name in enumerate(("Start", "Stop")):
        times = sorted(span[place] for span in spans)
        assert sorted(row[name] for row in found) == pytest.approx(times, abs=WITHIN_S)


def scored_rows(night: ScoredNight) -> tuple[StageRow | EventRow, ...]:
    return (*night.stages, *night.automatic_events)


def _is_sided(row: dict[str, Any]) -> bool:
    return row["Instance"] in ("left", "right")


def test_luna_keeps_meta_data_and_channel(folder: Path) -> None:
    found = opened_by_luna(folder / "recording.edf", folder / f"{KEY}.annot")
    jerk = next(row for row in found if row["Class"] == "hypnic_jerk")
    assert jerk["Channel"] == "EMG_Tib_L"  # Luna's spelling of the label
    assert jerk["Instance"] in "ABC"
    assert "auto:0.1.0" in jerk["Meta"].split("|")
    stage = next(row for row in found if row["Class"] == "N2")
    assert sum(float(x) for x in stage["Meta"].split("|")[:5]) == pytest.approx(1.0, abs=1e-4)


def test_luna_finds_every_annotation_of_the_edf_plus(
    folder: Path, written: tuple[Annotation, ...]
) -> None:
    """Luna puts the stages' texts into its own words, and all others into an instance."""
    found = opened_by_luna(folder / f"{KEY}_annotations.edf")
    names = [(r["Start"], r["Instance" if r["Class"] == LUNA_CLASS else "Class"]) for r in found]
    is_same(names, [(a.onset_s, _in_luna(a.text)) for a in written])


def _in_luna(text: str) -> str:
    plain = re.sub(r"\W+", "_", text.removeprefix("Sleep stage "))
    return plain.lower() if plain.startswith("Lights") else plain


def test_luna_finds_every_event_of_the_nsrr_xml(folder: Path, night: ScoredNight) -> None:
    found = opened_by_luna(folder / "recording.edf", folder / f"{KEY}.xml")
    wanted = nsrr.wanted(night, DEFAULT)
    assert len(found) == len(wanted) > 100
    # Luna cuts start and duration of an XML file to whole milliseconds, each
    for name, late, cuts in (("Start", 0.0, 1), ("Stop", 1.0, 2)):
        times = sorted(row.onset_s + late * (row.duration_s or 0.0) for row in wanted)
        assert sorted(row[name] for row in found) == pytest.approx(times, abs=cuts * WITHIN_S)
    events = sorted(row.onset_s for row in night.automatic_events)
    others = [r["Start"] for r in found if "|" in r["Class"] and "Lights" not in r["Class"]]
    assert sorted(others) == pytest.approx(events, abs=WITHIN_S)
    stages = Counter(row["Class"] for row in found if row["Class"] in ("W", "N1", "N2", "N3", "R"))
    assert sum(stages.values()) == sum("sleep" in a.text or "Wake" in a.text for a in wanted)


def test_hed_tags_are_those_of_the_schema(folder: Path) -> None:
    import hed

    schema = hed.load_schema_version(HED_VERSION)  # comes with the package
    assert hed.Sidecar(str(folder / f"{KEY}_events.json")).validate(schema) == []


@pytest.mark.slow
def test_hed_tags_of_rows_that_begin_together_stay_apart(folder: Path) -> None:
    """The table and its tags are validated as one, warnings included."""
    import hed

    schema = hed.load_schema_version(HED_VERSION)
    sidecar = hed.Sidecar(str(folder / f"{KEY}_events.json"))
    table = hed.TabularInput(str(folder / f"{KEY}_events.tsv"), sidecar=sidecar)
    assert table.validate(schema) == []


def test_bids_columns_obey_the_schemas_rules(night: ScoredNight) -> None:
    """Order, presence and content of the columns that the schema has rules for."""
    from bidsschematools.schema import load_schema

    schema = load_schema()
    rule = schema.rules.tabular_data.events.Events
    head, *lines = bids.events_content(night).decode().splitlines()
    names = head.split("\t")
    assert names[:2] == list(rule.initial_columns)
    required = {name for name, level in rule.columns.items() if level == "required"}
    assert required <= set(names)
    assert len(set(names)) == len(names)
    number = re.compile(schema.objects.formats.number.pattern)
    for name in set(names) & set(rule.columns):
        column = schema.objects.columns[name]
        cells = [line.split("\t")[names.index(name)] for line in lines]
        assert "" not in cells
        if column.type == "number":
            assert all(number.fullmatch(cell) for cell in cells), name
            assert min(map(float, cells)) >= column.get("minimum", -np.inf), name


def test_bids_the_description_has_what_the_schema_requires() -> None:
    from bidsschematools.schema import load_schema

    schema = load_schema()
    rules = schema.rules.json.dataset
    fields = {**rules.dataset_description.fields, **rules.derivative_description.fields}
    found = dataset_description("0.1.0")
    levels = {n: f if isinstance(f, str) else f["level"] for n, f in fields.items()}
    assert {name for name, level in levels.items() if level == "required"} <= set(found)
    assert re.fullmatch(schema.objects.formats.hed_version.pattern, found["HEDVersion"])
    assert found["BIDSVersion"].rsplit(".", 1)[0] == schema.bids_version.rsplit(".", 1)[0]


def test_hed_finds_a_tag_that_is_not_in_the_schema(night: ScoredNight) -> None:
    import hed

    schema = hed.load_schema_version(HED_VERSION)
    wrong = bids.events_json(night).decode().replace("Sleep-stage-N1", "Sleep-stage-N9")
    assert hed.Sidecar(io.StringIO(wrong)).validate(schema) != []
