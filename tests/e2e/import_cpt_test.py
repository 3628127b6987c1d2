#!/usr/bin/env python3
"""The AMA's descriptor files through the program: imported, served, refused. Every descriptor is made up here."""
import json
import pathlib
import sys
import unittest
import urllib.error
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
import cms_files  # noqa: E402
import server  # noqa: E402
import totals  # noqa: E402
from import_test import Folder, run  # noqa: E402

CPT = "http://www.ama-assn.org/go/cpt"
SHIPPED = json.loads((ROOT / "terminology/codesystems/cpt.json").read_text())["concept"]
ACTIVE = [each["code"] for each in SHIPPED if len(each["code"]) == 5 and each["property"][0]["valueCode"] == "active"]
MADE_UP = [f"{number}" for number in range(10001, 14001)]
NOTICE = "Notice of the test, which is no notice of another.\r\n\r\n"


def long_file(codes, word="Long"):
    return NOTICE + "".join(f"{code}\t{word} text of {code} by the test\r\n" for code in codes)


def short_file(codes):
    return NOTICE + "".join(f"{code} SHORT {code} BY TEST         \r\n" for code in codes)


def consumer_file(codes):
    rows = "".join(f"{1000 + at}\t{code}\tPlain text of {code} by the test\r\n" for at, code in enumerate(codes))
    return "Concept Id\tCPT Code\tConsumer Friendly Descriptor\r\n" + rows


def clinician_file(codes):
    rows = "".join(f"{1000 + at}\t{code}\t{10 * at + n}\tClinical text {n} of {code} by the test\r\n"
                   for at, code in enumerate(codes) for n in (1, 2))
    return "Concept Id\tCPT Code\tClinician Descriptor Id\tClinician Descriptor\r\n" + rows


class Cpt(Folder):
    def run_import(self, *arguments, year="2026", **files):
        self.tables = {tier: self.table(text, f"{tier}.txt") for tier, text in files.items()}
        options = [part for tier, path in self.tables.items() for part in (f"--{tier}", path)]
        return run("import", "cpt", *options, "--year", year, "--licence", "Licence 1 of the test", "--as-of", "2026-11-27",
                   "--content", self.content, *arguments)

    def import_cpt(self, *arguments, **more):
        done = self.run_import(*arguments, **more)
        self.assertEqual(0, done.returncode, done.stderr)
        return done.stdout.splitlines()

    def refuse_cpt(self, *arguments, **more):
        before = self.state()
        done = self.run_import(*arguments, **more)
        self.assertEqual(4, done.returncode, done.stdout + done.stderr)
        self.assertIn("nothing was imported", done.stderr)
        self.assertEqual(before, self.state())
        return done.stderr

    def serve(self, *arguments):
        return server.Server(*arguments, log=ROOT / "build/logs/import-cpt.log", content=self.content)

    def get(self, running, path, **query):
        with urllib.request.urlopen(f"{running.url}/r5/{path}?{urllib.parse.urlencode(query)}", timeout=60) as reply:
            return json.load(reply)

    def lookup(self, running, code, **query):
        answer = self.get(running, "CodeSystem/$lookup", system=CPT, code=code, **query)["parameter"]
        names = [{part["name"]: part for part in each["part"]} for each in answer if each["name"] == "designation"]
        return {each["name"]: each.get("valueString") for each in answer}, [
            (each["use"]["valueCoding"]["code"], each["value"]["valueString"]) for each in names if "use" in each]

    def validate(self, running, code, display, **query):
        answer = self.get(running, "CodeSystem/$validate-code", url=CPT, code=code, display=display, **query)["parameter"]
        values = {each["name"]: next((value for key, value in each.items() if key.startswith("value")), None) for each in answer}
        issues = [issue for each in answer if each["name"] == "issues" for issue in each["resource"]["issue"]]
        return values["result"], [(issue["severity"], issue["details"]["coding"][0]["code"]) for issue in issues]


class Imported(Cpt):
    def test_codes_of_the_content_take_the_display_of_the_files(self):
        report = self.import_cpt(long=long_file(MADE_UP + ACTIVE), short=short_file(ACTIVE + ["99999"]))
        self.assertEqual("CPT 2026: 4049 rows, 24 taken", report[0])
        self.assertIn("  out of scope  4000", report)
        self.assertIn("  left out  1 short: of codes without a long descriptor", report)
        self.assertIn("  wording   24 codes have the AMA's display beside our names, 20 keep ours", report)
        entry = self.entry("codesystems/cpt/2026/cpt")
        self.assertEqual(("Licence 1 of the test", "CPT-2026", "codesystems/cpt.json", "2026-11-27", True),
                         tuple(entry[key] for key in ("licence", "source", "over", "asOf", "search")))
        self.assertNotIn("ownWording", entry)
        system = json.loads(self.bytes_of("codesystems/cpt/2026/cpt"))
        self.assertEqual("CPT copyright 2026 American Medical Association. All rights reserved.", system["copyright"])
        self.assertEqual(("fragment", 24), (system["content"], system["count"]))
        self.assertEqual(0, run("content", "check", self.content).returncode)

    def test_the_same_again_changes_nothing_and_a_new_text_is_told(self):
        self.import_cpt(long=long_file(ACTIVE))
        before = self.state()
        self.import_cpt(long=long_file(ACTIVE))
        self.assertEqual(before, self.state())
        text = long_file(ACTIVE[1:]).replace("Long text of 96413", "Another text of 96413")
        report = self.import_cpt(long=text)
        for line in (f"  removed   1: {ACTIVE[0]}", "  changed   1: 96413", "  added     0",
                     f"  warning   {ACTIVE[0]} is in force in the content, but not in the file"):
            self.assertIn(line, report)
        self.assertEqual(1, len(list((self.content / "codesystems/cpt/2026").iterdir())), "the old file is gone")

    def test_a_display_is_taken_from_the_wanted_tier(self):
        self.import_cpt("--display", "short", long=long_file(ACTIVE), short=short_file(ACTIVE))
        self.assertIn("SHORT 96413 BY TEST", run("lookup", "96413", "--content", self.content).stdout)

    def test_nothing_of_the_files_is_in_the_repository(self):
        self.assertNotIn("by the test", "".join(
            path.read_text() for path in (ROOT / "terminology").rglob("*.json")))


class Served(Cpt):
    def test_names_of_both(self):
        self.import_cpt(long=long_file(ACTIVE), short=short_file(ACTIVE), consumer=consumer_file(ACTIVE),
                        clinician=clinician_file(ACTIVE))
        own = next(each for each in SHIPPED if each["code"] == "96413")
        with self.serve() as running:
            values, names = self.lookup(running, "96413")
            self.assertEqual("Long text of 96413 by the test", values["display"])
            self.assertEqual(own["definition"], values["definition"])
            for name in (("short", "SHORT 96413 BY TEST"), ("consumer", "Plain text of 96413 by the test"),
                         ("clinician", "Clinical text 2 of 96413 by the test"), ("900000000000013009", own["display"])):
                self.assertIn(name, names)
            for designation in own["designation"]:
                self.assertIn(designation["value"], [text for _, text in names])
            found = self.get(running, "CodeSystem/$search-codes", text=own["display"])
            first = next(part for part in found["parameter"][0]["part"] if part["name"] == "concept")["valueCoding"]
            self.assertEqual(("96413", "Long text of 96413 by the test"), (first["code"], first["display"]))
            system = self.get(running, "CodeSystem/cpt")
            self.assertEqual(("CPT copyright 2026 American Medical Association. All rights reserved.", len(SHIPPED)),
                             (system["copyright"], system["count"]))

    def test_displays_are_checked_where_they_are_the_owners(self):
        self.import_cpt(long=long_file(ACTIVE), short=short_file(ACTIVE))
        own = next(each for each in SHIPPED if each["code"] == "96413")["display"]
        with self.serve() as running:
            for display in ("Long text of 96413 by the test", "SHORT 96413 BY TEST", own):
                self.assertEqual((True, []), self.validate(running, "96413", display), display)
            self.assertEqual((False, [("error", "invalid-display")]), self.validate(running, "96413", "Another text"))
            self.assertEqual((True, [("warning", "invalid-display")]),
                             self.validate(running, "96413", "Another text", **{"lenient-display-validation": "true"}))
            modifier = next(each["code"] for each in SHIPPED if len(each["code"]) == 2)
            self.assertEqual((True, [("warning", "invalid-display")]), self.validate(running, modifier, "Another text"),
                             "the files have no modifiers: ours is no descriptor of the owner")

    def test_what_the_content_says_of_the_codes_stays(self):
        with self.serve() as running:
            before = self.get(running, "CodeSystem/$lookup", system=CPT, code="96413", property="*")["parameter"]
            retired = [each["code"] for each in SHIPPED if each["property"][0].get("valueCode") == "retired"]
            related = self.get(running, "CodeSystem/$related-codes", system=CPT, code=retired[0])
        self.import_cpt("--all", long=long_file(MADE_UP + ACTIVE))
        with self.serve() as running:
            after = self.get(running, "CodeSystem/$lookup", system=CPT, code="96413", property="*")["parameter"]
            def properties(answer):
                return [each for each in answer if each["name"] == "property"]
            self.assertEqual(properties(before), properties(after))
            self.assertGreater(len(properties(after)), 50)
            values, _ = self.lookup(running, retired[0])
            self.assertNotIn("by the test", values["display"])
            self.assertIn('"retired"', json.dumps(self.get(running, "CodeSystem/$lookup", system=CPT, code=retired[0])))
            self.assertEqual(len(related["parameter"]),
                             len(self.get(running, "CodeSystem/$related-codes", system=CPT, code=retired[0])["parameter"]))
            self.assertEqual("Long text of 10001 by the test", self.lookup(running, "10001")[0]["display"])
            self.assertEqual((False, [("error", "invalid-code")]), self.validate(running, "99998", "x"), "complete now")
            expansion = self.get(running, "ValueSet/$expand", url="https://chemoterm.example/fhir/ValueSet/chemo-administration")
            self.assertEqual({f"Long text of {code} by the test" for code in ACTIVE},
                             {each["display"] for each in expansion["expansion"]["contains"]})

    def test_years_stand_beside_each_other(self):
        self.import_cpt(long=long_file(ACTIVE))
        self.import_cpt(long=long_file(ACTIVE, "Later"), year="2027")
        with self.serve() as running:
            for version, text in (("2026", "Long"), ("2027", "Later"), (None, "Later")):
                query = {"version": version} if version else {}
                self.assertEqual(f"{text} text of 96413 by the test", self.lookup(running, "96413", **query)[0]["display"])
            self.assertIn("property", self.lookup(running, "96413", version="2027")[0])

    def test_a_running_service_keeps_the_old_until_it_can_have_the_new(self):
        with self.serve() as running:
            own = self.lookup(running, "96413")[0]["display"]
            self.refuse_cpt(long=long_file(ACTIVE).replace("96415\t", "9641\t"))
            self.assertEqual(own, self.lookup(running, "96413")[0]["display"])
            self.import_cpt(long=long_file(ACTIVE))
            reload = urllib.request.Request(running.admin_url + "/-/reload", method="POST")
            with urllib.request.urlopen(reload, timeout=60) as reply:
                self.assertEqual(200, reply.status)
            self.assertEqual("Long text of 96413 by the test", self.lookup(running, "96413")[0]["display"])

    def test_a_deployment_may_show_less(self):
        self.import_cpt("--all", long=long_file(MADE_UP[:1] + ACTIVE), consumer=consumer_file(ACTIVE))
        own = next(each for each in SHIPPED if each["code"] == "96413")["display"]
        tags = set()
        for tier, display, unknown in (("licensed", "Long text of 96413 by the test", "Long text of 10001 by the test"),
                                       ("own-wording", own, "10001"), ("code-only", "96413", "10001")):
            with self.subTest(tier), self.serve("--displays", tier) as running:
                self.assertEqual(display, self.lookup(running, "96413")[0]["display"])
                self.assertEqual(unknown, self.lookup(running, "10001")[0]["display"])
                with urllib.request.urlopen(f"{running.url}/r5/CodeSystem/cpt", timeout=60) as reply:
                    tags.add(reply.headers["ETag"])
                    text = reply.read().decode()
                self.assertEqual(tier == "licensed", "by the test" in text)
                self.assertEqual(tier != "code-only", json.dumps(own) in text)
                result, issues = self.validate(running, "96413", "Another text")
                self.assertEqual(tier != "licensed", result)
                severities = {"licensed": ["error"], "own-wording": ["warning"], "code-only": []}
                self.assertEqual([(severity, "invalid-display") for severity in severities[tier]], issues)
        self.assertEqual(3, len(tags), "no client takes one for another")

    def test_clients_may_be_shown_different_names(self):
        self.import_cpt(long=long_file(ACTIVE))
        own = next(each for each in SHIPPED if each["code"] == "96413")["display"]
        config = self.table(json.dumps({"displays": "code-only", "displaysHeader": "X-Client-Names",
                                        "displaysByHeader": ["billing=licensed", "portal=own-wording", "desk=licensed"]}), "config.json")
        shown = {"billing": "Long text of 96413 by the test", "portal": own, "desk": "Long text of 96413 by the test", "other": "96413",
                 None: "96413"}
        query = urllib.parse.urlencode({"system": CPT, "code": "96413"})
        with self.serve("--config", config) as running:
            def ask(client, tag=None):
                headers = {"x-client-names": client} if client else {}
                if tag:
                    headers["If-None-Match"] = tag
                request = urllib.request.Request(f"{running.url}/r4/CodeSystem/$lookup?{query}", headers=headers)
                with urllib.request.urlopen(request, timeout=60) as reply:
                    names = {each["name"]: each.get("valueString") for each in json.load(reply)["parameter"]}
                    return names["display"], reply.headers["ETag"], reply.headers.get_all("Vary")
            tags = {}
            for client, display in [*shown.items(), *shown.items()]:  # the second time from what is kept
                with self.subTest(client):
                    got, tags[client], vary = ask(client)
                    self.assertEqual(display, got)
                    self.assertIn("X-Client-Names", ", ".join(vary))
            self.assertEqual(3, len(set(tags.values())))
            self.assertEqual("96413", ask("other", tags["billing"])[0], "what another client has is not confirmed")
            with self.assertRaises(urllib.error.HTTPError) as same:
                ask("desk", tags["billing"])
            self.assertEqual(304, same.exception.code)
            self.import_cpt(long=long_file(ACTIVE, "Newer"))
            with urllib.request.urlopen(urllib.request.Request(running.admin_url + "/-/reload", method="POST"), timeout=60) as reply:
                self.assertEqual(200, reply.status)
            self.assertEqual("Newer text of 96413 by the test", ask("billing")[0])
            self.assertEqual("96413", ask(None)[0])

    def test_lists_have_a_limit_of_their_own(self):
        self.import_cpt("--all", "--expansion-concepts", "30", long=long_file(MADE_UP + ACTIVE))
        with self.serve() as running:
            expansion = self.get(running, "ValueSet/$expand", url="https://chemoterm.example/fhir/ValueSet/chemo-administration")
            self.assertEqual(24, len(expansion["expansion"]["contains"]))
            system = self.get(running, "CodeSystem/cpt")
            self.assertNotIn("concept", system)
            self.assertEqual("SUBSETTED", system["meta"]["tag"][0]["code"])
            whole = {"resourceType": "ValueSet", "status": "active", "compose": {"include": [{"system": CPT}]}}
            for query, good in (({}, False), ({"count": 31}, False), ({"count": 30}, True)):
                with self.subTest(query):
                    body = {"resourceType": "Parameters", "parameter": [
                        {"name": "valueSet", "resource": whole}, *[{"name": name, "valueInteger": value} for name, value in query.items()]]}
                    request = urllib.request.Request(f"{running.url}/r5/ValueSet/$expand", json.dumps(body).encode(),
                                                     {"Content-Type": "application/fhir+json"})
                    try:
                        with urllib.request.urlopen(request, timeout=60) as reply:
                            self.assertTrue(good)
                            self.assertEqual(30, len(json.load(reply)["expansion"]["contains"]))
                    except urllib.error.HTTPError as error:
                        self.assertFalse(good)
                        self.assertEqual("too-costly", json.load(error)["issue"][0]["code"])


class Hidden(Folder):
    def test_rows_of_an_import_that_are_marked_unverified(self):
        self.imported("mue", cms_files.units(), "--as-of", "2024-07-01")
        self.imported("ncci", cms_files.pairs("practitioner"), "--setting", "practitioner", "--as-of", "2024-07-01")
        file = self.content / "manifest.json"
        manifest = json.loads(file.read_text())
        for entry in manifest["files"]:
            if "imported from" in entry.get("citation", ""):
                self.assertEqual("sourced", entry["verification"])
                entry["verification"] = "unverified"
        file.write_text(json.dumps(manifest))
        for command, word in ((("lookup", "96413", "--property", "mue-practitioner", "--date", "2024-08-01"), "mue-practitioner"),
                              (("related", "96413", "--kind", "ncci-bundles", "--date", "2024-08-01"), "96360")):
            shown = run(*command, "--content", self.content).stdout
            hidden = run(*command, "--content", self.content, "--hide-unverified")
            self.assertIn(word, shown)
            self.assertLess(len(hidden.stdout), len(shown), hidden.stderr)


class Refused(Cpt):
    def test_a_damaged_file_with_file_line_and_reason(self):
        lines = long_file(ACTIVE).split("\r\n")
        lines[4] = lines[4].replace("\t", "")
        lines[6] = lines[6][:5] + "\t"
        lines[8] = lines[7]
        said = self.refuse_cpt(long="\r\n".join(lines), short=short_file(ACTIVE).replace(ACTIVE[0] + " ", ACTIVE[0] + "x "),
                               consumer=consumer_file(ACTIVE).replace(f"\t{ACTIVE[2]}\t", "\tABC\t"))
        for why in (r"long\.txt:5: the line '.*' is no code with a descriptor", rf"long\.txt:7: the descriptor of '{ACTIVE[4]}' is empty",
                    rf"long\.txt:9: the row of {ACTIVE[5]} is already at line 8", r"consumer\.txt:4: CPT code 'ABC' is none"):
            self.assertRegex(said, why)

    def test_files_that_are_none(self):
        self.assertIn("long.txt: no line with a code and a descriptor", self.refuse_cpt(long=NOTICE))
        self.assertIn("no header with the columns CPT Code, Clinician Descriptor",
                      self.refuse_cpt(long=long_file(ACTIVE), clinician=long_file(ACTIVE)))
        self.assertIn("has none of the codes in scope", self.refuse_cpt(long=long_file(MADE_UP)))

    def test_a_command_line_that_is_wrong(self):
        file = self.table(long_file(ACTIVE))
        good = ["--long", file, "--year", "2026", "--licence", "L", "--content", self.content]
        for arguments in (good[2:], good[:2] + good[4:], good[:4] + good[6:], [*good, "--as-of", "May"], [*good, "--display", "clinician"],
                          [*good, "--display", "short"], [*good[:3], "26", *good[4:]], [*good[:5], " ", *good[6:]],
                          [*good, "--expansion-concepts", "0"]):
            with self.subTest(arguments):
                self.assertEqual(2, run("import", "cpt", *arguments).returncode)


if __name__ == "__main__":
    totals.main()
