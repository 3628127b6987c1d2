#!/usr/bin/env python3
"""C++ files are as clang-format 19 leaves them. `--fix` formats them."""
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tree  # noqa: E402

TOOL = shutil.which("clang-format-19")
if TOOL is None:
    print("format: skipped, because clang-format-19 is not installed (Debian package clang-format-19)")
    sys.exit(0)

names = [str(name) for name in tree.files("include", "src", "tests") if name.suffix in (".h", ".cc")]
if "--fix" in sys.argv[1:]:
    sys.exit(subprocess.run([TOOL, "-i", *names], cwd=tree.ROOT, check=False).returncode)

run = subprocess.run([TOOL, "--dry-run", *names], cwd=tree.ROOT, check=False, capture_output=True, text=True)
first = {}
for match in re.finditer(r"^(\S+?):(\d+):\d+: warning:", run.stderr, re.M):
    first.setdefault(match.group(1), match.group(2))
found = [f"{name}:{number}: not formatted (tests/checks/format.py --fix)" for name, number in first.items()]
if run.returncode and not found:
    found = [f"clang-format-19: {run.stderr.strip()}"]
tree.finish(found, "format")
