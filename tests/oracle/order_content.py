"""The files of terminology/, the order in its short form, and small tools, for order_checker.py."""
import csv
import datetime
import json
import pathlib

CONTENT = pathlib.Path(__file__).resolve().parents[2] / "terminology"
CLASSES = ("chemotherapy", "hormonal", "biologic", "supportive", "hydration")
SETTINGS = ("practitioner", "facility")
TABLE_OF_SETTING = {"practitioner": "practitioner", "facility": "outpatient"}
ORDER_KEYS = {"payer", "plan", "jurisdiction", "setting", "place", "date", "diagnosis", "lines"}
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
        self.payers = {}  # name -> slug
        self.plans = {}  # name -> slug of the payer
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
                    names[name.lower()] = entry.get("payer", entry["slug"])

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
        if not short.get("lines") or not isinstance(short["lines"], list):
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
