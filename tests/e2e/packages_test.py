#!/usr/bin/env python3
"""FHIR packages and imports through the program: served, searched, reloaded, refused."""
import gzip
import io
import json
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest
import urllib.error
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
import server  # noqa: E402
import totals  # noqa: E402

SYSTEM, SET, MAP = "http://p.example/cs", "http://p.example/vs", "http://p.example/cm"


def package(path, files, name="p.example", version="1.0.0", links=(), **head):
    """Writes a .tgz with package/package.json and `files`: {path: object, text or bytes}."""
    head = {"name": name, "version": version, "fhirVersions": ["4.0.1"], "license": "CC0-1.0", **head}
    with tarfile.open(path, "w:gz") as tar:
        for file, content in {"package/package.json": head, **files}.items():
            if not isinstance(content, (str, bytes)):
                content = json.dumps(content)
            if isinstance(content, str):
                content = content.encode()
            info = tarfile.TarInfo(file)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
        for file, target in links:
            info = tarfile.TarInfo(file)
            info.type, info.linkname = tarfile.SYMTYPE, target
            tar.addfile(info)


def code_system(version="1.0.0", **more):
    return {"resourceType": "CodeSystem", "id": "cs", "url": SYSTEM, "version": version, "name": "Cs", "status": "active",
            "date": "2024-05-06", "content": "complete", "hierarchyMeaning": "is-a",
            "concept": [{"code": "a", "display": "Above", "concept": [{"code": "b", "display": "Below"}]}], **more}


# A map as R4 spells it.
CONCEPT_MAP = {"resourceType": "ConceptMap", "id": "cm", "url": MAP, "version": "1.0.0", "name": "Cm", "status": "active",
               "identifier": {"system": "urn:x", "value": "1"}, "sourceCanonical": SET, "targetUri": "http://p.example/other",
               "group": [{"source": SYSTEM, "sourceVersion": "1.0.0", "target": "http://p.example/t", "unmapped": {"mode": "provided"},
                          "element": [{"code": "a", "target": [{"code": "x", "equivalence": "subsumes"}]},
                                      {"code": "b", "target": [{"equivalence": "unmatched"}]}]}]}
FILES = {
    "package/CodeSystem-cs.json": code_system(),
    "package/ValueSet-vs.json": {"resourceType": "ValueSet", "id": "vs", "url": SET, "version": "1.0.0", "name": "Vs", "status": "active",
                                 "compose": {"include": [{"system": SYSTEM, "filter": [{"property": "concept", "op": "is-a", "value": "a"}]}]}},
    "package/ConceptMap-cm.json": CONCEPT_MAP,
    "package/NamingSystem-ns.json": {"resourceType": "NamingSystem", "id": "ns", "name": "Ns", "status": "active", "kind": "codesystem",
                                     "date": "2020", "uniqueId": [{"type": "oid", "value": "1.2.3"}]},
    "package/StructureDefinition-s.json": {"resourceType": "StructureDefinition", "id": "s"},
    "package/CodeSystem-bad.json": '{"resourceType": "CodeSystem",\n"url": }',
}
TABULAR = """<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.tabular><version>{version}</version><chapter><name>2</name><desc>Neoplasms (C00-D49)</desc>
<section id="C15-C26"><desc>Digestive organs</desc>
<diag><name>C15</name><desc>Malignant neoplasm of esophagus</desc>
<diag><name>C15.3</name><desc>Malignant neoplasm of upper third of esophagus</desc>
<inclusionTerm><note>Gullet tumor</note></inclusionTerm></diag></diag>
</section></chapter></ICD10CM.tabular>
"""
ICD = "http://hl7.org/fhir/sid/icd-10-cm"


def get(running, target, **query):
    url = running.url + target + ("?" + urllib.parse.urlencode(query, doseq=True) if query else "")
    with urllib.request.urlopen(url, timeout=60) as reply:
        return json.load(reply)


def value(parameters, name):
    for parameter in parameters["parameter"]:
        if parameter["name"] == name:
            return next(each for key, each in parameter.items() if key.startswith("value"))
    return None


def run(*arguments):
    return subprocess.run([server.program(), *map(str, arguments)], capture_output=True, text=True, timeout=300, check=False)


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)

    def content(self):
        shutil.copytree(ROOT / "terminology", self.path / "content")
        return self.path / "content"


class Served(Folder):
    """serve --packages."""

    def setUp(self):
        super().setUp()
        self.packages = self.path / "packages"
        self.packages.mkdir()
        package(self.packages / "p.tgz", FILES, dependencies={"hl7.fhir.r4.core": "4.0.1"})

    def serve(self, *arguments):
        running = server.Server("--packages", str(self.packages), *arguments, log=ROOT / f"build/logs/packages-{self.id()}.log")
        self.addCleanup(running.stop)
        return running.start()

    def test_resources_of_a_package_are_read_searched_and_used(self):
        running = self.serve()
        line = running.lines("package")[0]
        self.assertEqual((4, 1), (line["loaded"], line["leftOut"]))
        self.assertIn("package/CodeSystem-bad.json:2: ", line["detail"])
        self.assertIn("hl7.fhir.r4.core#4.0.1 is not loaded", line["detail"])
        for base in ("/r4", "/r5"):
            with self.subTest(base):
                self.assertEqual(SYSTEM, get(running, base + "/CodeSystem/cs")["url"])
                for kind, criteria in (("CodeSystem", {"url": SYSTEM}), ("CodeSystem", {"code": f"{SYSTEM}|b"}),
                                       ("CodeSystem", {"date": "2024-05"}), ("ValueSet", {"reference": SYSTEM}),
                                       ("ValueSet", {"name": "V", "version": "1.0.0"}), ("ConceptMap", {"source-code": "a"}),
                                       ("ConceptMap", {"url": MAP}), ("NamingSystem", {"value": "1.2.3"})):
                    self.assertEqual(1, get(running, f"{base}/{kind}", **criteria)["total"], (kind, criteria))
                answer = get(running, base + "/ValueSet/$validate-code", url=SET, system=SYSTEM, code="b")
                self.assertTrue(value(answer, "result"), answer)
                self.assertEqual("Below", value(get(running, base + "/CodeSystem/$lookup", system=SYSTEM, code="b"), "display"))
                expanded = get(running, base + "/ValueSet/vs/$expand", excludeNested="true")
                self.assertEqual(["a", "b"], [each["code"] for each in expanded["expansion"]["contains"]])
                systems = get(running, base + "/metadata", mode="terminology")["codeSystem"]
                self.assertIn(SYSTEM, [each["uri"] for each in systems])
                types = [each["type"] for each in get(running, base + "/metadata")["rest"][0]["resource"]]
                self.assertIn("NamingSystem", types)

    def test_a_map_of_r4_is_served_as_it_is_and_as_r5(self):
        running = self.serve()
        four, five = get(running, "/r4/ConceptMap/cm"), get(running, "/r5/ConceptMap/cm")
        four.pop("meta")
        self.assertEqual(CONCEPT_MAP, four)
        self.assertEqual(SET, five["sourceScopeCanonical"])
        self.assertEqual([{"system": "urn:x", "value": "1"}], five["identifier"])
        group = five["group"][0]
        self.assertEqual((SYSTEM + "|1.0.0", "use-source-code"), (group["source"], group["unmapped"]["mode"]))
        self.assertEqual("source-is-narrower-than-target", group["element"][0]["target"][0]["relationship"])
        self.assertEqual({"code": "b", "noMap": True}, group["element"][1])

    def test_a_package_that_comes_is_loaded_and_a_bad_one_refused(self):
        running = self.serve()
        package(self.packages / "q.tgz", {"package/CodeSystem-cs.json": code_system("2.0.0")}, version="2.0.0")
        urllib.request.urlopen(urllib.request.Request(running.admin_url + "/-/reload", method="POST"), timeout=60).close()
        self.assertEqual(2, get(running, "/r4/CodeSystem", url=SYSTEM)["total"])
        self.assertEqual("2.0.0", get(running, "/r4/CodeSystem/cs-2.0.0")["version"])
        (self.packages / "r.tgz").write_bytes(b"no archive")
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(urllib.request.Request(running.admin_url + "/-/reload", method="POST"), timeout=60)
        self.assertIn("r.tgz: not a gzip", refused.exception.read().decode())
        self.assertEqual(2, get(running, "/r4/CodeSystem", url=SYSTEM)["total"])

    def test_the_folder_is_watched(self):
        config = self.path / "config.json"
        config.write_text(json.dumps({"watchSeconds": 1, "packages": str(self.packages)}))
        running = server.Server("--config", str(config), log=ROOT / "build/logs/packages-watch.log")
        self.addCleanup(running.stop)
        running.start()
        package(self.packages / "q.tgz", {"package/CodeSystem-cs.json": code_system("2.0.0")}, version="2.0.0")
        self.assertTrue(running.wait_for("reload", seconds=60)["ok"])
        self.assertEqual(2, get(running, "/r4/CodeSystem", url=SYSTEM)["total"])


class Imported(Folder):
    """chemoterm import package and icd10cm."""

    def state(self, content):
        return {str(path.relative_to(content)): path.read_bytes() for path in content.rglob("*") if path.is_file()}

    def test_a_package_goes_into_the_content(self):
        content, file = self.content(), self.path / "p.tgz"
        package(file, FILES)
        done = run("import", "package", file, "--content", content)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIn("p.example#1.0.0 (FHIR 4.0.1)", done.stdout)
        self.assertIn("1 CodeSystem, 1 ConceptMap, 1 NamingSystem, 1 ValueSet", done.stdout)
        self.assertIn("1 StructureDefinition", done.stdout)
        self.assertIn("package/CodeSystem-bad.json:2: ", done.stdout)
        self.assertEqual(0, run("content", "check", content).returncode)
        self.assertEqual(0, run("content", "digest", content).returncode)
        found = run("validate", "b", "--system", SYSTEM, "--content", content)
        self.assertEqual(0, found.returncode, found.stdout + found.stderr)
        before = self.state(content)
        self.assertEqual(0, run("import", "package", file, "--content", content).returncode)
        self.assertEqual(before, self.state(content), "the same again changes nothing")

    def test_what_is_bad_is_refused_whole(self):
        content = self.content()
        good = self.path / "good.tgz"
        package(good, FILES)
        bomb = {"package/CodeSystem-b.json": b" " * (300 << 20)}
        spread = {f"package/CodeSystem-{i}.json": b" " * (20 << 20) for i in range(10)}
        makers = {
            "is larger than 256 MiB": lambda path: package(path, bomb),
            "times its size": lambda path: package(path, spread),
            "leads out of the archive": lambda path: package(path, {"package/../../evil.json": "{}"}),
            "neither a file nor a folder": lambda path: package(path, {}, links=[("package/l.json", "/etc/passwd")]),
            "damaged or cut": lambda path: (package(path, FILES), path.write_bytes(path.read_bytes()[:400])),
            "not a gzip": lambda path: path.write_bytes(b"PK\3\4 a zip"),
            "Unrecognized archive format": lambda path: path.write_bytes(gzip.compress(b"text" * 1000)),
            "compressed more than once": lambda path: (package(path, FILES), path.write_bytes(gzip.compress(path.read_bytes()))),
            "no package/package.json": self.without_head,
            "'name' and 'version'": lambda path: package(path, {}, name="../x"),
        }
        before = self.state(content)
        for why, make in makers.items():
            with self.subTest(why):
                bad = self.path / "bad.tgz"
                make(bad)
                done = run("import", "package", good, bad, "--content", content)
                self.assertEqual(4, done.returncode, done.stdout + done.stderr)
                self.assertIn("nothing was imported", done.stderr)
                self.assertIn(why, done.stderr)
                self.assertEqual(before, self.state(content))

    @staticmethod
    def without_head(path):
        with tarfile.open(path, "w:gz") as tar:
            info = tarfile.TarInfo("package/x.json")
            info.size = 2
            tar.addfile(info, io.BytesIO(b"{}"))

    def test_archives_inside_are_not_followed(self):
        content, inner, outer = self.content(), self.path / "inner.tgz", self.path / "outer.tgz"
        package(inner, FILES)
        package(outer, {"package/inner.tgz": inner.read_bytes(), "package/more/CodeSystem-x.json": code_system()})
        done = run("import", "package", outer, "--content", content)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIn("loaded    nothing", done.stdout)

    def test_icd10cm_answers_and_says_what_changed(self):
        content, file = self.content(), self.path / "icd.xml"
        file.write_text(TABULAR.format(version="2025"))
        done = run("import", "icd10cm", file, "--content", content, "--as-of", "2025-10-01")
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIn("ICD-10-CM 2025: 2 codes", done.stdout)
        file.write_text(TABULAR.format(version="2026").replace("C15.3", "C15.4"))
        done = run("import", "icd10cm", file, "--content", content, "--as-of", "2025-10-01")
        for line in ("before    version 2025", "added     1: C15.4", "removed   1: C15.3", "renamed   0"):
            self.assertIn(line, done.stdout)
        with server.Server(log=ROOT / "build/logs/packages-icd.log", content=content) as running:
            answer = get(running, "/r4/CodeSystem/$subsumes", system=ICD, codeA="C15", codeB="C15.4")
            self.assertEqual("subsumes", value(answer, "outcome"))
            body = {"resourceType": "Parameters", "parameter": [
                {"name": "filter", "valueString": "gullet"},
                {"name": "valueSet", "resource": {"resourceType": "ValueSet", "status": "active", "compose": {"include": [
                    {"system": ICD, "filter": [{"property": "concept", "op": "is-a", "value": "C15"}]}]}}}]}
            request = urllib.request.Request(running.url + "/r5/ValueSet/$expand", json.dumps(body).encode(),
                                             {"Content-Type": "application/fhir+json"})
            with urllib.request.urlopen(request, timeout=60) as reply:
                self.assertEqual(["C15.4"], [each["code"] for each in json.load(reply)["expansion"]["contains"]])
            found = get(running, "/r5/CodeSystem/$search-codes", text="esophagus upper third")
            self.assertIn("C15.4", json.dumps(found))

    def test_a_damaged_tabular_list_is_refused_with_its_line(self):
        content, file = self.content(), self.path / "icd.xml"
        file.write_text(TABULAR.format(version="2025").replace("</diag></diag>", "</diag>"))
        before = self.state(content)
        done = run("import", "icd10cm", file, "--content", content)
        self.assertEqual(4, done.returncode)
        self.assertRegex(done.stderr, r"icd\.xml: line \d+: not XML")
        self.assertEqual(before, self.state(content))


if __name__ == "__main__":
    totals.main()
