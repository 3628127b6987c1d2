#!/usr/bin/env python3
"""Every golden order, administration, coverage and estimate through the program: one file a command, an answer a line."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
import golden_json  # noqa: E402
import order_form  # noqa: E402
import server  # noqa: E402
import totals  # noqa: E402

FORM = order_form.OrderForm(ROOT / "terminology")
OF_THE_DAY = {"date-absurd"}  # the program's day is the real one
FINDING = ("rule", "severity", "lines", "fix")


def cases(operation):
    """(name, case) of a folder of goldens."""
    paths = sorted((ROOT / "tests/golden" / operation).glob("*.json"))
    return [(path.stem, golden_json.load(path, FORM)) for path in paths]


def of_any_day(findings, members):
    return [{name: finding[name] for name in members if finding.get(name)} for finding in findings
            if finding["rule"] not in OF_THE_DAY]


def name_of(coding):
    return FORM.code(coding)


def coded_lines(parts):
    """The lines and what is uncoded, as the short form of administrations writes them."""
    lines, uncoded, findings = [], [], []
    for part in parts:
        values = {}
        for each in part.get("part", []):
            values.setdefault(each["name"], []).append(order_form.value(each) if "part" not in each else each["part"])
        if part["name"] == "line":
            code, *modifiers = name_of(values["coding"][0]).split(":")
            lines.append({"code": code, "modifiers": modifiers, "units": values["units"][0],
                          "administrations": values["administration"], "rules": values["rule"]})
        elif part["name"] == "uncoded":
            uncoded.append({"administration": values["administration"][0], "rule": values["rule"][0],
                            "likely": [name_of(coding) for coding in values.get("likely", [])]})
        elif part["name"] == "finding" and "administration" in values:
            findings.append({"rule": values["rule"][0], "severity": values["severity"][0],
                             "administrations": values["administration"]})
    return {"lines": lines, "uncoded": uncoded, "findings": findings}


class OrderCommands(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name) / "requests.ndjson"

    def ask(self, command, requests):
        """The answers to the requests, the exit code and what was said of those that failed."""
        self.file.write_text("".join(json.dumps(request) + "\n" for request in requests), encoding="utf-8")
        done = subprocess.run([server.program(), command, "--content", ROOT / "terminology", "--request", self.file, "--json"],
                              capture_output=True, text=True, timeout=300, check=False)
        answers = [golden_json.read(line) for line in done.stdout.splitlines()]
        self.assertEqual(len(requests), len(answers), done.stderr[-2000:])
        return answers, done.returncode, done.stderr

    def failure(self, number, case, answer, said):
        """The answer to a request that cannot be answered says why, and where it stands."""
        self.assertEqual("OperationOutcome", answer["resourceType"])
        details = answer["issue"][0]["details"]
        self.assertEqual(case["reason"], details["coding"][0]["code"])
        self.assertIn(case["expect"]["text~"], details["text"])
        self.assertIn(f"{self.file}:{number}: ", details["text"])
        self.assertEqual(1, said.count(f"chemoterm: {details['text']}"))

    def test_orders(self):
        goldens = cases("check-order")
        answers, code, said = self.ask("check-order", [case["parameters"] for _, case in goldens])
        self.assertEqual((1, ""), (code, said), "some are rejected, none fails")
        self.assertGreater(len(goldens), 200)
        for (name, case), parameters in zip(goldens, answers, strict=True):
            answer = FORM.answer(parameters)
            with self.subTest(name):
                self.assertEqual(of_any_day(case["findings"], FINDING), of_any_day(answer["findings"], FINDING))
                rules = {finding["rule"] for finding in case["findings"] + answer["findings"]}
                if not rules & OF_THE_DAY:
                    self.assertEqual(case["verdict"], answer["verdict"])

    def test_orders_that_are_not_rejected(self):
        goldens = [case for _, case in cases("check-order") if case["verdict"] != "reject"
                   and not {finding["rule"] for finding in case["findings"]} & OF_THE_DAY]
        self.assertGreater(len(goldens), 50)
        _, code, _ = self.ask("check-order", [case["parameters"] for case in goldens])
        self.assertEqual(0, code)

    def test_administrations(self):
        goldens = cases("code-administration")
        answers, code, said = self.ask("code-administration", [case["parameters"] for _, case in goldens])
        self.assertEqual((0, ""), (code, said))
        self.assertGreater(len(goldens), 100)
        for (name, case), answer in zip(goldens, answers, strict=True):
            with self.subTest(name):
                self.assertEqual({key: case[key] for key in ("lines", "uncoded", "findings")},
                                 coded_lines(answer["parameter"]))

    def test_coverage_and_estimates(self):
        for operation, command in (("check-coverage", "check-coverage"), ("estimate-order", "estimate")):
            goldens = cases(operation)
            answers, code, said = self.ask(command, [case["parameters"] for _, case in goldens])
            failing = [case for _, case in goldens if "reason" in case]
            self.assertEqual(3 if any(case["status"] == 404 for case in failing) else 2, code)
            self.assertEqual(len(failing), len(said.splitlines()), said)
            for number, ((name, case), answer) in enumerate(zip(goldens, answers, strict=True), 1):
                with self.subTest(command, golden=name):
                    if "reason" in case:
                        self.failure(number, case, answer, said)
                        continue
                    self.assertEqual("Parameters", answer["resourceType"], answer)
                    self.assertEqual("", golden_json.mismatch(case["expect"], golden_json.tree(answer["parameter"])))


if __name__ == "__main__":
    totals.main()
