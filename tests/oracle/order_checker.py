#!/usr/bin/env python3
"""A second, naive reading of the rules of order entry.

Loads terminology/ itself and answers an order in its short form with verdict and findings. It shares nothing with the
service but the files, so that the two can be compared.

    python3 tests/oracle/order_checker.py [--today 2026-11-22] [--content DIR] < order.json
"""
import argparse
import csv
import datetime
import json
import pathlib
import re
import sys

CONTENT = pathlib.Path(__file__).resolve().parents[2] / "terminology"
CLASSES = ("chemotherapy", "hormonal", "biologic", "supportive", "hydration")
SETTINGS = ("practitioner", "facility")
TABLE_OF_SETTING = {"practitioner": "practitioner", "facility": "outpatient"}
ORDER_KEYS = {"payer", "plan", "setting", "place", "date", "diagnosis", "lines"}
LINE_KEYS = {"code", "modifiers", "units", "minutes", "start", "stop", "lesions", "access", "drug", "class", "place",
             "date"}


class RuleError(Exception):
    """The rules file is wrong."""


class OrderError(Exception):
    """The order cannot be read (the service answers 400)."""


# ---------------------------------------------------------------------------------------------------------- content

def read_json(path):
    with open(path, encoding="utf-8") as opened:
        return json.load(opened)


def read_csv(path):
    with open(path, encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened, strict=True))


class Content:
    def __init__(self, folder=CONTENT):
        folder = pathlib.Path(folder)
        manifest = read_json(folder / "manifest.json")
        self.canonical_of_alias = manifest["systems"]
        self.alias_of_canonical = {}
        for alias, canonical in manifest["systems"].items():
            if ":" not in alias:
                self.alias_of_canonical[canonical] = alias
        self.concepts = {}  # canonical -> code -> {"inactive": bool, "modifier": bool}
        self.patterns = {}  # canonical -> pattern of every possible code
        self.external = set()  # "alias|code"
        self.properties = {}  # ("alias|code", property) -> rows
        self.figures = []  # {"property", "setting", "start", "end", "values": {"alias|code": text}}
        self.relations = []  # {"from", "kind", "to", "start", "end", "indicator", "setting", "note"}
        self.payers = set()
        self.plans = set()
        for entry in manifest["files"]:
            path = folder / entry["path"]
            if entry["kind"] == "code-system":
                self.read_code_system(path, entry)
            elif entry["kind"] == "external-codes":
                for row in read_csv(path):
                    self.external.add(row["system"] + "|" + row["code"])
            elif entry["kind"] == "rows":
                self.read_rows(path)
            elif entry["kind"] == "figures":
                self.read_figures(path, entry)
            elif entry["kind"] == "relations":
                self.read_relations(path, entry)
            elif entry["kind"] == "payers":
                self.read_payers(path)
        self.inverse = {}
        for concept in read_json(folder / "codesystems" / "relation-kind.json")["concept"]:
            for entry in concept["property"]:
                if entry["code"] == "inverse":
                    self.inverse[concept["code"]] = entry["valueCode"]
        self.drug_class = {}
        for path in sorted((folder / "drugs").glob("*.csv")):
            for row in read_csv(path):
                self.drug_class[row["system"] + "|" + row["code"]] = row["class"]
        self.sources = {source["id"] for source in read_json(folder / "sources.json")}
        self.rules = read_json(folder / "rules" / "order-entry.json")

    def read_code_system(self, path, entry):
        system = read_json(path)
        concepts = self.concepts.setdefault(system["url"], {})
        waiting = list(system.get("concept", []))
        while waiting:
            concept = waiting.pop()
            waiting += concept.get("concept", [])
            flags = {"inactive": False, "modifier": False}
            for value in concept.get("property", []):
                if value["code"] in flags:
                    flags[value["code"]] = value["valueBoolean"]
            concepts[concept["code"]] = flags
        if "codePattern" in entry:
            self.patterns[system["url"]] = entry["codePattern"]

    def read_rows(self, path):
        document = read_json(path)
        for row in document["rows"]:
            code = row.get("code", document.get("code"))
            key = (document["system"] + "|" + code, row["property"])
            self.properties.setdefault(key, []).append(row)

    def read_figures(self, path, entry):
        rows = read_csv(path)
        for column in rows[0]:
            if column == "code":
                continue
            values = {}
            for row in rows:
                if row[column] not in ("", "NA"):
                    values[entry.get("system", "cpt") + "|" + row["code"]] = row[column]
            self.figures.append({"property": column, "setting": entry.get("setting", ""),
                                 "start": entry.get("periodStart", ""), "end": entry.get("periodEnd", ""),
                                 "values": values})

    def read_relations(self, path, entry):
        for row in read_csv(path):
            self.relations.append({
                "from": row["from-system"] + "|" + row["from"],
                "kind": row["kind"],
                "to": row["to-system"] + "|" + row["to"],
                "start": row["period-start"] or entry.get("periodStart", ""),
                "end": row["period-end"] or entry.get("periodEnd", ""),
                "indicator": row["indicator"],
                "setting": row["setting"],
                "note": row["note"],
            })

    def read_payers(self, path):
        document = read_json(path)
        for names, entries in ((self.payers, document["payers"]), (self.plans, document["plans"])):
            for entry in entries:
                for name in [entry["slug"], entry["name"], *entry["aliases"]]:
                    names.add(name.lower())

    # -- questions

    def alias(self, system):
        """The short name of a system, or the system itself when it has none."""
        canonical = self.canonical_of_alias.get(system, system)
        return self.alias_of_canonical.get(canonical, canonical)

    def canonical(self, key):
        """The canonical of the system of "alias|code"."""
        alias = key.rpartition("|")[0]
        return self.canonical_of_alias.get(alias, alias)

    def concept(self, key):
        return self.concepts.get(self.canonical(key), {}).get(key.rpartition("|")[2])

    def system_known(self, key):
        canonical = self.canonical(key)
        return canonical in self.concepts or canonical in self.alias_of_canonical

    def is_modifier(self, modifier):
        return any(concepts.get(modifier, {}).get("modifier") for concepts in self.concepts.values())

    def property_values(self, key, name, date):
        values = []
        for row in self.properties.get((key, name), []):
            if in_force(row.get("periodStart", ""), row.get("periodEnd", ""), date):
                values.append(row["value"])
        return values

    def figure(self, key, name, setting, date):
        """The figure in force on the date, else the latest earlier one, else None."""
        latest = None
        for figure in self.figures:
            if figure["property"] != name or figure["setting"] != TABLE_OF_SETTING[setting]:
                continue
            if key not in figure["values"] or figure["start"] > date:
                continue
            if in_force(figure["start"], figure["end"], date):
                return figure["values"][key]
            if latest is None or figure["start"] > latest["start"]:
                latest = figure
        return None if latest is None else latest["values"][key]


def in_force(start, end, date):
    return (not start or start <= date) and (not end or date <= end)


# ------------------------------------------------------------------------------------------------------------ order

class Line:
    """number, key ("alias|code" without modifiers), system as sent, modifiers, units, minutes, start, stop, lesions,
    access, drug (as given), drug_key, drug_class, place, date"""


def split_code(text, default_alias, content):
    """"96413:59", "hcpcs|J9045" or "http://a/b|x" -> ("alias|code", modifiers)"""
    system, _, code = text.rpartition("|")
    code, *modifiers = code.split(":")
    return content.alias(system or default_alias) + "|" + code, modifiers


def moment(text):
    """A dateTime with a time as a point in time, else None."""
    if not text or "T" not in text:
        return None
    point = datetime.datetime.fromisoformat(text)
    return point if point.tzinfo else point.replace(tzinfo=datetime.timezone.utc)


def day_of(text):
    return text[:10] if text and len(text) >= 10 else None


def minutes_of(given, start, stop):
    if given is not None:
        return given
    begin, end = moment(start), moment(stop)
    if begin is None or end is None or end < begin:
        return None
    return int((end - begin).total_seconds() // 60)


class Order:
    def __init__(self, short, content, today):
        if not isinstance(short, dict):
            raise OrderError("an order is an object")
        for key in short:
            if key not in ORDER_KEYS:
                raise OrderError(f"an order has no '{key}'")
        self.today = today
        self.payer = short.get("payer", "")
        self.plan = short.get("plan", "")
        self.setting = short.get("setting", "practitioner")
        if self.setting not in SETTINGS:
            raise OrderError(f"'{self.setting}' is no setting")
        self.date = short.get("date", today)
        self.diagnoses = [split_code(code, "icd10cm", content)[0] for code in short.get("diagnosis", [])]
        if not short.get("lines"):
            raise OrderError("an order needs a line")
        self.lines = []
        for number, entry in enumerate(short["lines"], 1):
            self.lines.append(self.read_line(number, entry, short, content))

    def read_line(self, number, entry, short, content):
        for key in entry:
            if key not in LINE_KEYS:
                raise OrderError(f"line {number} has no '{key}'")
        line = Line()
        line.number = number
        line.key, modifiers = split_code(entry["code"], "cpt", content)
        line.modifiers = modifiers + entry.get("modifiers", [])
        line.units = entry.get("units", 1)
        line.start = entry.get("start")
        line.stop = entry.get("stop")
        line.minutes = minutes_of(entry.get("minutes"), line.start, line.stop)
        line.lesions = entry.get("lesions")
        line.access = entry.get("access", "")
        line.place = entry.get("place", short.get("place", ""))
        line.date = entry.get("date") or day_of(line.start) or self.date
        line.drug = entry.get("drug", "").strip()
        if "|" in line.drug:
            line.drug_key = split_code(line.drug, "", content)[0]
        else:
            line.drug_key = line.drug.lower()
        line.drug_class = entry.get("class")
        if line.drug_class is not None and line.drug_class not in CLASSES:
            raise OrderError(f"line {number}: '{line.drug_class}' is no class of drug")
        if line.drug_class is None:
            line.drug_class = content.drug_class.get(line.drug_key)
        if line.drug_class is None and line.key.startswith("hcpcs|"):
            line.drug_class = content.drug_class.get(line.key)
        return line

    def encounters(self):
        by_date = {}
        for line in self.lines:
            by_date.setdefault(line.date, []).append(line)
        return list(by_date.values())


# -------------------------------------------------------------------------------------------------------- small tools

def short_key(key):
    """How a code is written in messages, fixes and rule rows: the alias cpt is left away."""
    return key[4:] if key.startswith("cpt|") else key


def long_key(code):
    return code if "|" in code else "cpt|" + code


def in_item(key, item):
    item_alias, _, pattern = long_key(item).rpartition("|")
    alias, _, code = key.rpartition("|")
    if alias != item_alias:
        return False
    if pattern.endswith("*"):
        return code.startswith(pattern[:-1])
    first, dash, last = pattern.partition("-")
    if dash:
        return len(code) == len(first) and first <= code <= last
    return code == pattern


def in_sets(key, items, check):
    """Whether the code is in one of the sets (names) or literal items."""
    for name in items:
        for item in check.sets.get(name, [name]):
            if in_item(key, item):
                return True
    return False


def as_list(texts):
    texts = list(texts)
    if not texts:
        return "none"
    if len(texts) == 1:
        return texts[0]
    return ", ".join(texts[:-1]) + " or " + texts[-1]


def carries(line, modifiers):
    return any(modifier in modifiers for modifier in line.modifiers)


def finding(lines, fix=(), **values):
    return {"lines": sorted(line.number for line in lines), "fix": list(fix), "values": values}


def replace_code(line, code):
    return {"action": "replace-code", "line": line.number, "code": short_key(code)}


def remove_line(line):
    return {"action": "remove-line", "line": line.number}


def set_units(line, units):
    return {"action": "set-units", "line": line.number, "units": units}


def add_modifier(line, modifier):
    return {"action": "add-modifier", "line": line.number, "modifier": modifier}


def remove_modifier(line, modifier):
    return {"action": "remove-modifier", "line": line.number, "modifier": modifier}


def code_or_property(line, p, check):
    """The line's code is in `codes`, or has one of `values` as its `property` on the date."""
    if "codes" in p:
        return in_sets(line.key, p["codes"], check)
    held = check.content.property_values(line.key, p["property"], line.date)
    return any(str(value) in p["values"] for value in held)


# --------------------------------------------------------------------------------------------------- line predicates
# Each gets the parameters, one line and the check (content, order, sets), and gives a list of findings.

def system_unknown(p, line, check):
    if check.content.system_known(line.key):
        return []
    return [finding([line], value=line.key.rpartition("|")[0])]


def code_malformed(p, line, check):
    alias, _, code = line.key.rpartition("|")
    pattern = p["patterns"].get(alias) or check.content.patterns.get(check.content.canonical(line.key))
    if pattern is None or check.content.concept(line.key) or line.key in check.content.external:
        return []
    return [] if re.fullmatch(pattern, code) else [finding([line])]


def code_not_held(p, line, check):
    if not check.content.system_known(line.key):
        return []
    if check.content.concept(line.key) or line.key in check.content.external:
        return []
    return [finding([line])]


def not_yet_valid(p, line, check):
    for value in check.content.property_values(line.key, p["property"], line.date):
        if int(line.date[:4]) < int(value):
            return [finding([line], value=value, date=line.date)]
    return []


def retired(p, line, check):
    concept = check.content.concept(line.key)
    if not concept or not concept["inactive"]:
        return []
    inverse = check.content.inverse[p["kind"]]
    others = set()
    for row in check.content.relations:
        if not in_force(row["start"], row["end"], line.date):
            continue
        if row["kind"] == p["kind"] and row["from"] == line.key:
            others.add(row["to"])
        if row["kind"] == inverse and row["to"] == line.key:
            others.add(row["from"])
    others = sorted(others)
    return [finding([line], [replace_code(line, other) for other in others],
                    others=as_list(short_key(other) for other in others))]


def modifier_unknown(p, line, check):
    findings = []
    for modifier in line.modifiers:
        if check.content.is_modifier(modifier):
            continue
        well_formed = re.fullmatch(p["pattern"], modifier) is not None
        if well_formed != p["matches"]:
            continue
        fix = [] if well_formed else [remove_modifier(line, modifier)]
        findings.append(finding([line], fix, modifier=modifier))
    return findings


def modifier_barred(p, line, check):
    if not code_or_property(line, p, check):
        return []
    return [finding([line], [remove_modifier(line, modifier)], modifier=modifier)
            for modifier in line.modifiers if modifier in p["modifiers"]]


def modifier_missing(p, line, check):
    if not in_sets(line.key, p["codes"], check):
        return []
    for other in check.order.lines:
        if other.key == line.key and other.date == line.date and carries(other, p["modifiers"]):
            return []
    fix = [add_modifier(line, p["add"])] if "add" in p else []
    return [finding([line], fix, modifiers=as_list(p["modifiers"]))]


def units_outside(p, line, check):
    if p["min"] <= line.units <= p["max"]:
        return []
    return [finding([line], units=line.units, min=p["min"], max=p["max"])]


def minutes_outside(p, line, check):
    if not in_sets(line.key, p["codes"], check) or line.minutes is None:
        return []
    least = None
    if p.get("min") is not None:
        least = p["min"] + p.get("step", 0) * (line.units - 1)
    most = p.get("max")
    too_few = least is not None and line.minutes < least
    too_many = most is not None and line.minutes > most
    if not too_few and not too_many:
        return []
    fix = []
    if short_key(line.key) in p.get("replace", {}):
        fix = [replace_code(line, p["replace"][short_key(line.key)])]
    elif p.get("remove") and too_few:
        units = 0
        while line.minutes >= p["min"] + p.get("step", 0) * units and units < line.units:
            units += 1
        fix = [set_units(line, units)] if units > 0 else [remove_line(line)]
    return [finding([line], fix, minutes=line.minutes, units=line.units, min=least, max=most)]


def minutes_missing(p, line, check):
    if not in_sets(line.key, p["codes"], check):
        return []
    if line.minutes is not None or not line.start or line.stop:
        return []
    return [finding([line])]


def times_reversed(p, line, check):
    begin, end = moment(line.start), moment(line.stop)
    if begin is None or end is None or end >= begin:
        return []
    return [finding([line], value=line.stop)]


def over_midnight(p, line, check):
    if not in_sets(line.key, p["codes"], check):
        return []
    first, last = day_of(line.start), day_of(line.stop)
    if first is None or last is None or first == last:
        return []
    return [finding([line], date=first, value=last)]


def in_range(number, limits):
    least, most = limits
    return (least is None or number >= least) and (most is None or number <= most)


def lesions_outside(p, line, check):
    ranges = p["ranges"]
    code = short_key(line.key)
    if code not in ranges or line.lesions is None or in_range(line.lesions, ranges[code]):
        return []
    fix = []
    for other, limits in ranges.items():
        if not fix and in_range(line.lesions, limits):
            fix = [replace_code(line, other)]
    return [finding([line], fix, value=line.lesions)]


def lesions_missing(p, line, check):
    if not in_sets(line.key, p["codes"], check) or line.lesions is not None:
        return []
    return [finding([line])]


def place_barred(p, line, check):
    if not line.place or not code_or_property(line, p, check):
        return []
    barred = line.place not in p["only"] if "only" in p else line.place in p["places"]
    return [finding([line], place=line.place)] if barred else []


def class_barred(p, line, check):
    if not in_sets(line.key, p["codes"], check) or line.drug_class not in p["classes"]:
        return []
    fix = []
    if short_key(line.key) in p.get("replace", {}):
        fix = [replace_code(line, p["replace"][short_key(line.key)])]
    return [finding([line], fix, **{"class": line.drug_class})]


def class_unknown(p, line, check):
    if not in_sets(line.key, p["codes"], check) or not line.drug or line.drug_class is not None:
        return []
    return [finding([line], drug=line.drug)]


def always(p, line, check):
    return [finding([line])] if in_sets(line.key, p["codes"], check) else []


def date_outside(p, line, check):
    last = datetime.date.fromisoformat(check.order.today) + datetime.timedelta(days=p["days-ahead"])
    if p["first"] <= line.date <= last.isoformat():
        return []
    return [finding([line], date=line.date)]


# ---------------------------------------------------------------------------------------------- encounter predicates
# Each gets the parameters, the lines of one date and the check.

def units_over(p, lines, check):
    groups = {}
    for line in lines:
        groups.setdefault(line.number if p["per"] == "line" else line.key, []).append(line)
    findings = []
    for group in groups.values():
        first = group[0]
        limit = check.content.figure(first.key, p[check.order.setting], check.order.setting, first.date)
        indicator = check.content.figure(first.key, p["indicator"], check.order.setting, first.date)
        units = sum(line.units for line in group)
        if limit is None or indicator not in p["values"] or units <= int(limit):
            continue
        fix = [set_units(first, int(limit))] if p["per"] == "line" else []
        findings.append(finding(group, fix, code=first.key, units=units, limit=int(limit)))
    return findings


def needs_related(p, lines, check):
    findings = []
    here = {line.key for line in lines}
    for line in lines:
        if "codes" in p and not in_sets(line.key, p["codes"], check):
            continue
        if in_sets(line.key, p.get("except", []), check):
            continue
        ends = []
        for row in check.content.relations:
            if row["kind"] == p["kind"] and row["from"] == line.key and in_force(row["start"], row["end"], line.date):
                ends.append(row["to"])
        if not ends or any(end in here for end in ends):
            continue
        if any(in_sets(key, p.get("also", []), check) for key in here):
            continue
        fix = []
        if short_key(line.key) in p.get("replace", {}):
            fix = [replace_code(line, p["replace"][short_key(line.key)])]
        elif len(ends) == 1:
            fix = [{"action": "add-line", "code": short_key(ends[0])}]
        findings.append(finding([line], fix, others=as_list(short_key(end) for end in ends)))
    return findings


def needs_one_of(p, lines, check):
    if any(in_sets(line.key, p["others"], check) for line in lines):
        return []
    items = []
    for name in p["others"]:
        items += check.sets.get(name, [name])
    fix = []
    if len(items) == 1 and not items[0].endswith("*") and "-" not in items[0]:
        fix = [{"action": "add-line", "code": items[0]}]
    return [finding([line], fix, others=as_list(items)) for line in lines if in_sets(line.key, p["codes"], check)]


def one_of_rank(p, lines, check):
    by_access = {}
    for line in lines:
        if short_key(line.key) in p["rank"] and not carries(line, p["modifiers"]):
            by_access.setdefault(line.access, []).append(line)
    findings = []
    for group in by_access.values():
        kept = min(group, key=lambda line: (p["rank"].index(short_key(line.key)), line.number))
        for line in group:
            if line is kept or short_key(line.key) not in p["report"]:
                continue
            if short_key(line.key) in p["sequential"]:
                fix = [replace_code(line, p["sequential"][short_key(line.key)])]
            else:
                fix = [remove_line(line)]
            findings.append(finding([kept, line], fix, code=line.key, line=line.number, other=kept.key,
                                    otherLine=kept.number))
    return findings


def pairs_of(lines):
    return [(first, second) for index, first in enumerate(lines) for second in lines[index + 1:]]


def second_access(p, lines, check):
    findings = []
    for first, second in pairs_of([line for line in lines if in_sets(line.key, p["codes"], check)]):
        if not first.access or not second.access or first.access == second.access:
            continue
        if carries(first, p["modifiers"]) or carries(second, p["modifiers"]):
            continue
        findings.append(finding([first, second], [add_modifier(second, p["modifiers"][0])], code=second.key,
                                line=second.number, other=first.key, otherLine=first.number))
    return findings


def row_of_pair(p, one, two, check):
    for row in check.content.relations:
        if row["from"] != one.key or row["to"] != two.key or row["kind"] not in p["kinds"]:
            continue
        if row["indicator"] != p["indicator"] or not in_force(row["start"], row["end"], one.date):
            continue
        if row["setting"] in ("", TABLE_OF_SETTING[check.order.setting]):
            return row
    return None


def pair(p, lines, check):
    findings = []
    for first, second in pairs_of(lines):
        if in_sets(first.key, p.get("except", []), check) or in_sets(second.key, p.get("except", []), check):
            continue
        modifiers = p.get("modifiers", [])
        if carries(first, modifiers) or carries(second, modifiers):
            continue
        for one, two in ((first, second), (second, first)):
            row = row_of_pair(p, one, two, check)
            if row is None:
                continue
            fix = [add_modifier(two, modifiers[0])] if modifiers else [remove_line(two)]
            findings.append(finding([one, two], fix, code=one.key, line=one.number, other=two.key,
                                    otherLine=two.number, value=row["note"]))
            break
    return findings


def not_together(p, lines, check):
    findings = []
    for line in lines:
        if not in_sets(line.key, p["codes"], check):
            continue
        others = [other for other in lines if other is not line and in_sets(other.key, p["others"], check)]
        if not others:
            continue
        other = others[0]
        fix = [remove_line(line)]
        if p.get("modifiers"):
            modified = other if p.get("modified", "codes") == "others" else line
            if carries(modified, p["modifiers"]):
                continue
            fix = [add_modifier(modified, p["modifiers"][0])]
        findings.append(finding([line, other], fix, code=line.key, line=line.number, other=other.key,
                                otherLine=other.number))
    return findings


def alone(p, lines, check):
    others = [line for line in lines
              if in_sets(line.key, p["others"], check) and not in_sets(line.key, p["codes"], check)]
    if not others:
        return []
    return [finding([line, *others], [remove_line(line)], code=line.key, line=line.number, other=others[0].key,
                    otherLine=others[0].number)
            for line in lines if in_sets(line.key, p["codes"], check)]


def units_of_time(minutes, first, threshold, step):
    units = 0
    while minutes >= first + threshold + units * step:
        units += 1
    return units


def hours(p, lines, check):
    bases = [line for line in lines if short_key(line.key) in p["base"]]
    hour_lines = [line for line in lines if line.key == long_key(p["hour"])]
    if not bases or any(line.minutes is None for line in bases):
        return []
    if any(line.minutes is not None for line in hour_lines):
        return []
    due = {line.number: units_of_time(line.minutes, p["first"], p["threshold"], p["step"]) for line in bases}
    expected = sum(due.values())
    given = sum(line.units for line in hour_lines)
    concerned, fix = [], []
    if p["when"] == "more" and given > expected:
        concerned = bases + hour_lines
        if expected == 0:
            fix = [remove_line(line) for line in hour_lines]
        else:
            fix = [set_units(hour_lines[0], expected)] + [remove_line(line) for line in hour_lines[1:]]
    if p["when"] == "fewer" and given < expected:
        concerned = [line for line in bases if due[line.number] > 0] + hour_lines
        if hour_lines:
            fix = [set_units(hour_lines[0], hour_lines[0].units + expected - given)]
        else:
            fix = [{"action": "add-line", "code": p["hour"], "units": expected}]
    if not concerned:
        return []
    return [finding(concerned, fix, code=p["hour"], other=bases[0].key, expected=expected, units=given)]


def same_drug(p, lines, check):
    findings = []
    for later in lines:
        for earlier in lines[:lines.index(later)]:
            if not later.drug_key or later.drug_key != earlier.drug_key:
                continue
            sides = [(in_sets(line.key, p["codes"], check), in_sets(line.key, p["others"], check))
                     for line in (earlier, later)]
            if not all(code or other for code, other in sides) or not any(code for code, _ in sides):
                continue
            if carries(earlier, p.get("modifiers", [])) or carries(later, p.get("modifiers", [])):
                continue
            findings.append(finding([earlier, later], drug=later.drug, code=later.key, line=later.number,
                                    other=earlier.key, otherLine=earlier.number))
            break
    return findings


def duplicate(p, lines, check):
    first_of = {}
    findings = []
    for line in lines:
        same = (line.key, frozenset(line.modifiers), line.access, line.drug_key)
        if same in first_of:
            first = first_of[same]
            findings.append(finding([first, line], code=line.key, line=line.number, otherLine=first.number))
        else:
            first_of[same] = line
    return findings


# -------------------------------------------------------------------------------------------------- order predicates
# Each gets the parameters, the order and the check.

def has_line_of(order, sets, check):
    return any(in_sets(line.key, sets, check) for line in order.lines)


def diagnoses_of(order, sets, check):
    return [diagnosis for diagnosis in order.diagnoses if in_sets(diagnosis, sets, check)]


def shown_diagnosis(diagnosis):
    return diagnosis.removeprefix("icd10cm|")


def diagnosis_not_first(p, order, check):
    named = diagnoses_of(order, p["diagnoses"], check)
    if not named or not has_line_of(order, p["codes"], check) or order.diagnoses[0] in named:
        return []
    return [finding([], diagnosis=shown_diagnosis(named[0]))]


def diagnosis_missing(p, order, check):
    if not has_line_of(order, p["codes"], check) or not diagnoses_of(order, p["if"], check):
        return []
    if diagnoses_of(order, p["diagnoses"], check):
        return []
    return [finding([])]


def diagnosis_alone(p, order, check):
    named = diagnoses_of(order, p["diagnoses"], check)
    if not named or diagnoses_of(order, p["needs"], check):
        return []
    return [finding([], diagnosis=shown_diagnosis(named[0]))]


def payer_unknown(p, order, check):
    name = order.payer.strip()
    return [finding([], value=name)] if name and name.lower() not in check.content.payers else []


def plan_unknown(p, order, check):
    name = order.plan.strip()
    return [finding([], value=name)] if name and name.lower() not in check.content.plans else []


# ------------------------------------------------------------------------------------------------------------- table

class Predicate:
    def __init__(self, scope, function, required="", optional="", placeholders=""):
        self.scope = scope  # line, encounter or order
        self.function = function
        self.required = set(required.split())
        self.optional = set(optional.split())
        self.placeholders = set(placeholders.split())


TWO = "code line other otherLine"
PREDICATES = {
    "system-unknown": Predicate("line", system_unknown, "", "", "code line value"),
    "code-malformed": Predicate("line", code_malformed, "patterns", "", "code line"),
    "code-not-held": Predicate("line", code_not_held, "", "", "code line"),
    "not-yet-valid": Predicate("line", not_yet_valid, "property", "", "code line value date"),
    "retired": Predicate("line", retired, "kind", "", "code line others"),
    "modifier-unknown": Predicate("line", modifier_unknown, "pattern matches", "", "code line modifier"),
    "modifier-barred": Predicate("line", modifier_barred, "modifiers", "codes property values", "code line modifier"),
    "modifier-missing": Predicate("line", modifier_missing, "codes modifiers", "add", "code line modifiers"),
    "units-outside": Predicate("line", units_outside, "min max", "", "code line units min max"),
    "units-over": Predicate("encounter", units_over, "practitioner facility indicator values per", "",
                            "code line units limit"),
    "minutes-outside": Predicate("line", minutes_outside, "codes", "min max step replace remove",
                                 "code line minutes units min max"),
    "minutes-missing": Predicate("line", minutes_missing, "codes", "", "code line"),
    "times-reversed": Predicate("line", times_reversed, "", "", "code line value"),
    "over-midnight": Predicate("line", over_midnight, "codes", "", "code line date value"),
    "lesions-outside": Predicate("line", lesions_outside, "ranges", "", "code line value"),
    "lesions-missing": Predicate("line", lesions_missing, "codes", "", "code line"),
    "place-barred": Predicate("line", place_barred, "", "codes property values places only", "code line place"),
    "class-barred": Predicate("line", class_barred, "codes classes", "replace", "code line class"),
    "class-unknown": Predicate("line", class_unknown, "codes", "", "code line drug"),
    "always": Predicate("line", always, "codes", "", "code line"),
    "date-outside": Predicate("line", date_outside, "first days-ahead", "", "code line date"),
    "needs-related": Predicate("encounter", needs_related, "kind", "codes except also replace", "code line others"),
    "needs-one-of": Predicate("encounter", needs_one_of, "codes others", "", "code line others"),
    "one-of-rank": Predicate("encounter", one_of_rank, "rank report sequential modifiers", "", TWO),
    "second-access": Predicate("encounter", second_access, "codes modifiers", "", TWO),
    "pair": Predicate("encounter", pair, "kinds indicator", "modifiers except", TWO + " value"),
    "not-together": Predicate("encounter", not_together, "codes others", "modifiers modified", TWO),
    "alone": Predicate("encounter", alone, "codes others", "", TWO),
    "hours": Predicate("encounter", hours, "base hour first threshold step when", "", "code other expected units"),
    "same-drug": Predicate("encounter", same_drug, "codes others", "modifiers", TWO + " drug"),
    "duplicate": Predicate("encounter", duplicate, "", "", "code line otherLine"),
    "diagnosis-not-first": Predicate("order", diagnosis_not_first, "diagnoses codes", "", "diagnosis"),
    "diagnosis-missing": Predicate("order", diagnosis_missing, "codes if diagnoses", "", ""),
    "diagnosis-alone": Predicate("order", diagnosis_alone, "diagnoses needs", "", "diagnosis"),
    "payer-unknown": Predicate("order", payer_unknown, "", "", "value"),
    "plan-unknown": Predicate("order", plan_unknown, "", "", "value"),
}


def predicate_of(rule):
    name = rule["predicate"]
    if name not in PREDICATES:
        raise RuleError(f"rule {rule['id']}: there is no predicate '{name}'")
    predicate = PREDICATES[name]
    for parameter in rule["parameters"]:
        if parameter not in predicate.required | predicate.optional:
            raise RuleError(f"rule {rule['id']}: predicate '{name}' has no parameter '{parameter}'")
    for parameter in sorted(predicate.required):
        if parameter not in rule["parameters"]:
            raise RuleError(f"rule {rule['id']}: predicate '{name}' needs the parameter '{parameter}'")
    return predicate


# ------------------------------------------------------------------------------------------------------------- check

class Check:
    def __init__(self, content, order):
        self.content = content
        self.order = order
        self.sets = content.rules["sets"]

    def applies(self, rule, date):
        period = rule.get("period", {})
        return in_force(period.get("start", ""), period.get("end", ""), date)

    def found_by(self, rule):
        if "setting" in rule and rule["setting"] != self.order.setting:
            return []
        predicate = predicate_of(rule)
        if predicate.scope == "line":
            places = [(line.date, line) for line in self.order.lines]
        elif predicate.scope == "encounter":
            places = [(lines[0].date, lines) for lines in self.order.encounters()]
        else:
            places = [(self.order.date, self.order)]
        found = []
        for date, place in places:
            if self.applies(rule, date):
                found += predicate.function(rule["parameters"], place, self)
        return sorted(found, key=lambda one: one["lines"])

    def message(self, rule, one):
        values = dict(one["values"])
        if one["lines"]:
            first = self.order.lines[one["lines"][0] - 1]
            values.setdefault("code", first.key)
            values.setdefault("line", first.number)
        text = rule["message"]
        for name, value in values.items():
            text = text.replace("{" + name + "}", short_key(str(value)))
        return text

    def run(self):
        found = {}  # rule id -> findings, the dropped ones too
        answer = []
        for rule in self.content.rules["rules"]:
            found[rule["id"]] = self.found_by(rule)
            for one in found[rule["id"]]:
                stronger = [other for name in rule.get("yieldsTo", []) for other in found[name]]
                if any(set(one["lines"]) <= set(other["lines"]) for other in stronger):
                    continue
                entry = {"rule": rule["id"], "severity": rule["severity"], "lines": one["lines"]}
                if one["fix"]:
                    entry["fix"] = one["fix"]
                entry["message"] = self.message(rule, one)
                answer.append(entry)
        severities = {entry["severity"] for entry in answer}
        verdict = "reject" if "error" in severities else "review" if "warning" in severities else "accept"
        return {"verdict": verdict, "findings": answer}


def check_order(content, short, today):
    """Verdict and findings of an order in its short form; `today` is YYYY-MM-DD."""
    return Check(content, Order(short, content, today)).run()


def main():
    parser = argparse.ArgumentParser(description="Check an order, read from standard input in its short form.")
    parser.add_argument("--today", default=datetime.date.today().isoformat())
    parser.add_argument("--content", default=CONTENT)
    arguments = parser.parse_args()
    try:
        answer = check_order(Content(arguments.content), json.load(sys.stdin), arguments.today)
    except (RuleError, OrderError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    json.dump(answer, sys.stdout, indent=1, ensure_ascii=False)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
