#!/usr/bin/env python3
"""FHIR versions are told apart in src/fhir/version.* only: elsewhere no version number, path or version constant.

The flags In::kR4 and In::kR5 of operation tables are data, which include/chemoterm may use; so is the table of search
parameters.
"""
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tree  # noqa: E402

MAY_SAY = {"src/fhir/version.h", "src/fhir/version.cc"}
DATA = {"src/model/search_params.cc"}
LITERAL = re.compile(r'"[^"\n]*(?:\b4\.0\.1\b|\b5\.0\.0\b|fhirVersion=[45]|\b[rR][45]\b)[^"\n]*"')
CONSTANT = re.compile(r"\bkR[45]\b")

found = []
for file in tree.sources():
    if str(file) in MAY_SAY:
        continue
    for number, line in tree.code(file):
        if LITERAL.search(line):
            found.append(f"{file}:{number}: a FHIR version as text; src/fhir/version.* has them")
        # Default arguments and members may name a version; deciding by one is version.cc's business.
        elif CONSTANT.search(line) and file.parts[0] != "include" and file.parts[1] != "fhir" and str(file) not in DATA:
            found.append(f"{file}:{number}: a FHIR version constant outside src/fhir")
        elif re.search(r"(==|!=|case)\s*(FhirVersion::)?kR[45]\b", line):
            found.append(f"{file}:{number}: a decision by FHIR version; it belongs into src/fhir/version.*")
tree.finish(found, "versions")
