"""The server's files: made from the code, known to Prefect and systemd, and explained."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from prefect.settings import Settings
from prefect.settings.legacy import _get_settings_fields

from flows import deployments, environment
from pipeline import settings, site

ROOT = Path(__file__).parents[2]
CONFIGS = ROOT / "configs"
UNITS = sorted((CONFIGS / "systemd").glob("*.service"))
GUIDE = (ROOT / "docs" / "server.md").read_text(encoding="utf-8")
KNOWN = {*_get_settings_fields(Settings), "PREFECT_SERVER_ENCRYPTION_KEY"}
FILES = [CONFIGS / "server.env", ROOT / "docs" / "server.md", *UNITS]
NAMED = {name for path in FILES for name in re.findall(r"PREFECT_[A-Z_]+", path.read_text())}


def test_the_environment_file_is_what_the_code_says() -> None:
    assert (CONFIGS / "server.env").read_text() == environment.environment_file(), "make docs"


def test_the_yaml_file_is_what_the_code_says() -> None:
    text = deployments.prefect_yaml(deployments._EXAMPLE)
    assert (CONFIGS / "prefect.yaml").read_text() == text, "make docs"


@pytest.mark.parametrize("name", sorted(NAMED))
def test_every_variable_is_a_setting_of_the_installed_prefect(name: str) -> None:
    assert name in KNOWN


def test_prefect_takes_every_value(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, (value, _) in environment.DEFAULTS.items():
        monkeypatch.setenv(name, value)
    found = Settings()
    assert found.server.api.csrf_protection_enabled
    assert not found.server.analytics_enabled
    assert found.worker.webserver.host == found.server.api.host == "127.0.0.1"
    assert found.server.services.db_vacuum.retention_period.days == 30
    assert found.server.events.retention_period.days == 7


def test_every_entry_point_is_a_flow() -> None:
    record = yaml.safe_load((CONFIGS / "prefect.yaml").read_text())
    assert record["pull"] == []
    for each in record["deployments"]:
        module, name = each["entrypoint"].split(":")
        assert hasattr(__import__(module, fromlist=[name]), name)


def test_the_sites_example_has_every_key_and_the_defaults() -> None:
    text = (CONFIGS / "site.toml").read_text()
    given = settings.checked(site.Site, tomllib.loads(text))
    assert given.model_copy(update={"places": {}}) == site.Site()
    for model in (site.Place, site.ScheduleParameters, site.InboxParameters, site.ServerParameters):
        for key in model.model_fields:
            assert re.search(rf"^(# )?{key} = ", text, re.MULTILINE), key


def test_the_site_of_the_guide_is_understood() -> None:
    (block,) = re.findall(r"^```toml site.toml\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
    found = settings.checked(site.Site, tomllib.loads(block))
    assert list(found.places) == ["lab"]
    assert found.schedule.timezone == "Europe/Berlin"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        text = unit.read_text().replace("/opt/hypnic/.venv/bin/python", "/usr/bin/env python")
        (tmp_path / unit.name).write_text(text)
    words = ["systemd-analyze", "verify", "--man=no", *map(str, sorted(tmp_path.iterdir()))]
    found = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, "")


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_has_no_more_rights_than_it_needs(unit: Path) -> None:
    text = unit.read_text()
    for line in (
        "User=hypnic",
        "NoNewPrivileges=true",
        "ProtectSystem=strict",
        "ProtectHome=true",
        "UMask=0077",
        "IPAddressDeny=any",
        "CapabilityBoundingSet=\n",
    ):
        assert line in text, line
    if unit.stem == "hypnic-worker":
        assert "ReadOnlyPaths=/srv/hypnic/inbox" in text


def test_the_guide_names_every_deployment_and_unit() -> None:
    kinds = {each["name"].replace("lab-", "PLACE-") for each in deployments.deployments(_example())}
    assert all(f"`{kind}`" in GUIDE for kind in kinds)
    assert all(unit.stem in GUIDE for unit in UNITS)


def _example() -> site.Site:
    return deployments._EXAMPLE
