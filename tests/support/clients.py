"""What the outside clients share: caches under build/clients, a counter of checks, missing tools named as failures."""
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
CACHE = ROOT / "build/clients"


class Checks:
    """Counts; `with checks("what"):` is one check that fails when its block raises."""

    def __init__(self):
        self.passed = self.failed = 0
        self.name = ""

    def __call__(self, name):
        self.name = name
        return self

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is None:
            self.passed += 1
        elif issubclass(kind, Exception):
            self.failed += 1
            print(f"FAILED {self.name}: {kind.__name__}: {str(error)[:2000]}", flush=True)
        else:
            return False
        return True

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        sys.exit(1 if self.failed or not self.passed else 0)


def need(tool, why):
    """The path of a tool of the machine; without it the client has failed, and says so."""
    path = shutil.which(tool)
    if path is None:
        print(f"FAILED: {tool} is not installed; {why}\n0 passed, 1 failed")
        sys.exit(1)
    return path


def run(command, what, **more):
    """Runs a preparing command; its failure is the client's."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **more)
    if done.returncode != 0:
        print(f"FAILED: {what}: {' '.join(map(str, command))}\n{(done.stdout + done.stderr)[-3000:]}\n0 passed, 1 failed")
        sys.exit(1)
    return done.stdout


def in_venv(name, requirements, script):
    """Goes on in a virtual environment that has the packages of a requirements file; made once per content of it."""
    mark = hashlib.sha256(requirements.read_bytes()).hexdigest()[:16]
    home = CACHE / f"{name}-{mark}"
    python = home / "bin/python"
    if pathlib.Path(sys.prefix) == home:
        return
    if not (home / "ready").exists():
        shutil.rmtree(home, ignore_errors=True)
        run([sys.executable, "-m", "venv", home], "venv (Debian package python3-venv)")
        run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements], "pip")
        (home / "ready").touch()
    os.execv(python, [str(python), "-B", str(script), *sys.argv[1:]])
