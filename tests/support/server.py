"""A chemoterm process on free ports of 127.0.0.1, for tests in Python.

    with Server(log="build/logs/x.log") as server:
        urllib.request.urlopen(server.url + "/r4/metadata")

The program is $CHEMOTERM_BIN, else build/dev/chemoterm. It is ended by its own process id.
"""
import json
import os
import pathlib
import signal
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]


def program():
    return os.environ.get("CHEMOTERM_BIN", str(ROOT / "build/dev/chemoterm"))


class Server:
    def __init__(self, *arguments, log, command=None, content=None, seconds=60):
        self.command = [*(command or [program(), "serve"]), "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0",
                        "--admin", "127.0.0.1:0", *arguments]
        if content:
            self.command += ["--content", str(content)]
        self.log = pathlib.Path(log)
        self.seconds = seconds
        self.process = None
        self.ready = {}

    def lines(self, event):
        """The lines of that event in the log so far."""
        found = []
        for line in self.log.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("{") and f'"event":"{event}"' in line:
                found.append(json.loads(line))
        return found

    def wait_for(self, event, count=1, seconds=60):
        """Waits until the log has `count` lines of that event and returns the last."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.lines(event)
            if len(found) >= count:
                return found[count - 1]
            if self.process.poll() is not None:
                found = self.lines(event)
                if len(found) >= count:
                    return found[count - 1]
                break
            time.sleep(0.02)
        raise RuntimeError(f"no line {event!r} in {self.log}: {self.log.read_text(errors='replace')[-2000:]}")

    def start(self):
        self.log.parent.mkdir(parents=True, exist_ok=True)
        environment = {"CHEMOTERM_CONTENT": str(ROOT / "terminology"), **os.environ}
        with self.log.open("wb") as file:
            self.process = subprocess.Popen(self.command, stderr=file, stdout=file, cwd=ROOT, env=environment)
        try:
            self.ready = self.wait_for("ready", seconds=self.seconds)
        except RuntimeError:
            self.stop(signal.SIGKILL)
            raise
        return self

    def stop(self, how=signal.SIGTERM, seconds=30):
        """Ends the process and returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode

    @property
    def url(self):
        return "http://" + self.ready["http"]

    @property
    def grpc(self):
        return self.ready["grpc"]

    @property
    def admin_url(self):
        return "http://" + self.ready["admin"]

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()
