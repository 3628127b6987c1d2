#!/usr/bin/env python3
"""The README's commands and the files of deploy/: what they promise, tried out.

deploy/run builds the release and serves on free ports of 127.0.0.1; everything else is read.
"""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
from server import Server  # noqa: E402

LOGS = ROOT / "build/logs"
PROGRAM = ROOT / "build/release/chemoterm"


def call(*command, **options):
    return subprocess.run(command, cwd=options.pop("cwd", ROOT), capture_output=True, text=True, check=False, **options)


def setUpModule():
    built = call(str(ROOT / "deploy/build"))
    if built.returncode:
        raise RuntimeError(f"deploy/build ended with {built.returncode}: {built.stderr[-4000:]}")


def get(url, method="GET"):
    """Status and body."""
    request = urllib.request.Request(url, method=method, data=b"" if method == "POST" else None)
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def served(name, *arguments, **options):
    return Server(*arguments, log=LOGS / f"deploy-{name}.log", command=[str(ROOT / "deploy/run")], seconds=3600, **options)


class Run(unittest.TestCase):
    def test_serves_and_stops(self):
        with served("run") as server:
            ready = server.ready
            for door in ("http", "grpc", "admin"):
                self.assertRegex(ready[door], r"^127\.0\.0\.1:[1-9]\d*$")
            self.assertGreater(ready["concepts"], 0)
            self.assertEqual(get(server.url + "/readyz")[0], 200)
            self.assertEqual(get(server.url + "/r4/metadata")[0], 200)
            self.assertIn("chemoterm_snapshot_concepts", get(server.admin_url + "/metrics")[1])
            health = call(str(PROGRAM), "health", "--http", ready["http"])
            self.assertEqual((health.returncode, health.stdout), (0, "ready\n"))
            self.assertEqual(server.stop(signal.SIGTERM), 0)
            self.assertTrue(server.wait_for("stopped")["clean"])
            self.assertEqual(call(str(PROGRAM), "health", "--http", ready["http"]).returncode, 3)
        line = server.lines("request")[-1]
        self.assertEqual(line["status"], 200)
        self.assertRegex(line["traceId"], r"^[0-9a-f]{32}$")

    def test_stops_on_interrupt_too(self):
        with served("interrupt") as server:
            self.assertEqual(server.stop(signal.SIGINT), 0)

    def test_reloads_on_hangup_and_on_change(self):
        with tempfile.TemporaryDirectory() as folder:
            content = pathlib.Path(folder) / "content"
            shutil.copytree(ROOT / "terminology", content)
            config = pathlib.Path(folder) / "config.json"
            config.write_text(json.dumps({"watchSeconds": 1, "content": str(content)}))
            with served("reload", "--config", str(config)) as server:
                server.process.send_signal(signal.SIGHUP)
                self.assertTrue(server.wait_for("reload")["ok"])
                # A file that does not fit its sum is refused and the old content stays.
                (content / "sources.json").write_text((content / "sources.json").read_text() + "\n")
                self.assertFalse(server.wait_for("reload", 2)["ok"])
                self.assertEqual(get(server.url + "/readyz")[0], 200)
                self.assertEqual(call(str(PROGRAM), "content", "digest", str(content)).returncode, 0)
                last = server.wait_for("reload", 3)
                self.assertTrue(last["ok"])
                self.assertEqual(last["cause"], "change")

    def test_a_taken_port_is_named(self):
        with served("first") as server:
            second = call(str(PROGRAM), "serve", "--http", server.ready["http"], "--grpc", "off", "--admin", "off",
                          "--content", str(ROOT / "terminology"))
            self.assertEqual(second.returncode, 4)
            self.assertIn(f"http: cannot listen on {server.ready['http']}", second.stderr)

    def test_starts_in_any_folder(self):
        with tempfile.TemporaryDirectory() as folder:
            shown = call(str(PROGRAM), "show", "--json", cwd=folder,
                         env={k: v for k, v in os.environ.items() if k != "CHEMOTERM_CONTENT"})
            self.assertEqual(shown.returncode, 0, shown.stderr)
            self.assertGreater(json.loads(shown.stdout)["concepts"], 0)

    def test_building_again_does_nothing(self):
        start = time.monotonic()
        again = call(str(ROOT / "deploy/build"))
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertIn("no work to do", again.stderr + again.stdout)
        self.assertLess(time.monotonic() - start, 60)


class Files(unittest.TestCase):
    def sections(self):
        sections, name = {}, None
        for line in (ROOT / "deploy/packages.txt").read_text().splitlines():
            line = line.split("#")[0].strip()
            if line.startswith("["):
                name = line[1:-1]
                sections[name] = []
            elif line:
                sections[name].append(line)
        return sections

    def test_scripts_are_sound(self):
        for script in ("deploy/run", "deploy/build", "deploy/packages", "tests/run", ".ci/run"):
            checked = call("bash", "-n", script)
            self.assertEqual(checked.returncode, 0, checked.stderr)
            self.assertTrue(os.access(ROOT / script, os.X_OK), script)
            self.assertIn("set -euo pipefail", (ROOT / script).read_text(), script)

    def test_packages_are_listed_once_and_in_order(self):
        for name, packages in self.sections().items():
            self.assertEqual(packages, sorted(set(packages)), name)

    def test_packages_refuses_an_unknown_section(self):
        self.assertEqual(call("deploy/packages", "nothing").returncode, 2)
        self.assertEqual(call("deploy/packages").returncode, 2)

    @unittest.skipUnless(shutil.which("dpkg-query"), "no dpkg")
    def test_the_runtime_section_has_every_library_of_the_program(self):
        named = re.findall(r"NEEDED\s+(\S+)", call("objdump", "-p", str(PROGRAM)).stdout)
        paths = dict(re.findall(r"(\S+) => (/\S+)", call("ldd", str(PROGRAM)).stdout))
        needed = set()
        for name in named:
            # Where it lies: other architectures may have a library of that name too.
            folder = pathlib.Path(paths[name]).parent.resolve()
            owner = call("dpkg-query", "--search", f"*{folder.relative_to('/')}/{name}").stdout.splitlines()
            needed.update(re.sub(r":\w+$", "", line.split(": ")[0]) for line in owner)
        # Part of every Debian image.
        needed -= {"libc6", "libstdc++6", "libgcc-s1"}
        self.assertTrue(needed)
        missing = needed - set(self.sections()["runtime"])
        self.assertFalse(missing)

    def test_the_example_configuration_is_accepted(self):
        printed = call(str(PROGRAM), "serve", "--config", "deploy/config.example.json", "--print-config")
        self.assertEqual(printed.returncode, 0, printed.stderr)

    def test_the_image_copies_what_is_there(self):
        text = (ROOT / "deploy/Dockerfile").read_text()
        allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
        for line in text.splitlines():
            if not line.startswith("COPY ") or "--from" in line:
                continue
            for name in line.split()[1:-1]:
                self.assertTrue((ROOT / name).exists(), name)
                self.assertIn(name, allowed)
        self.assertRegex(text, r"(?m)^USER [1-9]\d*:[1-9]\d*$")
        self.assertIn("HEALTHCHECK", text)

    @unittest.skipUnless(shutil.which("systemd-analyze"), "no systemd-analyze")
    def test_the_unit_is_understood(self):
        with tempfile.TemporaryDirectory() as folder:
            unit = pathlib.Path(folder) / "chemoterm.service"
            text = (ROOT / "deploy/chemoterm.service").read_text()
            unit.write_text(text.replace("/usr/local/bin/chemoterm", "/bin/true"))
            checked = call("systemd-analyze", "verify", "--man=no", str(unit))
            self.assertNotIn("chemoterm.service:", checked.stderr)


if __name__ == "__main__":
    program = unittest.main(exit=False, verbosity=2)
    result = program.result
    bad = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - bad - len(result.skipped)} passed, {bad} failed")
    sys.exit(1 if bad else 0)
