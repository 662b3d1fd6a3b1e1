"""A running dashboard behind a prefix, and a real browser. Skipped where there is no Chromium, unless
LATECOMER_BROWSER=required."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PREFIX = "/user/ann/lab/"
WAIT = 60_000


@pytest.fixture(scope="session")
def address():
    """A running dashboard, started as a user starts it; the proxy before it keeps its prefix."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "experiments.cli", "dashboard", "--port", str(port), "--prefix", PREFIX]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    url = f"http://127.0.0.1:{port}{PREFIX}"
    for _ in range(400):
        try:
            urllib.request.urlopen(url, timeout=2).close()
            break
        except OSError:
            assert server.poll() is None, server.stdout.read().decode()
            time.sleep(0.5)
    yield url
    server.terminate()
    server.communicate(timeout=20)


@pytest.fixture(scope="session")
def browser():
    """Chromium."""
    if not CHROMIUM and os.environ.get("LATECOMER_BROWSER") != "required":
        pytest.skip("no Chromium found; the dashboard is not tried in a browser")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser, address):
    """A function that opens a page of the dashboard; afterwards nothing may have gone wrong or asked elsewhere."""
    opened, wrong = [], []

    def go(path="", width=1920, height=1080, ready=".js-plotly-plot .trace"):
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="light")
        page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda problem: wrong.append(str(problem)))
        local = address.split("/")[2]
        page.on("request", lambda r: wrong.append(r.url) if r.url.startswith("http") and local not in r.url else None)
        page.on("response", lambda r: wrong.append(f"{r.status} {r.url}") if r.status >= 400 else None)
        page.goto(address + path)
        page.locator(ready).first.wait_for(timeout=WAIT, state="attached")
        opened.append(page)
        return page

    yield go
    for page in opened:
        page.close()
    assert wrong == []
