#!/usr/bin/env python3
"""The reference pages of the 24 active codes: complete, sourced, and each about its own code."""
import itertools
import json
import pathlib
import re
import unittest

CONTENT = pathlib.Path(__file__).resolve().parents[2] / "terminology"
SHARED_AT_MOST = 0.30
FAQ_AT_LEAST = 3


def load(name):
    return json.loads((CONTENT / name).read_text(encoding="utf-8"))


def is_active(concept):
    values = {entry["code"]: entry.get("valueCode", entry.get("valueBoolean")) for entry in concept.get("property", [])}
    return values.get("status") == "active" and not values.get("modifier")


ACTIVE = [concept["code"] for concept in load("codesystems/cpt.json")["concept"] if is_active(concept)]
SECTIONS = [entry["code"] for entry in load("properties.json") if entry["group"] == "sections"]


def rows_of(code):
    page = load(f"sections/{code}.json")
    return page, page["rows"]


def five_grams(code, section):
    """Five-word shingles of all that a code's page says in a section."""
    words = []
    for row in rows_of(code)[1]:
        if row["property"] == section:
            words += re.findall(r"\w+", f"{row.get('description', '')} {row['value']}".lower())
    return {tuple(words[start:start + 5]) for start in range(len(words) - 4)}


class Sections(unittest.TestCase):
    def test_there_are_24_active_codes_and_21_sections(self):
        self.assertEqual(24, len(ACTIVE))
        self.assertEqual(21, len(SECTIONS))

    def test_every_active_code_has_a_page_and_no_other_code_has(self):
        self.assertEqual(sorted(ACTIVE), sorted(path.stem for path in (CONTENT / "sections").glob("*.json")))

    def test_every_page_has_every_section_and_no_other_property(self):
        for code in ACTIVE:
            with self.subTest(code):
                page, rows = rows_of(code)
                self.assertEqual((code, "cpt"), (page["code"], page["system"]))
                self.assertEqual(set(SECTIONS), {row["property"] for row in rows})

    def test_every_page_answers_three_questions(self):
        for code in ACTIVE:
            with self.subTest(code):
                questions = [row.get("description", "") for row in rows_of(code)[1] if row["property"] == "section-faq"]
                self.assertGreaterEqual(len(questions), FAQ_AT_LEAST)
                for question in questions:
                    self.assertTrue(question.endswith("?"), f"not a question: {question!r}")
                self.assertEqual(len(questions), len(set(questions)))

    def test_every_row_says_something_and_names_a_known_source(self):
        known = {source["id"] for source in load("sources.json")}
        for code in ACTIVE:
            page, rows = rows_of(code)
            for row in rows:
                with self.subTest(code, row=row):
                    self.assertGreaterEqual(len(row["value"].split()), 2)
                    named = row.get("source", page.get("source", ""))
                    self.assertLessEqual(set(named.split("+")), known)

    def test_no_two_rows_of_a_page_are_the_same(self):
        for code in ACTIVE:
            with self.subTest(code):
                said = [(row["property"], row["value"]) for row in rows_of(code)[1]]
                self.assertEqual(len(said), len(set(said)))

    def test_a_section_that_does_not_apply_says_why(self):
        for code in ACTIVE:
            for row in rows_of(code)[1]:
                if row["value"].lower().startswith("not applicable"):
                    with self.subTest(code, row=row):
                        self.assertRegex(row["value"], r"(?i)^not applicable,? (because|since|as) ")

    def test_the_pages_of_two_codes_share_little_wording(self):
        for section in SECTIONS:
            grams = {code: five_grams(code, section) for code in ACTIVE}
            for one, other in itertools.combinations(ACTIVE, 2):
                shorter = min(len(grams[one]), len(grams[other]))
                self.assertGreater(shorter, 0, f"{section} of {one} or {other} is too short")
                shared = grams[one] & grams[other]
                with self.subTest(section, codes=(one, other)):
                    self.assertLessEqual(len(shared) / shorter, SHARED_AT_MOST, sorted(map(" ".join, shared))[:3])


if __name__ == "__main__":
    unittest.main()
