#!/usr/bin/env python3
"""The rules of order entry and the golden orders, through the naive checker of order_checker.py."""
import json
import pathlib
import re
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import order_checker  # noqa: E402
import order_content  # noqa: E402
import order_predicates  # noqa: E402

GOLDENS = sorted((HERE.parent / "golden" / "check-order").glob("*.json"))
TODAY = "2026-11-22"
CONTENT = order_checker.Content()
RULES = CONTENT.rules["rules"]
SETS = CONTENT.rules["sets"]
RULE_KEYS = {"id", "title", "meaning", "severity", "predicate", "parameters", "message", "setting", "period",
             "yieldsTo", "source", "asOf", "verification", "fires", "silent"}
OPTIONAL = {"setting", "period", "yieldsTo"}
LISTS_OF_SETS = {"codes", "others", "except", "also", "if", "diagnoses", "needs"}
SEVERITIES = ("error", "warning", "information")
VERIFICATIONS = ("sourced", "derived", "editorial", "unverified")


CHECK = order_checker.Check(CONTENT, None)
CPT = CONTENT.concepts[CONTENT.canonical_of_alias["cpt"]]
FAMILY = {code for code, flags in CPT.items() if len(code) == 5 and not flags["inactive"]}
HIPEC = {"96547", "96548"}


def having(name, value):
    return {code for code in FAMILY if value in CONTENT.property_values("cpt|" + code, name, TODAY)}


def check(order, today=TODAY):
    return order_checker.check_order(CONTENT, order, today)


def rules_of(order):
    return {finding["rule"] for finding in check(order)["findings"]}


def golden(path):
    return json.loads(path.read_text(encoding="utf-8"))


class Rows(unittest.TestCase):
    def test_head(self):
        self.assertEqual(set(CONTENT.rules), {"source", "asOf", "verification", "sets", "rules"})

    def test_ids_are_unique(self):
        ids = [rule["id"] for rule in RULES]
        self.assertEqual(len(ids), len(set(ids)))
        for name in ids:
            self.assertRegex(name, r"^[a-z0-9]+(-[a-z0-9]+)*$")

    def test_rows_have_their_fields(self):
        for rule in RULES:
            with self.subTest(rule["id"]):
                self.assertLessEqual(set(rule), RULE_KEYS)
                self.assertLessEqual(RULE_KEYS - OPTIONAL, set(rule))
                self.assertIn(rule["severity"], SEVERITIES)
                self.assertIn(rule["verification"], VERIFICATIONS)
                self.assertRegex(rule["asOf"], r"^\d{4}-\d{2}-\d{2}$")
                self.assertIn(rule.get("setting", "facility"), order_content.SETTINGS)
                self.assertLessEqual(set(rule.get("period", {})), {"start", "end"})
                self.assertIn(len(re.findall(r"\.( |$)", rule["meaning"])), (2, 3), rule["meaning"])
                self.assertLessEqual(len(rule["message"]), 140)

    def test_predicates_and_parameters_are_known(self):
        for rule in RULES:
            with self.subTest(rule["id"]):
                order_checker.predicate_of(rule)

    def test_every_predicate_is_used(self):
        self.assertEqual(set(order_checker.PREDICATES), {rule["predicate"] for rule in RULES})

    def test_an_unknown_predicate_or_parameter_is_named(self):
        with self.assertRaisesRegex(order_content.RuleError, "rule x: there is no predicate 'guess'"):
            order_checker.predicate_of({"id": "x", "predicate": "guess", "parameters": {}})
        with self.assertRaisesRegex(order_content.RuleError, "rule x: predicate 'always' has no parameter 'cods'"):
            order_checker.predicate_of({"id": "x", "predicate": "always", "parameters": {"cods": []}})
        with self.assertRaisesRegex(order_content.RuleError, "rule x: predicate 'always' needs the parameter 'codes'"):
            order_checker.predicate_of({"id": "x", "predicate": "always", "parameters": {}})

    def test_placeholders_are_those_of_the_predicate(self):
        for rule in RULES:
            with self.subTest(rule["id"]):
                used = set(re.findall(r"\{([^}]*)\}", rule["message"]))
                self.assertLessEqual(used, order_checker.PREDICATES[rule["predicate"]].placeholders)

    def test_sources_are_known(self):
        for row in [CONTENT.rules, *RULES]:
            self.assertLessEqual(set(row["source"].split("+")), CONTENT.sources, row.get("id"))

    def test_memory_is_unverified(self):
        for rule in RULES:
            if "memory" in rule["source"].split("+"):
                self.assertEqual(rule["verification"], "unverified", rule["id"])

    def test_yields_to_earlier_rules(self):
        earlier = set()
        for rule in RULES:
            self.assertLessEqual(set(rule.get("yieldsTo", [])), earlier, rule["id"])
            earlier.add(rule["id"])

    def test_sets_are_used_and_written_right(self):
        used = set()
        for rule in RULES:
            for name, value in rule["parameters"].items():
                if name not in LISTS_OF_SETS:
                    continue
                for item in value:
                    used.add(item)
                    self.assertTrue(item in SETS or re.match(r"\d|[a-z0-9-]+\|", item), f"{rule['id']}: {item}")
        self.assertEqual(set(SETS) - used, set())
        for name, items in SETS.items():
            self.assertRegex(name, r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")
            self.assertEqual(len(items), len(set(items)), name)

    def test_codes_in_rows_are_held_or_external(self):
        for name, items in SETS.items():
            for item in items:
                key = order_content.long_key(item)
                if item[-1] != "*" and "-" not in item:
                    self.assertTrue(CONTENT.concept(key) or key in CONTENT.external, f"{name}: {item}")
        for rule in RULES:
            targets = [*rule["parameters"].get("replace", {}).items(),
                       *rule["parameters"].get("sequential", {}).items()]
            for code in [code for row in targets for code in row]:
                key = order_content.long_key(code)
                self.assertTrue(CONTENT.concept(key) or key in CONTENT.external, f"{rule['id']}: {code}")

    def test_examples_fire_and_are_silent(self):
        for rule in RULES:
            with self.subTest(rule["id"]):
                self.assertIn(rule["id"], rules_of(rule["fires"]["order"]))
                self.assertNotIn(rule["id"], rules_of(rule["silent"]["order"]))

    def test_no_message_keeps_a_placeholder(self):
        orders = [rule["fires"]["order"] for rule in RULES] + [golden(path)["order"] for path in GOLDENS]
        for order in orders:
            for finding in check(order)["findings"]:
                self.assertNotRegex(finding["message"], r"[{}]|\bNone\b")

    def test_no_rule_has_the_ranges_of_a_table_twice(self):
        """The bases of `hours` and the short rules agree on where a unit begins."""
        by_id = {rule["id"]: rule["parameters"] for rule in RULES}
        self.assertEqual(by_id["hours-more"]["threshold"], by_id["hour-short"]["min"])
        self.assertEqual(by_id["hours-more"]["step"], by_id["hour-short"]["step"])
        self.assertEqual(by_id["hipec-time-more"]["threshold"], by_id["hipec-further-short"]["min"])
        self.assertEqual(by_id["hipec-time-more"]["step"], by_id["hipec-further-short"]["step"])
        for rule in ("hours-more", "hours-fewer", "artery-hours-more", "artery-hours-fewer"):
            for name in ("first", "threshold", "step"):
                self.assertEqual(by_id[rule][name], by_id["hours-more"][name], rule)


def members(name, codes):
    return {code for code in codes if order_content.in_sets("cpt|" + code, [name], CHECK)}


def partners(code, setting, indicators):
    """Codes of the family in an NCCI pair with the code."""
    found = set()
    for row in CONTENT.relations:
        if row["kind"] == "ncci-bundles" and row["setting"] == setting and row["indicator"] in indicators:
            if "cpt|" + code in (row["from"], row["to"]):
                found |= {order_content.short_key(row["from"]), order_content.short_key(row["to"])}
    return found & FAMILY


class SetsAgreeWithTheFacts(unittest.TestCase):
    def test_the_family(self):
        self.assertEqual(members("family", FAMILY), FAMILY)
        self.assertEqual(members("not-hipec", FAMILY), FAMILY - HIPEC)
        self.assertEqual(members("hipec", FAMILY), HIPEC)

    def test_codes_that_give_a_drug(self):
        self.assertEqual(members("drug-giving", FAMILY), FAMILY - {"96521", "96522", "96523"})
        self.assertEqual(members("antineoplastic-visit", FAMILY), members("drug-giving", FAMILY) - HIPEC - {"96402"})

    def test_add_ons(self):
        self.assertEqual(members("add-ons", FAMILY), having("add-on", True) - HIPEC)

    def test_incident_to(self):
        self.assertEqual(members("incident-to", FAMILY) | {"96446"}, having("pc-tc", "5"))

    def test_visits(self):
        hospital = {code for visit in ("99211", "99213") for code in partners(visit, "outpatient", "1")}
        self.assertEqual(members("visit-partner", FAMILY), hospital)
        self.assertEqual(members("visit-99211-partner", FAMILY), partners("99211", "practitioner", "0") - {"96523"})

    def test_modifiers_are_no_service(self):
        for system, concepts in CONTENT.concepts.items():
            for code, flags in concepts.items():
                if flags["modifier"]:
                    key = CONTENT.alias(system) + "|" + code
                    self.assertTrue(order_content.in_sets(key, ["no-service"], CHECK), key)

    def test_neoplasms_are_c00_to_d49(self):
        for code in ("C00.0", "C50.919", "C96.9", "D00.00", "D10.0", "D25.9", "D33.2", "D46.9", "D49.9"):
            self.assertTrue(order_content.in_sets("icd10cm|" + code, ["neoplasm"], CHECK), code)
        for code in ("B99.9", "D50.9", "D89.9", "E00.0", "M06.9", "Z51.11"):
            self.assertFalse(order_content.in_sets("icd10cm|" + code, ["neoplasm"], CHECK), code)

    def test_modifiers_for_distinct_services_are_the_same_five(self):
        for rule in RULES:
            modifiers = rule["parameters"].get("modifiers", [])
            if "59" in modifiers:
                self.assertEqual(modifiers, ["59", "XE", "XS", "XP", "XU"], rule["id"])


class Drugs(unittest.TestCase):
    def test_rows(self):
        rows = order_content.read_csv(order_content.CONTENT / "drugs" / "hcpcs.csv")
        self.assertEqual(list(rows[0]), ["system", "code", "class", "source", "as-of", "verification"])
        for row in rows:
            self.assertIn(row["class"], order_content.CLASSES)
            self.assertIn(row["verification"], VERIFICATIONS)
            self.assertLessEqual(set(row["source"].split("+")), CONTENT.sources)

    def test_every_drug_code_with_a_class_of_its_own_has_one(self):
        hcpcs = CONTENT.concepts[CONTENT.canonical_of_alias["hcpcs"]]
        drugs = {code for code in hcpcs if re.fullmatch(r"J\d{4}", code)}
        catch_all = {"J3490", "J9999"}  # any drug at all
        self.assertEqual({"hcpcs|" + code for code in drugs - catch_all}, set(CONTENT.drug_class))


class Orders(unittest.TestCase):
    def test_what_cannot_be_read_is_refused(self):
        line = {"code": "96413"}
        for order, text in (({"lines": []}, "needs a line"), ({"setting": "home", "lines": [line]}, "no setting"),
                            ({"lines": [{**line, "class": "magic"}]}, "no class"),
                            ({"lines": [{**line, "minuts": 3}]}, "minuts"), ({"line": [line]}, "'line'"),
                            ({"lines": 1}, "needs a line")):
            with self.subTest(text), self.assertRaisesRegex(order_content.OrderError, text):
                check(order)

    def test_minutes_come_from_the_times(self):
        read = order_content.minutes_of
        self.assertEqual(read(None, "2026-11-20T23:30:00-05:00", "2026-11-21T05:00:59Z"), 30)
        self.assertEqual(read(7, "2026-11-20T09:00:00Z", "2026-11-20T10:00:00Z"), 7)
        self.assertIsNone(read(None, "2026-11-20T09:00:00Z", "2026-11-20T08:00:00Z"))
        self.assertIsNone(read(None, "2026-11-20", "2026-11-21"))

    def test_a_date_may_be_366_days_ahead(self):
        for date, absurd in (("2027-11-23", False), ("2027-11-24", True), ("1990-01-01", False), ("1989-12-31", True)):
            order = {"date": date, "lines": [{"code": "96372"}]}
            self.assertEqual("date-absurd" in rules_of(order), absurd, date)

    def test_units_of_time(self):
        for minutes, units in ((0, 0), (90, 0), (91, 1), (150, 1), (151, 2), (210, 2), (211, 3), (570, 8), (571, 9)):
            self.assertEqual(order_predicates.units_of_time(minutes, 60, 31, 60), units, minutes)
        for minutes, units in ((75, 0), (76, 1), (105, 1), (106, 2), (135, 2), (136, 3)):
            self.assertEqual(order_predicates.units_of_time(minutes, 60, 16, 30), units, minutes)

    def test_aliases_of_a_system_are_one(self):
        for system in ("hcpcs", "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
                       "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"):
            self.assertEqual(order_content.split_code(system + "|J9045:JZ", "cpt", CONTENT), ("hcpcs|J9045", ["JZ"]))

    def test_program(self):
        program = [sys.executable, str(HERE / "order_checker.py"), "--today", TODAY]
        order = '{"lines": [{"code": "96411"}]}'
        run = subprocess.run(program, input=order, capture_output=True, text=True, check=True)
        self.assertEqual(json.loads(run.stdout)["verdict"], "reject")
        run = subprocess.run(program, input='{"lines": 1', capture_output=True, text=True, check=False)
        self.assertEqual((run.returncode, run.stdout, run.stderr[:7]), (2, "", "error: "))


class Goldens(unittest.TestCase):
    maxDiff = None

    def test_the_checker_gives_what_the_goldens_say(self):
        for path in GOLDENS:
            case = golden(path)
            with self.subTest(path.stem):
                answer = check(case["order"])
                got = [{key: value for key, value in finding.items() if key != "message"}
                       for finding in answer["findings"]]
                self.assertEqual((answer["verdict"], got), (case["verdict"], case["findings"]))

    def test_form(self):
        whys = set()
        for path in GOLDENS:
            case = golden(path)
            with self.subTest(path.stem):
                self.assertEqual([each for each in case if each != "expect"], ["why", "source", "order", "verdict", "findings"])
                self.assertLessEqual(set(case["source"].split("+")), CONTENT.sources)
                self.assertIn("date", case["order"])
                self.assertNotIn(case["why"], whys)
                whys.add(case["why"])

    def test_every_rule_fires_and_is_silent_twice(self):
        fired = {rule["id"]: 0 for rule in RULES}
        for path in GOLDENS:
            for rule in {finding["rule"] for finding in golden(path)["findings"]}:
                fired[rule] += 1
        few = {rule: count for rule, count in fired.items() if count < 2 or count > len(GOLDENS) - 2}
        self.assertEqual(few, {})

    def test_a_fix_takes_its_finding_away(self):
        """Each fix, done alone, leaves no finding of that rule on the same lines."""
        for path in GOLDENS:
            case = golden(path)
            for finding in case["findings"]:
                for fixes in fix_choices(finding):
                    removed = {fix["line"] for fix in fixes if fix["action"] == "remove-line"}
                    if len(removed) == len(case["order"]["lines"]):
                        continue  # nothing would be left to check
                    with self.subTest(path.stem, rule=finding["rule"]):
                        order, number_of = fixed(case["order"], fixes, finding["lines"])
                        lines = [number_of[line] for line in finding["lines"] if line in number_of]
                        again = [other for other in check(order)["findings"]
                                 if other["rule"] == finding["rule"] and other["lines"] == lines
                                 and other["fix"] == finding["fix"]]
                        self.assertEqual(again, [])


def fix_choices(finding):
    """Several replacements of one line are a choice; everything else is done together."""
    fixes = finding.get("fix", [])
    if len(fixes) > 1 and all(fix["action"] == "replace-code" for fix in fixes):
        return [[fix] for fix in fixes]
    return [fixes] if fixes else []


def fixed(order, fixes, concerned):
    """The order with the fixes done; an added line takes the date of the first line concerned."""
    lines = [dict(line) for line in order["lines"]]
    removed = set()
    for fix in fixes:
        line = lines[fix["line"] - 1] if "line" in fix else None
        if fix["action"] == "add-line":
            dates = {key: lines[concerned[0] - 1][key] for key in ("date",) if key in lines[concerned[0] - 1]}
            lines.append({"code": fix["code"], "units": fix.get("units", 1), **dates})
        elif fix["action"] == "remove-line":
            removed.add(fix["line"])
        elif fix["action"] == "set-units":
            line["units"] = fix["units"]
        elif fix["action"] == "replace-code":
            line["code"] = fix["code"]
        elif fix["action"] == "add-modifier":
            line["modifiers"] = [*line.get("modifiers", []), fix["modifier"]]
        elif fix["action"] == "remove-modifier":
            code, *modifiers = line["code"].split(":")
            line["code"] = ":".join([code, *(one for one in modifiers if one != fix["modifier"])])
            line["modifiers"] = [one for one in line.get("modifiers", []) if one != fix["modifier"]]
    kept = [number for number in range(1, len(lines) + 1) if number not in removed]
    number_of = {old: new for new, old in enumerate(kept, 1)}
    return {**order, "lines": [lines[number - 1] for number in kept]}, number_of


if __name__ == "__main__":
    unittest.main()
