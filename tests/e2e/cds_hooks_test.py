#!/usr/bin/env python3
"""CDS Hooks as an EHR uses it: discovery, the golden orders as draft orders, their cards, and the suggestions applied."""
import copy
import http.client
import json
import pathlib
import re
import sys
import time
import unittest
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
import server  # noqa: E402
import totals  # noqa: E402

MANIFEST = json.loads((ROOT / "terminology/manifest.json").read_text())
SYSTEMS = MANIFEST["systems"]
LINE_EXTENSION = MANIFEST["canonicalBase"] + "/StructureDefinition/order-line"
LINE_SYSTEMS = {SYSTEMS[name] for name in ("cpt", "hcpcs", "icd10pcs")}
# Rules that no card shows, and the one that depends on the day of the test.
NOT_SHOWN = {"payer-unknown", "plan-unknown"}
OF_THE_DAY = {"date-absurd"}


class Unsayable(Exception):
    """What a ServiceRequest, with the extension, cannot say."""


def coding(text, system):
    system, code = text.rsplit("|", 1) if "|" in text else (system, text)
    return {"system": SYSTEMS.get(system, system), "code": code}


def occurrence(line, day):
    """(element, value): a resource has one of them, so that a start tells the day as well."""
    if "start" in line or "stop" in line:
        if "date" in line:
            raise Unsayable("a day beside a period")
        return "occurrencePeriod", {end: line[key] for end, key in (("start", "start"), ("end", "stop")) if key in line}
    day = line.get("date", day)
    if line.get("minutes", -1) >= 0:
        return "occurrenceTiming", {"event": [day], "repeat": {"duration": line["minutes"], "durationUnit": "min"}}
    return "occurrenceDateTime", day


def line_extension(line, has_timing):
    parts = []
    if "minutes" in line and not has_timing:
        parts.append({"url": "minutes", "valueInteger": line["minutes"]})
    if "lesions" in line:
        parts.append({"url": "lesions", "valueInteger": line["lesions"]})
    if "access" in line:
        parts.append({"url": "access", "valueString": line["access"]})
    if "class" in line:
        parts.append({"url": "drugClass", "valueCode": line["class"]})
    if "|" in line.get("drug", ""):
        parts.append({"url": "drug", "valueCodeableConcept": {"coding": [coding(line["drug"], "")]}})
    elif "drug" in line:
        parts.append({"url": "drug", "valueString": line["drug"]})
    return [{"url": LINE_EXTENSION, "extension": parts}] if parts else []


def service_request(number, line, order):
    code = coding(":".join([line["code"], *line.get("modifiers", [])]), "cpt")
    if code["system"] not in LINE_SYSTEMS:
        raise Unsayable("a code that makes no line")
    element, value = occurrence(line, order["date"])
    resource = {"resourceType": "ServiceRequest", "id": f"order-{number}", "status": "draft", "intent": "order",
                "subject": {"reference": "Patient/p"}, "code": {"coding": [code]}, element: value}
    place = line.get("place", order.get("place"))
    if place:
        resource["locationCode"] = [{"coding": [{"system": SYSTEMS["pos"], "code": place}]}]
    if "units" in line:
        resource["quantityQuantity"] = {"value": line["units"]}
    extension = line_extension(line, element == "occurrenceTiming")
    if extension:
        resource["extension"] = extension
    return resource


def as_r5(resource):
    """The same order in R5's shape."""
    turned = copy.deepcopy(resource)
    turned["code"] = {"concept": turned["code"]}
    for old, new in (("locationCode", "location"), ("reasonCode", "reason")):
        if old in turned:
            turned[new] = [{"concept": concept} for concept in turned.pop(old)]
    return turned


def draft_orders(order):
    resources = [service_request(number, line, order) for number, line in enumerate(order["lines"], 1)]
    if order.get("diagnosis"):
        resources[0]["reasonCode"] = [{"coding": [coding(code, "icd10cm")]} for code in order["diagnosis"]]
    return bundle(resources)


def bundle(resources):
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": each} for each in resources]}


def coverage(order):
    if "payer" not in order:
        return None
    found = {"resourceType": "Coverage", "status": "active", "payor": [{"display": order["payer"]}]}
    if "plan" in order:
        found["class"] = [{"type": {"coding": [{"code": "plan"}]}, "value": order["plan"]}]
    return bundle([found])


def request(orders, hook="order-sign", prefetch=None, **context):
    body = {"hook": hook, "hookInstance": str(uuid.uuid4()),
            "context": {"userId": "Practitioner/1", "patientId": "p", "draftOrders": orders, **context}}
    if prefetch:
        body["prefetch"] = {"coverage": prefetch}
    return body


def service_of(order):
    return "order-check-facility" if order.get("setting") == "facility" else "order-check"


def apply(suggestion, orders):
    """What a client does when its user accepts a suggestion."""
    changed = copy.deepcopy(orders)
    for action in suggestion["actions"]:
        if action["type"] == "create":
            created = {**action["resource"], "id": f"new-{len(changed['entry'])}"}
            changed["entry"].append({"resource": created})
            continue
        updated = action.get("resource", {})
        wanted = action.get("resourceId") or f"{updated['resourceType']}/{updated['id']}"
        at = [f"{each['resource']['resourceType']}/{each['resource']['id']}" for each in changed["entry"]].index(wanted)
        changed["entry"][at:at + 1] = [{"resource": updated}] if action["type"] == "update" else []
    return changed


def golden_orders():
    """(name, case, draft orders) of what can be said, and the reasons why the others cannot."""
    said, left_out = [], {}
    for path in sorted((ROOT / "tests/golden/check-order").glob("*.json")):
        case = json.loads(path.read_text())
        try:
            said.append((path.stem, case, draft_orders(case["order"])))
        except Unsayable as why:
            left_out.setdefault(str(why), []).append(path.stem)
    return said, left_out


def expected(case):
    return [(finding["rule"], finding["severity"], finding["lines"]) for finding in case["findings"]
            if finding["rule"] not in NOT_SHOWN | OF_THE_DAY]


def found(cards):
    told = [card["extension"]["chemoterm"] for card in cards]
    return [(each["rule"], each["severity"], each.get("lines", [])) for each in told
            if "rule" in each and each["rule"] not in OF_THE_DAY]


class Form(unittest.TestCase):
    """The specification's rules for the form of answers."""

    def no_empty(self, value, where):
        self.assertNotIn(value, (None, "", [], {}), where)
        for key, each in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
            self.no_empty(each, f"{where}/{key}")

    def members(self, value, required, optional=()):
        self.assertLessEqual(set(required), set(value))
        self.assertLessEqual(set(value), {*required, *optional})

    def coding(self, value, required=("system", "code")):
        self.members(value, required, ("display",))

    def uuid(self, text):
        self.assertRegex(text, r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")

    def action(self, action):
        self.assertIn(action["type"], ("create", "update", "delete"))
        self.members(action, ("type", "description", "resourceId" if action["type"] == "delete" else "resource"))
        if action["type"] == "update":
            self.members(action["resource"], ("resourceType", "id"), action["resource"])
        if action["type"] == "create":
            self.members(action["resource"], ("resourceType", "status", "intent", "subject", "code"), action["resource"])

    def suggestion(self, suggestion):
        self.members(suggestion, ("label", "uuid", "actions"), ("isRecommended",))
        self.uuid(suggestion["uuid"])
        self.assertLessEqual(len(suggestion["label"]), 80)
        for action in suggestion["actions"]:
            self.action(action)

    def link(self, link):
        self.members(link, ("label", "url", "type"))
        self.assertEqual("absolute", link["type"])
        self.assertRegex(link["url"], r"^https?://")

    def card(self, card):
        self.members(card, ("uuid", "summary", "detail", "indicator", "source", "extension"),
                     ("suggestions", "selectionBehavior", "overrideReasons", "links"))
        self.uuid(card["uuid"])
        self.assertLess(len(card["summary"]), 140)
        self.assertIn(card["indicator"], ("info", "warning"))
        self.members(card["source"], ("label", "topic"))
        self.coding(card["source"]["topic"])
        self.assertNotEqual("coverage-info", card["source"]["topic"]["code"])
        self.assertEqual("suggestions" in card, "selectionBehavior" in card)
        suggestions = card.get("suggestions", [])
        self.assertLessEqual(sum(each.get("isRecommended", False) for each in suggestions), 1)
        for each in suggestions:
            self.suggestion(each)
        for each in card.get("overrideReasons", []):
            self.coding(each, ("system", "code", "display"))
        for each in card.get("links", []):
            self.link(each)

    def answer(self, answer):
        self.members(answer, ("cards",))
        for card in answer["cards"]:
            self.no_empty(card, "card")
            self.card(card)
        uuids = [card["uuid"] for card in answer["cards"]]
        self.assertEqual(len(uuids), len(set(uuids)))


class CdsHooks(Form):
    @classmethod
    def setUpClass(cls):
        cls.running = server.Server(log=ROOT / "build/logs/e2e-cds-hooks.log").start()

    @classmethod
    def tearDownClass(cls):
        cls.running.stop()

    def call(self, target, body=None, method=None, headers=None):
        connection = http.client.HTTPConnection(self.running.ready["http"], timeout=30)
        text = body if isinstance(body, (str, type(None))) else json.dumps(body)
        headers = {"Content-Type": "application/json", **(headers or {})}
        connection.request(method or ("GET" if body is None else "POST"), target, text, headers)
        reply = connection.getresponse()
        content = reply.read()
        connection.close()
        return reply, content

    def cards(self, service, body):
        reply, text = self.call(f"/cds-services/{service}", body)
        self.assertEqual(200, reply.status, text[:500])
        self.assertEqual("application/json; charset=utf-8", reply.getheader("Content-Type"))
        self.assertIsNone(reply.getheader("ETag"))
        answer = json.loads(text)
        self.answer(answer)
        return answer["cards"]

    def test_discovery(self):
        reply, text = self.call("/cds-services")
        self.assertEqual((200, "application/json; charset=utf-8"), (reply.status, reply.getheader("Content-Type")))
        services = json.loads(text)["services"]
        self.assertEqual({(each["id"], each["hook"]) for each in services},
                         {(name, hook) for name in ("order-check", "order-check-facility") for hook in ("order-select", "order-sign")})
        for each in services:
            self.no_empty(each, "service")
            self.members(each, ("hook", "id", "description"), ("title", "prefetch", "usageRequirements"))
            for template in each["prefetch"].values():
                self.assertEqual(["context.patientId"], re.findall(r"\{\{(.*?)\}\}", template))

    def test_answers_are_laid_out_for_people_who_ask(self):
        compact, pretty = (self.call(target)[1].decode() for target in ("/cds-services", "/cds-services?_pretty=true"))
        self.assertNotIn("\n", compact)
        self.assertTrue(pretty.startswith("{\n  "), pretty[:20])
        self.assertEqual(json.loads(compact), json.loads(pretty))
        self.assertEqual(400, self.call("/cds-services?_pretty=2")[0].status)

    def test_the_documentation_shows_what_is_answered(self):
        text = (ROOT / "docs/cds-hooks.md").read_text()
        sent = re.search(r"-d '(\{.*?\})'", text, re.S).group(1)
        discovery, shown = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.S)[:2])
        self.assertEqual(discovery, json.loads(self.call("/cds-services")[1]))
        answered = json.loads(self.call("/cds-services/order-check", sent)[1])
        order = json.loads(sent)
        order["context"]["draftOrders"] = apply(answered["cards"][0]["suggestions"][0], order["context"]["draftOrders"])
        self.assertEqual([], self.cards("order-check", order))
        for answer in (shown, answered):
            self.answer(answer)
            for card in answer["cards"]:
                for each in (card, *card["suggestions"]):
                    del each["uuid"]
        self.assertEqual(shown, answered)

    def test_golden_orders_come_back_as_cards(self):
        orders, left_out = golden_orders()
        self.assertEqual({"a code that makes no line", "a day beside a period"}, set(left_out))
        self.assertGreater(len(orders), 20 * sum(map(len, left_out.values())))
        for name, case, draft in orders:
            with self.subTest(name):
                cards = self.cards(service_of(case["order"]), request(draft, prefetch=coverage(case["order"])))
                self.assertEqual(expected(case), found(cards))

    def test_r5_orders_are_judged_the_same(self):
        for name, case, draft in golden_orders()[0]:
            with self.subTest(name):
                turned = bundle([as_r5(each["resource"]) for each in draft["entry"]])
                self.assertEqual(expected(case), found(self.cards(service_of(case["order"]), request(turned))))

    def test_the_first_suggestion_mends_the_order(self):
        mended = 0
        for name, case, draft in golden_orders()[0]:
            service = service_of(case["order"])
            cards = self.cards(service, request(draft))
            rules = [rule for rule, _, _ in found(cards)]
            for card in cards:
                rule = card["extension"]["chemoterm"]["rule"]
                if "suggestions" not in card:
                    continue
                with self.subTest(name, rule=rule):
                    again = self.cards(service, request(apply(card["suggestions"][0], draft)))
                    self.assertLess([each for each, _, _ in found(again)].count(rule), rules.count(rule))
                    mended += 1
        self.assertGreater(mended, 100)

    def test_every_fix_of_the_golden_orders_is_a_suggestion(self):
        for name, case, draft in golden_orders()[0]:
            wanted = [bool(finding.get("fix")) for finding in case["findings"]
                      if finding["rule"] not in NOT_SHOWN | OF_THE_DAY]
            cards = self.cards(service_of(case["order"]), request(draft))
            with self.subTest(name):
                self.assertEqual(wanted, ["suggestions" in card for card in cards
                                          if card["extension"]["chemoterm"]["rule"] not in OF_THE_DAY])

    def test_selected_orders_are_judged_beside_the_others(self):
        for name, case, draft in golden_orders()[0]:
            service = service_of(case["order"])
            with self.subTest(name):
                signed = found(self.cards(service, request(draft)))
                selected = self.cards(service, request(draft, "order-select", selections=["ServiceRequest/order-1"]))
                alone = len(draft["entry"]) == 1
                self.assertEqual([each for each in signed if alone or 1 in each[2]], found(selected))

    def test_a_known_payer_is_heard_about_its_conditions(self):
        heard = 0
        for name, case, draft in golden_orders()[0]:
            if case["order"].get("payer") not in ("medicare", "Aetna"):
                continue
            cards = self.cards(service_of(case["order"]), request(draft, prefetch=coverage(case["order"])))
            for card in cards:
                told = card["extension"]["chemoterm"]
                if "rule" in told:
                    continue
                with self.subTest(name):
                    self.assertEqual(("info", "guideline"), (card["indicator"], card["source"]["topic"]["code"]))
                    self.assertIn("Sources:", card["detail"])
                    self.assertNotIn("suggestions", card)
                    heard += 1
        self.assertGreater(heard, 0)

    def test_what_is_refused(self):
        good = request(bundle([]))
        for status, target, body, headers in (
                (400, "order-check", "{", {}),
                (400, "order-check", {**good, "hook": "patient-view"}, {}),
                (400, "order-check", {**good, "context": {}}, {}),
                (404, "order-check-nothing", good, {}),
                (406, "order-check", good, {"Accept": "text/html"}),
                (415, "order-check", good, {"Content-Type": "application/fhir+json"}),
                (422, "order-check", request([]), {}),
                (422, "order-check", request(bundle([]), "order-select", selections=["ServiceRequest/a"]), {})):
            with self.subTest(target, status=status):
                reply, text = self.call(f"/cds-services/{target}", body, headers=headers)
                self.assertEqual(status, reply.status)
                self.assertEqual("OperationOutcome", json.loads(text)["resourceType"])
        reply, _ = self.call("/cds-services/order-check")
        self.assertEqual((405, "POST, OPTIONS"), (reply.status, reply.getheader("Allow")))

    def test_feedback_is_taken_and_neither_comment_nor_token_is_logged(self):
        report = {"card": str(uuid.uuid4()), "outcome": "overridden", "outcomeTimestamp": "2026-11-22T10:00:00Z",
                  "overrideReason": {"reason": {"system": "s", "code": "c"}, "userComment": "secret-comment"}}
        for _ in range(2):
            reply, text = self.call("/cds-services/order-check/feedback", {"feedback": [report]}, headers={"X-Request-Id": "hooks-1"})
            self.assertEqual((200, {}), (reply.status, json.loads(text)))
        token = {"access_token": "secret-token", "token_type": "Bearer", "expires_in": 300, "scope": "s", "subject": "c"}
        self.cards("order-check", {**request(bundle([])), "fhirServer": "https://ehr.example", "fhirAuthorization": token})
        end = time.monotonic() + 30  # lines are gathered for a moment
        log = ""
        while '"hooks-1"' not in log and time.monotonic() < end:
            time.sleep(0.05)
            log = self.running.log.read_text()
        self.assertIn('"hooks-1"', log)
        self.assertIn("cds-hooks", log)
        self.assertIsNone(re.search("secret-", log))


if __name__ == "__main__":
    totals.main()
