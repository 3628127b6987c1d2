#!/usr/bin/env python3
"""Nothing in the repository names a machine: no build folder, home folder or package registry host."""
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tree  # noqa: E402

# Written in pieces so that this file does not name what it looks for.
PATTERN = re.compile("|".join([
    r"(?<![\w.*])/wor" + r"k/", r"/home/\w+", r"/roo" + r"t/(?!\*)", r"/tmp/(?:prompts|bash_jobs)",
    r"\b(?:proxy\.golang|pypi)\.org", r"\bregistry\.npmjs", r"\brepo1?\.maven\.", r"\bdeb\.debian\.org",
    r"(?:GOPROXY|PIP_INDEX_URL|--index-url)\s*=?\s*http"]))
# The conformance suite that lies beside the repository is found by a relative path.
BESIDE = re.compile(r"\.\./share" + r"d\b")

found = []
for file in tree.files():
    path = tree.ROOT / file
    if b"\0" in path.read_bytes()[:4096]:
        continue
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        match = PATTERN.search(line)
        if match:
            found.append(f"{file}:{number}: names a machine: {match.group(0)}")
        if BESIDE.search(line) and str(file) != ".ci/run":
            found.append(f"{file}:{number}: only .ci/run may look beside the repository")
tree.finish(found, "no_machine_paths")
