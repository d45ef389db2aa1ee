#!/usr/bin/env python3
"""Looks at `laconic watch` as a reader does, in Chromium without a window.

It runs the quickstart, shortened, into a store of its own, and opens the page meanwhile: curves must
grow, a run that is killed and resumed must go on being shown, samples must come while they are drawn,
and nothing may be asked of another host, reported in the console, or be wider than a phone. Pictures
are written for people to look at.

    python3 -m venv .venv-look && .venv-look/bin/pip install playwright
    apt-get install chromium            # or: .venv-look/bin/playwright install chromium
    .venv-look/bin/python bench/live-page/look.py
"""

import argparse
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from playwright.sync_api import sync_playwright

ROOT = pathlib.Path(__file__).resolve().parents[2]
SETTINGS = {
    "base.train.max_steps": 400,
    "rl.train.max_steps": 6,
    "eval_base.sampling.num_generations": 8,
}
PATIENCE = 600


def eventually(what, test):
    """Waits until a test gives something true, and returns that."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = test()
        if found:
            return found
        time.sleep(0.2)
    sys.exit(f"not seen: {what}")


class Page:
    def __init__(self, browser, address, **settings):
        self.complaints = []
        self.page = browser.new_context(**settings).new_page()
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self.requested)
        self.address = address
        self.page.goto(address)
        self.page.wait_for_selector(".node")

    def requested(self, request):
        if not request.url.startswith(self.address.split("?")[0]):
            self.complaints.append(f"asked {request.url}")

    def text(self, selector):
        return self.page.text_content(selector) or ""

    def corners(self):
        """The points of the first curve."""
        return self.page.evaluate(
            "document.querySelector('#charts polyline')?.points.length ?? 0")

    def picture(self, folder, name):
        self.page.screenshot(path=str(folder / f"{name}.png"), full_page=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--laconic", default=str(ROOT / ".build/release/laconic"))
    parser.add_argument("--chromium", default=shutil.which("chromium"))
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / ".build/pictures")
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    work = pathlib.Path(tempfile.mkdtemp(prefix="laconic-look-"))
    store = ["--store", str(work / "store")]
    started = []

    def start(words, **settings):
        process = subprocess.Popen(
            [arguments.laconic, *words, *store], cwd=ROOT, text=True, **settings)
        started.append(process)
        return process

    def run():
        sets = [part for item in SETTINGS.items() for part in ("--set", "%s=%s" % item)]
        words = ["run", "pipelines/quickstart.yaml", "--threads", "1", *sets]
        return start(
            words + ["--checkpoint-every-steps", "20"], stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)

    try:
        first = run()
        eventually("a run", lambda: list((work / "store/runs").glob("*.jsonl")))
        watch = start(["watch"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        address = watch.stdout.readline().strip()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=arguments.chromium,
                args=["--no-sandbox"] if os.geteuid() == 0 else [])
            look(browser, address, arguments.output, first, run)
            browser.close()
        watch.send_signal(signal.SIGINT)
        assert watch.wait(10) == 0, "Ctrl-C is no failure"
    finally:
        for process in started:
            process.kill()
        shutil.rmtree(work, ignore_errors=True)
    print("the page is as it should be; pictures are in", arguments.output)


def look(browser, address, folder, first, run):
    wide = Page(browser, address, viewport={"width": 1280, "height": 900})
    few = eventually("a curve", wide.corners)
    wide.picture(folder, "growing-1")
    more = eventually("a curve that grows", lambda: wide.corners() > few + 20 and wide.corners())
    wide.picture(folder, "growing-2")
    print(f"the first curve grew from {few} to {more} points")

    first.kill()
    eventually("the death of the run", lambda: wide.text("#run").startswith("died"))
    dead = wide.corners()
    wide.picture(folder, "died")
    run()
    eventually("the run that goes on", lambda: wide.text("#run").startswith("running"))
    print(f"killed at {dead} points, resumed: {wide.text('#run')}")
    eventually("its curve, which goes on", lambda: wide.corners() > dead)
    assert not wide.text("#problem"), wide.text("#problem")

    eventually("samples of a stage at work", lambda: "so far" in wide.text("#place"))
    eventually("a sample", lambda: wide.page.query_selector(".response"))
    wide.picture(folder, "samples")
    print("samples:", wide.text("#place"))

    eventually("the end", lambda: wide.text("#run").startswith("done"))
    eventually("the table", lambda: wide.page.query_selector("#table table"))
    wide.picture(folder, "done")
    for name, width, scheme in [("narrow", 400, "light"), ("narrow-dark", 400, "dark"),
                                ("dark", 1280, "dark")]:
        page = Page(
            browser, address, viewport={"width": width, "height": 900}, color_scheme=scheme)
        # By keyboard: the stage that draws samples.
        page.page.focus(".node:has(b:text-is('eval'))")
        page.page.keyboard.press("Enter")
        eventually("samples", lambda: page.page.query_selector(".response"))
        eventually("curves", page.corners)
        wider = page.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wider <= 0, f"{wider} pixels wider than {width}"
        page.picture(folder, name)
        assert not page.complaints, page.complaints
    assert not wide.complaints, wide.complaints


if __name__ == "__main__":
    main()
