#!/usr/bin/env python3
"""Facts are rows: no billing code, payer name or canonical of our content in src/ and include/."""
import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tree  # noqa: E402

CONTENT = tree.ROOT / "terminology"
BILLING = re.compile(r"(?<![\w.])(96[3-5]\d\d|[GJQ]\d{4})(?![\w.])")


def canonicals():
    manifest = json.loads((CONTENT / "manifest.json").read_text())
    # HL7's own systems are part of FHIR, not of the content.
    return [url for url in manifest["systems"].values() if not url.startswith("http://hl7.org/fhir/Code")] + \
        [manifest["canonicalBase"]]


def payers():
    listed = json.loads((CONTENT / "coverage/payers.json").read_text())["payers"]
    # One common word (such as "CGS") may stand in code by chance, as may the name of a type of payer; other names of two
    # words or more do not.
    types = {payer["type"] for payer in listed}
    names = {name for payer in listed if payer["slug"] not in types for name in [payer["slug"], payer["name"], *payer.get("aliases", [])]}
    return [name for name in names if re.search(r"[ -]", name) or len(name) > 6]


kinds = {**{url: "canonical of content" for url in canonicals()}, **{name: "payer" for name in payers()}}
KNOWN = re.compile(r"(?<![\w-])(" + "|".join(map(re.escape, sorted(kinds, key=len, reverse=True))) + r")(?![\w-])")
found = []
for file in tree.sources():
    header = file.parts[0] == "include"
    for number, line in (tree.code(file) if header else list(enumerate(tree.lines(file), 1))):
        if match := BILLING.search(line):
            found.append(f"{file}:{number}: billing code {match.group(1)}")
        if match := KNOWN.search(line):
            found.append(f"{file}:{number}: {kinds[match.group(1)]} {match.group(1)}")
tree.finish(found, "no_code_literals")
