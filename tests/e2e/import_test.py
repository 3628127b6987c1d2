#!/usr/bin/env python3
"""The tables of CMS through the program: imported, compared, refused, served."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
import cms_files  # noqa: E402
import server  # noqa: E402
import totals  # noqa: E402

CPT, HCPCS = "http://www.ama-assn.org/go/cpt", "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"


def run(*arguments):
    return subprocess.run([server.program(), *map(str, arguments)], capture_output=True, text=True, timeout=600, check=False)


class Folder(unittest.TestCase):
    """A copy of the content, and tables to import into it."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)
        self.content = self.path / "content"
        shutil.copytree(ROOT / "terminology", self.content)

    def table(self, text, name="table"):
        file = self.path / name
        file.write_text(text, encoding="utf-8", newline="")
        return file

    def start_import(self, table, text, *arguments):
        return run("import", table, self.table(text), "--content", self.content, *arguments)

    def imported(self, table, text, *arguments):
        """The lines of the report; the import must succeed."""
        done = self.start_import(table, text, *arguments)
        self.assertEqual(0, done.returncode, done.stderr)
        return done.stdout.splitlines()

    def refused(self, table, text, *arguments):
        """What the program says; nothing may have changed."""
        before = self.state()
        done = self.start_import(table, text, *arguments)
        self.assertEqual(4, done.returncode, done.stdout + done.stderr)
        self.assertIn("nothing was imported", done.stderr)
        self.assertEqual(before, self.state())
        return done.stderr

    def state(self):
        return {str(path.relative_to(self.content)): path.read_bytes() for path in self.content.rglob("*") if path.is_file()}

    def entry(self, stem):
        """The entry of the manifest for an imported file."""
        files = json.loads((self.content / "manifest.json").read_text())["files"]
        found = [each for each in files if re.fullmatch(rf"{re.escape(stem)}-[0-9a-f]{{12}}\.\w+", each["path"])]
        self.assertEqual(1, len(found), stem)
        return found[0]

    def bytes_of(self, stem):
        return (self.content / self.entry(stem)["path"]).read_bytes()


class Reproduced(Folder):
    """The shipped rows in the published layouts become the shipped rows."""

    def reproduces(self, shipped, stem, report):
        self.assertEqual((ROOT / "terminology" / shipped).read_bytes(), self.bytes_of(stem))
        self.assertFalse((self.content / shipped).exists(), "the shipped file is replaced")
        for line in ("  added     0", "  removed   0", "  changed   0"):
            self.assertIn(line, report)
        self.assertEqual(0, run("content", "check", self.content).returncode)

    def test_relative_values(self):
        for year in (2022, 2024, 2025, 2026):
            with self.subTest(year):
                report = self.imported("pfs", cms_files.fees(year), "--as-of", f"{year}-07-01")
                self.assertRegex(report[0], rf"^Physician fee schedule {year}: \d{{4}} rows, \d\d taken$")
                self.reproduces(f"figures/pfs-{year}.csv", f"figures/pfs-{year}", report)
        self.assertIn("  left out  2 figures, of which other rows say why they differ", report)
        entry = self.entry("figures/pfs-2026")
        self.assertEqual(("2026-01-01", "2026-12-31", "2026-07-01", "US-government work", "sourced"),
                         tuple(entry[key] for key in ("periodStart", "periodEnd", "asOf", "licence", "verification")))
        self.assertRegex(entry["citation"], "imported from table, sha256 [0-9a-f]{64}$")

    def test_most_units(self):
        for setting in ("practitioner", "outpatient"):
            with self.subTest(setting):
                report = self.imported("mue", cms_files.units(setting), "--as-of", "2024-07-01")
                self.reproduces(f"figures/mue-{setting}-2024q3.csv", f"figures/mue-{setting}-2024q3", report)
                self.assertEqual(setting, self.entry(f"figures/mue-{setting}-2024q3")["setting"])

    def test_pairs(self):
        for setting, as_csv in (("practitioner", False), ("outpatient", False), ("outpatient", True)):
            with self.subTest(setting, as_csv=as_csv):
                shipped = f"relations/ncci-ptp-{setting}-2024q3"
                report = self.imported("ncci", cms_files.pairs(setting, as_csv=as_csv), "--setting", setting, "--as-of", "2024-07-01")
                self.reproduces(f"{shipped}.csv", shipped, report)
                self.assertIn("  out of scope  3000", report)

    def test_add_ons_with_the_remarks_on_them(self):
        report = self.imported("addon", cms_files.add_ons(), "--as-of", "2024-07-01")
        self.reproduces("relations/add-on-2024q3.csv", "relations/add-on-2024q3", report)

    def test_the_same_again_changes_nothing(self):
        self.imported("mue", cms_files.units(), "--as-of", "2024-07-01")
        before = self.state()
        self.imported("mue", cms_files.units(), "--as-of", "2024-07-01")
        self.assertEqual(before, self.state())

    def test_no_wording_of_others_gets_in(self):
        self.imported("pfs", cms_files.fees(), "--as-of", "2026-07-01")
        self.imported("mue", cms_files.units(), "--as-of", "2024-07-01")
        self.imported("addon", cms_files.add_ons(), "--all", "--as-of", "2024-07-01")
        self.imported("hcpcs", cms_files.hcpcs(), "--as-of", "2026-07-01")
        for name, content in self.state().items():
            self.assertNotIn(b"Descriptor of another", content, name)


class Added(Folder):
    """What the content did not have before."""

    def test_localities(self):
        report = self.imported("gpci", cms_files.localities(), "--as-of", "2026-07-01")
        self.assertEqual("Geographic practice cost indices 2026: 104 rows, 104 taken", report[0])
        lines = self.bytes_of("localities/gpci-2026").decode().splitlines()
        self.assertEqual(["locality,name,gpci-work,gpci-pe,gpci-mp", "1011200,ALABAMA,1.000,0.875,0.566",
                          "0210201,ALASKA,1.500,1.065,0.551"], lines[:3])
        self.assertIn('0111251,"SAN FRANCISCO-OAKLAND-BERKELEY (MARIN CNTY), NORTH",1.095,1.410,0.459', lines)
        changed = cms_files.localities().replace("0.875", "0.876").replace("03102,AZ,00", "03102,AZ,99")
        report = self.imported("gpci", changed, "--as-of", "2026-10-01")
        for line in ("  added     1: 0310299", "  removed   1: 0310200", "  changed   1: 1011200"):
            self.assertIn(line, report)

    def test_hcpcs_in_both_forms(self):
        report = self.imported("hcpcs", cms_files.hcpcs(), "--as-of", "2026-07-01")
        self.assertEqual("HCPCS Level II 2026-07: 6002 rows, 3001 taken", report[0])
        self.assertIn("  left out  1 of CPT, whose wording is the AMA's", report)
        fixed = self.bytes_of("codesystems/hcpcs/2026-07/hcpcs")
        found = run("lookup", "B0008", "--system", HCPCS, "--content", self.content)
        self.assertIn("Made-up supply number 8, of which one unit is 9 pieces", found.stdout, found.stderr)
        self.imported("hcpcs", cms_files.hcpcs(as_csv=True), "--as-of", "2026-07-01")
        self.assertEqual(fixed, self.bytes_of("codesystems/hcpcs/2026-07/hcpcs"))
        report = self.imported("hcpcs", cms_files.hcpcs(made_up=3001), "--edition", "2026-10", "--as-of", "2026-10-01")
        self.assertIn("  added     1: B3000", report)

    def test_all_pairs_bring_their_codes(self):
        report = self.imported("ncci", cms_files.pairs(made_up=500), "--setting", "practitioner", "--all", "--as-of", "2026-10-01")
        self.assertIn("  out of scope  0", report)
        codes = self.bytes_of("external-codes/ncci-ptp-practitioner-2026q4").decode()
        self.assertIn("cpt,10000,procedure\n", codes)
        self.assertIn("relations/ncci-ptp-practitioner-2024q3.csv", "\n".join(report), "an earlier quarter is replaced")
        self.assertEqual(0, run("content", "check", self.content).returncode)
        found = run("related", "10000", "--system", CPT, "--content", self.content, "--json")
        self.assertIn("ncci-bundled-into", found.stdout, found.stderr)

    def test_a_later_quarter_ends_the_one_before(self):
        self.imported("mue", cms_files.units().replace("96413,1,", "96413,2,"), "--as-of", "2024-10-01")
        files = json.loads((self.content / "manifest.json").read_text())["files"]
        shipped = next(each for each in files if each["path"] == "figures/mue-practitioner-2024q3.csv")
        self.assertEqual("2024-09-30", shipped["periodEnd"])
        for date, value in (("2024-08-01", "1"), ("2024-10-01", "2")):
            found = run("lookup", "96413", "--property", "mue-practitioner", "--date", date, "--content", self.content)
            self.assertRegex(found.stdout, rf"(?m)mue-practitioner.*\b{value}\b", found.stderr)

    def test_many_pairs_take_little_memory(self):
        # Written by another process: a child begins with the memory of the one that starts it.
        for name, count in (("few", 1000), ("many", 400_000)):
            subprocess.run([sys.executable, cms_files.__file__, "ncci", self.path / name, "--made-up", str(count)], check=True)
        peaks = [self.peak_of("import", "ncci", self.path / name, "--setting", "practitioner", "--content", self.content,
                              "--as-of", "2024-07-01") for name in ("few", "many")]
        self.assertLess(peaks[1] - peaks[0], 25_000, "kB: 16 bytes a row, not the rows")

    def peak_of(self, *arguments):
        """The most memory that the program had, in kB."""
        with subprocess.Popen([server.program(), *map(str, arguments)], stdout=subprocess.DEVNULL) as process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(0, process.returncode)
        return usage.ru_maxrss


class Refused(Folder):
    """A damaged table is refused whole, with line and reason."""

    def test_with_all_faults(self):
        lines = cms_files.fees().split("\r\n")
        rows = [at for at, line in enumerate(lines) if line.startswith("9641")]
        lines[rows[0]] = lines[rows[0]].replace("33.4009", "33,4009")
        lines[rows[1]] = lines[rows[1]][:40]
        lines[rows[2]] = lines[rows[2]].replace("964", "96X", 1)
        said = self.refused("pfs", "\r\n".join(lines))
        for at, why in zip(rows, ("cells, but the header has", "cells, but the header has", "HCPCS '96X")):
            self.assertRegex(said, rf"table:{at + 1}: .*{why}")

    def test_each_table(self):
        cases = {
            "pfs": (cms_files.fees(), ",0.21,", ",0.2l,", r"table:\d+: WORK RVU '0.2l' is no number"),
            "gpci": (cms_files.localities(), "0.875", "O.875", r"table:4: PE GPCI 'O.875' is no cost index"),
            "ncci": (cms_files.pairs(), "20240701", "20240732", r"table:7: effective date '20240732' is no date"),
            "mue": (cms_files.units(), "3 Date of", "Date of", r"table:\d+: adjudication indicator 'Date of"),
            "addon": (cms_files.add_ons(), ",96409,", ",9640,", r"table:2: the primary code '9640' is none"),
            "hcpcs": (cms_files.hcpcs(), "19860101", "19861301", r"table:2: add date '19861301' is no date"),
        }
        for table, (text, good, bad, why) in cases.items():
            with self.subTest(table):
                more = ("--setting", "practitioner") if table == "ncci" else ()
                self.assertRegex(self.refused(table, text.replace(good, bad, 1), *more), why)
                self.assertIn("no header with the columns", self.refused(table, "Another table\r\n1,2\r\n", *more))
                done = run("import", table, self.path / "none", "--content", self.content, *more)
                self.assertEqual(4, done.returncode)
                self.assertIn("none: cannot be read: no such file", done.stderr)

    def test_what_the_content_does_not_allow(self):
        said = self.refused("pfs", cms_files.fees(), "--from", "2026-03-01", "--to", "2026-04-30")
        self.assertIn("is also in force by figures/pfs-2026.csv", said)

    def test_a_command_line_that_is_wrong(self):
        file = self.table(cms_files.units())
        for arguments in (("mue", file, "--as-of", "July"), ("mue", file, "--from", "2024-13-01"),
                          ("mue", file, "--from", "2024-07-01", "--to", "2024-06-30"), ("mue", file, "--to", "2024-06-30"),
                          ("ncci", file), ("ncci", file, "--setting", "supplier"), ("pfs",)):
            with self.subTest(arguments):
                self.assertEqual(2, run("import", *arguments, "--content", self.content).returncode)


class Served(Folder):
    """A running service keeps the old content until it can have the new one."""

    def units_of(self, running, code):
        query = urllib.parse.urlencode({"system": CPT, "code": code, "property": "mue-practitioner"})
        with urllib.request.urlopen(f"{running.url}/r5/CodeSystem/$lookup?{query}", timeout=60) as reply:
            answer = json.load(reply)
        for parameter in answer["parameter"]:
            parts = {part["name"]: part for part in parameter.get("part", [])}
            if parts.get("code", {}).get("valueCode") == "mue-practitioner":
                return next(value for key, value in parts["value"].items() if key.startswith("value"))
        return None

    def test_before_and_after(self):
        changed = cms_files.units().replace("96413,1,", "96413,2,")
        with server.Server(log=ROOT / "build/logs/import-served.log", content=self.content) as running:
            self.assertEqual(1, self.units_of(running, "96413"))
            self.refused("mue", changed.replace("96401,", "9640,"), "--as-of", "2024-07-01")
            self.assertEqual(1, self.units_of(running, "96413"))
            self.assertIn("  changed   1: 96413", self.imported("mue", changed, "--as-of", "2024-07-01"))
            with urllib.request.urlopen(urllib.request.Request(running.admin_url + "/-/reload", method="POST"), timeout=60) as reply:
                self.assertEqual(200, reply.status)
            self.assertEqual(2, self.units_of(running, "96413"))


class Compared(Folder):
    """chemoterm content diff."""

    def test_says_what_differs(self):
        self.assertEqual("no difference\n", run("content", "diff", ROOT / "terminology", self.content).stdout)
        self.imported("mue", cms_files.units().replace("96413,1,", "96413,2,"), "--as-of", "2024-07-01")
        self.imported("hcpcs", cms_files.hcpcs(made_up=11), "--as-of", "2026-07-01")
        told = run("content", "diff", ROOT / "terminology", self.content)
        self.assertEqual(0, told.returncode, told.stderr)
        self.assertIn("figures\n  added    0\n  removed  0\n  changed  1: cpt 96413 mue-practitioner 2024-07-01 practitioner\n", told.stdout)
        self.assertIn("  added    12: hcpcs B0000, ", told.stdout)
        parts = json.loads(run("content", "diff", ROOT / "terminology", self.content, "--json").stdout)
        self.assertEqual(["codesystems/hcpcs/2026-07/hcpcs.json"], parts["files"]["added"])
        self.assertEqual(["figures/mue-practitioner-2024q3.csv"], parts["files"]["changed"])
        self.assertEqual(12, len(parts["codes"]["added"]))

    def test_a_folder_that_is_none(self):
        done = run("content", "diff", self.path, self.content)
        self.assertEqual(4, done.returncode)
        self.assertIn("manifest.json", done.stderr)


if __name__ == "__main__":
    totals.main()
