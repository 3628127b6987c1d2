#!/usr/bin/env python3
"""The running service as its users and operators meet it: both bases, health, metrics, logs, caching, signals."""
import gzip
import http.client
import json
import pathlib
import re
import signal
import sys
import time
import unittest
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
import server  # noqa: E402
import totals  # noqa: E402

CPT = "http://www.ama-assn.org/go/cpt"


class Service(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.running = server.Server(log=ROOT / "build/logs/e2e-service-server.log").start()

    @classmethod
    def tearDownClass(cls):
        cls.running.stop()

    def call(self, target, method="GET", headers=None, body=None, admin=False):
        connection = http.client.HTTPConnection(self.running.ready["admin" if admin else "http"], timeout=30)
        connection.request(method, target, body, headers or {})
        reply = connection.getresponse()
        text = reply.read()
        connection.close()
        return reply, text

    def get(self, target):
        reply, text = self.call(target)
        self.assertEqual(200, reply.status, text[:500])
        return json.loads(text)

    def test_every_base_states_its_version(self):
        for base, version in (("r4", "4.0.1"), ("r5", "5.0.0"), ("fhir", "4.0.1")):
            with self.subTest(base):
                self.assertEqual(version, self.get(f"/{base}/metadata")["fhirVersion"])

    def test_what_the_statement_lists_is_there(self):
        for base in ("r4", "r5"):
            statement = self.get(f"/{base}/metadata")["rest"][0]
            for resource in statement["resource"]:
                with self.subTest(base, resource=resource["type"]):
                    found = self.get(f"/{base}/{resource['type']}?_count=1")
                    self.assertEqual("searchset", found["type"])
                    if found["total"]:
                        one = found["entry"][0]["resource"]
                        self.assertEqual(one["id"], self.get(f"/{base}/{one['resourceType']}/{one['id']}")["id"])

    def test_every_link_of_a_page_leads_to_the_next(self):
        target, seen = "/r4/PlanDefinition?_count=40", []
        while target:
            page = self.get(target)
            seen += [entry["resource"]["id"] for entry in page["entry"]]
            following = [link["url"] for link in page["link"] if link["relation"] == "next"]
            target = following[0][len(self.running.url):] if following else None
        self.assertEqual((90, 90), (len(seen), len(set(seen))))

    def test_lookup_by_get_and_post_is_the_same(self):
        query = urllib.parse.urlencode({"system": CPT, "code": "96413", "property": "*"})
        body = json.dumps({"resourceType": "Parameters", "parameter": [
            {"name": "system", "valueUri": CPT}, {"name": "code", "valueCode": "96413"}, {"name": "property", "valueCode": "*"}]})
        posted, text = self.call("/r5/CodeSystem/$lookup", "POST", {"Content-Type": "application/fhir+json"}, body)
        self.assertEqual(200, posted.status)
        self.assertEqual(json.loads(text), self.get(f"/r5/CodeSystem/$lookup?{query}"))

    def test_a_batch_answers_each_entry(self):
        url = "CodeSystem/$lookup?" + urllib.parse.urlencode({"system": CPT, "code": "96413"})
        bundle = {"resourceType": "Bundle", "type": "batch", "entry": [
            {"request": {"method": "GET", "url": link}} for link in (url, url.replace("96413", "99213"), "CodeSystem/cpt")]}
        reply, text = self.call("/r4", "POST", {"Content-Type": "application/fhir+json"}, json.dumps(bundle))
        self.assertEqual(200, reply.status, text[:300])
        self.assertEqual(["200", "404", "200"], [entry["response"]["status"][:3] for entry in json.loads(text)["entry"]])

    def test_a_batch_of_validations_answers_each_in_its_place(self):
        gender = "http://hl7.org/fhir/administrative-gender"
        parts = ([{"name": "coding", "valueCoding": {"system": gender, "code": "male"}}], [],
                 [{"name": "coding", "valueCoding": {"system": gender, "code": "lad"}}])
        body = {"resourceType": "Parameters", "parameter": [
            {"name": "url", "valueUri": "http://hl7.org/fhir/ValueSet/administrative-gender"},
            *({"name": "validation", "resource": {"resourceType": "Parameters", "parameter": part}} for part in parts)]}
        for base in ("r4", "r5"):
            reply, text = self.call(f"/{base}/ValueSet/$batch-validate-code", "POST", {"Content-Type": "application/fhir+json"},
                                    json.dumps(body))
            self.assertEqual(200, reply.status, text[:300])
            good, none, bad = (part["resource"] for part in json.loads(text)["parameter"])
            self.assertIn({"name": "result", "valueBoolean": True}, good["parameter"])
            self.assertIn({"name": "result", "valueBoolean": False}, bad["parameter"])
            issue = none["issue"][0]
            self.assertEqual(("error", "invalid", "NOTHING_TO_VALIDATE", ["text"]),
                             (issue["severity"], issue["code"], issue["diagnostics"], list(issue["details"])))

    def test_the_terminology_statement_lists_every_system_with_one_default(self):
        for base, version in (("r4", "4.0.1"), ("r5", "5.0.0")):
            statement = self.get(f"/{base}/metadata?mode=terminology")
            listed = {system["uri"]: system["version"] for system in statement["codeSystem"]}
            loaded = {entry["resource"]["url"] for entry in self.get(f"/{base}/CodeSystem?_count=100")["entry"]}
            self.assertEqual(loaded, set(listed))
            for system, versions in listed.items():
                self.assertEqual(1, sum(each["isDefault"] for each in versions), system)
                for each in versions:
                    self.assertEqual(len(each.get("property", [])), len(set(each.get("property", []))), system)
                    self.assertIn("=", next(one["op"] for one in each["filter"] if one["code"] == "concept"), system)
            gender = listed["http://hl7.org/fhir/administrative-gender"]
            self.assertEqual([version], [each["code"] for each in gender if each["isDefault"]])
            self.assertEqual(version, self.get(
                f"/{base}/CodeSystem/$lookup?system=http://hl7.org/fhir/administrative-gender&code=male")["parameter"][1]["valueString"])
            names = [each["name"] for each in statement["expansion"]["parameter"]]
            self.assertTrue({"activeOnly", "tx-resource", "cache-id", "filter", "property"} <= set(names), names)
            self.assertTrue(all(each["documentation"] for each in statement["expansion"]["parameter"]))

    def test_a_tag_saves_the_second_answer(self):
        reply, _ = self.call("/r4/CodeSystem/cpt")
        again, text = self.call("/r4/CodeSystem/cpt", headers={"If-None-Match": reply.getheader("ETag")})
        self.assertEqual((304, b""), (again.status, text))

    def test_head_is_get_without_a_body(self):
        reply, text = self.call("/r4/metadata", "HEAD")
        self.assertEqual((200, b""), (reply.status, text))

    def test_gzip_on_request(self):
        reply, text = self.call("/r4/metadata", headers={"Accept-Encoding": "gzip"})
        self.assertEqual("gzip", reply.getheader("Content-Encoding"))
        self.assertEqual("CapabilityStatement", json.loads(gzip.decompress(text))["resourceType"])

    def test_health_and_metrics(self):
        for admin in (False, True):
            for target in ("/healthz", "/readyz"):
                self.assertEqual(200, self.call(target, admin=admin)[0].status)
        self.call("/r4/metadata")
        reply, text = self.call("/metrics", admin=True)
        self.assertEqual(200, reply.status)
        self.assertRegex(text.decode(), r'(?m)^chemoterm_requests_total\{[^}]*op="metadata"[^}]*\} [1-9]')
        self.assertEqual(404, self.call("/metrics")[0].status)

    def test_every_request_is_one_line_with_its_trace(self):
        trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        reply, _ = self.call("/r4/CodeSystem/$lookup?system=x&code=secret-code",
                             headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01", "X-Request-Id": "e2e-1"})
        self.assertEqual("e2e-1", reply.getheader("X-Request-Id"))
        end = time.monotonic() + 30  # lines are gathered for a moment
        lines = []
        while not lines and time.monotonic() < end:
            time.sleep(0.05)
            log = self.running.log.read_text()
            lines = [line for line in log.splitlines() if '"e2e-1"' in line]
        self.assertEqual(1, len(lines))
        self.assertIn(trace, lines[0])
        self.assertIn("UNKNOWN_CODE_SYSTEM", lines[0])
        self.assertIsNone(re.search("secret-code", log), "a log holds no code")


class End(unittest.TestCase):
    def test_sigterm_and_sigint_end_it_with_0(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number):
                running = server.Server(log=ROOT / "build/logs/e2e-end.log").start()
                self.assertEqual(0, running.stop(number))

    def test_content_that_does_not_load_ends_it_with_4(self):
        running = server.Server(content=ROOT / "docs", log=ROOT / "build/logs/e2e-no-content.log")
        with self.assertRaises(RuntimeError):
            running.start()
        self.assertEqual(4, running.process.returncode)
        self.assertIn("manifest.json", running.log.read_text())


if __name__ == "__main__":
    totals.main()
