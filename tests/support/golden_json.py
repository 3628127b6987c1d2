"""Golden cases for tests in Python: their requests as FHIR Parameters, and whether an answer is what they expect.

    case = golden_json.load(path, form)   # "parameters", "expect"; "reason" of a failure
    answer = golden_json.read(text)
    golden_json.mismatch(case["expect"], golden_json.tree(answer["parameter"]))   # "" when it fits

tests/golden/README.md has the form. Short forms of orders and administrations are written out.
"""
import json
import re

import order_form

ADMINISTRATION_MEMBERS = {
    "class": ("drugClass", "valueCode"), "route": ("route", "valueCode"), "technique": ("technique", "valueCode"),
    "start": ("start", "valueDateTime"), "stop": ("stop", "valueDateTime"), "minutes": ("minutes", "valueInteger"),
    "plannedMinutes": ("plannedMinutes", "valueInteger"), "access": ("access", "valueString"),
    "lesions": ("lesions", "valueInteger"), "approach": ("approach", "valueCode"), "device": ("device", "valueCode"),
    "pumpOwner": ("pumpOwner", "valueCode"), "purpose": ("purpose", "valueCode"),
    "mainReason": ("mainReason", "valueBoolean"), "concurrentWith": ("concurrentWith", "valueInteger")}
KEY = re.compile(r"(?P<name>\w+)(\[(?P<member>\w+)\])?(?P<kind>[#@~]?)(?P<index>\d*)$")


def load(path, form):
    """A case; that of administrations with the Parameters that its short form stands for."""
    case = json.loads(path.read_text(encoding="utf-8"))
    if "lines" in case:
        given = dict(case["request"])
        parts = [{"name": "administration", "part": administration(each, form)} for each in given.pop("administrations")]
        rest = form.parameters({**given, "lines": []})["parameter"]
        case["parameters"] = {"resourceType": "Parameters", "parameter": parts + rest}
    elif "order" in case:
        case["parameters"] = form.parameters(case["order"])
    else:
        case["parameters"] = {"resourceType": "Parameters", "parameter": case["request"]}
    return case


def read(text):
    """JSON whose decimals keep the digits they are written with."""
    return json.loads(text, parse_float=str)


def administration(given, form):
    parts = []
    for name, value in given.items():
        if name == "drug":
            parts.append({"name": "drug", "valueCoding": form.coding(value, "")} if "|" in value
                         else {"name": "drug", "valueString": value})
        else:
            part, kind = ADMINISTRATION_MEMBERS[name]
            parts.append({"name": part, kind: value})
    return parts


def plain(value):
    """A value as the goldens write it: texts, and objects of lists; a reference is its text."""
    if isinstance(value, dict) and set(value) == {"reference"}:
        return value["reference"]
    if isinstance(value, dict):
        return {snake(name): [plain(each)] for name, each in value.items()}
    return str(value).lower() if isinstance(value, bool) else str(value)


def snake(name):
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


def tree(parts):
    """The parameters of an answer by their names, each with all its values."""
    found = {}
    for part in parts:
        value = tree(part["part"]) if "part" in part else plain(order_form.value(part))
        found.setdefault(snake(part["name"]), []).append(value)
    return found


def mismatch(expected, found, path=""):
    """Why the answer is not what the case expects; "" when it is."""
    for key, wanted in expected.items():
        why = mismatch_of(KEY.match(key), wanted, found, path)
        if why:
            return why
    return ""


def mismatch_of(key, wanted, found, path):
    at = f"{path}.{key['name']}"
    values = found.get(snake(key["name"]), [])
    if key["member"]:
        values = [each for each in values if snake(key["member"]) in each]
    if key["kind"] == "#":
        return "" if len(values) == wanted else f"{at} is there {len(values)} times, not {wanted}"
    if key["kind"] == "~":
        return "" if any(wanted in each for each in values) else f"{at} does not contain {wanted!r}: {values}"
    if key["kind"] == "@":
        index = int(key["index"])
        return unlike(wanted, values[index], at) if index < len(values) else f"{at} has only {len(values)} values"
    if wanted is None:
        return f"{at} should be absent, is {values[0]}" if values else ""
    for each in wanted if isinstance(wanted, list) else [wanted]:
        whys = [unlike(each, value, at) for value in values] or [f"{at} is absent"]
        if all(whys):
            return whys[0]
    return ""


def unlike(wanted, value, at):
    if isinstance(wanted, dict):
        return mismatch(wanted, value, at) if isinstance(value, dict) else f"{at} is {value}, not {wanted}"
    return "" if plain(wanted) == value else f"{at} is {value}, not {wanted}"
