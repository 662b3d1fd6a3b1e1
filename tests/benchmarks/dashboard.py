"""How fast the dashboard answers, and whether a class of thirty keeps it alive: real server, real browser.

    python tests/benchmarks/dashboard.py [--sessions 30] [--seconds 120] [--moves 30]

Needs Chromium. Prints: seconds from opening to the first picture, with a warm server; from a move of a lever to the
first answer, and to the full refinement (median and worst); and of scripted sessions that each move levers at random:
answers, stale ones dropped, busy ones, errors, and mixed-up ones, told by asking for each session's last view again.
"""

import argparse
import json
import random
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.request

from playwright.sync_api import sync_playwright

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
FIRST_PICTURE = "#compare-0 .trace"


def served():
    """Start a dashboard at a free port; return its process and address once it is warm."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "experiments.cli", "dashboard", "--port", str(port)])
    url = f"http://127.0.0.1:{port}/"
    while True:
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return server, url
        except OSError:
            time.sleep(0.3)


def seconds(page, mark: str, since: float) -> float:
    """Wait for a mark of the page; return the seconds since a moment."""
    page.wait_for_selector(mark, timeout=60_000, state="attached")
    return time.perf_counter() - since


def one_reader(browser, url: str, moves: int) -> dict[str, list[float]]:
    """Open the first page a few times, then move a lever many times; return seconds of each."""
    found: dict[str, list[float]] = {"first picture": [], "lever to first answer": [], "lever to full refinement": []}
    for _ in range(5):
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        began = time.perf_counter()
        page.goto(url, wait_until="commit")
        found["first picture"].append(seconds(page, FIRST_PICTURE, began))
        page.close()
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(url)
    page.wait_for_selector(FIRST_PICTURE)
    page.wait_for_timeout(3000)
    page.evaluate(WATCH)
    lever = page.get_by_role("slider", name="Guarantee, column A")
    for _ in range(moves):
        low = float(lever.get_attribute("aria-valuenow")) < 0.2  # a key that moves nothing is never answered
        page.evaluate("window.answers = []")
        began = page.evaluate("performance.now()")
        lever.press("ArrowRight" if low else "ArrowLeft")
        answers = whole_answer(page)
        found["lever to first answer"].append((answers[0] - began) / 1000)
        found["lever to full refinement"].append((answers[-1] - began) / 1000)
    page.close()
    return found


def whole_answer(page) -> list[float]:
    """Wait for the last refinement of an answer; return the moments of every stage."""
    for _ in range(2000):
        answers = page.evaluate("window.answers")
        if any(text == "64 paired seeds" for _, text in answers):
            return [moment for moment, text in answers if "paired seeds" in text]
        page.wait_for_timeout(20)
    raise RuntimeError("no full answer within 40 s")


WATCH = """() => { window.answers = []; new MutationObserver(() => {
    const line = document.querySelector("#compare-verdict .seeds");
    if (line && line.textContent !== "…") window.answers.push([performance.now(), line.textContent]);
}).observe(document.getElementById("compare-verdict"), { childList: true, subtree: true, characterData: true }); }"""


class Session(threading.Thread):
    """A member of the class, without a browser: moves a lever at random and follows each answer's refinement."""

    def __init__(self, url: str, number: int, until: float):
        super().__init__()
        self.url, self.name_, self.luck, self.until = url, f"bench-{number}", random.Random(number), until
        self.counts = dict.fromkeys(("answers", "overtaken", "busy", "errors", "mixed up"), 0)
        self.waits: list[float] = []

    def run(self) -> None:
        """Move levers until the time is up."""
        serial = 0
        while time.time() < self.until:
            serial += 1
            guarantee = round(self.luck.random(), 2)
            query = f"a=korea&b=taiwan&a.policy.guarantee={guarantee}&seed={self.luck.randrange(1, 40)}"
            stage = 0
            while stage is not None and time.time() < self.until:
                began = time.perf_counter()
                stage = self.ask(query, serial, stage)
                self.waits.append(time.perf_counter() - began)
                if self.luck.random() < 0.4:
                    break  # moves on before the refinement is done
            time.sleep(self.luck.uniform(0.5, 3.0))

    def ask(self, query: str, serial: int, stage: int) -> int | None:
        """Ask for a stage of a view as the page does; return the next stage, None if there is none."""
        view = {"query": query, "serial": serial, "stage": 0}
        more = {"query": query, "serial": serial, "stage": stage} if stage else None
        try:
            answer = update(self.url, view, more, self.name_)
        except OSError:
            self.counts["errors"] += 1
            return None
        if answer is None:
            self.counts["overtaken"] += 1
            return None
        after = answer["compare-stage"]["data"]
        if after["query"] != query or after["serial"] != serial:
            self.counts["mixed up"] += 1
            return None
        busy = bool(after.get("wait"))
        self.counts["busy" if busy else "answers"] += 1
        if busy:
            time.sleep(after["wait"] / 1000)
        return after["stage"]


def update(url: str, view: dict, more: dict | None, session: str) -> dict | None:
    """Return what the Compare page's callback answers; None if a newer request overtook this one."""
    slots = [{"id": f"compare-{k}", "property": "figure"} for k in range(9)]
    outputs = [
        *slots, {"id": "compare-figures", "property": "className"}, {"id": "compare-verdict", "property": "children"},
        {"id": "compare-stage", "property": "data"},
    ]  # fmt: skip
    body = {
        "output": ".." + "...".join(f"{o['id']}.{o['property']}" for o in outputs) + "..",
        "outputs": outputs,
        "inputs": [
            {"id": "compare-view", "property": "data", "value": view},
            {"id": "compare-more", "property": "data", "value": more},
        ],
        "state": [{"id": "session", "property": "data", "value": session}],
        "changedPropIds": ["compare-more.data" if more else "compare-view.data"],
    }
    request = urllib.request.Request(
        f"{url}_dash-update-component", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=120) as answer:
        return None if answer.status == 204 else json.loads(answer.read())["response"]


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser()
    for name, default in (("sessions", 30), ("seconds", 120), ("moves", 30)):
        options.add_argument(f"--{name}", type=int, default=default)
    asked = options.parse_args()
    server, url = served()
    try:
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            for what, times in one_reader(browser, url, asked.moves).items():
                print(f"{what}: median {statistics.median(times):.2f} s, worst {max(times):.2f} s ({len(times)} times)")
            browser.close()
        until = time.time() + asked.seconds
        sessions = [Session(url, number, until) for number in range(asked.sessions)]
        for session in sessions:
            session.start()
        for session in sessions:
            session.join()
        total = {key: sum(session.counts[key] for session in sessions) for key in sessions[0].counts}
        waits = sorted(wait for session in sessions for wait in session.waits)
        least = min(session.counts["answers"] for session in sessions)
        said = ", ".join(f"{count} {key}" for key, count in total.items())
        wait = f"{statistics.median(waits):.2f} s, 95 % within {waits[int(0.95 * len(waits))]:.2f} s"
        print(f"{asked.sessions} sessions for {asked.seconds} s: {said}; at least {least} answers each; wait {wait}")
        print("the server lives" if server.poll() is None else "the server died")
    finally:
        server.terminate()
        server.wait(20)


if __name__ == "__main__":
    main()
