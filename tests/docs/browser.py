"""A headless Chromium driven by its own protocol: pages as a reader sees them, untouched.

Scripts of the tests run through the protocol, so the pages keep their content security policy.
"""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import connect
from websockets.sync.connection import Connection

OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--hide-scrollbars", "--force-color-profile=srgb", "--remote-debugging-port=0"),
)
_PLACE = ("x", "y", "width", "height")
_START_S, _ANSWER_S, _LOOK_S = 60.0, 120.0, 0.05


class Browser:
    """One tab."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._n_sent = 0
        self.requests: list[str] = []
        self.faults: list[str] = []
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Call a method and give its answer; requests and faults that come before it are noted."""
        self._n_sent += 1
        number = self._n_sent
        self._connection.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(self._connection.recv(timeout=_ANSWER_S))
            self._note(answer)
            if answer.get("id") == number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return dict(answer["result"])

    def _note(self, message: dict[str, Any]) -> None:
        if message.get("method") == "Network.requestWillBeSent":
            self.requests.append(message["params"]["request"]["url"])
        if message.get("method") == "Log.entryAdded":
            self.faults.append(message["params"]["entry"]["text"])

    def open(
        self,
        page: Path,
        *,
        width_px: int = 1400,
        scheme: str = "light",
        media: str = "screen",
        has_scripts: bool = True,
    ) -> None:
        """Show the page; `media` is ``screen`` or ``print``."""
        self.requests.clear()
        self.faults.clear()
        self.send("Emulation.setScriptExecutionDisabled", value=not has_scripts)
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width_px, height=900, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self.send("Emulation.setEmulatedMedia", media=media, features=[feature])
        self.send("Page.navigate", url=page.as_uri())
        give_up = time.monotonic() + _START_S
        while (
            self.ask("document.readyState") != "complete"
            or self.ask("location.href") == "about:blank"
        ):
            assert time.monotonic() < give_up, "the page was not loaded"
            time.sleep(_LOOK_S)

    def ask(self, script: str) -> Any:
        """Give the value of an expression in the page."""
        answer = self.send("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def key(self, name: str) -> None:
        """Press a key, such as ``Tab`` or ``Enter``."""
        codes = {"Tab": 9, "Enter": 13, "Space": 32}
        text = {"Enter": "\r", "Space": " "}.get(name, "")
        press = {"key": " " if name == "Space" else name, "code": name}
        press |= {"windowsVirtualKeyCode": codes[name]}  # type: ignore[dict-item]
        kind = "keyDown" if text else "rawKeyDown"
        self.send("Input.dispatchKeyEvent", type=kind, **press, **({"text": text} if text else {}))
        self.send("Input.dispatchKeyEvent", type="keyUp", **press)

    def screenshot(self, place: dict[str, Any] | None = None) -> bytes:
        """Give the page as PNG, or a place of it: ``x``, ``y``, ``width`` and ``height``."""
        clip = {} if place is None else {"clip": {k: place[k] for k in _PLACE} | {"scale": 1}}
        answer = self.send("Page.captureScreenshot", captureBeyondViewport=True, **clip)
        return base64.b64decode(answer["data"])

    def pdf(self) -> bytes:
        """Give the page as its reader prints it: the style sheet's paper, backgrounds as set."""
        self.send("Emulation.setEmulatedMedia", media="", features=[])
        answer = self.send("Page.printToPDF", preferCSSPageSize=True, printBackground=False)
        return base64.b64decode(answer["data"])


@contextmanager
def browsing() -> Iterator[Browser]:
    """Give a browser of its own; the test is skipped where no Chromium is installed."""
    command = shutil.which("chromium") or shutil.which("chromium-browser")
    if command is None:
        pytest.skip("no chromium is installed")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        child = subprocess.Popen(
            [command, *OPTIONS, f"--user-data-dir={profile}", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            with connect(_address(Path(profile), child), max_size=None, proxy=None) as connection:
                yield Browser(connection)
        finally:
            child.terminate()
            child.wait(timeout=_START_S)


def _address(profile: Path, child: subprocess.Popen[bytes]) -> str:
    """Give the first tab's address; the browser writes its port into its profile."""
    import urllib.request

    told, give_up = profile / "DevToolsActivePort", time.monotonic() + _START_S
    while not (told.is_file() and told.read_text().count("\n")):
        assert child.poll() is None, "chromium ended"
        assert time.monotonic() < give_up, "chromium did not start"
        time.sleep(_LOOK_S)
    port = told.read_text().split()[0]
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://127.0.0.1:{port}/json/list", timeout=_START_S) as answer:
        tabs = json.load(answer)
    return str(next(tab["webSocketDebuggerUrl"] for tab in tabs if tab["type"] == "page"))
