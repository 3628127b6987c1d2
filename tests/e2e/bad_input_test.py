#!/usr/bin/env python3
"""Bad input on a running server: each a precise error, good requests unharmed, memory at most three times idle."""
import gzip
import http.client
import json
import pathlib
import socket
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
LOOKUP = "/CodeSystem/$lookup"
GOOD = f"/r4{LOOKUP}?" + urllib.parse.urlencode({"system": CPT, "code": "96413"})
JSON = {"Content-Type": "application/fhir+json"}


def parameters(*pairs):
    return json.dumps({"resourceType": "Parameters", "parameter": [{"name": name, **value} for name, value in pairs]})


SYSTEM, CODE = ("system", {"valueUri": CPT}), ("code", {"valueCode": "96413"})
RIGHT = parameters(SYSTEM, CODE)


def query(**values):
    return f"{LOOKUP}?" + urllib.parse.urlencode({"system": CPT, "code": "96413", **values}, doseq=True)


# what is wrong, method, target under the base, headers, body, statuses that say so
CASES = [
    ("parameter missing", "GET", LOOKUP + "?code=96413", {}, None, (400,)),
    ("parameter doubled", "GET", query(code=["96413", "96415"]), {}, None, (400,)),
    ("empty parameter", "GET", query(displayLanguage=""), {}, None, (400,)),
    ("over-long parameter", "GET", query(displayLanguage="e" * 7000), {}, None, (400, 414)),
    ("date that does not exist", "GET", query(date="2026-02-30"), {}, None, (400,)),
    ("broken percent-encoding", "GET", LOOKUP + "?system=%zz&code=96413", {}, None, (400,)),
    ("not UTF-8", "GET", LOOKUP + "?system=%ff&code=96413", {}, None, (400,)),
    ("NUL", "GET", LOOKUP + "?system=%00&code=96413", {}, None, (400,)),
    ("unknown system", "GET", LOOKUP + "?system=urn:none&code=1", {}, None, (404,)),
    ("unknown version", "GET", query(version="1"), {}, None, (404,)),
    ("unknown path", "GET", "/nothing/here", {}, None, (404,)),
    ("path that climbs", "GET", "/CodeSystem/..%2f..%2fetc", {}, None, (400, 404)),
    ("unknown operation", "GET", "/CodeSystem/$explode", {}, None, (404,)),
    ("unknown relation kind", "GET", "/CodeSystem/$related-codes?" + urllib.parse.urlencode(
        {"system": CPT, "code": "96413", "kind": "cousin"}), {}, None, (400,)),
    ("unknown payer", "GET", "/CodeSystem/$coverage-notes?" + urllib.parse.urlencode(
        {"system": CPT, "code": "96413", "payer": "Acme"}), {}, None, (404,)),
    ("unknown method", "BREW", "/CodeSystem/cpt", {}, None, (405, 501)),
    ("write", "PUT", "/CodeSystem/cpt", JSON, "{}", (405,)),
    ("XML wanted", "GET", "/CodeSystem/cpt", {"Accept": "application/fhir+xml"}, None, (406,)),
    ("XML sent", "POST", LOOKUP, {"Content-Type": "application/fhir+xml"}, "<a/>", (415,)),
    ("other FHIR version sent", "POST", LOOKUP, {"Content-Type": "application/fhir+json; fhirVersion=3.0"}, RIGHT, (415,)),
    ("compressed body", "POST", LOOKUP, {**JSON, "Content-Encoding": "gzip"}, gzip.compress(RIGHT.encode()), (415,)),
    ("no body", "POST", LOOKUP, JSON, "", (400,)),
    ("not JSON", "POST", LOOKUP, JSON, "hello", (400,)),
    ("truncated", "POST", LOOKUP, JSON, RIGHT[:-5], (400,)),
    ("more behind the end", "POST", LOOKUP, JSON, RIGHT + "{}", (400,)),
    ("duplicate key", "POST", LOOKUP, JSON, RIGHT[:-1] + ',"resourceType":"Parameters"}', (400,)),
    ("another resource", "POST", LOOKUP, JSON, '{"resourceType":"Patient"}', (400,)),
    ("an array", "POST", LOOKUP, JSON, "[1]", (400,)),
    ("not UTF-8", "POST", LOOKUP, JSON, RIGHT.encode().replace(b"96413", b"96\xff13"), (400,)),
    ("UTF-16", "POST", LOOKUP, JSON, RIGHT.encode("utf-16"), (400,)),
    ("mistyped", "POST", LOOKUP, JSON, parameters(SYSTEM, ("code", {"valueBoolean": True})), (400,)),
    ("two values", "POST", LOOKUP, JSON, parameters(SYSTEM, ("code", {"valueCode": "1", "valueString": "1"})), (400,)),
    ("a resource that cannot be used", "POST", LOOKUP, JSON,
     parameters(SYSTEM, CODE, ("tx-resource", {"resource": {"resourceType": "CodeSystem"}})), (400,)),
    ("nested 100,000 deep", "POST", LOOKUP, JSON, '{"a":' * 100_000 + "1" + "}" * 100_000, (400,)),
    ("arrays 100,000 deep", "POST", LOOKUP, JSON, '{"parameter":' + "[" * 100_000, (400,)),
    ("50 MB", "POST", LOOKUP, JSON, b'{"resourceType":"Parameters","x":"' + b"x" * 50_000_000, (413,)),
    ("100,000 parameters", "POST", LOOKUP, JSON, parameters(*[CODE] * 100_000), (400, 413)),
    ("transaction", "POST", "", JSON, '{"resourceType":"Bundle","type":"transaction"}', (400, 422)),
    ("101 batch entries", "POST", "", JSON, json.dumps({"resourceType": "Bundle", "type": "batch", "entry": [
        {"request": {"method": "GET", "url": "metadata"}}] * 101}), (400, 413, 422)),
    ("10 kB of target", "GET", "/CodeSystem?url=" + "x" * 10_000, {}, None, (414,)),
    ("20 kB of header", "GET", "/metadata", {"X-Long": "x" * 20_000}, None, (431,)),
]


def resident_kib(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


def call(running, method, target, headers=None, body=None):
    connection = http.client.HTTPConnection(running.ready["http"], timeout=30)
    try:
        try:
            connection.request(method, target, body, headers or {})
        except (BrokenPipeError, ConnectionResetError):
            pass  # the server has said no before it read all
        reply = connection.getresponse()
        return reply.status, reply.getheader("Content-Type", ""), reply.read()
    finally:
        connection.close()


class Background(threading.Thread):
    """Good requests while bad ones come in."""

    def __init__(self, running):
        super().__init__(daemon=True)
        self.running, self.stopped, self.asked, self.faults = running, threading.Event(), 0, []

    def run(self):
        expected = call(self.running, "GET", GOOD)[2]
        while not self.stopped.is_set():
            status, _, body = call(self.running, "GET", GOOD)
            self.asked += 1
            if status != 200 or body != expected:
                self.faults.append((status, body[:200]))


class BadInput(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        config = pathlib.Path(tempfile.mkstemp(suffix=".json")[1])
        config.write_text(json.dumps({"requestLog": False,
                                      "timeouts": {"headerSeconds": 1, "bodySeconds": 1, "idleSeconds": 3}}))
        cls.running = server.Server("--config", str(config), log=ROOT / "build/logs/e2e-bad-input-server.log").start()
        config.unlink()
        for _ in range(200):
            call(cls.running, "GET", GOOD)
        cls.idle = resident_kib(cls.running.process.pid)
        cls.background = Background(cls.running)
        cls.background.start()

    @classmethod
    def tearDownClass(cls):
        cls.background.stopped.set()
        cls.running.stop()

    def raw(self, *pieces, pause=0.0, half_close=False, seconds=10):
        """Sends bytes as they are and gives back all that comes until the server closes."""
        host, port = self.running.ready["http"].rsplit(":", 1)
        with socket.create_connection((host, int(port)), timeout=seconds) as connection:
            try:
                for piece in pieces:
                    connection.sendall(piece)
                    time.sleep(pause)
                if half_close:
                    connection.shutdown(socket.SHUT_WR)
            except (BrokenPipeError, ConnectionResetError):
                pass
            answer = b""
            try:
                while piece := connection.recv(65536):
                    answer += piece
            except ConnectionResetError:
                pass
            return answer

    def test_1_each_is_refused_with_an_outcome_that_says_why(self):
        for base in ("/r4", "/r5"):
            for what, method, target, headers, body, statuses in CASES:
                with self.subTest(what, base=base):
                    status, kind, text = call(self.running, method, base + target, headers, body)
                    self.assertIn(status, statuses, text[:500])
                    self.assertTrue(kind.startswith("application/fhir+json"), kind)
                    outcome = json.loads(text)
                    self.assertEqual("OperationOutcome", outcome["resourceType"])
                    issue = outcome["issue"][0]
                    self.assertEqual("error", issue["severity"])
                    self.assertGreater(len(issue["details"]["text"]), 10)

    def test_2_a_slow_head_is_timed_out(self):
        answer = self.raw(*[bytes([c]) for c in b"GET /r4/metadata HTTP/1.1\r\n"], pause=0.1)
        self.assertTrue(answer.startswith(b"HTTP/1.1 408"), answer[:200])

    def test_2_a_slow_body_is_timed_out(self):
        head = b"POST /r4/CodeSystem/$lookup HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n"
        answer = self.raw(head, *[b"{"] * 20, pause=0.1)
        self.assertTrue(answer.startswith(b"HTTP/1.1 408"), answer[:200])

    def test_2_a_half_closed_connection_is_answered(self):
        answer = self.raw(f"GET {GOOD} HTTP/1.1\r\nHost: x\r\n\r\n".encode(), half_close=True)
        self.assertTrue(answer.startswith(b"HTTP/1.1 200"), answer[:200])

    def test_2_a_request_that_is_cut_off_is_no_request(self):
        for piece in (b"GET /r4/meta", b"POST /r4 HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{"):
            with self.subTest(piece):
                answer = self.raw(piece, half_close=True)
                self.assertTrue(answer == b"" or answer.startswith(b"HTTP/1.1 400"), answer[:200])

    def test_2_broken_http_is_refused(self):
        for piece in (b"\x16\x03\x01\x02\x00\x01", b"GET\r\n\r\n", b"GET / HTTP/3.0\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n",
                      b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                      b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                      b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n"):
            with self.subTest(piece):
                answer = self.raw(piece, half_close=True)
                self.assertTrue(answer.startswith(b"HTTP/1.1 4"), answer[:200])

    def test_2_an_idle_connection_is_closed_without_a_word(self):
        self.assertEqual(b"", self.raw())

    def test_3_many_connections_that_say_nothing_do_no_harm(self):
        host, port = self.running.ready["http"].rsplit(":", 1)
        idle = [socket.create_connection((host, int(port)), timeout=10) for _ in range(300)]
        self.assertEqual(200, call(self.running, "GET", GOOD)[0])
        for connection in idle:
            connection.close()

    def test_4_many_large_bodies_at_once_do_no_harm(self):
        body = b'{"resourceType":"Parameters","x":"' + b"x" * 7_000_000 + b'"}'

        def send():
            call(self.running, "POST", "/r4" + LOOKUP, JSON, body)

        senders = [threading.Thread(target=send) for _ in range(16)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join(60)
        self.assertEqual(200, call(self.running, "GET", GOOD)[0])

    def test_9_the_process_is_unharmed(self):
        self.background.stopped.set()
        self.background.join(30)
        self.assertGreater(self.background.asked, 50)
        self.assertEqual([], self.background.faults)
        self.assertIsNone(self.running.process.poll())
        now = resident_kib(self.running.process.pid)
        self.assertLessEqual(now, 3 * self.idle, f"{self.idle} KiB idle, {now} KiB now")


if __name__ == "__main__":
    totals.main()
