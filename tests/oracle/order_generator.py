"""Orders by chance that are likely to meet a rule.

What is interesting is read from the content: members of the rules' sets, partners of relation tables, limits of units,
minutes on both sides of every threshold, dates on both sides of every table. Four kinds of orders take turns: one that
a rule finds fault with, one aimed at a rule, a rule's example with changes, and a free one. An order depends on the
seed, its number and the day alone.

    python3 tests/oracle/order_generator.py [SEED [FIRST [COUNT]]]    prints orders
"""
import copy
import datetime
import pathlib
import random
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import order_checker  # noqa: E402
import order_content  # noqa: E402
import order_form  # noqa: E402
from order_content import in_item, long_key, short_key  # noqa: E402

LISTS_OF_CODES = ("codes", "others", "also", "rank", "report", "base")
LISTS_OF_DIAGNOSES = ("diagnoses", "if", "needs")
ODD_CODES = ["9641", "964133", "J9045", "99999", "85025", "hcpcs|j9045", "hcpcs|J904", "hcpcs|A0001", "hcpcs|J9999",
             "icd10pcs|3E0OIII", "icd10pcs|3E03305", "icd10cm|ZZZ", "pos|11", "59", "hcpcs|JW", "chemo-group|x",
             "snomed|367336001", "http://local.example/charges|CH100",
             "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets|J9045",
             "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets|G0498", "http://www.ama-assn.org/go/cpt|96413"]
ODD_MODIFIERS = ["RT", "Q0", "99", "5", "590", "xe", "Jz", "5-"]
ODD_DRUGS = ["carboplatin", " Carboplatin ", "CARBOPLATIN", "paclitaxel", "saline", "hcpcs|J3490", "hcpcs|J0000",
             "http://www.nlm.nih.gov/research/umls/rxnorm|40048",
             "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets|J9045"]
ACCESSES = ["port", "left arm", "Port", "right arm"]
PLACES = ["11", "19", "21", "22", "24", "49", "12", "99", "1"]
ZONES = ["Z", "Z", "-05:00", "-08:00", "+01:00", "+05:30", "+14:00"]
UNKNOWN_PAYERS = ["Acme Mutual", "medicar", "  Nobody  ", "Medicare Part Z"]
UNKNOWN_PLANS = ["Gold Star", "HMO", " silver "]
NEAR = (-1, 0, 1)
TRIES = 30  # to find an order that a rule finds fault with


def dates_near(text):
    day = datetime.date.fromisoformat(text)
    return [(day + datetime.timedelta(days=days)).isoformat() for days in NEAR]


class Interest:
    """What of the content an order should touch."""

    def __init__(self, content, today):
        self.content = content
        self.today = today
        self.rules = content.rules["rules"]
        self.sets = content.rules["sets"]
        self.held = sorted(key for key in self.all_keys())
        self.family = self.expand(["family"])
        self.retired = [key for key in self.held if (content.concept(key) or {}).get("inactive")]
        self.of_property = {}
        for key, name in content.properties:
            self.of_property.setdefault(name, []).append(short_key(key))
        self.limits = {}  # code -> limits of units
        for figure in content.figures:
            if figure["property"].startswith("mue-") and figure["property"] != "mue-mai":
                for key, limit in figure["values"].items():
                    self.limits.setdefault(short_key(key), set()).add(int(limit))
        self.modifiers = sorted({code for concepts in content.concepts.values() for code, flags in concepts.items()
                                 if flags["modifier"]})
        self.drugs = sorted(content.drug_class) + ODD_DRUGS
        self.diagnoses = [short_key(key).removeprefix("icd10cm|") for key in sorted(content.external)
                          if key.startswith("icd10cm|")]
        self.minutes = sorted({minutes for rule in self.rules for minutes in self.minutes_of(rule)} | {0, 45, 60, 600})
        self.units = sorted({rule["parameters"][name] + near for rule in self.rules for name in ("min", "max")
                             if rule["predicate"] == "units-outside" for near in NEAR})
        self.dates = self.all_dates()

    def all_keys(self):
        for canonical, concepts in self.content.concepts.items():
            alias = self.content.alias(canonical)
            if alias in self.content.canonical_of_alias:
                yield from (f"{alias}|{code}" for code in concepts)
        yield from self.content.external

    def expand(self, items):
        """Codes of sets and items: those that are held, and one that may not be."""
        codes = []
        for name in items:
            for item in self.sets.get(name, [name]):
                alias, _, pattern = long_key(item).rpartition("|")
                codes += [short_key(key) for key in self.held if in_item(key, item)]
                if pattern.endswith("*"):
                    codes.append(short_key(f"{alias}|{pattern[:-1]}9"))
                elif "-" in pattern:
                    codes += [short_key(f"{alias}|{end}") for end in pattern.split("-")]
                else:
                    codes.append(short_key(f"{alias}|{pattern}"))
        return list(dict.fromkeys(codes))

    @staticmethod
    def minutes_of(rule):
        """Both sides of the thresholds of a rule."""
        p, edges = rule["parameters"], set()
        step = p.get("step", 0)
        if rule["predicate"] == "hours":
            edges = {p["first"] + p["threshold"] + step * times for times in range(10)}
        elif rule["predicate"] == "minutes-outside":
            edges = {p["min"] + step * times for times in range(3)} if p.get("min") is not None else set()
            edges |= {p["max"] + 1} if p.get("max") is not None else set()
        return {edge + side for edge in edges for side in (-1, 0)}

    def all_dates(self):
        edges = {rule["period"][end] for rule in self.rules for end in rule.get("period", {})}
        edges |= {row[end] for row in self.content.relations for end in ("start", "end") if row[end]}
        edges |= {figure[end] for figure in self.content.figures for end in ("start", "end") if figure[end]}
        for rule in self.rules:
            if rule["predicate"] == "date-outside":
                last = datetime.date.fromisoformat(self.today) + datetime.timedelta(rule["parameters"]["days-ahead"])
                edges |= {rule["parameters"]["first"], last.isoformat()}
            if rule["predicate"] == "not-yet-valid":
                for key, name in self.content.properties:
                    if name == rule["parameters"]["property"]:
                        edges |= {f"{row['value']}-01-01" for row in self.content.properties[key, name]}
        return sorted({date for edge in edges for date in dates_near(edge)})

    def rows_of(self, kinds, indicator=None):
        return [row for row in self.content.relations
                if row["kind"] in kinds and indicator in (None, row["indicator"])]


class Generator:
    """Orders for one interest; `order(number)` is the same for the same seed."""

    def __init__(self, interest, seed):
        self.interest = interest
        self.seed = seed
        self.chance = random.Random()
        self.day = self.drug = ""

    def order(self, number):
        self.chance.seed(f"{self.seed}/{number}")
        rules = self.interest.rules
        rule = rules[number // 4 % len(rules)]
        order = self.draw(number % 4, rule)
        for _ in range(TRIES):
            if number % 4 or self.fires(rule, order):
                break
            order = self.draw(0, rule)
        return order

    def fires(self, rule, order):
        answer = order_checker.check_order(self.interest.content, order, self.interest.today)
        return any(finding["rule"] == rule["id"] for finding in answer["findings"])

    def draw(self, kind, rule):
        self.day = self.date()  # most lines are of one day, and have one drug: else they would seldom meet
        self.drug = self.chance.choice(self.interest.drugs)
        if kind == 1 and self.maybe(0.2) and self.has_sets(rule):
            order = self.sweep(rule)
        elif kind < 2:
            order = self.aimed(rule)
        elif kind == 2:
            order = self.example(rule)
        else:
            order = self.free()
        return self.finished(order)

    # -- chance

    def maybe(self, share):
        return self.chance.random() < share

    def some(self, items, least, most):
        return [self.chance.choice(items) for _ in range(self.chance.randint(least, most))] if items else []

    # -- orders

    def aimed(self, rule):
        """An order around one rule: its codes, modifiers, classes, places, minutes, diagnoses and dates."""
        p = rule["parameters"]
        if "period" in rule or rule["predicate"] in ("not-yet-valid", "date-outside"):
            self.day = self.chance.choice([*(date for end in rule.get("period", {}).values() for date in dates_near(end)),
                                           *self.some(self.interest.dates, 1, 1), self.day])
        drugs = [drug for drug, drug_class in self.interest.content.drug_class.items() if drug_class in p.get("classes", [])]
        self.drug = self.chance.choice(drugs or [self.drug])
        order = {"lines": [self.line(code, rule) for code in self.codes_for(rule)]}
        if "setting" in rule and self.maybe(0.8):
            order["setting"] = rule["setting"]
        if any(name in p for name in LISTS_OF_DIAGNOSES):
            sets = ["if"] if "if" in p and self.maybe(0.8) else [name for name in LISTS_OF_DIAGNOSES if name in p]
            order["diagnosis"] = [self.diagnosis([name]) for name in self.some(p[self.chance.choice(sets)], 1, 2)]
            if self.maybe(0.4):
                order["diagnosis"].insert(self.chance.randint(0, 1), self.chance.choice(self.interest.diagnoses))
        if rule["predicate"] in ("payer-unknown", "plan-unknown"):
            order |= self.coverage()
        if self.maybe(0.3):
            order["lines"] += [self.line(code) for code in self.some(self.interest.family, 1, 2)]
        return order

    @staticmethod
    def has_sets(rule):
        return any(name in rule["parameters"] for name in ("codes", "others"))

    def sweep(self, rule):
        """Every code that the rule names, each on a day of its own and maybe with one of the others."""
        p, lines = rule["parameters"], []
        codes = self.interest.expand(p.get("codes", []) + p.get("others", []))
        others = self.interest.expand(p.get("codes" if self.maybe(0.5) else "others", p.get("others", [])))
        other = self.chance.choice(others) if others else None
        for days, code in enumerate(self.chance.sample(codes, min(len(codes), 60))):
            self.day = (datetime.date.fromisoformat(self.interest.today) - datetime.timedelta(days)).isoformat()
            lines += [self.line(one, rule) | {"date": self.day} for one in (code, other) if one]
        order = {"lines": lines}
        if "setting" in rule:
            order["setting"] = rule["setting"]
        return order

    def codes_for(self, rule):
        p, interest = rule["parameters"], self.interest
        codes = []
        for name in LISTS_OF_CODES:
            if name in p and (name in ("codes", "base", "rank") or self.maybe(0.75)):
                codes += self.some(interest.expand(p[name]), 1, 2)
        if "hour" in p:
            codes += [p["hour"]] * self.chance.choice((0, 1, 1, 2))
        codes += self.some(list(p.get("ranges", {})), 1, 1)
        if rule["predicate"] == "retired":
            codes += self.some(interest.retired, 1, 1)
        elif "kind" in p or "kinds" in p:
            rows = interest.rows_of(p.get("kinds", [p.get("kind")]), p.get("indicator"))
            rows = [row for row in rows if not codes or short_key(row["from"]) in codes] or rows
            for row in self.some(rows, 1, 1):
                codes += [short_key(row["from"]), *([short_key(row["to"])] if "kinds" in p or self.maybe(0.5) else [])]
        if "property" in p:
            codes += self.some(interest.of_property.get(p["property"], []), 1, 1)
        if rule["predicate"] == "units-over":
            codes += self.some(sorted(interest.limits), 1, 1) * self.chance.randint(1, 2)
        if rule["predicate"] in ("system-unknown", "code-malformed", "code-not-held"):
            codes += self.some(ODD_CODES, 1, 1)
        if rule["predicate"] in ("duplicate", "second-access", "same-drug") and codes:
            codes.append(codes[0])
        return codes or self.some(interest.family, 1, 2)

    def example(self, rule):
        """An example of a rule with one thing or two changed; sometimes two examples in one."""
        order = copy.deepcopy(rule[self.chance.choice(("fires", "silent"))]["order"])
        if self.maybe(0.3):
            more = self.chance.choice(self.interest.rules)["fires"]["order"]
            order = copy.deepcopy(more) | order | {"lines": order["lines"] + copy.deepcopy(more["lines"])}
        for _ in range(self.chance.randint(0, 3)):
            self.chance.choice((self.change_line, self.change_line, self.change_order))(order)
        return order

    def free(self):
        """Lines of any kind; sometimes many."""
        interest = self.interest
        order = {"lines": []}
        for _ in range(40 if self.maybe(0.02) else self.chance.randint(1, 7)):
            pool = self.chance.choices((interest.family, interest.expand(["visit"]), interest.held, ODD_CODES,
                                        [short_key(key) for key in sorted(interest.content.drug_class)],
                                        interest.expand(["hipec", "hipec-operations-of-2025"]), interest.retired),
                                       (60, 8, 10, 6, 10, 5, 3))[0]
            order["lines"].append(self.line(short_key(self.chance.choice(pool))))
        for _ in range(3):
            self.change_order(order)
        return order

    # -- lines

    def line(self, code, rule=None):
        """A line; with a rule, its members are likely to be those that the rule looks at."""
        p = rule["parameters"] if rule else {}
        line = {"code": code}
        wanted = {"times": "minutes" in str(rule and rule["predicate"]) or "hour" in p,
                  "modifier": "modifiers" in p or bool(rule and rule["predicate"].startswith("modifier")),
                  "class": "classes" in p or bool(rule and rule["predicate"] == "class-unknown"),
                  "access": bool(rule and rule["predicate"] == "second-access"),
                  "drug": bool(rule and rule["predicate"] in ("same-drug", "class-unknown", "class-barred"))}
        if rule and rule["predicate"] in ("times-reversed", "over-midnight", "minutes-missing"):
            line |= self.times(code, odd=0.7)
        elif self.maybe(0.1 if code == p.get("hour") else 0.95 if wanted["times"] else 0.4):
            line |= self.times(code, rule)
        if code in self.interest.limits and self.maybe(0.3) or rule and rule["predicate"].startswith("units"):
            line["units"] = self.units(code)
        elif self.maybe(0.8 if code == p.get("hour") else 0.15):
            line["units"] = self.chance.randint(1, 4)
        if self.maybe(0.25 if wanted["modifier"] else 0.1):
            self.add_modifier(line, p.get("modifiers"))
        if self.maybe(0.6 if wanted["drug"] else 0.2):
            line["drug"] = self.drug if self.maybe(0.6) else self.chance.choice(self.interest.drugs)
        if self.maybe(0.4 if wanted["class"] else 0.1):
            classes = p.get("classes") if self.maybe(0.7) else None
            line["class"] = self.chance.choice(classes or order_content.CLASSES)
        if self.maybe(0.8 if wanted["access"] else 0.12):
            line["access"] = self.chance.choice(ACCESSES)
        if "ranges" in p or self.maybe(0.05) or code in self.interest.sets.get("lesion", []):
            if self.maybe(0.7):
                line["lesions"] = self.chance.choice([0, 1, 7, 8, 9, 30])
        if self.maybe(0.4 if "places" in p else 0.05):
            line["place"] = self.chance.choice(p.get("places") or PLACES)
        if self.maybe(0.06):
            line["date"] = self.date()
        return line

    def units(self, code):
        limits = [limit + more for limit in self.interest.limits.get(code, ()) for more in (0, 1)]
        return self.chance.choice([*limits, *limits, *self.interest.units, 2, 3])

    def add_modifier(self, line, wanted=None):
        modifier = self.chance.choice(wanted if wanted and self.maybe(0.7) else
                                      ODD_MODIFIERS if self.maybe(0.2) else self.interest.modifiers)
        if self.maybe(0.25) and self.interest.content.alias(line["code"].rpartition("|")[0] or "cpt") in ("cpt", "hcpcs"):
            line["code"] += ":" + modifier
        else:
            line["modifiers"] = [*line.get("modifiers", []), modifier]

    def times(self, code, rule=None, odd=0.15):
        """`minutes`, or `start` and `stop` of that length, or times that are not right."""
        near = sorted(self.interest.minutes_of(rule)) if rule else []
        minutes = self.chance.choice(near if near and self.maybe(0.7) else self.interest.minutes)
        if self.maybe(0.6) and odd < 0.5:
            return {"minutes": minutes}
        day = datetime.date.fromisoformat(self.date() if self.maybe(0.1) else self.day)
        clock = datetime.time(self.chance.choice((0, 9, 9, 13, 23)), self.chance.choice((0, 15, 59)),
                              self.chance.choice((0, 0, 30)))
        start = datetime.datetime.combine(day, clock, datetime.timezone.utc)
        stop = start + datetime.timedelta(minutes=minutes, seconds=self.chance.choice((0, 0, 0, 29, 59)))
        if not self.maybe(odd):
            zone = self.chance.choice(ZONES)
            times = {"start": self.moment(start, zone),
                     "stop": self.moment(stop, zone if self.maybe(0.8) else self.chance.choice(ZONES))}
            return times | {"minutes": minutes} if self.maybe(0.05) else times
        return self.chance.choice((
            {"start": self.moment(start, "Z")}, {"stop": self.moment(stop, "Z")},
            {"start": self.moment(stop, "Z"), "stop": self.moment(start, "Z")},
            {"start": day.isoformat(), "stop": stop.date().isoformat()},
            {"start": day.isoformat(), "stop": self.moment(stop, "Z")},
            {"start": day.isoformat()[:7]}, {"start": day.isoformat()[:4], "stop": self.moment(stop, "Z")},
            {"start": self.moment(start, "Z"), "stop": self.moment(start, "-05:00")},
            {"start": self.moment(start, "Z", ".9"), "stop": self.moment(stop, "Z", ".1")}))

    @staticmethod
    def moment(point, zone, fraction=""):
        """A point in time as clocks of that zone show it."""
        hours, minutes = (0, 0) if zone == "Z" else (int(part) for part in zone[1:].split(":"))
        offset = datetime.timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1)
        return (point + offset).strftime("%Y-%m-%dT%H:%M:%S") + fraction + zone

    def date(self):
        if self.maybe(0.25):
            return self.chance.choice(self.interest.dates)
        return (datetime.date.fromisoformat(self.interest.today) - datetime.timedelta(self.chance.randint(0, 3))).isoformat()

    # -- what an order may have beside lines

    def diagnosis(self, items):
        return self.chance.choice(self.interest.expand(items)).removeprefix("icd10cm|")

    def coverage(self):
        found = {}
        for name, known, unknown in (("payer", self.interest.content.payers, UNKNOWN_PAYERS),
                                     ("plan", self.interest.content.plans, UNKNOWN_PLANS)):
            if self.maybe(0.7):
                text = self.chance.choice(unknown if self.maybe(0.3) else sorted(known))
                found[name] = self.chance.choice((text, text.upper(), f" {text} "))
        if self.maybe(0.5):
            found["jurisdiction"] = self.chance.choice(("US", "US-WA", "us-pa", "XX"))
        return found

    def change_order(self, order):
        change = self.chance.choice(("setting", "place", "date", "diagnosis", "coverage", "copy", "drop", "days"))
        lines = order["lines"]
        if change == "setting":
            order["setting"] = self.chance.choice(order_content.SETTINGS)
        elif change == "place":
            order["place"] = self.chance.choice(PLACES)
        elif change == "date":
            order["date"] = self.date()
        elif change == "diagnosis":
            order["diagnosis"] = self.some(self.interest.diagnoses + ["Z51.11", "Z51.12", "C50.9", "Q99.9"], 0, 4)
        elif change == "coverage":
            order |= self.coverage()
        elif change == "copy":
            lines.insert(self.chance.randint(0, len(lines)), copy.deepcopy(self.chance.choice(lines)))
        elif change == "drop" and len(lines) > 1:
            lines.pop(self.chance.randrange(len(lines)))
        elif change == "days":
            date = self.date()
            for line in lines:
                if self.maybe(0.4):
                    line["date"] = date

    def change_line(self, order):
        line = self.chance.choice(order["lines"])
        code = re.sub(r":.*", "", line["code"])
        change = self.chance.choice(("code", "units", "times", "modifier", "access", "drug", "class", "members"))
        if change == "code":
            line["code"] = self.chance.choice(self.interest.family)
        elif change == "units":
            line["units"] = self.units(code)
        elif change == "times":
            for name in ("minutes", "start", "stop"):
                line.pop(name, None)
            line |= self.times(code)
        elif change == "modifier":
            self.add_modifier(line)
        elif change == "access":
            line["access"] = self.chance.choice(ACCESSES)
        elif change == "drug":
            line["drug"] = self.chance.choice(self.interest.drugs)
        elif change == "class":
            line["class"] = self.chance.choice(order_content.CLASSES)
        else:
            for name in self.some([name for name in line if name != "code"], 1, 2):
                line.pop(name, None)

    def finished(self, order):
        if self.maybe(0.4):
            self.chance.shuffle(order["lines"])
        if not order.get("diagnosis", True):
            del order["diagnosis"]
        if "date" not in order and (self.day < self.interest.today or self.maybe(0.5)):
            order["date"] = self.day
        if "setting" not in order and self.maybe(0.5):
            order["setting"] = self.chance.choice(order_content.SETTINGS)
        lines = order.pop("lines")
        return order | {"lines": lines}


def main():
    seed, first, count = ([*sys.argv[1:], *["1", "0", "12"][len(sys.argv) - 1:]])
    today = datetime.date.today().isoformat()
    generator = Generator(Interest(order_content.Content(), today), seed)
    for number in range(int(first), int(first) + int(count)):
        print(f"{number}: {order_form.short_text(generator.order(number))}")


if __name__ == "__main__":
    main()
