"""Orders in the short form of the rules and goldens, as the FHIR Parameters of $check-order, and its answers back.

    form = OrderForm(ROOT / "terminology")
    form.parameters({"date": "2026-11-20", "lines": [{"code": "96413", "minutes": 90}]})
    form.answer(parameters)   # {"verdict": ..., "findings": [...]} as order_checker.check_order gives them

docs/content.md ("Examples") describes the short form.
"""
import json
import pathlib
import re

DEFAULT, DIAGNOSES = "cpt", "icd10cm"
ORDER_MEMBERS = {"payer": "valueString", "plan": "valueString", "jurisdiction": "valueCode",
                 "setting": "valueCode", "placeOfService": "valueCode", "date": "valueDate"}
LINE_MEMBERS = {"units": "valueInteger", "minutes": "valueInteger", "start": "valueDateTime", "stop": "valueDateTime",
                "lesions": "valueInteger", "access": "valueString", "class": "valueCode", "place": "valueCode",
                "date": "valueDate"}
NAMES = {"place": "placeOfService", "class": "drugClass"}
# A code in a text behind its system: "hcpcs|J9045", "(hcpcs|J9045)", "http://a/b|x".
PREFIX = re.compile(r"[^\s|(]+\|(?=\S)")


class OrderForm:
    def __init__(self, content):
        manifest = json.loads((pathlib.Path(content) / "manifest.json").read_text(encoding="utf-8"))
        self.canonical_of = {alias: url for alias, url in manifest["systems"].items() if ":" not in alias}
        self.alias_of = {url: alias for alias, url in self.canonical_of.items()}

    # -- there

    def coding(self, text, default):
        """"96413:59", "hcpcs|J9045" or "http://a/b|x" as a Coding; a system without an alias stays as it is written."""
        system, _, code = text.rpartition("|")
        system = system or default
        return {"system": self.canonical_of.get(system, system), "code": code}

    def parameters(self, order):
        """The Parameters resource of an order."""
        parts = [{"name": "line", "part": self.line(line)} for line in order["lines"]]
        for name, kind in ORDER_MEMBERS.items():
            member = "place" if name == "placeOfService" else name
            if member in order:
                parts.append({"name": name, kind: order[member]})
        parts += [{"name": "diagnosis", "valueCoding": self.coding(code, DIAGNOSES)}
                  for code in order.get("diagnosis", [])]
        return {"resourceType": "Parameters", "parameter": parts}

    def line(self, line):
        parts = [{"name": "coding", "valueCoding": self.coding(line["code"], DEFAULT)}]
        parts += [{"name": "modifier", "valueCode": modifier} for modifier in line.get("modifiers", [])]
        if "drug" in line:
            is_coding = "|" in line["drug"]
            parts.append({"name": "drug", "valueCoding": self.coding(line["drug"], "")} if is_coding
                         else {"name": "drug", "valueString": line["drug"]})
        parts += [{"name": NAMES.get(name, name), kind: line[name]}
                  for name, kind in LINE_MEMBERS.items() if name in line]
        return parts

    # -- and back

    def code(self, coding):
        """A Coding as the short form writes it."""
        alias = self.alias_of.get(coding["system"], coding["system"])
        return coding["code"] if alias == DEFAULT else f"{alias}|{coding['code']}"

    def fix(self, parts):
        found = {}
        for part in parts:
            if part["name"] == "coding":
                found["code"] = self.code(part["valueCoding"])
            else:
                found[part["name"]] = value(part)
        return found

    def finding(self, parts):
        found = {"lines": [], "fix": []}
        for part in parts:
            if part["name"] == "line":
                found["lines"].append(value(part))
            elif part["name"] == "fix":
                found["fix"].append(self.fix(part["part"]))
            else:
                found[part["name"]] = value(part)
        if not found["fix"]:
            del found["fix"]
        return found

    def answer(self, parameters):
        """Verdict and findings of an answer, each finding with `source` and `asOf` besides."""
        assert parameters["resourceType"] == "Parameters", parameters
        verdicts = [value(part) for part in parameters["parameter"] if part["name"] == "verdict"]
        assert len(verdicts) == 1, verdicts
        return {"verdict": verdicts[0], "findings": [self.finding(part["part"]) for part in parameters["parameter"]
                                                     if part["name"] == "finding"]}


def value(part):
    """The one value of a part."""
    values = [member for name, member in part.items() if name.startswith("value")]
    assert len(values) == 1, part
    return values[0]


def comparable(answer):
    """What two checkers must agree in: without sources, and without the systems of codes in texts."""
    findings = [{"rule": finding["rule"], "severity": finding["severity"], "lines": finding["lines"],
                 "fix": finding.get("fix", []), "message": PREFIX.sub("", finding["message"])}
                for finding in answer["findings"]]
    return {"verdict": answer["verdict"], "findings": findings}


def short_text(order):
    """An order as people read it: its members first, then a line each."""
    def dump(one):
        return json.dumps(one, ensure_ascii=False)
    members = [f"{dump(name)}: {dump(member)}" for name, member in order.items() if name != "lines"]
    lines = ",\n  ".join(dump(line) for line in order["lines"])
    return "{" + "".join(member + ", " for member in members) + '"lines": [\n  ' + lines + "\n]}"
