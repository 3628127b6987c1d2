#!/usr/bin/env python3
"""What our own content promises beyond the format that `chemoterm content check` holds."""
import csv
import json
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONTENT = ROOT / "terminology"
CONSUMER = "consumer"
YEARS = ("2022", "2024", "2025", "2026")


def no_twins(pairs):
    names = [name for name, _ in pairs]
    if len(names) != len(set(names)):
        raise ValueError(f"a key is there twice: {names}")
    return dict(pairs)


def load(name):
    return json.loads((CONTENT / name).read_text(encoding="utf-8"), object_pairs_hook=no_twins)


def table(name):
    with open(CONTENT / name, encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened, strict=True))


MANIFEST = load("manifest.json")
CPT = load("codesystems/cpt.json")["concept"]


def property_of(concept, code):
    return next((next(value for key, value in entry.items() if key.startswith("value"))
                 for entry in concept.get("property", []) if entry["code"] == code), None)


MODIFIERS = [concept["code"] for concept in CPT if property_of(concept, "modifier")]
ACTIVE = [concept["code"] for concept in CPT
          if property_of(concept, "status") == "active" and concept["code"] not in MODIFIERS]
RETIRED = [concept["code"] for concept in CPT if property_of(concept, "inactive")]


class Files(unittest.TestCase):
    def test_every_file_is_in_the_manifest_and_every_entry_is_a_file(self):
        beside = {"manifest.json", "SOURCES.md"}
        there = {str(path.relative_to(CONTENT)) for path in CONTENT.rglob("*")
                 if path.is_file() and "schemas" not in path.parts}
        self.assertEqual(sorted(there - beside), sorted(entry["path"] for entry in MANIFEST["files"]))

    def test_every_entry_has_source_date_and_licence(self):
        known = {source["id"] for source in load("sources.json")}
        for entry in MANIFEST["files"]:
            with self.subTest(entry["path"]):
                self.assertLessEqual(set(entry["source"].split("+")), known)
                self.assertRegex(entry["asOf"], r"^\d{4}-\d{2}-\d{2}$")
                self.assertTrue(entry["licence"])

    def test_json_has_no_duplicate_key_and_csv_no_ragged_row(self):
        for entry in MANIFEST["files"]:
            with self.subTest(entry["path"]):
                if entry["path"].endswith(".json"):
                    load(entry["path"])
                elif entry["path"].endswith(".csv"):
                    for row in table(entry["path"]):
                        self.assertNotIn(None, row)
                        self.assertNotIn(None, row.values())


class Codes(unittest.TestCase):
    def test_numbers_of_the_fragment(self):
        self.assertEqual((24, 9), (len(ACTIVE), len(RETIRED)))
        self.assertGreater(len(MODIFIERS), 5)

    def test_active_codes_have_names_for_patients_in_english_and_spanish(self):
        for concept in CPT:
            if concept["code"] not in ACTIVE:
                continue
            with self.subTest(concept["code"]):
                self.assertTrue(concept["display"] and concept["definition"])
                languages = {name["language"] for name in concept["designation"]
                             if name.get("use", {}).get("code") == CONSUMER}
                self.assertLessEqual({"en", "es"}, languages)
                self.assertTrue([name for name in concept["designation"]
                                 if name.get("use", {}).get("code") != CONSUMER], "no synonym")

    def test_retired_codes_are_replaced_or_their_definition_sends_to_hcpcs(self):
        replaced = {row["to"] for row in table("relations/chemo-administration.csv") if row["kind"] == "replaces"}
        for concept in CPT:
            if concept["code"] in RETIRED:
                with self.subTest(concept["code"]):
                    self.assertTrue(concept["code"] in replaced or "HCPCS" in concept["definition"])

    def test_every_active_code_has_every_default_short_property(self):
        rows = [row for entry in MANIFEST["files"] if entry["kind"] == "rows" and not entry["path"].startswith("sec")
                for row in load(entry["path"])["rows"]]
        there = {(row.get("code"), row["property"]) for row in rows}
        wanted = [entry["code"] for entry in load("properties.json")
                  if entry["group"] == "short" and entry.get("default")]
        self.assertGreaterEqual(len(wanted), 9)
        self.assertEqual([], [(code, name) for code in ACTIVE for name in wanted if (code, name) not in there])

    def test_displays_are_distinct(self):
        displays = [concept["display"] for concept in CPT]
        self.assertEqual(len(displays), len(set(displays)))


def sourced_total(code, setting):
    """A total that stands in the rows, beside a conflicting one, instead of in the file of figures."""
    return next((str(row["value"]) for row in load("rows/cpt-figures-conflicts.json")["rows"]
                 if (row["code"], row["property"], row["verification"]) == (code, f"rvu-total-{setting}", "sourced")
                 and row["source"].startswith("PFS")), "")


class Figures(unittest.TestCase):
    def test_every_year_has_a_row_for_every_code_of_that_year(self):
        added = {row["code"]: row["value"] for row in load("rows/cpt-short.json")["rows"]
                 if row["property"] == "year-added" and row["value"] is not None}
        for year in YEARS:
            with self.subTest(year):
                there = [code for code in ACTIVE if added.get(code, 0) <= int(year)]
                self.assertEqual(there, [row["code"] for row in table(f"figures/pfs-{year}.csv")])

    def test_totals_are_the_sum_of_their_parts(self):
        for year in YEARS:
            for row in table(f"figures/pfs-{year}.csv"):
                for setting in ("nonfacility", "facility"):
                    parts = [row["rvu-work"], row[f"rvu-pe-{setting}"], row["rvu-mp"]]
                    total = row[f"rvu-total-{setting}"] or sourced_total(row["code"], setting)
                    if {"NA", ""} & {total, *parts}:
                        continue
                    with self.subTest(year, code=row["code"], setting=setting):
                        self.assertAlmostEqual(sum(map(float, parts)), float(total), places=2)

    def test_payments_are_total_times_conversion_factor(self):
        totals = {row["code"]: row for row in table("figures/pfs-2026.csv")}
        for row in table("figures/payment-2026.csv"):
            for setting in ("nonfacility", "facility"):
                total = totals[row["code"]][f"rvu-total-{setting}"] or sourced_total(row["code"], setting)
                payment = row[f"payment-{setting}"]
                if {"NA", ""} & {total, payment}:
                    continue
                with self.subTest(row["code"], setting=setting):
                    factor = float(totals[row["code"]]["conversion-factor"])
                    self.assertAlmostEqual(float(total) * factor, float(payment), delta=0.0051)

    def test_96406_has_the_checked_figures_and_the_conflict(self):
        row = next(row for row in table("figures/pfs-2026.csv") if row["code"] == "96406")
        conflicts = load("rows/cpt-figures-conflicts.json")["rows"]
        told = {(entry["property"], str(entry["value"])) for entry in conflicts if entry["code"] == "96406"}
        # A figure that is in conflict may stand in the rows alone; there it carries the sentence about the conflict.
        for name, value in (("rvu-total-nonfacility", "3.95"), ("rvu-total-facility", "1.12")):
            self.assertTrue(row[name] == value or (name, value) in told, name)
        self.assertLessEqual({("payment-nonfacility", "131.93"), ("payment-facility", "37.41")}, told)
        self.assertTrue(all(entry["conflict"] for entry in conflicts if entry["code"] == "96406"))


class Coverage(unittest.TestCase):
    NOTES = [note for entry in MANIFEST["files"] if entry["kind"] == "coverage" for note in load(entry["path"])["notes"]]

    def test_there_are_90_notes_with_ids_of_their_own(self):
        self.assertEqual(90, len({note["id"] for note in self.NOTES}))
        self.assertEqual(90, len(self.NOTES))

    def test_payers_and_plans_exist_and_every_payer_has_a_note(self):
        listed = load("coverage/payers.json")
        plans = {plan["slug"]: plan["payer"] for plan in listed["plans"]}
        for note in self.NOTES:
            with self.subTest(note["id"]):
                if "plan" in note:
                    self.assertEqual(note["payer"], plans.get(note["plan"]))
        self.assertEqual({payer["slug"] for payer in listed["payers"]}, {note["payer"] for note in self.NOTES})

    def test_a_note_without_a_decision_says_so(self):
        for note in self.NOTES:
            with self.subTest(note["id"]):
                self.assertIn(note.get("covered"), (None, "covered", "conditional", "not-covered"))
                self.assertTrue(note["information"])
                self.assertLessEqual(set(note.get("codesNamed", [])), set(note["codes"]))
                self.assertLessEqual(set(note["codes"]), set(ACTIVE) | set(RETIRED))


class Messages(unittest.TestCase):
    TEXTS = load("messages/en.json")["messages"]
    SOURCES = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "src").rglob("*.cc")) +
                      sorted((ROOT / "src").rglob("*.h")))

    def test_every_message_is_used(self):
        for name in self.TEXTS:
            with self.subTest(name):
                self.assertTrue(f'"{name}"' in self.SOURCES, "no source file names it")

    def test_every_message_used_exists(self):
        # Ids look like no other text of the sources: words in capitals, joined by underscores, or our own under "ct-".
        prefixes = {re.match(r"[A-Za-z]+", name).group(0) for name in self.TEXTS}
        used = set(re.findall(r'"([A-Z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+)"', self.SOURCES))
        reasons = set(re.findall(r'"([A-Z_]+)"', (ROOT / "src/api/reason.cc").read_text()))
        suspects = {name for name in used - reasons if re.match(r"[A-Za-z]+", name).group(0) in prefixes}
        self.assertEqual(set(), suspects - set(self.TEXTS))


if __name__ == "__main__":
    unittest.main()
