#!/usr/bin/env python3
"""No exceptions of ours: `throw` and `try` only in src/cli."""
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tree  # noqa: E402

WORD = re.compile(r"\b(throw|try|catch)\b(?=\s*[({;\w])")

found = []
for file in tree.sources():
    if file.parts[:2] == ("src", "cli"):
        continue
    for number, line in tree.code(file):
        match = WORD.search(tree.without_strings(line))
        if match:
            found.append(f"{file}:{number}: `{match.group(1)}` outside src/cli")
tree.finish(found, "no_throw")
