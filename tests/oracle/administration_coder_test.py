"""The rows of terminology/rules/administration.json are well-formed, and the naive coder gives the golden answers.

python3 -m unittest discover -s tests/oracle -p 'administration_coder_test.py'
"""

import csv
import json
import pathlib
import random
import re
import unittest

import administration_coder as coder

ROOT = pathlib.Path(__file__).resolve().parents[2]
TERMINOLOGY = ROOT / "terminology"
GOLDENS = sorted((ROOT / "tests" / "golden" / "code-administration").glob("*.json"))
ROLES = ("initial", "sequential", "hour", "concurrent", "each", "session", "start", "first-time", "further-time",
         "refill", "flush", "unlisted")
VALUES = {
    "route": coder.ROUTES, "technique": coder.TECHNIQUES, "class": coder.CLASSES, "purpose": ("cancer", "other", ""),
    "device": ("portable", "implanted", ""), "pumpOwner": ("clinic", "supplier", ""), "concurrent": (True, False),
    "approach": ("lumbar-puncture", "reservoir", "port", "catheter", ""),
}
SEVERITIES = ("error", "warning", "information")
PLACEHOLDERS = {"drug", "other", "minutes", "units", "lesions", "item", "modifier"}
# Rules that the coder's steps name, with the parameters that they read.
STEPS = {
    "extra-hours": {"first", "threshold", "step"}, "hipec-first": {"min-minutes"},
    "hipec-further": {"first", "threshold", "step"}, "prolonged-pump": {"over-minutes"},
    "flush-only": {"beside-routes"}, "short-infusion": {"max-minutes"}, "second-site": {"modifier"},
    "over-a-day": {"max-minutes", "techniques"}, "another-encounter": {"gap-minutes"}, "long-push": set(),
    "interrupted": set(), "one-drug-one-service": set(), "pump-too-short": set(), "past-midnight": set(),
    "concurrent-infusion": set(), "flush-included": set(), "refill-with-start": set(), "nothing-fits": set(),
    "clock-backwards": set(), "running-time-unknown": set(), "no-planned-time": set(), "class-unknown": set(),
    "item-missing": set(), "hipec-under-half-hour": set(), "overlapping-times": set(),
}


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


class Rows(unittest.TestCase):
    def setUp(self):
        self.content = read(TERMINOLOGY / "rules" / "administration.json")
        self.rules = {row["id"]: row for row in self.content["rules"]}

    def check_conditions(self, row):
        for name in coder.CONDITIONS:
            if name not in row:
                continue
            if name in ("lesions", "minutes"):
                low, high = row[name]
                self.assertTrue(high is None or low <= high, row)
            elif name == "payer":
                slugs = {payer["slug"] for payer in read(TERMINOLOGY / "coverage" / "payers.json")["payers"]}
                self.assertLessEqual(set(row[name]), slugs)
            else:
                self.assertTrue(row[name], row)
                self.assertLessEqual(set(row[name]), set(VALUES[name]), row)

    def test_members(self):
        self.assertEqual(set(self.content), {"source", "asOf", "verification", "codes", "uncoded", "outside", "rules"})
        for row in self.content["codes"]:
            self.assertLessEqual(set(row), {*coder.CONDITIONS, "role", "code", "rule"}, row)
        for row in self.content["uncoded"]:
            self.assertLessEqual(set(row), {*coder.CONDITIONS, "reason", "likely", "rule"}, row)
            self.assertTrue(set(row) & set(coder.CONDITIONS), row)
            self.assertTrue(row["reason"].endswith("."), row)
        for row in self.content["outside"]:
            self.assertEqual(set(row), {"what", "likely", "reason", "source", "asOf", "verification"}, row)
        for row in self.content["rules"]:
            needed = {"id", "title", "meaning", "message", "source", "asOf", "verification"}
            self.assertLessEqual(needed, set(row), row)
            self.assertLessEqual(set(row), needed | {"severity", "parameters", "when"}, row)

    def test_conditions(self):
        for row in self.content["codes"] + self.content["uncoded"]:
            self.check_conditions(row)
        for row in self.content["rules"]:
            self.check_conditions(row.get("when", {}))

    def test_codes_and_roles(self):
        concepts = {concept["code"] for concept in read(TERMINOLOGY / "codesystems" / "cpt.json")["concept"]}
        for row in self.content["codes"]:
            self.assertIn(row["role"], ROLES)
            self.assertIn(row["code"], concepts)
        self.assertEqual(len({row["code"] for row in self.content["codes"]}), 24)

    def test_every_vein_push_and_infusion_has_its_roles(self):
        for kind in coder.CLASSES[:3]:
            for technique, roles in (("infusion", ("initial", "sequential", "hour", "concurrent")),
                                     ("push", ("initial", "sequential")), ("pump", ("start",))):
                item = {"route": "iv", "technique": technique, "class": kind}
                found = {row["role"] for row in self.content["codes"] if coder.fits(row, item)}
                self.assertEqual(found, set(roles), item)

    def test_rules(self):
        self.assertEqual(len(self.rules), len(self.content["rules"]))
        sources = {row["id"] for row in read(TERMINOLOGY / "sources.json")}
        for row in self.content["rules"] + self.content["outside"]:
            self.assertLessEqual(set(row["source"].split("+")), sources, row)
            self.assertRegex(row["asOf"], r"^\d{4}-\d{2}-\d{2}$")
            self.assertIn(row["verification"], ("sourced", "derived", "editorial", "unverified"))
            if "memory" in row["source"].split("+"):
                self.assertEqual(row["verification"], "unverified", row)
        for row in self.content["rules"]:
            self.assertRegex(row["id"], r"^[a-z]+(-[a-z]+)*$")
            self.assertIn(row.get("severity", "error"), SEVERITIES)
            self.assertLessEqual(set(re.findall(r"\{([^}]*)\}", row["message"])), PLACEHOLDERS, row)
            if "when" in row:
                self.assertIn("severity", row)

    def test_every_rule_is_used_and_every_used_rule_is_there(self):
        rows = self.content["codes"] + self.content["uncoded"]
        used = {row["rule"] for row in rows} | set(STEPS)
        used |= {row["id"] for row in self.content["rules"] if "when" in row}
        self.assertEqual(used, set(self.rules))
        for rule, parameters in STEPS.items():
            self.assertEqual(set(self.rules[rule].get("parameters", {})), parameters, rule)

    def test_rules_share_no_id_with_those_of_orders(self):
        orders = TERMINOLOGY / "rules" / "order-entry.json"
        if not orders.exists():
            self.skipTest("terminology/rules/order-entry.json is not there")
        self.assertEqual({row["id"] for row in read(orders)["rules"]} & set(self.rules), set())

    def test_likely_codes_are_known(self):
        systems = TERMINOLOGY / "codesystems"
        concepts = {concept["code"] for concept in read(systems / "cpt.json")["concept"]}
        concepts |= {"hcpcs|" + concept["code"] for concept in read(systems / "hcpcs.json")["concept"]}
        with (TERMINOLOGY / "external-codes.csv").open(encoding="utf-8", newline="") as file:
            concepts |= {row["code"] for row in csv.DictReader(file) if row["system"] == "cpt"}
        for row in self.content["uncoded"]:
            self.assertLessEqual(set(row["likely"]), concepts, row)


class Goldens(unittest.TestCase):
    maxDiff = None

    def test_there_are_goldens(self):
        self.assertGreaterEqual(len(GOLDENS), 90)

    def test_goldens(self):
        naive = coder.Coder()
        for path in GOLDENS:
            golden = read(path)
            with self.subTest(path.stem):
                self.assertEqual(set(golden), {"why", "source", "request", "lines", "uncoded", "findings"})
                if not naive.classes and path.stem == "drug-by-code":
                    self.skipTest("terminology/drugs/hcpcs.csv is not there")
                answer = naive.code(golden["request"])
                self.assertEqual(answer["lines"], golden["lines"])
                self.assertTrue(all(entry["reason"] for entry in answer["uncoded"]))
                for entry in answer["uncoded"]:
                    del entry["reason"]
                self.assertEqual(answer["uncoded"], golden["uncoded"])
                self.assertEqual(answer["findings"], golden["findings"])

    def test_every_administration_ends_in_lines_or_uncoded(self):
        naive = coder.Coder()
        for path in GOLDENS:
            request = read(path)["request"]
            answer = naive.code(request)
            coded = {number for line in answer["lines"] for number in line["administrations"]}
            left = [entry["administration"] for entry in answer["uncoded"]]
            with self.subTest(path.stem):
                self.assertEqual(len(left), len(set(left)))
                self.assertFalse(coded & set(left))
                self.assertEqual(coded | set(left), set(range(1, len(request["administrations"]) + 1)))

    def test_every_row_and_rule_is_in_some_golden(self):
        content = read(TERMINOLOGY / "rules" / "administration.json")
        seen = set()
        codes = set()
        for path in GOLDENS:
            golden = read(path)
            for line in golden["lines"]:
                codes.add(line["code"])
                seen.update(line["rules"])
            seen.update(entry["rule"] for entry in golden["uncoded"])
            seen.update(finding["rule"] for finding in golden["findings"])
        self.assertEqual({row["id"] for row in content["rules"]} - seen, set())
        self.assertEqual({row["code"] for row in content["codes"]} - codes, set())


class Orders(unittest.TestCase):
    """The golden lines are orders without an error, by the naive checker of orders."""

    def order_of(self, golden):
        request = golden["request"]
        order = {name: request[name] for name in ("date", "payer", "setting", "diagnosis") if name in request}
        order["lines"] = []
        for line in golden["lines"]:
            given = [request["administrations"][number - 1] for number in line["administrations"]]
            entry = {name: line[name] for name in ("code", "modifiers", "units")}
            access = [one["access"].strip().lower() for one in given if "access" in one]
            if access:
                entry["access"] = access[0]
            if given[0]["route"] == "intralesional":
                entry["lesions"] = sum(one["lesions"] for one in given)
            order["lines"].append(entry)
        return order

    def test_lines_are_without_error(self):
        if not (TERMINOLOGY / "rules" / "order-entry.json").exists():
            self.skipTest("terminology/rules/order-entry.json is not there")
        import order_checker

        content = order_checker.Content(TERMINOLOGY)
        for path in GOLDENS:
            golden = read(path)
            if golden["lines"]:
                with self.subTest(path.stem):
                    answer = order_checker.check_order(content, self.order_of(golden), "2026-11-27")
                    self.assertNotEqual(answer["verdict"], "reject", answer)


class Clock(unittest.TestCase):
    def units(self, minutes, route="iv"):
        item = {"drug": "a", "class": "chemotherapy", "route": route, "technique": "infusion", "minutes": minutes}
        return [(line["code"], line["units"]) for line in coder.Coder().code({"administrations": [item]})["lines"]]

    def test_hours_follow_the_formula_of_the_facts(self):
        for minutes in range(16, 1441):
            hours = (minutes - 31) // 60 if minutes >= 91 else 0
            further = [("96415", hours)] if hours else []
            self.assertEqual(self.units(minutes), [("96413", 1), *further], minutes)

    def test_hipec_passes_midpoints(self):
        for minutes in range(31, 300):
            halves = sum(1 for number in range(1, 20) if minutes > 60 + 30 * number - 15)
            further = [("96548", halves)] if halves else []
            self.assertEqual(self.units(minutes, "hipec"), [("96547", 1), *further], minutes)


class AnyRequest(unittest.TestCase):
    """What holds of every answer, tried on requests made by chance (the same ones each time)."""

    def make(self, dice):
        administrations = []
        for _ in range(dice.randint(1, 7)):
            given = {"route": dice.choice(["iv"] * 8 + list(coder.ROUTES)),
                     "technique": dice.choice(["infusion"] * 4 + ["push"] * 3 + list(coder.TECHNIQUES)),
                     "class": dice.choice(["chemotherapy"] * 4 + ["biologic"] * 2 + list(coder.CLASSES))}
            for name, values in (("drug", ("a", "b", "c", "d")), ("minutes", (5, 15, 16, 90, 91, 150, 151, 480, 481)),
                                 ("plannedMinutes", (480, 481, 2760)), ("access", ("port", "arm")),
                                 ("lesions", (1, 7, 8)), ("purpose", ("cancer", "other")),
                                 ("approach", VALUES["approach"][:4]), ("device", ("portable", "implanted")),
                                 ("pumpOwner", ("clinic", "supplier")), ("mainReason", (True,))):
                if dice.random() < (0.8 if name in ("drug", "minutes") else 0.3):
                    given[name] = dice.choice(values)
            if dice.random() < 0.3:
                hour, day = dice.randint(0, 23), dice.randint(20, 21)
                given["start"] = f"2026-11-{day}T{hour:02}:00:00Z"
                if dice.random() < 0.8:
                    given["stop"] = f"2026-11-{dice.randint(day, 21)}T{dice.randint(0, 23):02}:30:00Z"
            administrations.append(given)
        for number, given in enumerate(administrations, start=1):
            other = dice.randint(1, len(administrations))
            if other != number and dice.random() < 0.2:
                given["concurrentWith"] = other
        return {"payer": dice.choice(("", "medicare", "aetna", "nobody")), "administrations": administrations}

    def test_invariants(self):
        naive = coder.Coder()
        dice = random.Random(96413)
        needs = {"96415": {"96413"}, "96417": {"96413"}, "96549": {"96413"}, "96411": {"96413", "96409"},
                 "96423": {"96422"}, "96548": {"96547"}}
        for _ in range(3000):
            request = self.make(dice)
            answer = naive.code(request)
            with self.subTest(json.dumps(request)):
                codes = [line["code"] for line in answer["lines"]]
                given = request["administrations"]
                coded = {number for line in answer["lines"] for number in line["administrations"]}
                left = [entry["administration"] for entry in answer["uncoded"]]
                self.assertEqual(sorted([*coded, *left]), list(range(1, len(given) + 1)))
                for line in answer["lines"]:
                    self.assertGreaterEqual(line["units"], 1)
                    if line["code"] in needs and "no-code-of-its-own" not in line["rules"]:
                        self.assertTrue(needs[line["code"]] & set(codes))
                    if line["code"] not in ("96521", "96522", "96523"):
                        self.assertFalse({given[number - 1]["class"] for number in line["administrations"]}
                                         & {"supportive", "hydration"})
                initial = [line for line in answer["lines"] if line["code"] in ("96413", "96409")]
                self.assertLessEqual(sum(not line["modifiers"] for line in initial), 1)
                self.assertLessEqual(len(initial), 3)
                self.assertFalse({"96405", "96406"} <= set(codes))
                self.assertFalse({"96521", "96522"} & set(codes) and {"96416", "96425"} & set(codes))
                self.assertTrue("96523" not in codes or codes == ["96523"])
                self.assertEqual(answer, naive.code(request))


if __name__ == "__main__":
    unittest.main()
