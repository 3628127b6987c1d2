#!/usr/bin/env python3
"""Reloads and the end of the process, under load: no failed answer, none that mixes two states of the content."""
import http.client
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
import server  # noqa: E402
import totals  # noqa: E402

CONNECTIONS, RELOADS, DRAIN_SECONDS = 32, 20, 10
TARGET = ("/r4/CodeSystem/$lookup?system=http://www.ama-assn.org/go/cpt&code=96413"
          "&property=section-summary&property=category")
MARK = "Second edition. "


class Client(threading.Thread):
    """Asks the same question on one connection until told to stop, or until the server has gone."""

    def __init__(self, running, answers):
        super().__init__(daemon=True)
        self.address, self.answers = running.ready["http"], answers
        self.stopped = threading.Event()
        self.draining = threading.Event()
        self.asked, self.faults, self.refused = 0, [], 0

    def run(self):
        connection = http.client.HTTPConnection(self.address, timeout=30)
        while not self.stopped.is_set():
            reused = connection.sock is not None
            try:
                connection.request("GET", TARGET)
                reply = connection.getresponse()
                body = reply.read()
            except (http.client.RemoteDisconnected, ConnectionError) as error:
                connection.close()
                if not self.draining.is_set():
                    self.faults.append(f"cut off: {error!r}")
                elif isinstance(error, ConnectionRefusedError):
                    self.stopped.set()
                elif not reused:
                    self.refused += 1  # accepted by the machine, not by the server: nothing was answered
                # On a kept connection an end without a byte crossed our request: HTTP has us ask again.
                continue
            except (http.client.HTTPException, OSError) as error:
                self.faults.append(f"torn: {error!r}")
                return
            self.asked += 1
            if reply.status != 200 or body not in self.answers:
                self.faults.append(f"{reply.status}: {body[:300]!r}")
                return


def two_editions(folder):
    """Copies of the content, the second with other words in two files, and a link to the one that is served."""
    for name in ("one", "two"):
        shutil.copytree(ROOT / "terminology", folder / name)
    for name in ("codesystems/cpt.json", "sections/96413.json"):
        path = folder / "two" / name
        text = path.read_text(encoding="utf-8")
        if name.startswith("sections"):
            page = json.loads(text)
            next(row for row in page["rows"] if row["property"] == "section-summary")["value"] = MARK + "A summary."
            text = json.dumps(page)
        else:
            system = json.loads(text)
            concept = next(concept for concept in system["concept"] if concept["code"] == "96413")
            concept["display"] = MARK + concept["display"]
            text = json.dumps(system)
        path.write_text(text, encoding="utf-8")
    for name in ("one", "two"):
        subprocess.run([server.program(), "content", "digest", str(folder / name)], check=True, capture_output=True)
    serve(folder, "one")


def serve(folder, name):
    link = folder / "next"
    link.symlink_to(folder / name)
    link.rename(folder / "content")


def ask(url):
    with urllib.request.urlopen(url, timeout=30) as reply:
        return reply.read()


def reload(running):
    return ask(urllib.request.Request(running.admin_url + "/-/reload", method="POST"))


class Reload(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        two_editions(self.folder)
        config = self.folder / "config.json"
        config.write_text(json.dumps({"watchSeconds": 0, "requestLog": False}))
        self.running = server.Server("--config", str(config), content=self.folder / "content",
                                     log=ROOT / f"build/logs/e2e-reload-{self._testMethodName}.log").start()
        self.addCleanup(self.running.stop)
        self.answers = {ask(self.running.url + TARGET)}

    def test_twenty_reloads_and_a_sigterm_under_load(self):
        serve(self.folder, "two")
        reload(self.running)
        self.answers.add(ask(self.running.url + TARGET))
        self.assertEqual(2, len(self.answers), "the two editions differ")
        for answer in self.answers:
            self.assertIn(answer.count(MARK.encode()), (0, 2), "an edition is whole")
        clients = [Client(self.running, self.answers) for _ in range(CONNECTIONS)]
        for client in clients:
            client.start()
        for number in range(RELOADS):
            serve(self.folder, ("one", "two")[number % 2])
            reload(self.running)
        asked = sum(client.asked for client in clients)
        self.assertGreater(asked, CONNECTIONS, "the connections were busy while it reloaded")
        for client in clients:
            client.draining.set()
        start = time.monotonic()
        code = self.running.stop(signal.SIGTERM, DRAIN_SECONDS + 5)
        took = time.monotonic() - start
        for client in clients:
            client.stopped.set()
            client.join(30)
        self.assertEqual([], [fault for client in clients for fault in client.faults])
        self.assertEqual(0, code)
        self.assertLess(took, DRAIN_SECONDS)
        self.assertTrue(self.running.lines("stopped")[-1]["clean"])

    def test_content_with_a_fault_leaves_the_old_content_in_place(self):
        broken = self.folder / "two" / "sections/96413.json"
        broken.write_text(broken.read_text()[:-20])
        serve(self.folder, "two")
        with self.assertRaises(urllib.error.HTTPError) as refused:
            reload(self.running)
        self.assertEqual(422, refused.exception.code)
        self.assertIn("sections/96413.json", refused.exception.read().decode())
        self.assertIn(ask(self.running.url + TARGET), self.answers)
        self.assertIn(b"chemoterm_reload_failure_total 1", ask(self.running.admin_url + "/metrics"))
        serve(self.folder, "one")
        reload(self.running)

    def test_sighup_reloads(self):
        serve(self.folder, "two")
        os.kill(self.running.process.pid, signal.SIGHUP)
        self.assertTrue(self.running.wait_for("reload")["ok"])
        self.assertIn(MARK.encode(), ask(self.running.url + TARGET))


class Watch(unittest.TestCase):
    def test_a_changed_folder_is_loaded_by_itself(self):
        folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, folder)
        two_editions(folder)
        config = folder / "config.json"
        config.write_text(json.dumps({"watchSeconds": 1, "requestLog": False}))
        with server.Server("--config", str(config), content=folder / "one",
                           log=ROOT / "build/logs/e2e-reload-watch.log") as running:
            shutil.copytree(folder / "two", folder / "one", dirs_exist_ok=True)
            self.assertTrue(running.wait_for("reload", seconds=20)["ok"])
            self.assertIn(MARK.encode(), ask(running.url + TARGET))


if __name__ == "__main__":
    totals.main()
