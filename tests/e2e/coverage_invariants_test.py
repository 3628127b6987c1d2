#!/usr/bin/env python3
"""Coverage answers: fixture payers whose merged answers are known, and the invariants of Da Vinci CRD on every answer.

The content is a copy of the shipped one with payers that do not exist. Each stands for one case: what its notes say, what
is asked, and the answer. The invariants are those of CRD 2.2.1 that concern what we say, and what docs/order-entry.md
promises besides; they are held against every payer and plan, in $check-coverage, $check-order, the program and the cards.
"""
import collections
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
import order_form  # noqa: E402
import server  # noqa: E402
import totals  # noqa: E402

MANIFEST = json.loads((ROOT / "terminology/manifest.json").read_text(encoding="utf-8"))
CPT = MANIFEST["systems"]["cpt"]
CODE = "96413"
DAY = "2026-11-20"
BASES = ("r4", "r5")
FLAGS = ("stale", "undated", "historic", "conflict")
SINGLE = ("line", "payer", "plan", "covered", "paNeeded", "information", *FLAGS)

# CRD's value sets, without what only a payer can say (satisfied, performpa, indeterminate).
VALUES = {"covered": {"covered", "not-covered", "conditional"},
          "paNeeded": {"no-auth", "auth-needed", "conditional"},
          "docNeeded": {"clinical", "admin", "patient", "conditional"},
          "docPurpose": {"withpa", "withclaim", "withorder", "retain-doc", "OTH"},
          "infoNeeded": {"performer", "location", "timeframe", "contract-window", "detail-code", "OTH"},
          "information": {"no-info"}}


def is_conditional(coverage):
    return "conditional" in (coverage.get("covered"), coverage.get("paNeeded"), *coverage.get("docNeeded", []))


# what holds of every coverage that is answered; True is right
INVARIANTS = {
    # Those of CRD on satisfied-pa-id, questionnaire and indeterminate hold because none of them is ever said.
    "only the parts of the contract": lambda c: set(c) <= {*SINGLE, *VALUES, "reason", "detail", "note"},
    "codes are of the value sets": lambda c: all(
        {*value} <= VALUES[name] if isinstance(value, list) else value in VALUES[name]
        for name, value in c.items() if name in VALUES),
    "conditional needs info-needed": lambda c: not is_conditional(c) or bool(c.get("infoNeeded")),
    "info-needed only where something is conditional": lambda c: "infoNeeded" not in c or is_conditional(c),
    "OTH needs a reason": lambda c: "OTH" not in c.get("infoNeeded", []) or bool(c.get("reason")),
    "not-covered bars pa-needed": lambda c: c.get("covered") != "not-covered" or "paNeeded" not in c,
    "doc-purpose needs a reason": lambda c: "docPurpose" not in c or bool(c.get("reason")),
    "doc-purpose with doc-needed, and the reverse": lambda c: ("docPurpose" in c) == ("docNeeded" in c),
    "no-info where nothing is said of coverage, and only there": lambda c: ("information" in c) != ("covered" in c),
    "nothing twice": lambda c: all(len(each) == len(set(each)) for each in c.values() if isinstance(each, list)),
    "nothing empty": lambda c: all(text.strip(" :") == text.strip() for name in ("reason", "detail")
                                   for text in c.get(name, [""])) and "" not in c.get("reason", []) + c.get("detail", []),
    "what is said has a note": lambda c: bool(c.get("note")) or not (
        {"covered", "paNeeded", "docNeeded", "reason", "detail"} & set(c)),
    "a disagreement is conditional, and told": lambda c: not c["conflict"] or (
        "conditional" in (c.get("covered"), c.get("paNeeded")) and any("disagree" in text for text in c["reason"])),
    "no notes are neither old nor undated": lambda c: bool(c.get("note")) or not (c["stale"] or c["undated"] or c["historic"]),
    "undated notes are not called old": lambda c: not (c["stale"] and c["undated"])}


def violations(coverage):
    return [name for name, holds in INVARIANTS.items() if not holds(coverage)]


# -- fixture payers

def note(**members):
    """A note of a fixture payer that says nothing yet."""
    return {"jurisdiction": ["US"], "codes": [CODE], "codeBasis": "topic", "topics": ["fixture"], "title": "T",
            "information": "I", "status": "active", "lastReview": "2026-06-01", "retrieved": "2026-11-01",
            "confidence": "high", "sourceSeen": "none: a fixture", "verification": "editorial", **members}


COVERED, NOT_COVERED = note(covered="covered"), note(covered="not-covered", title="N")
CONDITIONAL = note(covered="conditional", criteria="C")
FRESH, OLD = {"lastReview": "2026-06-01"}, {"lastReview": "2020-01-01"}
UNDATED = {"lastReview": None}
RETIRED = {"status": "retired"}
SPRING = {"effective": {"start": "2026-03-01", "end": "2026-06-30"}}
SPRING_IN_MONTHS = {"effective": {"start": "2026-03", "end": "2026-06"}}
RECORD = "The record must show: R"
DISAGREE = "The notes of this payer disagree; ask the payer"
SEE_NOTE = "T: the condition is in the note"
NO_INFO = {"information": "no-info"}
# What a card says of the age of its notes.
AGES = {"historic": "Only notes that are no longer in force say this.", "stale": "The notes are over a year old; ask the payer.",
        "undated": "The notes carry no date; ask the payer."}


def conditional(*reasons, **more):
    return {"covered": "conditional", "infoNeeded": ["OTH"], "reason": list(reasons), **more}


# A payer for each: (slug, its notes, [(what is asked, the answer)]). Flags not given are false; `note` says which notes were
# used, by their place. Plan "a" and "b" are those of the payer.
FIXTURES = [
    ("covered", [COVERED], [({}, {"covered": "covered", "note": [0]})]),
    ("not-covered", [NOT_COVERED], [({}, {"covered": "not-covered", "note": [0]})]),
    ("not-covered-needs-no-authorization", [note(covered="not-covered", paNeeded="auth-needed")],
     [({}, {"covered": "not-covered", "note": [0]})]),
    ("not-covered-by-one-authorization-by-another", [NOT_COVERED, note(paNeeded="conditional", criteria="C")],
     [({}, {"covered": "not-covered", "note": [0]})]),
    ("conditional", [CONDITIONAL], [({}, conditional("T: C", note=[0]))]),
    ("conditional-without-criteria", [note(covered="conditional")], [({}, conditional("T: I", note=[0]))]),
    ("applies-when", [note(covered="conditional", appliesWhen="W", resultWhenApplies="R")],
     [({}, conditional("T: when W: R", note=[0]))]),
    ("applies-when-without-result", [note(covered="conditional", appliesWhen="W")],
     [({}, conditional("T: when W: conditional", note=[0]))]),
    ("two-conditions", [CONDITIONAL, note(covered="conditional", title="U", criteria="D")],
     [({}, conditional("T: C", "U: D", note=[0, 1]))]),
    ("one-condition-twice", [CONDITIONAL, CONDITIONAL], [({}, conditional("T: C", note=[0, 1]))]),
    ("authorization", [note(covered="covered", paNeeded="auth-needed")],
     [({}, {"covered": "covered", "paNeeded": "auth-needed", "note": [0]})]),
    ("no-authorization", [note(covered="covered", paNeeded="no-auth")],
     [({}, {"covered": "covered", "paNeeded": "no-auth", "note": [0]})]),
    ("authorization-alone", [note(paNeeded="auth-needed")], [({}, {**NO_INFO, "paNeeded": "auth-needed", "note": [0]})]),
    ("authorization-depends", [note(covered="covered", paNeeded="conditional", criteria="C")],
     [({}, {"covered": "covered", "paNeeded": "conditional", "infoNeeded": ["OTH"],
            "reason": ["T: whether authorization is needed depends: C"], "note": [0]})]),
    ("authorization-depends-on-the-claim", [note(paNeeded="conditional", appliesWhen="W")],
     [({}, {**NO_INFO, "paNeeded": "conditional", "infoNeeded": ["OTH"],
            "reason": ["T: whether authorization is needed depends: W"], "note": [0]})]),
    ("authorization-depends-and-is-covered", [note(covered="covered", paNeeded="conditional", appliesWhen="W")],
     [({}, {"covered": "covered", "paNeeded": "conditional", "infoNeeded": ["OTH"],
            "reason": ["T: whether authorization is needed depends: W"], "note": [0]})]),
    ("documentation", [note(covered="covered", docNeeded=["clinical", "admin"], documentation=["R"])],
     [({}, {"covered": "covered", "docNeeded": ["clinical", "admin"], "docPurpose": ["retain-doc"], "reason": [RECORD], "note": [0]})]),
    ("documentation-not-told", [note(covered="covered", docNeeded=["patient"])],
     [({}, {"covered": "covered", "docNeeded": ["patient"], "docPurpose": ["retain-doc"], "reason": [SEE_NOTE], "note": [0]})]),
    ("documentation-depends", [note(covered="covered", docNeeded=["conditional"], documentation=["R"])],
     [({}, {"covered": "covered", "docNeeded": ["conditional"], "docPurpose": ["retain-doc"], "infoNeeded": ["OTH"],
            "reason": [RECORD], "note": [0]})]),
    ("documentation-in-another-note", [COVERED, note(docNeeded=["clinical"], documentation=["R"])],
     [({}, {"covered": "covered", "docNeeded": ["clinical"], "docPurpose": ["retain-doc"], "reason": [RECORD], "note": [0, 1]})]),
    ("limits", [note(covered="covered", limits="L"), note(covered="covered", limits="L")],
     [({}, {"covered": "covered", "detail": ["L"], "note": [0, 1]})]),
    ("says-nothing", [note()], [({}, {**NO_INFO, "note": [0]})]),
    ("nothing-on-the-code", [note(covered="covered", codes=["96415"])], [({}, NO_INFO)]),
    ("a-year-old", [note(covered="covered", lastReview="2025-11-20")],
     [({}, {"covered": "covered", "note": [0]}), ({"date": "2026-11-21"}, {"covered": "covered", "stale": True, "note": [0]})]),
    ("reviewed-long-ago", [note(covered="covered", **OLD)], [({}, {"covered": "covered", "stale": True, "note": [0]})]),
    ("dated-by-its-start", [note(covered="covered", lastReview=None, effective={"start": "2019"})],
     [({}, {"covered": "covered", "stale": True, "note": [0]})]),
    ("old-and-new", [note(covered="covered", **OLD), COVERED], [({}, {"covered": "covered", "note": [0, 1]})]),
    ("undated", [note(covered="covered", **UNDATED)], [({}, {"covered": "covered", "undated": True, "note": [0]})]),
    ("undated-and-old", [note(covered="covered", **UNDATED), note(covered="covered", **OLD)],
     [({}, {"covered": "covered", "note": [0, 1]})]),
    ("retired", [note(covered="covered", **RETIRED)], [({}, {"covered": "covered", "historic": True, "note": [0]})]),
    ("retired-and-active", [note(covered="not-covered", **RETIRED), COVERED], [({}, {"covered": "covered", "note": [1]})]),
    ("retired-says-more", [note(), note(covered="covered", **RETIRED)],
     [({}, {"covered": "covered", "historic": True, "note": [1]})]),
    ("disagreement", [COVERED, NOT_COVERED], [({}, conditional("T: I", "N: I", DISAGREE, conflict=True, note=[0, 1]))]),
    ("disagreement-of-old-notes", [note(covered="covered", **RETIRED), note(covered="not-covered", title="N", **RETIRED)],
     [({}, conditional("T: I", "N: I", DISAGREE, conflict=True, historic=True, note=[0, 1]))]),
    ("two-against-one", [COVERED, NOT_COVERED, note(covered="covered", title="O")],
     [({}, conditional("T: I", "N: I", "O: I", DISAGREE, conflict=True, note=[0, 1, 2]))]),
    ("disagreement-on-authorization", [note(paNeeded="auth-needed", covered="covered"), note(paNeeded="no-auth", title="N")],
     [({}, {"covered": "covered", "paNeeded": "conditional", "infoNeeded": ["OTH"], "conflict": True, "note": [0, 1],
            "reason": ["T: whether authorization is needed depends: I", "N: whether authorization is needed depends: I", DISAGREE]})]),
    ("plan", [note(covered="covered", plan="a"), NOT_COVERED],
     [({"plan": "a"}, {"covered": "covered", "note": [0]}), ({"plan": "b"}, {"covered": "not-covered", "note": [1]}),
      ({}, {"covered": "covered", "note": [0]})]),
    ("plan-alone", [note(covered="covered", plan="a")],
     [({"plan": "a"}, {"covered": "covered", "note": [0]}), ({"plan": "b"}, NO_INFO)]),
    ("two-plans", [note(covered="covered", plan="a"), note(covered="not-covered", plan="b", title="N")],
     [({"plan": "b"}, {"covered": "not-covered", "note": [1]}),
      ({}, conditional("T: I", "N: I", DISAGREE, conflict=True, note=[0, 1]))]),
    ("plan-says-less", [note(paNeeded="no-auth", plan="a"), note(covered="covered", paNeeded="auth-needed")],
     [({"plan": "a"}, {"covered": "covered", "paNeeded": "no-auth", "note": [1, 0]})]),
    ("retired-for-the-plan", [note(covered="not-covered", plan="a", **RETIRED), COVERED],
     [({"plan": "a"}, {"covered": "covered", "note": [1]})]),
    ("state", [note(covered="not-covered", title="N", jurisdiction=["US-PA"]), COVERED],
     [({"jurisdiction": "US-NY"}, {"covered": "covered", "note": [1]}), ({"jurisdiction": "US"}, {"covered": "covered", "note": [1]}),
      ({"jurisdiction": "US-PA"}, conditional("N: I", "T: I", DISAGREE, conflict=True, note=[0, 1])),
      ({}, conditional("N: I", "T: I", DISAGREE, conflict=True, note=[0, 1]))]),
    ("state-alone", [note(covered="covered", jurisdiction=["US-PA", "US-WV"])],
     [({"jurisdiction": "US-WV"}, {"covered": "covered", "note": [0]}), ({"jurisdiction": "US-OH"}, NO_INFO),
      ({"jurisdiction": "US"}, NO_INFO)]),
    *[(slug, [note(covered="covered", lastReview="2026-03-01", **period)],
       [({"date": "2026-02-28"}, NO_INFO), ({"date": "2026-03-01"}, {"covered": "covered", "note": [0]}),
        ({"date": "2026-06-30"}, {"covered": "covered", "note": [0]}),
        ({"date": "2026-07-01"}, {"covered": "covered", "historic": True, "note": [0]}),
        ({"date": "2026-02-28", "line-date": "2026-03-01"}, {"covered": "covered", "note": [0]})])
      for slug, period in (("period", SPRING), ("period-in-months", SPRING_IN_MONTHS))],
    ("one-period-after-another", [note(covered="covered", effective={"end": "2026-06-30"}),
                                  note(covered="not-covered", effective={"start": "2026-07-01"})],
     [({"date": "2026-06-30"}, {"covered": "covered", "note": [0]}), ({"date": "2026-07-01"}, {"covered": "not-covered", "note": [1]})]),
]


def fixture_notes():
    for slug, notes, _ in FIXTURES:
        for number, each in enumerate(notes):
            written = {"id": f"fixture-{slug}-{number}", "payer": f"fixture-{slug}", **each}
            if "plan" in each:
                written["plan"] = f"fixture-{slug}-{each['plan']}"
            yield {name: value for name, value in written.items() if value is not None}


def fixture_payers():
    payers = [{"slug": f"fixture-{slug}", "name": f"Fixture Health {slug}", "aliases": [], "type": "commercial",
               "jurisdiction": ["US"]} for slug, _, _ in FIXTURES]
    plans = [{"slug": f"fixture-{slug}-{plan}", "payer": f"fixture-{slug}", "name": f"Fixture {slug} plan {plan}", "aliases": [],
              "lineOfBusiness": "commercial"} for slug, _, _ in FIXTURES for plan in "ab"]
    return {"payers": payers, "plans": plans}


def add_fixtures(content):
    """Payers and notes beside the shipped ones, their digests renewed by the program."""
    manifest = json.loads((content / "manifest.json").read_text(encoding="utf-8"))
    for kind, body in (("payers", fixture_payers()), ("coverage", {"notes": list(fixture_notes())})):
        path = f"coverage/fixture-{kind}.json"
        (content / path).write_text(json.dumps(body, indent=1), encoding="utf-8")
        like = next(each for each in manifest["files"] if each["kind"] == kind)
        manifest["files"].append({**like, "path": path})
    (content / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    for verb in ("digest", "check"):
        done = subprocess.run([server.program(), "content", verb, content], capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


# -- questions and answers

def parameters(codes, payer=None, plan=None, jurisdiction=None, date=DAY, line_date=None):
    given = [("payer", "valueString", payer), ("plan", "valueString", plan), ("jurisdiction", "valueCode", jurisdiction),
             ("date", "valueDate", date)]
    parts = [{"name": name, kind: value} for name, kind, value in given if value]
    for code in codes:
        line = [{"name": "coding", "valueCoding": {"system": CPT, "code": code}}]
        if line_date:
            line.append({"name": "date", "valueDate": line_date})
        parts.append({"name": "line", "part": line})
    return {"resourceType": "Parameters", "parameter": parts}


def coverages(answer):
    """The coverages of an answer: a value each, or a list where there may be several."""
    found = []
    for parameter in answer["parameter"]:
        if parameter["name"] != "coverage":
            continue
        one = collections.defaultdict(list)
        for part in parameter["part"]:
            value = order_form.value(part)
            one[part["name"]].append(value["reference"] if part["name"] == "note" else value)
        found.append({name: values[0] if name in SINGLE else values for name, values in one.items()})
        assert all(len(one[name]) == 1 for name in one if name in SINGLE), one
    return found


def expected(slug, asked, said):
    answer = {"line": 1, "payer": f"fixture-{slug}", **dict.fromkeys(FLAGS, False), **said}
    if "plan" in asked:
        answer["plan"] = f"fixture-{slug}-{asked['plan']}"
    if "note" in said:
        answer["note"] = [f"PlanDefinition/fixture-{slug}-{number}" for number in said["note"]]
    return answer


def question(slug, asked):
    plan = f"fixture-{slug}-{asked['plan']}" if "plan" in asked else None
    return parameters([CODE], f"fixture-{slug}", plan, asked.get("jurisdiction"), asked.get("date", DAY), asked.get("line-date"))


class Invariants(unittest.TestCase):
    def test_each_finds_what_it_is_about(self):
        good = {"line": 1, "payer": "p", "covered": "conditional", "paNeeded": "auth-needed", "docNeeded": ["clinical"],
                "docPurpose": ["retain-doc"], "infoNeeded": ["OTH"], "reason": ["r"], "note": ["n"], **dict.fromkeys(FLAGS, False)}
        self.assertEqual([], violations(good))
        bad = {"only the parts of the contract": {"questionnaire": ["q"]},
               "codes are of the value sets": {"paNeeded": "satisfied"},
               "conditional needs info-needed": {"infoNeeded": None},
               "info-needed only where something is conditional": {"covered": "covered"},
               "OTH needs a reason": {"reason": None},
               "not-covered bars pa-needed": {"covered": "not-covered"},
               "doc-purpose needs a reason": {"reason": None},
               "doc-purpose with doc-needed, and the reverse": {"docPurpose": None},
               "no-info where nothing is said of coverage, and only there": {"information": "no-info"},
               "nothing twice": {"note": ["n", "n"]},
               "nothing empty": {"reason": ["T: when W: "]},
               "what is said has a note": {"note": None},
               "a disagreement is conditional, and told": {"conflict": True},
               "no notes are neither old nor undated": {"note": None, "stale": True},
               "undated notes are not called old": {"stale": True, "undated": True}}
        self.assertEqual(set(INVARIANTS), set(bad))
        for name, change in bad.items():
            with self.subTest(name):
                broken = {key: value for key, value in {**good, **change}.items() if value is not None}
                self.assertIn(name, violations(broken))


class CoverageAnswers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.content = pathlib.Path(cls.folder.name) / "content"
        shutil.copytree(ROOT / "terminology", cls.content)
        add_fixtures(cls.content)
        cls.running = server.Server(log=ROOT / "build/logs/e2e-coverage-invariants.log", content=cls.content).start()
        payers = [json.loads((cls.content / each["path"]).read_text(encoding="utf-8")) for each in MANIFEST["files"]
                  if each["kind"] == "payers"] + [fixture_payers()]
        cls.payers = [each["slug"] for file in payers for each in file["payers"]]
        cls.plans = [each["slug"] for file in payers for each in file["plans"]]
        rows = json.loads((ROOT / "terminology/rows/cpt-short.json").read_text(encoding="utf-8"))["rows"]
        cls.codes = sorted({row["code"] for row in rows if row["property"] == "year-added"})

    @classmethod
    def tearDownClass(cls):
        cls.running.stop()
        cls.folder.cleanup()

    def post(self, target, body, kind="application/fhir+json"):
        request = urllib.request.Request(self.running.url + target, json.dumps(body).encode(), {"Content-Type": kind})
        with urllib.request.urlopen(request, timeout=60) as reply:
            return json.loads(reply.read())

    def ask(self, body, base="r4", operation="$check-coverage"):
        return coverages(self.post(f"/{base}/{operation}", body))

    def by_program(self, bodies):
        file = pathlib.Path(self.folder.name) / "requests.ndjson"
        file.write_text("".join(json.dumps(body) + "\n" for body in bodies), encoding="utf-8")
        done = subprocess.run([server.program(), "check-coverage", "--content", self.content, "--request", file, "--json"],
                              capture_output=True, text=True, timeout=300, check=False)
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        return [coverages(json.loads(line)) for line in done.stdout.splitlines()]

    def questions_about_everything(self):
        """Every payer and plan about every code, on days on which other notes are in force; and all payers together."""
        for date in ("2016-06-01", DAY, "2035-01-01"):
            yield from (parameters(self.codes, payer, date=date) for payer in self.payers)
            yield from (parameters(self.codes, plan=plan, date=date) for plan in self.plans)
            yield from (parameters(self.codes, jurisdiction=place, date=date) for place in (None, "US", "US-PA", "US-CA"))

    def test_fixture_payers(self):
        for slug, _, asked in FIXTURES:
            for each, said in asked:
                for base in BASES:
                    with self.subTest(slug, asked=each, base=base):
                        found = self.ask(question(slug, each), base)
                        self.assertEqual([expected(slug, each, said)], found)
                        self.assertEqual([], violations(found[0]))

    def test_fixture_payers_through_the_program(self):
        asked = [(slug, each, said) for slug, _, questions in FIXTURES for each, said in questions]
        answers = self.by_program([question(slug, each) for slug, each, _ in asked])
        for (slug, each, said), found in zip(asked, answers, strict=True):
            with self.subTest(slug, asked=each):
                self.assertEqual([expected(slug, each, said)], found)

    def test_an_order_says_the_same(self):
        for slug, _, asked in FIXTURES:
            for each, _ in asked:
                with self.subTest(slug, asked=each):
                    body = question(slug, each)
                    self.assertEqual(self.ask(body), self.ask(body, operation="$check-order"))

    def test_every_answer_holds_the_invariants(self):
        seen, broken = collections.Counter(), collections.Counter()
        asked = list(self.questions_about_everything())
        self.assertEqual(24, len(self.codes))
        for number, body in enumerate(asked):
            for coverage in self.ask(body, BASES[number % 2]):
                seen[coverage.get("covered")] += 1
                for name in violations(coverage):
                    broken[name] += 1
                    if broken[name] == 1:
                        print(f"\n{name}: {json.dumps(coverage)}", flush=True)
        self.assertEqual({}, dict(broken))
        self.assertGreaterEqual(seen.total(), 24 * 3 * (len(self.payers) + len(self.plans)))
        self.assertEqual({"covered", "not-covered", "conditional", None}, set(seen))

    def test_the_program_says_the_same_of_everything(self):
        asked = list(self.questions_about_everything())
        for body, found in zip(asked, self.by_program(asked), strict=True):
            self.assertEqual(self.ask(body, "r5"), found, body["parameter"][0])

    def cards(self, payer, date, state=None):
        orders = [{"resourceType": "ServiceRequest", "id": f"o{number}", "status": "draft", "intent": "order",
                   "subject": {"reference": "Patient/p"}, "occurrenceDateTime": date,
                   "code": {"coding": [{"system": CPT, "code": code}]}} for number, code in enumerate(self.codes, 1)]
        coverage = {"resourceType": "Coverage", "status": "active", "payor": [{"display": payer}]}
        bundles = [{"resourceType": "Bundle", "type": "collection", "entry": [{"resource": each} for each in resources]}
                   for resources in (orders, [coverage])]
        prefetch = {"coverage": bundles[1]}
        if state:
            prefetch["patient"] = {"resourceType": "Patient", "id": "p", "address": [
                {"use": "old", "state": "WV"}, {"use": "home", "state": state, "country": "US"}]}
        answer = self.post("/cds-services/order-check", {
            "hook": "order-sign", "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", "prefetch": prefetch,
            "context": {"userId": "Practitioner/1", "patientId": "p", "draftOrders": bundles[0]}}, "application/json")
        self.assertEqual({"cards"}, set(answer), "no system action: the answer is not the payer's")
        return [card for card in answer["cards"] if "payer" in card["extension"]["chemoterm"]]

    def check_card(self, card, coverage):
        told = card["extension"]["chemoterm"]
        self.assertEqual({"payer": coverage["payer"], "covered": coverage.get("covered"), "paNeeded": coverage.get("paNeeded")},
                         {name: told.get(name) for name in ("payer", "covered", "paNeeded")})
        self.assertEqual(("info", "guideline"), (card["indicator"], card["source"]["topic"]["code"]))
        detail = card["detail"].replace("\\", "")  # Markdown's
        self.assertEqual(bool(coverage.get("reason")), "Depends on:" in detail)
        for text in (*coverage.get("reason", []), *coverage.get("detail", [])):
            self.assertIn(text.replace("\\", ""), detail)
        for flag, sentence in AGES.items():
            self.assertEqual(coverage[flag], sentence in detail, flag)
        for needed, words in ((coverage.get("covered") == "not-covered", "not covered"), (coverage["conflict"], "notes disagree"),
                              (coverage.get("paNeeded") == "auth-needed", "prior authorization needed"),
                              ("docNeeded" in coverage, "documentation needed")):
            self.assertTrue(not needed or words in card["summary"] or len(card["summary"]) >= 130, card["summary"])

    def test_cards_say_what_the_answers_say(self):
        shown = 0
        for payer in self.payers:
            answers = {coverage["line"]: coverage for coverage in self.ask(parameters(self.codes, payer))}
            cards = {card["extension"]["chemoterm"]["lines"][0]: card for card in self.cards(payer, DAY)}
            wanted = [line for line, each in answers.items() if each.get("covered") in ("conditional", "not-covered")
                      or each.get("paNeeded") in ("auth-needed", "conditional") or "docNeeded" in each or each["conflict"]]
            with self.subTest(payer):
                self.assertEqual(wanted, list(cards))
                for line, card in cards.items():
                    self.check_card(card, answers[line])
                    shown += 1
        self.assertGreater(shown, 100)

    def test_cards_are_narrowed_to_the_state_of_the_patient(self):
        def shown(slug, state):
            return [card["extension"]["chemoterm"]["covered"] for card in self.cards(f"fixture-{slug}", DAY, state)
                    if self.codes[card["extension"]["chemoterm"]["lines"][0] - 1] == CODE]
        for slug, state, covered in (("state", None, ["conditional"]), ("state", "PA", ["conditional"]), ("state", "NY", []),
                                     ("state", "Pennsylvania", ["conditional"]), ("state", "ny", ["conditional"])):
            with self.subTest(slug, state=state):
                self.assertEqual(covered, shown(slug, state))


if __name__ == "__main__":
    totals.main()
