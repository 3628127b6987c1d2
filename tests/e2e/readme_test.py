#!/usr/bin/env python3
"""The README's calls give the answers that the README shows.

A block fenced as `console` has commands after "$ " and, below each, what it prints; a line "..." stands for any lines.
Commands that call curl or the program are played, on this build and on free ports; grpcurl's are by tests/clients.
"""
import pathlib
import re
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
import server  # noqa: E402
import totals  # noqa: E402


# The pages whose calls are played.
PAGES = ("README.md", "docs/order-entry.md")


def calls(text):
    """(command, lines shown) of every console block."""
    for block in re.findall(r"^```console\n(.*?)^```", text, re.M | re.S):
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            lines = part.rstrip("\n").split("\n")
            command = lines.pop(0)
            while command.endswith("\\"):
                command = command[:-1] + lines.pop(0)
            yield command, lines


def shows(expected, actual):
    """Whether the lines shown are those printed, "..." standing for any."""
    pattern = "\n".join(r"(?:.*\n)*?.*" if line.strip() == "..." else re.escape(line.rstrip()) for line in expected)
    return re.fullmatch(pattern, "\n".join(line.rstrip() for line in actual.rstrip("\n").split("\n"))) is not None


class Readme(unittest.TestCase):
    def test_its_calls_answer_as_shown(self):
        found = [call for page in PAGES for call in calls((ROOT / page).read_text(encoding="utf-8"))]
        played = {"curl": 0, "chemoterm": 0}
        with server.Server(log=ROOT / "build/logs/e2e-readme-server.log") as running:
            for command, shown in found:
                kind = "curl" if command.startswith("curl ") else "chemoterm" if re.match(r"\S*chemoterm (?!serve)", command) else None
                if kind is None:
                    continue
                played[kind] += 1
                real = re.sub(r"http://(?:127\.0\.0\.1|localhost):8080", running.url, command)
                real = re.sub(r"http://(?:127\.0\.0\.1|localhost):9464", running.admin_url, real)
                if kind == "chemoterm":
                    real = server.program() + real[real.index(" "):]
                with self.subTest(command):
                    run = subprocess.run(["bash", "-c", real], capture_output=True, text=True, cwd=ROOT, timeout=60,
                                         check=False)
                    printed = run.stdout.replace(running.url, "http://127.0.0.1:8080")
                    self.assertTrue(shows(shown, printed), f"it printed:\n{printed[:3000]}{run.stderr[:1000]}")
        for kind, count in played.items():
            self.assertGreater(count, 0, f"no console block has a call of {kind}")


if __name__ == "__main__":
    totals.main()
