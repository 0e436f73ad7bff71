"""The night's page in a real browser: nothing overflows, on a screen and on A4."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from pipeline.report.page import ReportParameters, render
from tests.unit.report_night import whole_night

pytestmark = pytest.mark.slow

PROVENANCE = {"hypnic": "0.1.0", "input_sha256": "ab" * 32}
LABEL = "EMG-Tibialis_anterior_links_(sehr_langer_Name)_" * 3
PROBE = """<script>
const wide = [...document.querySelectorAll('main, header, section, footer')]
  .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.id || e.tagName);
const outside = [...document.querySelectorAll('svg')].flatMap(s => {
  const frame = s.getBoundingClientRect();
  return [...s.querySelectorAll('text')].filter(t => {
    const b = t.getBoundingClientRect();
    return b.left < frame.left - 1 || b.right > frame.right + 1 || b.bottom > frame.bottom + 1;
  }).map(t => t.textContent);
});
const ink = getComputedStyle(document.body).color;
document.title = JSON.stringify({wide, outside, ink, width: document.documentElement.scrollWidth});
</script></body>"""


@pytest.fixture(scope="module")
def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("no chromium is installed")
    return found


@pytest.fixture(scope="module")
def page() -> str:
    night = whole_night(left_label=LABEL)
    few = ReportParameters.model_validate({"max_closeups": 4})
    return render(night, "k3f9c0a1b2d4e5f6", PROVENANCE, few)


def run(chromium: str, folder: Path, *options: str) -> str:
    done = subprocess.run(
        [
            chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
            "--no-first-run", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--hide-scrollbars", f"--user-data-dir={folder / 'profile'}",
            *options,
        ],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return done.stdout


def probed(chromium: str, folder: Path, page: str, *options: str) -> str:
    """Give the page's title after the probe ran, with the page's own policy taken away."""
    free = re.sub(r"<meta http-equiv[^>]*>", "", page).replace("</body>", PROBE)
    (folder / "page.html").write_text(free, encoding="utf-8")
    dom = run(chromium, folder, "--dump-dom", *options, (folder / "page.html").as_uri())
    return dom.partition("<title>")[2].partition("</title>")[0]


@pytest.mark.parametrize("width_px", [1400, 1000, 600])
def test_nothing_overflows_the_screen(
    chromium: str, tmp_path: Path, page: str, width_px: int
) -> None:
    found = probed(chromium, tmp_path, page, f"--window-size={width_px},900")
    assert '"wide":[]' in found
    assert '"outside":[]' in found
    assert f'"width":{width_px}' in found


@pytest.mark.parametrize(("scheme", "ink"), [("0", "230, 234, 240"), ("1", "27, 35, 48")])
def test_ink_follows_the_reader_s_light_or_dark(
    chromium: str, tmp_path: Path, page: str, scheme: str, ink: str
) -> None:
    found = probed(chromium, tmp_path, page, f"--blink-settings=preferredColorScheme={scheme}")
    assert f'"ink":"rgb({ink})"' in found


def test_the_page_s_own_policy_stops_a_script(chromium: str, tmp_path: Path, page: str) -> None:
    (tmp_path / "page.html").write_text(page.replace("</body>", PROBE), encoding="utf-8")
    dom = run(chromium, tmp_path, "--dump-dom", (tmp_path / "page.html").as_uri())
    assert "<title>Night k3f9c0a1b2d4e5f6 - hypnic</title>" in dom


def test_it_prints_on_a_handful_of_a4_pages(chromium: str, tmp_path: Path, page: str) -> None:
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    target = tmp_path / "page.pdf"
    run(chromium, tmp_path, f"--print-to-pdf={target}", (tmp_path / "page.html").as_uri())
    content = target.read_bytes()
    sizes = {match.group(1) for match in re.finditer(rb"/MediaBox \[([^\]]*)\]", content)}
    assert [s for s in sizes if not re.match(rb"0 0 59[45](\.\d+)? 84[12]", s)] == []
    assert 5 <= len(re.findall(rb"/Type /Page\b", content)) <= 9
