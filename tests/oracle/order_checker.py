#!/usr/bin/env python3
"""A second, naive reading of the rules of order entry.

Loads terminology/ itself and answers an order in its short form with verdict and findings. It shares nothing with the
service but the files, so that the two can be compared. order_content.py reads files and order, order_predicates.py has
a function for each predicate, this file the table of them and the check.

    python3 tests/oracle/order_checker.py [--today 2026-11-22] [--content DIR] < order.json
"""
import argparse
import datetime
import json
import sys

import order_predicates
from order_content import CONTENT, Content, Order, OrderError, RuleError, in_force, short_key


class Predicate:
    def __init__(self, scope, function, required="", optional="", placeholders=""):
        self.scope = scope  # line, encounter or order
        self.function = function
        self.required = set(required.split())
        self.optional = set(optional.split())
        self.placeholders = set(placeholders.split())


TWO = "code line other otherLine"
PREDICATES = {
    "system-unknown": Predicate("line", order_predicates.system_unknown, "", "", "code line value"),
    "code-malformed": Predicate("line", order_predicates.code_malformed, "patterns", "", "code line"),
    "code-not-held": Predicate("line", order_predicates.code_not_held, "", "", "code line"),
    "not-yet-valid": Predicate("line", order_predicates.not_yet_valid, "property", "", "code line value date"),
    "retired": Predicate("line", order_predicates.retired, "kind", "", "code line others"),
    "modifier-unknown": Predicate("line", order_predicates.modifier_unknown, "pattern matches", "",
                                  "code line modifier"),
    "modifier-barred": Predicate("line", order_predicates.modifier_barred, "modifiers", "codes property values",
                                 "code line modifier"),
    "modifier-missing": Predicate("line", order_predicates.modifier_missing, "codes modifiers", "add",
                                  "code line modifiers"),
    "units-outside": Predicate("line", order_predicates.units_outside, "min max", "", "code line units min max"),
    "units-over": Predicate("encounter", order_predicates.units_over, "practitioner facility indicator values per", "",
                            "code line units limit"),
    "minutes-outside": Predicate("line", order_predicates.minutes_outside, "codes", "min max step replace remove",
                                 "code line minutes units min max"),
    "minutes-missing": Predicate("line", order_predicates.minutes_missing, "codes", "", "code line"),
    "times-reversed": Predicate("line", order_predicates.times_reversed, "", "", "code line value"),
    "over-midnight": Predicate("line", order_predicates.over_midnight, "codes", "", "code line date value"),
    "lesions-outside": Predicate("line", order_predicates.lesions_outside, "ranges", "", "code line value"),
    "lesions-missing": Predicate("line", order_predicates.lesions_missing, "codes", "", "code line"),
    "place-barred": Predicate("line", order_predicates.place_barred, "", "codes property values places only",
                              "code line place"),
    "class-barred": Predicate("line", order_predicates.class_barred, "codes classes", "replace", "code line class"),
    "class-unknown": Predicate("line", order_predicates.class_unknown, "codes", "", "code line drug"),
    "always": Predicate("line", order_predicates.always, "codes", "", "code line"),
    "date-outside": Predicate("line", order_predicates.date_outside, "first days-ahead", "", "code line date"),
    "needs-related": Predicate("encounter", order_predicates.needs_related, "kind", "codes except also replace",
                               "code line others"),
    "needs-one-of": Predicate("encounter", order_predicates.needs_one_of, "codes others", "", "code line others"),
    "one-of-rank": Predicate("encounter", order_predicates.one_of_rank, "rank report sequential modifiers", "", TWO),
    "second-access": Predicate("encounter", order_predicates.second_access, "codes modifiers", "", TWO),
    "pair": Predicate("encounter", order_predicates.pair, "kinds indicator", "modifiers except", TWO + " value"),
    "not-together": Predicate("encounter", order_predicates.not_together, "codes others", "modifiers modified", TWO),
    "alone": Predicate("encounter", order_predicates.alone, "codes others", "", TWO),
    "hours": Predicate("encounter", order_predicates.hours, "base hour first threshold step when", "",
                       "code other expected units"),
    "same-drug": Predicate("encounter", order_predicates.same_drug, "codes others", "modifiers", TWO + " drug"),
    "duplicate": Predicate("encounter", order_predicates.duplicate, "", "", "code line otherLine"),
    "diagnosis-not-first": Predicate("order", order_predicates.diagnosis_not_first, "diagnoses codes", "", "diagnosis"),
    "diagnosis-missing": Predicate("order", order_predicates.diagnosis_missing, "codes if diagnoses", "", ""),
    "diagnosis-alone": Predicate("order", order_predicates.diagnosis_alone, "diagnoses needs", "", "diagnosis"),
    "payer-unknown": Predicate("order", order_predicates.payer_unknown, "", "", "value"),
    "plan-unknown": Predicate("order", order_predicates.plan_unknown, "", "", "value"),
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
