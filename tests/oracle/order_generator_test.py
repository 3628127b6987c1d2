#!/usr/bin/env python3
"""The generator of orders and the shrinker, without the service: a checker with a fault stands in for it."""
import collections
import copy
import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/support"), str(ROOT / "tests/oracle")]
import order_checker  # noqa: E402
import order_content  # noqa: E402
import order_form  # noqa: E402
import order_generator  # noqa: E402
import order_shrinker  # noqa: E402
import totals  # noqa: E402

TODAY = "2026-11-27"
CASES = 1000
CONTENT = order_content.Content()
INTEREST = order_generator.Interest(CONTENT, TODAY)
ORDERS = [order_generator.Generator(INTEREST, "test").order(number) for number in range(CASES)]


def check(order, content=CONTENT):
    return order_form.comparable(order_checker.check_order(content, order, TODAY))


ANSWERS = [check(order) for order in ORDERS]


class Orders(unittest.TestCase):
    def test_an_order_depends_on_seed_and_number_alone(self):
        again = order_generator.Generator(order_generator.Interest(CONTENT, TODAY), "test")
        for number in (999, 3, 500, 3, 0):
            self.assertEqual(ORDERS[number], again.order(number))
        other = order_generator.Generator(INTEREST, "other")
        self.assertNotEqual(ORDERS[:20], [other.order(number) for number in range(20)])

    def test_every_rule_fires_and_is_silent_often(self):
        fired = collections.Counter(rule for answer in ANSWERS for rule in {each["rule"] for each in answer["findings"]})
        for rule in CONTENT.rules["rules"]:
            self.assertGreater(fired[rule["id"]], 1, rule["id"])
            self.assertLess(fired[rule["id"]], CASES / 2, rule["id"])

    def test_every_verdict_is_frequent(self):
        verdicts = collections.Counter(answer["verdict"] for answer in ANSWERS)
        for verdict in ("accept", "review", "reject"):
            self.assertGreater(verdicts[verdict], CASES / 20, verdict)

    def test_every_fix_and_many_rules_at_once(self):
        actions = {fix["action"] for answer in ANSWERS for finding in answer["findings"] for fix in finding["fix"]}
        self.assertEqual({"add-line", "remove-line", "replace-code", "set-units", "add-modifier", "remove-modifier"}, actions)
        self.assertGreater(max(len({finding["rule"] for finding in answer["findings"]}) for answer in ANSWERS), 8)

    def test_every_member_is_used_and_left_out(self):
        for members, entries in ((order_content.ORDER_KEYS - {"lines"}, ORDERS),
                                 (order_content.LINE_KEYS - {"code"}, [line for order in ORDERS for line in order["lines"]])):
            for member in members:
                used = sum(member in entry for entry in entries)
                self.assertTrue(len(entries) / 50 < used < len(entries) * 0.95, f"{member}: {used} of {len(entries)}")

    def test_what_fhir_cannot_say_is_not_made(self):
        for order in ORDERS:
            for line in order["lines"]:
                for text in (line["code"], *line.get("modifiers", []), line.get("access", "x")):
                    self.assertTrue(text and text == text.strip(), order)
                self.assertNotIn("", [line.get("start", "x"), line.get("stop", "x"), line.get("drug", "x").strip()])
            self.assertEqual(len(order["lines"]), len(order_form.OrderForm(order_content.CONTENT).parameters(order)["parameter"])
                             - len(order.get("diagnosis", [])) - sum(name not in ("lines", "diagnosis") for name in order))


def with_fault(change):
    """The content with another rule or set."""
    content = copy.copy(CONTENT)
    content.rules = copy.deepcopy(CONTENT.rules)
    change(content.rules)
    return content


def rule_of(rules, name):
    return next(rule for rule in rules["rules"] if rule["id"] == name)


FAULTS = {
    "a threshold is a minute off": lambda rules: rule_of(rules, "hours-fewer")["parameters"].update(threshold=32),
    "a rule is missing": lambda rules: rules["rules"].remove(rule_of(rules, "place-hipec")),
    "another severity": lambda rules: rule_of(rules, "push-long").update(severity="warning"),
    "a code is not in its set": lambda rules: rules["sets"]["visit-partner"].remove("96542"),
    "a modifier does not open": lambda rules: rule_of(rules, "pair-modifier")["parameters"]["modifiers"].remove("XU"),
    "a rule does not yield": lambda rules: rule_of(rules, "one-initial").pop("yieldsTo"),
    "another setting": lambda rules: rule_of(rules, "visit-99211").update(setting="facility"),
    "a period is a day off": lambda rules: rule_of(rules, "drug-waste-modifier").update(period={"start": "2023-07-02"}),
    "a class is not barred": lambda rules: rule_of(rules, "hydration-outside")["parameters"].update(classes=["supportive"]),
    "a fix is another": lambda rules: rule_of(rules, "pump-short")["parameters"]["replace"].update({"96416": "96409"}),
}


class Differences(unittest.TestCase):
    def test_faults_are_found_and_shrink_to_a_line_or_two(self):
        for name, change in FAULTS.items():
            content = with_fault(change)

            def differs(order, content=content):
                return check(order) != check(order, content)
            with self.subTest(name):
                order = next((order for order in ORDERS if differs(order)), None)
                self.assertIsNotNone(order, "no order showed it")
                small = order_shrinker.shrink(order, differs)
                self.assertTrue(differs(small))
                self.assertLessEqual(len(small["lines"]), 2, order_form.short_text(small))
                self.assertLessEqual(sum(map(len, small["lines"])) + len(small), 8, order_form.short_text(small))

    def test_nothing_can_be_left_out_of_what_is_shrunk(self):
        order = {"setting": "facility", "date": "2026-11-20", "diagnosis": ["C61", "C50.9"],
                 "lines": [{"code": "96401"}, {"code": "hcpcs|J1:59:XE", "modifiers": ["1", "2"], "units": 3}, {"code": "x"}]}

        def differs(order):
            return any("XE" in line["code"] and "2" in line.get("modifiers", []) for line in order["lines"]) \
                and "C61" in order.get("diagnosis", [])
        self.assertEqual({"diagnosis": ["C61"], "lines": [{"code": "hcpcs|J1:XE", "modifiers": ["2"]}]},
                         order_shrinker.shrink(order, differs))

    def test_it_ends_after_so_many_tries(self):
        calls = []
        order_shrinker.shrink(ORDERS[3], lambda order: calls.append(order) or False, tries=5)
        self.assertEqual(5, len(calls))


if __name__ == "__main__":
    totals.main()
