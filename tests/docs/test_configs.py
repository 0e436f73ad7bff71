"""Every setting is documented, loadable and used; every committed file of settings works."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from pipeline import settings
from pipeline.errors import SettingsError
from pipeline.settings_text import default_toml, effective_toml

SOURCES = r"source: |\[unverified|doi |AASM|WASM|Frauscher|Yang"
ROOT = Path(__file__).parents[2]
SITE = ROOT / "configs" / "site.toml"  # no settings of a study: tests/docs/test_server_files.py
CONFIGS = sorted(set((ROOT / "configs").glob("*.toml")) - {SITE})
KEYS = dict(settings.keys())
SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "pipeline").rglob("*.py"))


def leaves(record: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in record.items():
        if isinstance(value, Mapping) and f"{prefix}{name}" not in KEYS:
            yield from leaves(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def test_the_default_file_is_what_the_parameter_classes_say() -> None:
    committed = (ROOT / "configs" / "default.toml").read_text(encoding="utf-8")
    assert committed == default_toml(), "write it anew: hypnic config > configs/default.toml"


def test_the_default_file_sets_every_key_that_has_a_value() -> None:
    parsed = dict(leaves(tomllib.loads(default_toml())))
    unset = {key for key in KEYS if f"# {key.rsplit('.', 1)[-1]} = (not set)" in default_toml()}
    assert set(parsed) == set(KEYS) - unset


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_every_committed_configuration_loads(path: Path) -> None:
    effective = settings.load(path)
    given = dict(leaves(tomllib.loads(path.read_text(encoding="utf-8"))))
    assert given
    for key, value in given.items():
        assert effective.source(key) == (path.name if value != {} else settings.DEFAULT_SOURCE)


def test_the_default_file_changes_nothing() -> None:
    loaded = settings.load(ROOT / "configs" / "default.toml").settings
    assert loaded == settings.Settings()


@pytest.mark.parametrize("key", KEYS)
def test_every_key_says_what_it_does(key: str) -> None:
    assert len(KEYS[key]) > 15


@pytest.mark.parametrize("key", [key for key in KEYS if not key.startswith(("run.", "report."))])
def test_every_key_that_can_change_a_result_names_its_source(key: str) -> None:
    assert re.search(SOURCES, KEYS[key]), KEYS[key]


@pytest.mark.parametrize("key", KEYS)
def test_every_key_is_used(key: str) -> None:
    name = key.rsplit(".", 1)[-1]
    assert f".{name}" in SOURCE or f'"{name}"' in SOURCE


def test_an_unknown_key_is_told_with_the_nearest_known_one(tmp_path: Path) -> None:
    path = tmp_path / "lab.toml"
    path.write_text("[run]\njob = 2\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"unknown key run\.job \(did you mean run\.jobs\?\)"):
        settings.load(path)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "lab.toml"
    path.write_text('[run]\njobs = "two"\ntries = 0\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"2 mistakes.*run\.jobs.*run\.tries"):
        settings.load(path)


def test_text_that_is_not_toml_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "lab.toml"
    path.write_text("[run\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"CONFIG_SYNTAX.*lab\.toml.*line 1"):
        settings.load(path)


def test_a_value_names_where_it_came_from(tmp_path: Path) -> None:
    path = tmp_path / "lab.toml"
    path.write_text("[run]\njobs = 2\n", encoding="utf-8")
    text = effective_toml(settings.load(path, {"run.tries": 1}))
    assert "jobs = 2  # from lab.toml" in text
    assert "tries = 1  # from command line" in text


def test_what_only_says_how_to_run_changes_no_result() -> None:
    one, two = (settings.load(None, {"run.jobs": n}).settings for n in (1, 2))
    assert one.analysis_record() == two.analysis_record()
