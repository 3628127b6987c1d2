#!/usr/bin/env python3
"""Large and expensive input on a running server: an answer or a precise refusal in bounded time and memory, while cheap
requests are answered as ever."""
import concurrent.futures
import http.client
import json
import pathlib
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
import server  # noqa: E402
import totals  # noqa: E402

CPT = "http://www.ama-assn.org/go/cpt"
JSON = {"Content-Type": "application/fhir+json"}
GOOD = "/r4/CodeSystem/$lookup?" + urllib.parse.urlencode({"system": CPT, "code": "96413"})
REQUEST_SECONDS = 3
OVERLAY_KIB = 16 * 1024
# The machine of a test does other things, too.
SLACK_SECONDS = 5


def resident_kib(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


def parameters(*list_):
    return json.dumps({"resourceType": "Parameters", "parameter": list_}, separators=(",", ":"))


def value_set(include, url="http://example.org/vs", exclude=None, **more):
    compose = {"include": include} | ({"exclude": exclude} if exclude else {})
    return {"resourceType": "ValueSet", "url": url, "status": "active", **more, "compose": compose}


def code_system(concepts, url="http://example.org/cs", **more):
    return {"resourceType": "CodeSystem", "url": url, "status": "active", "content": "complete", "caseSensitive": True,
            **more, "concept": concepts}


def given(set_):
    return {"name": "valueSet", "resource": set_}


def brought(resource):
    return {"name": "tx-resource", "resource": resource}


def integer(name, value):
    return {"name": name, "valueInteger": value}


def flat(count, **more):
    return [{"code": f"{number:06}", **more} for number in range(count)]


def ladder(count):
    """Each concept below the two before it."""
    return [{"code": str(i), "property": [{"code": "parent", "valueCode": str(j)} for j in (i - 1, i - 2) if j >= 0]}
            for i in range(count)]


def chain(count):
    return [{"code": str(i), **({"property": [{"code": "parent", "valueCode": str(i - 1)}]} if i else {})} for i in range(count)]


def nested(depth):
    concept = {"code": str(depth)}
    for level in range(depth - 1, 0, -1):
        concept = {"code": str(level), "concept": [concept]}
    return [concept]


def diamond(depth):
    """Each value set imports the next one twice."""
    sets = [value_set([{"valueSet": [f"http://example.org/{i + 1}"]}] * 2, f"http://example.org/{i}") for i in range(depth)]
    sets.append(value_set([{"system": CPT, "concept": [{"code": "96413"}]}], f"http://example.org/{depth}"))
    return [brought(each) for each in sets]


WHOLE = {"system": "http://example.org/cs"}


class HeavyInput(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        config = pathlib.Path(tempfile.mkstemp(suffix=".json")[1])
        config.write_text(json.dumps({"requestLog": False, "heavyThreads": 1, "limits": {"heavyQueue": 2},
                                      "timeouts": {"requestSeconds": REQUEST_SECONDS}}))
        cls.running = server.Server("--config", str(config), log=ROOT / "build/logs/e2e-heavy-input-server.log").start()
        config.unlink()
        for _ in range(200):
            cls.call("GET", GOOD)
        cls.idle = resident_kib(cls.running.process.pid)

    @classmethod
    def tearDownClass(cls):
        cls.running.stop()

    @classmethod
    def call(cls, method, target, body=None, headers=None):
        connection = http.client.HTTPConnection(cls.running.ready["http"], timeout=60)
        try:
            try:
                connection.request(method, target, body, headers or (JSON if body else {}))
            except (BrokenPipeError, ConnectionResetError):
                pass  # the server has said no before it read all
            reply = connection.getresponse()
            return reply.status, dict(reply.getheaders()), json.loads(reply.read())
        finally:
            connection.close()

    def post(self, target, *list_, base="r5"):
        """Status and body, within the time of a request."""
        body = parameters(*list_)
        start = time.monotonic()
        status, _, answer = self.call("POST", f"/{base}{target}", body)
        self.assertLess(time.monotonic() - start, REQUEST_SECONDS + SLACK_SECONDS)
        return status, answer

    def expand(self, *list_, base="r5"):
        return self.post("/ValueSet/$expand", *list_, base=base)

    def refused(self, answer, code, text=""):
        self.assertEqual("OperationOutcome", answer["resourceType"], str(answer)[:500])
        issue = answer["issue"][0]
        self.assertEqual(("error", code), (issue["severity"], issue["code"]), issue)
        self.assertIn(text, issue["details"]["text"])

    def test_10_000_includes(self):
        includes = [{"system": CPT, "concept": [{"code": "96413"}]}] * 10_000
        for base in ("r4", "r5"):
            status, answer = self.expand(given(value_set(includes)), base=base)
            self.assertEqual((200, 1), (status, answer["expansion"]["total"]))

    def test_a_code_system_over_the_body_limit(self):
        body = b'{"resourceType":"Parameters","x":"' + b"x" * 9_000_000 + b'"}'
        status, _, answer = self.call("POST", "/r5/ValueSet/$expand", body)
        self.assertEqual(413, status)
        self.refused(answer, "too-long")

    def test_a_code_system_of_100_000_codes(self):
        system = code_system(flat(100_000))
        status, answer = self.expand(given(value_set([WHOLE])), brought(system), integer("count", 10))
        self.assertEqual((200, 100_000, 10), (status, answer["expansion"]["total"], len(answer["expansion"]["contains"])))
        status, answer = self.expand(given(value_set([WHOLE])), brought(system))
        self.assertEqual(422, status)
        self.refused(answer, "too-costly", "10000")
        status, answer = self.post("/CodeSystem/$validate-code", {"name": "codeSystem", "resource": system},
                                   {"name": "code", "valueCode": "099999"})
        self.assertEqual(200, status)
        self.assertIn({"name": "result", "valueBoolean": True}, answer["parameter"])

    def test_the_header_lowers_the_limit(self):
        body = parameters(given(value_set([WHOLE])), brought(code_system(flat(500))))
        for limit, expected in (("499", 422), ("500", 200), ("1000000", 200), ("nonsense", 200)):
            status, _, answer = self.call("POST", "/r5/ValueSet/$expand", body, JSON | {"X-Too-Costly-Threshold": limit})
            self.assertEqual(expected, status, limit)

    def test_hierarchies(self):
        deep = code_system(chain(50_000))
        status, answer = self.expand(given(value_set([WHOLE])), brought(deep), integer("count", 5))
        self.assertEqual((200, 50_000), (status, answer["expansion"]["total"]))
        last = {"system": WHOLE["system"], "filter": [{"property": "concept", "op": "descendent-leaf", "value": "0"}]}
        status, answer = self.expand(given(value_set([last])), brought(deep))
        self.assertEqual((200, "49999"), (status, answer["expansion"]["contains"][0]["code"]))
        status, answer = self.expand(given(value_set([WHOLE])), brought(code_system(chain(5_000))))
        self.assertEqual(200, status)  # nested as far as JSON readers go
        status, answer = self.expand(given(value_set([WHOLE])), brought(code_system(ladder(60_000))))
        self.assertEqual(400, status)
        self.refused(answer, "value", "several parents")

    def test_nested_concepts(self):
        status, answer = self.expand(given(value_set([WHOLE])), brought(code_system(nested(55))), {"name": "excludeNested", "valueBoolean": True})
        self.assertEqual((200, 55), (status, answer.get("expansion", {}).get("total")), str(answer)[:500])
        status, answer = self.expand(given(value_set([WHOLE])), brought(code_system(nested(80))))
        self.assertEqual(400, status)
        self.refused(answer, "structure", "nested deeper")

    def test_imports_that_double_at_each_step(self):
        for depth, allowed in ((10, (200,)), (60, (200, 422, 503))):
            status, answer = self.expand({"name": "url", "valueUri": "http://example.org/0"}, *diamond(depth))
            self.assertIn(status, allowed, str(answer)[:500])
            status, answer = self.post("/ValueSet/$validate-code", {"name": "url", "valueUri": "http://example.org/0"}, *diamond(depth),
                                       {"name": "code", "valueCode": "96413"}, {"name": "system", "valueUri": CPT})
            self.assertEqual(200, status)
            self.assertIn({"name": "result", "valueBoolean": True}, answer["parameter"])
        status, answer = self.expand({"name": "url", "valueUri": "http://example.org/0"}, *diamond(150))
        self.assertEqual(422, status)
        self.refused(answer, "too-costly")

    def test_1_000_supplements_and_1_000_languages(self):
        supplements = [brought({"resourceType": "CodeSystem", "url": f"http://example.org/s{i}", "status": "active",
                                "content": "supplement", "supplements": WHOLE["system"],
                                "concept": [{"code": "000001", "designation": [{"language": "de", "value": f"Name {i}"}]}]})
                       for i in range(1000)]
        used = [{"name": "useSupplement", "valueCanonical": f"http://example.org/s{i}"} for i in range(1000)]
        languages = ",".join(f"x{chr(97 + i % 26)}-{1000 + i};q=0.5" for i in range(1000))
        status, answer = self.expand(given(value_set([WHOLE])), brought(code_system(flat(100))), *supplements, *used,
                                     {"name": "displayLanguage", "valueCode": languages})
        self.assertIn(status, (200, 400, 422), str(answer)[:500])

    def test_hostile_patterns(self):
        patterns = ["(a*)*b", "(a|aa)+$", "(.*a){20}", "([a-z]+)*[A-Z]", "(x+x+)+y", "a{1000}", "\\pL{200}", "(?i)(a|b|ab)*c", ".*" * 200]
        system = code_system([{"code": "a" * 200 + str(i)} for i in range(1000)])
        for pattern in patterns:
            with self.subTest(pattern):
                include = WHOLE | {"filter": [{"property": "code", "op": "regex", "value": pattern}]}
                start = time.monotonic()
                status, answer = self.expand(given(value_set([include])), brought(system))
                self.assertIn(status, (200, 422), str(answer)[:300])
                self.assertLess(time.monotonic() - start, SLACK_SECONDS)
        many = [WHOLE | {"filter": [{"property": "code", "op": "regex", "value": f"\\pL{{10}}.*{i}"}]} for i in range(5000)]
        status, answer = self.expand(given(value_set(many)), brought(system))
        self.assertEqual(422, status)
        self.refused(answer, "too-costly", "regular expressions")

    def test_everything_at_once_is_too_costly(self):
        includes = [WHOLE | {"valueSet": ["http://example.org/big"]}] * 300
        big = value_set([WHOLE | {"filter": [{"property": "code", "op": "regex", "value": ".*9.*"}]}] * 200, "http://example.org/big")
        status, answer = self.expand(given(value_set(includes)), brought(big), brought(code_system(flat(50_000))), integer("count", 1))
        self.assertIn(status, (422, 503), str(answer)[:500])
        self.refused(answer, "too-costly" if status == 422 else "timeout")

    def test_comparing_by_expansion(self):
        system = brought(code_system(flat(60_000)))
        one = value_set([WHOLE], "http://example.org/one", exclude=[WHOLE | {"concept": [{"code": "000007"}]}])
        other = value_set([WHOLE], "http://example.org/other")
        status, answer = self.post("/ValueSet/$compare", {"name": "thisValueSet", "resource": one},
                                   {"name": "otherValueSet", "resource": other}, system)
        self.assertEqual(200, status)
        self.assertIn("subset", json.dumps(answer))

    def slow(self):
        """A request of which each takes long."""
        includes = [WHOLE | {"valueSet": ["http://example.org/big"]}] * 50
        big = value_set([WHOLE | {"filter": [{"property": "code", "op": "regex", "value": ".*9.*"}]}] * 50, "http://example.org/big")
        body = parameters(given(value_set(includes)), brought(big), brought(code_system(flat(30_000))), integer("count", 1))
        status, headers, answer = self.call("POST", "/r5/ValueSet/$expand", body)
        return status, headers, answer

    def test_cheap_requests_do_not_wait_and_a_full_queue_is_told(self):
        stopped, times, faults = threading.Event(), [], []

        def ask():
            connection = http.client.HTTPConnection(self.running.ready["http"], timeout=30)
            while not stopped.is_set():
                start = time.monotonic()
                connection.request("GET", GOOD + f"&property=x{len(times)}")  # no kept answer
                reply = connection.getresponse()
                reply.read()
                times.append(time.monotonic() - start)
                if reply.status != 200:
                    faults.append(reply.status)
            connection.close()

        askers = [threading.Thread(target=ask) for _ in range(2)]
        for asker in askers:
            asker.start()
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: self.slow(), range(8)))
        stopped.set()
        for asker in askers:
            asker.join(30)
        self.assertEqual([], faults)
        self.assertGreater(len(times), 20)
        statuses = [status for status, _, _ in answers]
        self.assertTrue(set(statuses) <= {200, 422, 429, 503}, statuses)
        # One runs, two wait: the others are told at once.
        self.assertGreaterEqual(statuses.count(429), 1, statuses)
        for status, headers, answer in answers:
            if status == 429:
                self.refused(answer, "throttled")
                self.assertEqual("1", headers["Retry-After"])
        median = sorted(times)[len(times) // 2]
        self.assertLess(median, 0.25, "cheap requests wait for expensive ones")
        metrics = self.metrics()
        self.assertGreater(metrics["chemoterm_heavy_rejected_total"], 0)
        self.assertGreater(metrics["chemoterm_heavy_done_total"], 0)
        self.assertIn("chemoterm_heavy_waiting", metrics)

    def metrics(self):
        connection = http.client.HTTPConnection(self.running.ready["admin"], timeout=10)
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
        connection.close()
        return {line.split()[0]: float(line.split()[1]) for line in text.splitlines() if line.startswith("chemoterm_heavy")}

    def test_zz_the_process_is_unharmed(self):
        self.assertEqual(200, self.call("GET", GOOD)[0])
        self.assertIsNone(self.running.process.poll())
        now = resident_kib(self.running.process.pid)
        self.assertLessEqual(now, 3 * self.idle + OVERLAY_KIB, f"{self.idle} KiB idle, {now} KiB now")


if __name__ == "__main__":
    totals.main()
