#!/usr/bin/env python3
"""docs/rules.md is what the files of terminology/rules make it, and its links lead somewhere. `--fix` writes it."""
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import rules_markdown  # noqa: E402
import tree  # noqa: E402

PAGE = "docs/rules.md"
made = rules_markdown.page()
path = tree.ROOT / PAGE
if "--fix" in sys.argv[1:]:
    path.write_text(made, encoding="utf-8")
lines = made.splitlines()
held = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
differing = [number for number, pair in enumerate(zip(held, lines), 1) if pair[0] != pair[1]]
if len(held) != len(lines):
    differing.append(min(len(held), len(lines)) + 1)
found = [f"{PAGE}:{number}: not what terminology/rules says (tests/checks/rules_page.py --fix)"
         for number in differing[:1]]
anchors = [rules_markdown.slug(heading) for heading in re.findall(r"^#+ (.*)$", made, re.M)]
found += [f"{PAGE}:1: two headings have the anchor #{anchor}" for anchor in sorted(set(anchors)) if anchors.count(anchor) > 1]
found += [f"{PAGE}:1: no heading has the anchor #{link}" for link in sorted(set(re.findall(r"\]\(#([^)]*)\)", made)) - set(anchors))]
tree.finish(found, "rules_page")
