"""The environment of the server, of its workers and of whoever starts flows: safe by default.

``python -m flows.environment`` prints ``configs/server.env``.
"""

from __future__ import annotations

import base64
import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path

from pipeline import privacy
from pipeline.codes import Code
from pipeline.errors import SettingsError
from pipeline.site import ServerParameters

AUTH_FILE = "server_auth_string"
_ENCRYPTION_FILE = "server_encryption_key"
_USER = "hypnic"
_PASSWORD_BYTES = 24
_KEY_BYTES = 32  # of a Fernet key
_READABLE_BY_OTHERS = stat.S_IRWXG | stat.S_IRWXO

# Name -> (value, why), in the order of the file.
DEFAULTS: Mapping[str, tuple[str, str]] = {
    "DO_NOT_TRACK": ("1", "no telemetry, from the client"),
    "PREFECT_SERVER_ANALYTICS_ENABLED": ("false", "and none from the server or its page"),
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": ("false", "no advertisements on the page"),
    "PREFECT_SERVER_API_HOST": ("127.0.0.1", "only this machine; put a TLS proxy before it"),
    "PREFECT_SERVER_API_PORT": ("4200", "the server's port"),
    "PREFECT_API_URL": ("http://127.0.0.1:4200/api", "where workers and flows find the server"),
    "PREFECT_SERVER_API_CSRF_PROTECTION_ENABLED": ("true", "no foreign page acts through yours"),
    "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": ("true", "its other half, in workers and flows"),
    "PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS": ("http://127.0.0.1:4200", "the page's own address"),
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": (
        "false",
        "a server that is away is an error at once, not a second server",
    ),
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": (
        "events,flow_runs",
        "old records of runs are removed; results are never touched",
    ),
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": ("2592000", "after 30 days, in seconds"),
    "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": ("P7D", "events after 7 days"),
    "PREFECT_SERVER_SERVICES_SCHEDULER_MAX_RUNS": ("20", "runs that are planned ahead at most"),
    # On SQLite, marking runs as late and cancelling them at the same moment fails with "database is
    # locked" in the server's log; so what waits for its turn is not called late at once.
    "PREFECT_SERVER_SERVICES_LATE_RUNS_AFTER_SECONDS": (
        "600",
        "a run may wait so long for its turn",
    ),
    # What the server looks for every few seconds costs more than the runs of a whole night. Primes,
    # so that looks seldom fall together with each other or with a heartbeat: on SQLite two that
    # write at one moment fail with "database is locked".
    "PREFECT_SERVER_SERVICES_LATE_RUNS_LOOP_SECONDS": ("47", "seconds between two looks for them"),
    "PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_LOOP_SECONDS": ("307", "no flow of hypnic pauses"),
    "PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_LOOP_SECONDS": (
        "53",
        "a cancelled run's tasks may wait so long",
    ),
    "PREFECT_SERVER_SERVICES_SCHEDULER_RECENT_DEPLOYMENTS_LOOP_SECONDS": (
        "23",
        "a changed schedule may wait so long",
    ),
    "PREFECT_SERVER_SERVICES_CLEANUP_RECONCILER_LOOP_SECONDS": (
        "59",
        "a worker's clean-up that failed may wait so long",
    ),
    "PREFECT_SERVER_EVENTS_PROACTIVE_GRANULARITY": ("PT13S", "between two looks for silent runs"),
    "PREFECT_SERVER_DATABASE_TIMEOUT": ("60", "seconds; a slow disk is no fault"),
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": ("30", "seconds; a run that falls silent is ended"),
    "PREFECT_WORKER_HEARTBEAT_SECONDS": ("47", "a worker that misses three is offline"),
    "PREFECT_WORKER_WEBSERVER_HOST": ("127.0.0.1", "the worker's health check, else 0.0.0.0"),
    "PREFECT_WORKER_WEBSERVER_PORT": ("4201", "its port"),
    "PREFECT_RESULTS_DEFAULT_SERIALIZER": ("json", "never pickle"),
    "PREFECT_TASKS_DEFAULT_NO_CACHE": ("true", "the result folder says what is done"),
    "PREFECT_LOGGING_EXTRA_LOGGERS": ("pipeline", "hypnic's own lines beside Prefect's"),
    "PREFECT_LOGGING_LEVEL": ("INFO", "enough to see what a run did"),
}
_HEAD = """\
# Environment of Prefect's server, of its workers and of flows: for `EnvironmentFile=` of systemd
# (configs/systemd) or `set -a; . configs/server.env`. `hypnic serve` sets all of this by itself.
# Secrets stand in a second file, readable by its owner alone:
#   PREFECT_SERVER_API_AUTH_STRING=hypnic:PASSWORD    (server)
#   PREFECT_API_AUTH_STRING=hypnic:PASSWORD           (workers and flows)
#   PREFECT_SERVER_ENCRYPTION_KEY=KEY                    (server)
#   PREFECT_SERVER_DATABASE_CONNECTION_URL=postgresql+asyncpg://hypnic:PASSWORD@127.0.0.1/hypnic
"""


def environment_file() -> str:
    """Give the text of ``configs/server.env``."""
    lines = [f"\n# {why}\n{name}={value}" for name, (value, why) in DEFAULTS.items()]
    return _HEAD + "\n".join(lines) + "\n"


def environment(server: ServerParameters) -> dict[str, str]:
    """Give the whole environment of a server on this machine, with its secrets.

    Raises
    ------
    SettingsError
        A secret's file may be read by others, or the database's file cannot be read.
    """
    address = f"http://{_reached_at(server.host)}:{server.port}"
    auth = _secret(AUTH_FILE, f"{_USER}:{secrets.token_urlsafe(_PASSWORD_BYTES)}")
    key = base64.urlsafe_b64encode(secrets.token_bytes(_KEY_BYTES)).decode("ascii")
    own = {
        "HYPNIC_HOME": str(privacy.home().absolute()),
        "PREFECT_HOME": str(privacy.home().absolute() / "prefect"),
        "PREFECT_API_URL": f"{address}/api",
        "PREFECT_SERVER_API_HOST": server.host,
        "PREFECT_SERVER_API_PORT": str(server.port),
        "PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS": address,
        "PREFECT_SERVER_API_AUTH_STRING": auth,
        "PREFECT_API_AUTH_STRING": auth,
        "PREFECT_SERVER_ENCRYPTION_KEY": _secret(_ENCRYPTION_FILE, key),
        "PREFECT_WORKER_WEBSERVER_PORT": str(server.worker_port),
    }
    defaults = {name: value for name, (value, _) in DEFAULTS.items()}
    return dict(os.environ) | defaults | own | _database(server.database_url_file)


def _reached_at(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104


def _secret(name: str, fresh: str) -> str:
    found = privacy.kept_secret(name, fresh)
    _require_private(privacy.home() / name)
    return found


def _database(file: Path | None) -> dict[str, str]:
    if file is None:
        return {}
    try:
        _require_private(file)
        url = file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(
            "The file with the database's address cannot be read.",
            code=Code.NOT_FOUND,
            where="server.database_url_file",
            found=error.strerror or type(error).__name__,
            remedy="Correct the path in site.toml; the server's user has to own the file.",
        ) from error
    return {"PREFECT_SERVER_DATABASE_CONNECTION_URL": url}


def _require_private(file: Path) -> None:
    if os.name != "nt" and file.stat().st_mode & _READABLE_BY_OTHERS:
        raise SettingsError(
            "Others can read a file that holds a secret.",
            code=Code.SECRET_EXPOSED,
            where=file.name,
            found=f"mode {stat.S_IMODE(file.stat().st_mode):04o}",
            remedy=f"chmod 600 {file.name}; make a new secret if others may have read it.",
        )


if __name__ == "__main__":
    print(environment_file(), end="")  # noqa: T201


def require_server() -> None:
    """Refuse work for several machines where nothing says which server they share.

    Raises
    ------
    SettingsError
        ``PREFECT_API_URL`` is not set.
    """
    if os.environ.get("PREFECT_API_URL"):
        return
    raise SettingsError(
        "Work for several workers needs a server that all of them reach.",
        code=Code.SERVER_MISSING,
        found="PREFECT_API_URL is not set",
        remedy="Start one (`hypnic serve`, or as docs/server.md says) and set PREFECT_API_URL.",
    )
