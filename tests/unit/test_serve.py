"""`hypnic serve`: what it refuses, what its children get, and how it keeps and ends them."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
import typer
from typer.testing import CliRunner

from flows import deployments, environment, serve, supervisor
from flows.supervisor import Supervisor
from pipeline import privacy
from pipeline.cli import serve_command
from pipeline.cli.app import app
from pipeline.codes import Code
from pipeline.errors import HypnicError, PassingError, SettingsError
from pipeline.site import Place, ServerParameters, Site, read_site

ROOT = Path(__file__).parents[2]
POSIX = pytest.mark.skipif(os.name == "nt", reason="signals and modes")
EVERYWHERE = "0.0.0.0"  # noqa: S104
LINUX = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "home"
    monkeypatch.setenv("HYPNIC_HOME", str(folder))
    folder.mkdir()
    umask = os.umask(0o077)
    yield folder
    os.umask(umask)


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# What is refused


@pytest.mark.parametrize("host", [EVERYWHERE, "192.168.1.5", "::", "lab.example.org"])
def test_an_address_that_others_reach_is_refused(
    host: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as caught:
        serve.main(host=host)
    assert caught.value.exit_code == 2
    assert "HOST_OPEN" in capsys.readouterr().err


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_loopback_is_not_refused(host: str) -> None:
    serve._require_loopback(host, is_allowed=False)
    serve._require_loopback(EVERYWHERE, is_allowed=True)


def test_a_port_that_is_taken_is_told_with_its_number(
    port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        with pytest.raises(typer.Exit):
            serve.main(port=port)
    assert f"port {port} is taken" in capsys.readouterr().err


def test_a_second_serve_of_the_same_site_is_told(port: int) -> None:
    server = ServerParameters(port=port, worker_port=port)
    with pytest.raises(SettingsError, match="runs already with this HYPNIC_HOME"):
        serve._require_free(server, is_alone=False)


def test_the_options_win_over_the_table() -> None:
    site = serve._wanted(Site(), "127.0.0.2", 4300)
    assert (site.server.host, site.server.port) == ("127.0.0.2", 4300)
    assert serve._wanted(site, None, None) == site


def test_the_command_hands_over_to_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda program, words: given.append([program, *words]))
    answer = CliRunner().invoke(app, ["serve", "--port", "4300", "--host", "::1", "--allow-remote"])
    assert answer.exit_code == 0
    [[program, *words]] = given
    assert program == sys.executable
    assert words[1:3] == ["-m", "flows.serve"]
    assert words[3:] == ["--host", "::1", "--port", "4300", "--allow-remote"]


def test_where_exec_returns_too_early_the_program_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(serve_command.os, "name", "nt")  # type: ignore[attr-defined]
    monkeypatch.setattr(subprocess, "call", len)
    with pytest.raises(typer.Exit) as caught:
        serve_command.serve()
    assert caught.value.exit_code == 3


# What the children get


def test_the_password_is_made_once_and_is_the_owners(home: Path) -> None:
    one, two = (environment.environment(ServerParameters()) for _ in range(2))
    assert one["PREFECT_SERVER_API_AUTH_STRING"] == two["PREFECT_API_AUTH_STRING"]
    assert one["PREFECT_API_AUTH_STRING"].startswith("hypnic:")
    assert len(one["PREFECT_SERVER_ENCRYPTION_KEY"]) == 44
    assert os.name == "nt" or (home / "server_auth_string").stat().st_mode & 0o777 == 0o600


@POSIX
def test_a_password_that_others_can_read_is_refused(home: Path) -> None:
    environment.environment(ServerParameters())
    (home / "server_auth_string").chmod(0o644)
    with pytest.raises(SettingsError, match=r"SECRET_EXPOSED.*mode 0644"):
        environment.environment(ServerParameters())


@POSIX
def test_the_databases_address_comes_from_a_private_file(tmp_path: Path) -> None:
    file = tmp_path / "database"
    server = ServerParameters(database_url_file=file)
    with pytest.raises(SettingsError, match="NOT_FOUND"):
        environment.environment(server)
    file.write_text("postgresql+asyncpg://hypnic:secret@127.0.0.1/hypnic\n")
    file.chmod(0o644)
    with pytest.raises(SettingsError, match="SECRET_EXPOSED"):
        environment.environment(server)
    file.chmod(0o600)
    given = environment.environment(server)["PREFECT_SERVER_DATABASE_CONNECTION_URL"]
    assert given == "postgresql+asyncpg://hypnic:secret@127.0.0.1/hypnic"


def test_workers_reach_a_server_that_listens_everywhere_on_loopback() -> None:
    given = environment.environment(ServerParameters(host=EVERYWHERE, port=4300))
    assert given["PREFECT_API_URL"] == "http://127.0.0.1:4300/api"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PREFECT_SERVER_API_HOST", "127.0.0.1"),
        ("PREFECT_WORKER_WEBSERVER_HOST", "127.0.0.1"),
        ("PREFECT_SERVER_API_CSRF_PROTECTION_ENABLED", "true"),
        ("PREFECT_SERVER_ANALYTICS_ENABLED", "false"),
        ("DO_NOT_TRACK", "1"),
        ("PREFECT_SERVER_ALLOW_EPHEMERAL_MODE", "false"),
    ],
)
def test_the_safe_way_is_the_default(name: str, value: str) -> None:
    assert environment.environment(ServerParameters())[name] == value


# What is handed in


def test_every_place_has_its_deployments_and_a_cohort_where_it_can() -> None:
    place = Place(inbox=Path("/in"), out=Path("/out"))
    full = place.model_copy(update={"participants": Path("/p.tsv"), "cohort": Path("/c")})
    names = {each["name"] for each in deployments.deployments(Site(places={"a": place, "b": full}))}
    assert names == {
        *("a-nightly", "a-inbox", "a-study", "a-catalogue", "a-spread"),
        *("b-nightly", "b-inbox", "b-study", "b-catalogue", "b-spread", "b-cohort"),
        *("chunk", "notices"),
    }


def test_no_path_is_handed_in() -> None:
    text = deployments.prefect_yaml(deployments._EXAMPLE)
    assert "/srv" not in text


def test_what_is_on_a_schedule_runs_once_at_a_time_and_is_not_made_up_for() -> None:
    for each in deployments.deployments(deployments._EXAMPLE):
        if each["schedules"]:
            assert each["concurrency_limit"] == {"limit": 1, "collision_strategy": "CANCEL_NEW"}
            assert each["schedules"][0]["timezone"] == "Europe/Berlin"


# How children are kept


def children(folder: Path, told: list[str]) -> Supervisor:
    return Supervisor(os.environ, folder / "logs", "test-mark", told.append)


def python(words: str) -> list[str]:
    return [sys.executable, "-c", words]


def until(what: Callable[[], bool], seconds: float = 20.0) -> None:
    end_s = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end_s
        time.sleep(0.02)


def test_a_dead_child_is_started_again_after_waits_that_grow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "_FIRST_WAIT_S", 0.01)
    told: list[str] = []
    family = children(tmp_path, told)
    child = family.start("clock", python("print('hello'); raise SystemExit(3)"))
    child.wait_s = 0.01

    def tended() -> bool:
        family.tend()
        return child.n_starts == 3

    until(tended)
    family.stop(1.0)
    assert told[0] == "clock ended (3); it is started again in 0.01 s"
    assert told[1] == "clock ended (3); it is started again in 0.02 s"
    assert family.log_of("clock").read_text().startswith("hello\nhello\n")


def test_a_child_that_ran_for_long_is_started_again_soon(tmp_path: Path) -> None:
    told: list[str] = []
    family = children(tmp_path, told)
    child = family.start("clock", python(""))
    until(lambda: not supervisor.is_alive(child))
    child.wait_s, child.began_s = 60.0, time.monotonic() - 61.0
    family.tend()
    family.stop(1.0)
    assert told == ["clock ended (0); it is started again in 1 s"]


@LINUX
def test_nothing_is_left_of_children_that_do_not_want_to_go(tmp_path: Path) -> None:
    stubborn = (
        "import signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "words = [sys.executable, '-c', 'import time; time.sleep(60)']\n"
        "subprocess.Popen(words, start_new_session=True)\n"
        "print('ready', flush=True)\n"
        "time.sleep(60)"
    )
    family = children(tmp_path, [])
    child = family.start("stubborn", python(stubborn))
    until(lambda: "ready" in _text(family.log_of("stubborn")))
    assert len(list(supervisor.marked("test-mark"))) == 2
    assert family.stop(0.2) >= 2
    assert not supervisor.is_alive(child)
    assert list(supervisor.marked("test-mark")) == []


@LINUX
def test_flows_end_before_their_worker(tmp_path: Path) -> None:
    says = (
        "import signal, sys, time\n"
        "def end(*_):\n"
        "    print('bye', time.monotonic(), flush=True)\n"
        "    sys.exit()\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "print('ready', flush=True)\n"
        "time.sleep(60)"
    )
    family = children(tmp_path, [])
    family.start("flow", [*python(says), "prefect.engine"])
    family.start("worker", python(says))
    until(lambda: all("ready" in _text(family.log_of(name)) for name in ("flow", "worker")))
    assert family.stop(10.0, first="prefect.engine") == 0
    ends = [float(_text(family.log_of(name)).split("bye")[1]) for name in ("flow", "worker")]
    assert ends == sorted(ends)


def _text(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def test_a_child_that_runs_once_leaves_its_words(tmp_path: Path) -> None:
    family = children(tmp_path, [])
    done = family.once("register", python("print('names'); raise SystemExit(4)"))
    assert done.returncode == 4
    assert family.log_of("register").read_text() == "names\n"


# The run as a whole, with small programs in Prefect's place

SERVER = """
import http.server, os
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", PORT), Answer).serve_forever()
"""


def test_it_waits_for_health_hands_in_and_stops_at_a_signal(
    home: Path,
    port: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (home / "site.toml").write_text('[places.lab]\ninbox = "/in"\nout = "/out"\n')
    programs = {
        "server": SERVER.replace("PORT", str(port)),
        "worker": "import time; time.sleep(60)",
    }
    monkeypatch.setattr(serve, "_prefect", lambda name, *_: python(programs[name]))
    monkeypatch.setattr(serve, "_register", lambda family: family.once("register", python("")))
    monkeypatch.setattr(serve.signal, "signal", lambda *_: None)  # type: ignore[attr-defined]

    def tended(family: Supervisor, health: dict[str, object]) -> None:
        with urlopen(next(iter(health))) as answer:  # noqa: S310
            assert answer.status == 200
        raise serve._StopError

    monkeypatch.setattr(serve, "_tend", tended)
    serve.serve(serve._wanted(read_site(), None, port))
    said = capsys.readouterr().out
    assert f"http://127.0.0.1:{port}" in said
    assert "lab: inbox every 300 s, all of it at 19:30 (UTC)" in said
    assert privacy.kept_secret("server_auth_string", "") not in said
    assert said.endswith("stopped\n")


def test_a_server_that_does_not_start_is_told_with_its_last_words(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = python("print('no database'); raise SystemExit(1)")
    monkeypatch.setattr(serve, "_prefect", lambda *_: words)
    monkeypatch.setattr(serve.signal, "signal", lambda *_: None)  # type: ignore[attr-defined]
    with pytest.raises(PassingError) as caught:
        serve.serve(serve._wanted(Site(), None, port))
    assert caught.value.code is Code.SERVER_FAILED


def test_what_cannot_be_handed_in_is_told_with_its_last_words(tmp_path: Path) -> None:
    class Family:
        def once(self, *_: object) -> subprocess.CompletedProcess[bytes]:
            return subprocess.CompletedProcess([], 1)

        def log_of(self, _: str) -> Path:
            path = tmp_path / "register.log"
            path.write_text("one\n\nrefused\n")
            return path

    with pytest.raises(HypnicError, match=r"one \| refused"):
        serve._register(Family())  # type: ignore[arg-type]


def test_a_child_that_does_not_answer_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, port: int
) -> None:
    for name, value in {"_LOOK_S": 0.0, "_TEND_S": 0.01, "_MOST_SICK": 2}.items():
        monkeypatch.setattr(serve, name, value)
    family = children(tmp_path, [])
    child = family.start("deaf", python("import time; time.sleep(60)"))

    class OverError(Exception):
        pass

    def tend() -> None:
        if not supervisor.is_alive(child):
            raise OverError

    monkeypatch.setattr(family, "tend", tend)
    with pytest.raises(OverError):
        serve._tend(family, {f"http://127.0.0.1:{port}/health": child})
    family.stop(1.0)


def test_a_signal_stops_it() -> None:
    with pytest.raises(serve._StopError):
        serve._stop(15, None)
    assert serve._worker(ServerParameters())[-1] == "--with-healthcheck"
    assert shutil.which(serve._prefect("server")[0])
    assert not serve._is_healthy("http://127.0.0.1:9/api/health")
