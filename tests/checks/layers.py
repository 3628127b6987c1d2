#!/usr/bin/env python3
"""Holds docs/layers.json: which layer may include which, and which layer may use which library."""
import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tree  # noqa: E402

TABLE = json.loads((tree.ROOT / "docs/layers.json").read_text())
LAYERS, VENDORS = TABLE["layers"], TABLE["vendors"]
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')
STANDARD = re.compile(r"^[a-z_0-9]+$|^(sys|netinet|arpa)/\w+\.h$|"
                      r"^(unistd|signal|fcntl|poll|time|errno|pthread|termios|stdlib|string|langinfo|netdb)\.h$")


def layer_of(name):
    parts = name.parts
    if parts[0] == "include":
        return "api"
    return parts[1] if parts[0] == "src" and len(parts) > 2 else None


def check(name, number, quote, target):
    layer, first = layer_of(name), target.split("/")[0]
    where = f"{name}:{number}:"
    if layer not in LAYERS:
        return f"{where} no layer in docs/layers.json"
    if first == "chemoterm" or first in LAYERS:
        # Headers that protoc generates lie under chemoterm/<package>/v1/.
        if target.endswith(".pb.h"):
            return None if layer in VENDORS["google"] else f"{where} {layer} may not include generated {target}"
        used = "api" if first == "chemoterm" else first
        if used != layer and used not in LAYERS[layer]:
            return f"{where} {layer} may not include {used}"
        return None
    if first in VENDORS:
        return None if layer in VENDORS[first] else f"{where} {layer} may not use the library {first}"
    if quote == "<" and STANDARD.match(target):
        return None
    return f"{where} {target} belongs to no layer and no library of docs/layers.json"


found = []
for file in tree.sources():
    for number, line in enumerate(tree.lines(file), 1):
        match = INCLUDE.match(line)
        finding = check(file, number, *match.groups()) if match else None
        if finding:
            found.append(finding)
tree.finish(found, "layers")
