"""The Compare page in a real browser: it opens clean, answers a lever, and a link restores what was seen.

Skipped where there is no Chromium, unless LATECOMER_BROWSER=required.
"""

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
if not CHROMIUM and os.environ.get("LATECOMER_BROWSER") != "required":
    pytest.skip("no Chromium found; the dashboard is not tried in a browser", allow_module_level=True)


@pytest.fixture(scope="module")
def address():
    """A running dashboard; the program as a user starts it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "experiments.cli", "dashboard", "--port", str(port)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}/"
    for _ in range(240):
        try:
            urllib.request.urlopen(url, timeout=2).close()
            break
        except OSError:
            assert server.poll() is None, server.stdout.read().decode()
            time.sleep(0.5)
    yield url
    server.terminate()
    server.communicate(timeout=20)


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


def opened(browser, address, width=1920, height=1080):
    """Return a page that has its whole answer, and the lists of console errors and of requests elsewhere."""
    page, errors, elsewhere = browser.new_page(viewport={"width": width, "height": height}), [], []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda problem: errors.append(str(problem)))
    local = address.split("/")[2]
    page.on("request", lambda r: elsewhere.append(r.url) if r.url.startswith("http") and local not in r.url else None)
    page.goto(address)
    page.get_by_text("64 paired seeds").wait_for(timeout=60_000)
    return page, errors, elsewhere


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (820, 1180)])
def test_the_page_opens_clean_and_asks_nobody_else(browser, address, width, height):
    page, errors, elsewhere = opened(browser, address, width, height)
    assert errors == [] and elsewhere == []
    assert page.get_by_text("Same world, same luck").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".js-plotly-plot").count() >= 6
    page.close()


def test_a_lever_moves_the_answer_and_a_link_restores_it(browser, address):
    page, errors, _ = opened(browser, address)
    before = page.get_by_text("Same world, same luck").locator("..").inner_text()
    slider = page.get_by_role("slider").nth(6)  # the guarantee of A, after direction and price of credit
    slider.focus()
    for _ in range(3):
        slider.press("Home")
    page.wait_for_function(
        "before => document.body.innerText.includes('64 paired seeds') && !document.body.innerText.includes(before)",
        arg=before, timeout=60_000,
    )  # fmt: skip
    after, link = page.get_by_text("Same world, same luck").locator("..").inner_text(), page.url
    assert link != address and errors == []
    page.close()
    again, errors, _ = opened(browser, link)
    assert again.get_by_text("Same world, same luck").locator("..").inner_text() == after and errors == []
    again.close()


def test_security_headers_are_sent(address):
    with urllib.request.urlopen(address) as answer:
        headers = answer.headers
    assert headers["X-Content-Type-Options"] == "nosniff" and "default-src" in headers["Content-Security-Policy"]
