"""docs/rules.md from terminology/rules: tests/checks/rules_page.py writes and checks it."""
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/oracle"))
import order_checker  # noqa: E402
import order_content  # noqa: E402
from order_content import as_list  # noqa: E402

TERMINOLOGY = ROOT / "terminology"
LISTS_OF_SETS = ("codes", "others", "except", "also", "if", "diagnoses", "needs")
USUAL_DATE = "2026-11-20"  # of the examples; shown where an example has another one
MOST_ITEMS = 12
CONCERNS = {  # predicates by what they are about, in the order of the page
    "Codes and dates": "system-unknown code-malformed code-not-held always date-outside not-yet-valid retired",
    "Modifiers": "modifier-unknown modifier-barred modifier-missing",
    "Units": "units-outside units-over",
    "Minutes": "times-reversed minutes-missing minutes-outside over-midnight hours",
    "Lesions": "lesions-outside lesions-missing",
    "Places": "place-barred",
    "Drugs": "class-barred class-unknown same-drug",
    "Codes that need others": "needs-related needs-one-of",
    "Initial services": "one-of-rank second-access",
    "Codes that exclude each other": "not-together alone pair duplicate",
    "Diagnoses": "diagnosis-not-first diagnosis-missing diagnosis-alone",
    "Payers": "payer-unknown plan-unknown",
}
CONCERN_OF = {predicate: concern for concern, predicates in CONCERNS.items() for predicate in predicates.split()}
LINE_TEXTS = {"units": "{} units", "minutes": "{} minutes", "start": "from {}", "stop": "to {}", "lesions": "{} lesions",
              "access": "access {}", "drug": "drug {}", "class": "class {}", "place": "place {}", "date": "on {}"}
ORDER_TEXTS = {"setting": "{}", "payer": "payer {}", "plan": "plan {}", "place": "place {}", "date": "on {}"}
INTRO = """# Rules

Made from `terminology/rules` by `tests/checks/rules_page.py --fix`; do not edit.

What CheckOrder looks at ([order-entry.md](order-entry.md)), and which code CodeAdministration gives to what was done. Rules are rows of the content; [content.md](content.md#order-rules) tells what a predicate means. They are in our own words, and each says where it comes from: *sourced* = the source says it, *derived* = concluded from it, *editorial* = ours, *unverified* = remembered and not seen in a source.

An error makes the verdict `reject`, a warning `review`; information leaves `accept`. Each rule has two examples: an order that it finds fault with, and a near one that it lets pass. They are tests. Codes without a system are CPT's, diagnoses ICD-10-CM's; an example without a date is of {date}, without a setting the practitioner's. Other rules may have something to say about an example, too; that is left out here. Within a concern the rules stand in the order in which they are tried.

There are {orders} rules of order entry ({counts}) and {administrations} of administrations.
"""


def read(path):
    return json.loads((TERMINOLOGY / path).read_text(encoding="utf-8"))


def slug(heading):
    """The anchor of a heading as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def cell(text):
    return str(text).replace("|", "\\|").replace("\n", " ")


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(map(cell, row)) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def all_codes(items):
    return ", ".join(f"`{item}`" if "*" in item else item for item in items)


def code_list(items):
    """Codes in a row; of many, the first."""
    shown = items if len(items) <= MOST_ITEMS else items[:MOST_ITEMS - 2]
    text = all_codes(shown)
    return text if len(shown) == len(items) else f"{text} and {len(items) - len(shown)} more"


class Page:
    def __init__(self):
        self.content = order_content.Content()
        self.orders = self.content.rules
        self.administrations = read("rules/administration.json")
        self.sources = {source["id"]: source for source in read("sources.json")}
        self.heading_of = {rule["id"]: f"{rule['id']}: {rule['title']}"
                           for rule in [*self.orders["rules"], *self.administrations["rules"]]}
        self.today = self.orders["asOf"]  # no example depends on the day
        self.cited = set()

    # -- parts of a rule

    def link(self, name):
        return f"[{name}](#{slug(self.heading_of[name])})"

    def source(self, row):
        """Who says it, when, and how sure it is."""
        names = row["source"].split("+")
        self.cited |= set(names)
        texts = [f"{self.sources[name]['citation'].split('; ')[0]} ([{name}](#sources))" for name in names]
        return f"{'; '.join(texts)}. As of {row['asOf']}, {row['verification']}."

    def items(self, listed):
        """A list of sets and items, spelled out."""
        texts = []
        for name in listed:
            if name in self.orders["sets"]:
                texts.append(f"[`{name}`](#sets) ({code_list(self.orders['sets'][name])})")
            else:
                texts.append(f"`{name}`")
        return ", ".join(texts)

    def parameter(self, name, value):
        if name in LISTS_OF_SETS:
            return self.items(value)
        if name == "ranges":
            return ", ".join(f"{code}: {least} to {most}" if most is not None else f"{code}: {least} or more"
                             for code, (least, most) in value.items())
        if name in ("replace", "sequential"):
            return ", ".join(f"{code} by {other}" for code, other in value.items())
        if isinstance(value, dict):
            return ", ".join(f"`{key}`: `{other}`" for key, other in value.items())
        if isinstance(value, list):
            return ", ".join(f"`{item}`" for item in value)
        return f"`{json.dumps(value)}`" if isinstance(value, (bool, int)) else f"`{value}`"

    @staticmethod
    def applies(rule):
        setting = {"practitioner": "Practitioners' orders only", "facility": "Facilities' orders only"}
        texts = [setting[rule["setting"]]] if "setting" in rule else []
        period = rule.get("period", {})
        texts += [f"{word} {period[end]}" for word, end in (("from", "start"), ("to", "end")) if end in period]
        return ", ".join(texts)

    # -- examples

    @staticmethod
    def line_text(line):
        texts = [line["code"], *(f"modifier {modifier}" for modifier in line.get("modifiers", []))]
        texts += [form.format(line[name]) for name, form in LINE_TEXTS.items() if name in line]
        return ", ".join(texts)

    @staticmethod
    def order_text(order):
        texts = [form.format(order[name]) for name, form in ORDER_TEXTS.items()
                 if name in order and (name, order[name]) != ("date", USUAL_DATE)]
        if "diagnosis" in order:
            texts.append("diagnoses " + ", ".join(order["diagnosis"]))
        return ", ".join(texts)

    @staticmethod
    def fix_text(fix):
        on = f" on line {fix['line']}" if "line" in fix else ""
        return {"add-line": lambda: f"add-line {fix.get('code')}" + (f" x {fix['units']}" if "units" in fix else ""),
                "remove-line": lambda: f"remove-line {fix['line']}",
                "replace-code": lambda: f"replace-code {fix['code']}{on}",
                "set-units": lambda: f"set-units {fix['units']}{on}",
                "add-modifier": lambda: f"add-modifier {fix['modifier']}{on}",
                "remove-modifier": lambda: f"remove-modifier {fix['modifier']}{on}"}[fix["action"]]()

    def examples(self, rule):
        fires, silent = rule["fires"], rule["silent"]
        rows = [("", fires["why"], silent["why"])]
        orders = [fires["order"], silent["order"]]
        members = [self.order_text(order) for order in orders]
        if any(members):
            rows.append(("order", *members))
        for index in range(max(len(order["lines"]) for order in orders)):
            rows.append((f"line {index + 1}", *(self.line_text(order["lines"][index]) if index < len(order["lines"]) else ""
                                                for order in orders)))
        answer = order_checker.check_order(self.content, fires["order"], self.today)
        findings = [finding for finding in answer["findings"] if finding["rule"] == rule["id"]]
        for finding in findings:
            on = "" if not finding["lines"] else "line " + ", ".join(map(str, finding["lines"])) + ": "
            rows.append(("finding", on + finding["message"], "none" if finding is findings[0] else ""))
            if "fix" in finding:
                rows.append(("fix", ", ".join(map(self.fix_text, finding["fix"])), ""))
        return table(("", "fires", "silent"), rows)

    def rule(self, rule):
        text = [f"### {self.heading_of[rule['id']]}\n",
                f"**{rule['severity'].capitalize()}.** {rule['meaning']}\n"]
        applies = self.applies(rule)
        facts = [f"- Applies to: {applies}."] if applies else []
        facts.append(f"- Predicate: [`{rule['predicate']}`](content.md#predicates)")
        facts += [f"  - `{name}`: {self.parameter(name, value)}" for name, value in rule["parameters"].items()]
        facts.append(f"- Message: \"{rule['message']}\"")
        if "yieldsTo" in rule:
            facts.append("- Yields to " + ", ".join(map(self.link, rule["yieldsTo"])))
        facts.append(f"- Source: {self.source(rule)}")
        return "\n".join([*text, "\n".join(facts), "", self.examples(rule)])

    # -- administrations

    @staticmethod
    def condition(name, value):
        if name in ("lesions", "minutes"):
            least, most = value
            return f"{name} {least} or more" if most is None else f"{name} {least} to {most}"
        if name == "concurrent":
            return "concurrent" if value == [True] else "not concurrent"
        texts = ["not given" if item == "" else item for item in value]
        if name in ("route", "technique", "class"):
            return as_list(texts)
        return f"{name} {as_list(texts)}"

    def conditions(self, row, names):
        texts = [self.condition(name, row[name]) for name in names if name in row]
        return ", ".join(texts) or "any"

    def coded(self):
        others = ("purpose", "device", "approach", "pumpOwner", "payer", "concurrent", "lesions", "minutes")
        return [(self.conditions(row, ["route"]), self.conditions(row, ["technique"]), self.conditions(row, ["class"]),
                 self.conditions(row, others) if any(name in row for name in others) else "", row["role"], row["code"],
                 self.link(row["rule"])) for row in self.administrations["codes"]]

    def uncoded(self):
        names = ("route", "technique", "class", "purpose", "device", "approach", "pumpOwner", "payer", "concurrent",
                 "lesions", "minutes")
        return [("; ".join(self.condition(name, row[name]) for name in names if name in row),
                 row["reason"], ", ".join(row["likely"]), self.link(row["rule"])) for row in self.administrations["uncoded"]]

    def administration_rule(self, rule):
        severity = f"**{rule['severity'].capitalize()}.** " if "severity" in rule else ""
        facts = [f"- `{name}`: {self.parameter(name, value)}" for name, value in rule.get("parameters", {}).items()]
        if "when" in rule:
            facts.append("- When: " + "; ".join(self.condition(name, value) for name, value in rule["when"].items()))
        facts += [f"- Message: \"{rule['message']}\"", f"- Source: {self.source(rule)}"]
        return f"### {self.heading_of[rule['id']]}\n\n{severity}{rule['meaning']}\n\n" + "\n".join(facts) + "\n"

    def administration(self):
        rows = self.administrations
        with_numbers = [rule for rule in rows["rules"] if "parameters" in rule]
        thresholds = [(self.link(rule["id"]), f"`{name}`", self.parameter(name, value))
                      for rule in with_numbers for name, value in rule["parameters"].items()]
        outside = [(row["what"], ", ".join(row["likely"]), row["reason"], self.source(row)) for row in rows["outside"]]
        return [
            "## Administrations\n",
            "CodeAdministration gives these codes to what was done. Its rules are cited by the lines, by what it leaves "
            "uncoded, and by its findings; those with a severity are findings.\n",
            "### Codes\n",
            "The first row of the wanted role that fits wins ([content.md](content.md#administration-rules) has the roles).\n",
            table(("route", "technique", "class", "also", "role", "code", "rule"), self.coded()),
            "### Not coded here\n",
            "Looked at before the codes; the first row that fits wins. The likely codes are outside this family.\n",
            table(("what", "why", "likely", "rule"), self.uncoded()),
            "### No administration at all\n",
            "For readers; the coder does not look at these.\n",
            table(("what", "likely", "why", "source"), outside),
            "### Thresholds\n",
            table(("rule", "parameter", "value"), thresholds),
            *(self.administration_rule(rule) for rule in rows["rules"]),
        ]

    # -- the whole

    def by_concern(self):
        found = {concern: [] for concern in CONCERNS}
        for rule in self.orders["rules"]:
            found[CONCERN_OF[rule["predicate"]]].append(rule)
        return found

    def contents(self):
        text = ["## Contents\n"]
        for concern, rules in self.by_concern().items():
            text.append(f"- [{concern}](#{slug(concern)})")
            text += [f"  - {self.link(rule['id'])}: {rule['title']} ({rule['severity']})" for rule in rules]
        text.append("- [Administrations](#administrations)")
        text += [f"  - [{heading}](#{slug(heading)})"
                 for heading in ("Codes", "Not coded here", "No administration at all", "Thresholds")]
        text.append("  - rules: " + ", ".join(self.link(rule["id"]) for rule in self.administrations["rules"]))
        text += ["- [Sets](#sets)", "- [Sources](#sources)", ""]
        return "\n".join(text)

    def sets(self):
        users = {name: [] for name in self.orders["sets"]}
        for rule in self.orders["rules"]:
            for name in {item for one in LISTS_OF_SETS for item in rule["parameters"].get(one, [])}:
                if name in users:
                    users[name].append(rule["id"])
        rows = [(f"`{name}`", all_codes(items), ", ".join(map(self.link, users[name])))
                for name, items in self.orders["sets"].items()]
        return "## Sets\n\nThe sets that the rules of order entry name.\n\n" + table(("set", "codes", "rules"), rows)

    def source_table(self):
        rows = []
        for name in sorted(self.cited, key=str.lower):
            source = self.sources[name]
            citation = f"[{source['citation']}]({source['url']})" if "url" in source else source["citation"]
            rows.append((name, citation, source.get("asOf", "")))
        return "## Sources\n\n" + table(("id", "citation", "as of"), rows)

    def text(self):
        severities = [rule["severity"] for rule in self.orders["rules"]]
        counts = ", ".join(f"{severities.count(severity)} {word}" for severity, word in
                           (("error", "errors"), ("warning", "warnings"), ("information", "of information")))
        parts = [INTRO.format(date=USUAL_DATE, orders=len(severities), counts=counts,
                              administrations=len(self.administrations["rules"])), self.contents()]
        for concern, rules in self.by_concern().items():
            parts.append(f"## {concern}\n")
            parts += [self.rule(rule) for rule in rules]
        parts += [*self.administration(), self.sets(), self.source_table()]
        return "\n".join(parts)


def page():
    return Page().text()
