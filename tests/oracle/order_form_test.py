#!/usr/bin/env python3
"""The conversion of tests/support/order_form.py: every member there, and every part of an answer back."""
import json
import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/support"), str(ROOT / "tests/oracle")]
import order_content  # noqa: E402
import order_form  # noqa: E402
import totals  # noqa: E402

FORM = order_form.OrderForm(ROOT / "terminology")
CPT = "http://www.ama-assn.org/go/cpt"
HCPCS = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"


def parts_of(line):
    return FORM.parameters({"lines": [line]})["parameter"][0]["part"]


class There(unittest.TestCase):
    def test_an_order_with_every_member(self):
        order = {"payer": "medicare", "plan": "Part B", "setting": "facility", "place": "22", "date": "2026-11-20",
                 "diagnosis": ["Z51.11", "icd10cm|C50.919"], "lines": [{"code": "96413"}, {"code": "96415"}]}
        self.assertEqual({"resourceType": "Parameters", "parameter": [
            {"name": "line", "part": [{"name": "coding", "valueCoding": {"system": CPT, "code": "96413"}}]},
            {"name": "line", "part": [{"name": "coding", "valueCoding": {"system": CPT, "code": "96415"}}]},
            {"name": "payer", "valueString": "medicare"},
            {"name": "plan", "valueString": "Part B"},
            {"name": "setting", "valueCode": "facility"},
            {"name": "placeOfService", "valueCode": "22"},
            {"name": "date", "valueDate": "2026-11-20"},
            {"name": "diagnosis", "valueCoding": {"system": ICD10CM, "code": "Z51.11"}},
            {"name": "diagnosis", "valueCoding": {"system": ICD10CM, "code": "C50.919"}}]}, FORM.parameters(order))

    def test_a_line_with_every_member(self):
        line = {"code": "96413:59", "modifiers": ["XS", "53"], "units": 2, "minutes": 90,
                "start": "2026-11-20T09:00:00-05:00", "stop": "2026-11-20T10:30:00-05:00", "lesions": 3,
                "access": "port", "drug": "hcpcs|J9045", "class": "chemotherapy", "place": "11", "date": "2026-11-20"}
        self.assertEqual([
            {"name": "coding", "valueCoding": {"system": CPT, "code": "96413:59"}},
            {"name": "modifier", "valueCode": "XS"},
            {"name": "modifier", "valueCode": "53"},
            {"name": "drug", "valueCoding": {"system": HCPCS, "code": "J9045"}},
            {"name": "units", "valueInteger": 2},
            {"name": "minutes", "valueInteger": 90},
            {"name": "start", "valueDateTime": "2026-11-20T09:00:00-05:00"},
            {"name": "stop", "valueDateTime": "2026-11-20T10:30:00-05:00"},
            {"name": "lesions", "valueInteger": 3},
            {"name": "access", "valueString": "port"},
            {"name": "drugClass", "valueCode": "chemotherapy"},
            {"name": "placeOfService", "valueCode": "11"},
            {"name": "date", "valueDate": "2026-11-20"}], parts_of(line))

    def test_it_knows_every_member_of_the_short_form(self):
        orders = {"place" if name == "placeOfService" else name for name in order_form.ORDER_MEMBERS}
        self.assertEqual(order_content.ORDER_KEYS, orders | {"lines", "diagnosis"})
        self.assertEqual(order_content.LINE_KEYS, set(order_form.LINE_MEMBERS) | {"code", "modifiers", "drug"})

    def test_systems(self):
        for text, system, code in (("J9045", CPT, "J9045"), ("hcpcs|J9045", HCPCS, "J9045"), (f"{HCPCS}|J9045", HCPCS, "J9045"),
                                   ("snomed|1", "snomed", "1"), ("http://a/b|x:59", "http://a/b", "x:59"),
                                   ("https://www.cms.gov/x|J9045", "https://www.cms.gov/x", "J9045")):
            self.assertEqual({"system": system, "code": code}, parts_of({"code": text})[0]["valueCoding"])

    def test_a_drug_is_a_text_or_a_coding(self):
        self.assertEqual({"name": "drug", "valueString": "FU 5"}, parts_of({"code": "1", "drug": "FU 5"})[1])


class Back(unittest.TestCase):
    def test_an_answer_with_every_part(self):
        parameters = {"resourceType": "Parameters", "parameter": [
            {"name": "verdict", "valueCode": "reject"},
            {"name": "finding", "part": [
                {"name": "rule", "valueCode": "a"}, {"name": "severity", "valueCode": "error"},
                {"name": "line", "valueInteger": 1}, {"name": "line", "valueInteger": 3},
                {"name": "message", "valueString": "J9045 is wrong."},
                {"name": "fix", "part": [{"name": "action", "valueCode": "replace-code"}, {"name": "line", "valueInteger": 1},
                                         {"name": "coding", "valueCoding": {"system": HCPCS, "code": "J9045", "display": "x"}}]},
                {"name": "fix", "part": [{"name": "action", "valueCode": "add-line"},
                                         {"name": "coding", "valueCoding": {"system": CPT, "code": "96415"}},
                                         {"name": "units", "valueInteger": 2}]},
                {"name": "fix", "part": [{"name": "action", "valueCode": "add-modifier"}, {"name": "line", "valueInteger": 3},
                                         {"name": "modifier", "valueCode": "59"}]},
                {"name": "source", "valueString": "CMS"}, {"name": "asOf", "valueDate": "2024-07-01"}]},
            {"name": "finding", "part": [{"name": "rule", "valueCode": "b"}, {"name": "severity", "valueCode": "warning"},
                                         {"name": "message", "valueString": "Look."}]},
            {"name": "disclaimer", "valueString": "..."}]}
        answer = FORM.answer(parameters)
        self.assertEqual({"verdict": "reject", "findings": [
            {"rule": "a", "severity": "error", "lines": [1, 3], "message": "J9045 is wrong.", "source": "CMS", "asOf": "2024-07-01",
             "fix": [{"action": "replace-code", "line": 1, "code": "hcpcs|J9045"},
                     {"action": "add-line", "code": "96415", "units": 2},
                     {"action": "add-modifier", "line": 3, "modifier": "59"}]},
            {"rule": "b", "severity": "warning", "lines": [], "message": "Look."}]}, answer)

    def test_no_finding_is_accept(self):
        parameters = {"resourceType": "Parameters", "parameter": [{"name": "verdict", "valueCode": "accept"}]}
        self.assertEqual({"verdict": "accept", "findings": []}, FORM.answer(parameters))

    def test_an_outcome_is_no_answer(self):
        with self.assertRaises(AssertionError):
            FORM.answer({"resourceType": "OperationOutcome", "issue": []})


class Compared(unittest.TestCase):
    def test_systems_are_taken_off_codes_in_texts(self):
        def message(text):
            answer = {"verdict": "reject", "findings": [{"rule": "a", "severity": "error", "lines": [], "message": text}]}
            return order_form.comparable(answer)["findings"][0]["message"]
        for text, plain in (("hcpcs|J9045 and 96413.", "J9045 and 96413."), ("96416 is part of hcpcs|G0498.", "96416 is part of G0498."),
                            ("In its place: hcpcs|Q1 or http://a/b|x.", "In its place: Q1 or x."), ("repeats it (hcpcs|J9045)", "repeats it (J9045)"),
                            ("a system is b", "a system is b")):
            self.assertEqual(plain, message(text))

    def test_no_fix_is_an_empty_list_and_sources_do_not_count(self):
        one = {"rule": "a", "severity": "error", "lines": [1], "message": "x"}
        many = {**one, "fix": [], "source": "CMS", "asOf": "2024-07-01"}
        self.assertEqual(order_form.comparable({"verdict": "reject", "findings": [one]}),
                         order_form.comparable({"verdict": "reject", "findings": [many]}))

    def test_a_short_text_is_the_order(self):
        order = {"date": "2026-11-20", "diagnosis": ["C61"], "lines": [{"code": "96413"}, {"code": "96415", "units": 2}]}
        self.assertEqual(order, json.loads(order_form.short_text(order)))
        self.assertEqual(4, order_form.short_text(order).count("\n") + 1)


if __name__ == "__main__":
    totals.main()
