#!/usr/bin/env python3
"""CDS Hooks with tokens: a server that is configured to want them, and tokens signed by PyJWT."""
import base64
import http.client
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import uuid

DEBIAN_PYTHON = "/usr/bin/python3"  # has the packages that deploy/packages installs; another may lack them
try:
    import jwt
except ImportError:
    if os.path.realpath(sys.executable) == os.path.realpath(DEBIAN_PYTHON):
        raise
    os.execv(DEBIAN_PYTHON, [DEBIAN_PYTHON, *sys.argv])
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
import server  # noqa: E402
import totals  # noqa: E402

PUBLIC_URL = "https://tx.example.org"
ISSUER = "https://ehr.example"
JKU = ISSUER + "/jwks.json"
SERVICE = "/cds-services/order-check"
FEEDBACK = SERVICE + "/feedback"
CALL = json.dumps({"hook": "order-sign", "hookInstance": str(uuid.uuid4()),
                   "context": {"userId": "Practitioner/1", "patientId": "p",
                               "draftOrders": {"resourceType": "Bundle", "type": "collection"}}})
REPORT = json.dumps({"feedback": [{"card": str(uuid.uuid4()), "outcome": "accepted",
                                   "outcomeTimestamp": "2026-11-22T10:00:00Z",
                                   "acceptedSuggestions": [{"id": str(uuid.uuid4())}]}]})


def number(value, size=None):
    data = value.to_bytes(size or (value.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def ec_jwk(key, kid):
    numbers = key.public_key().public_numbers()
    return {"kty": "EC", "crv": "P-384", "kid": kid, "use": "sig", "x": number(numbers.x, 48), "y": number(numbers.y, 48)}


def rsa_jwk(key, kid):
    numbers = key.public_key().public_numbers()
    return {"kty": "RSA", "kid": kid, "alg": "RS384", "n": number(numbers.n), "e": number(numbers.e)}


class Jwt(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.ec, cls.rsa, cls.stranger = ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 2048), \
            ec.generate_private_key(ec.SECP384R1())
        cls.keys = pathlib.Path(cls.folder.name) / "keys.json"
        cls.keys.write_text(json.dumps({"keys": [ec_jwk(cls.ec, "ec-1"), rsa_jwk(cls.rsa, "rsa-1")]}))
        cls.running = server.Server("--config", str(cls.configure(cls.keys)),
                                    log=ROOT / "build/logs/e2e-cds-hooks-jwt.log").start()

    @classmethod
    def tearDownClass(cls):
        cls.running.stop()
        cls.folder.cleanup()

    @classmethod
    def configure(cls, keys, **more):
        file = pathlib.Path(cls.folder.name) / f"config-{uuid.uuid4()}.json"
        issuer = {"issuer": ISSUER, "keysFile": str(keys), "jku": JKU}
        file.write_text(json.dumps({"baseUrl": PUBLIC_URL, "corsOrigins": [ISSUER], "cdsHooks": {"jwtIssuers": [issuer]}, **more}))
        return file

    def token(self, path=SERVICE, key=None, algorithm="ES384", headers=None, **claims):
        now = int(time.time())
        everything = {"iss": ISSUER, "aud": PUBLIC_URL + path, "iat": now, "exp": now + 60, "jti": str(uuid.uuid4()), **claims}
        return jwt.encode({name: value for name, value in everything.items() if value is not None},
                          None if algorithm == "none" else key or self.ec, algorithm,
                          {"kid": "ec-1", **(headers or {})})

    def call(self, path, body=None, token=None, method=None, headers=None):
        connection = http.client.HTTPConnection(self.running.ready["http"], timeout=30)
        headers = {"Content-Type": "application/json", **(headers or {})}
        if token is not None:
            headers["Authorization"] = "Bearer " + token
        connection.request(method or ("GET" if body is None else "POST"), path, body, headers)
        reply = connection.getresponse()
        text = reply.read()
        connection.close()
        return reply, text

    def refused(self, reply, text, challenge='Bearer error="invalid_token"'):
        self.assertEqual(401, reply.status, text)
        self.assertEqual(challenge, reply.getheader("WWW-Authenticate"))
        issue = json.loads(text)["issue"][0]
        self.assertEqual(("login", "UNAUTHENTICATED"), (issue["code"], issue["details"]["coding"][0]["code"]))
        return issue["details"]["text"]

    def test_each_call_needs_a_token_of_its_own(self):
        for path, body, answer in (("/cds-services", None, "services"), (SERVICE, CALL, "cards"), (FEEDBACK, REPORT, None)):
            with self.subTest(path):
                self.refused(*self.call(path, body), "Bearer")
                token = self.token(path)
                reply, text = self.call(path, body, token)
                self.assertEqual(200, reply.status, text)
                self.assertEqual([answer] if answer else [], list(json.loads(text)))
                self.assertIn("used before", self.refused(*self.call(path, body, token)))
        reply, _ = self.call("/r4/metadata")
        self.assertEqual(200, reply.status, "the other doors are as before")

    def test_tokens_of_both_algorithms(self):
        for key, algorithm, kid in ((self.ec, "ES384", "ec-1"), (self.rsa, "RS384", "rsa-1")):
            for more in ({}, {"aud": ["https://x.example", PUBLIC_URL + SERVICE]}, {"tenant": "north"}):
                with self.subTest(algorithm, more=more):
                    reply, text = self.call(SERVICE, CALL, self.token(key=key, algorithm=algorithm, headers={"kid": kid}, **more))
                    self.assertEqual(200, reply.status, text)
        reply, text = self.call(SERVICE, CALL, self.token(headers={"jku": JKU}))
        self.assertEqual(200, reply.status, text)

    def test_what_is_refused(self):
        now = int(time.time())
        good = self.token()
        header, claims, signature = good.split(".")
        public = self.ec.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        known = "signed by a client that is known"
        rows = [
            ("nonsense", "x", "three parts"),
            ("wrong aud", self.token(aud=PUBLIC_URL + "/cds-services"), "'aud'"),
            ("no aud", self.token(aud=None), "'aud'"),
            ("expired", self.token(exp=now - 60), "over"),
            ("too long", self.token(exp=now + 3600), "ahead"),
            ("from the future", self.token(iat=now + 300), "'iat'"),
            ("no iat", self.token(iat=None), "'iat'"),
            ("no jti", self.token(jti=None), "'jti'"),
            ("unknown kid", self.token(headers={"kid": "ec-2"}), known),
            ("unknown issuer", self.token(iss="https://nobody.example"), known),
            ("wrong jku", self.token(headers={"jku": "https://evil.example/jwks.json"}), known),
            ("stranger", self.token(key=self.stranger), known),
            ("none", self.token(algorithm="none"), known),
            ("HS384 by the public key", self.token(key=public, algorithm="HS384"), known),
            ("another algorithm's key", self.token(key=self.rsa, algorithm="RS384"), known),
            ("RS512", self.token(key=self.rsa, algorithm="RS512", headers={"kid": "rsa-1"}), known),
            ("tampered", ".".join([header, claims, signature[:40] + ("A" if signature[40] != "A" else "B") + signature[41:]]), known),
            ("10 kB", "x" * 10_000, "longer")]
        for name, token, why in rows:
            with self.subTest(name):
                self.assertIn(why, self.refused(*self.call(SERVICE, CALL, token)))
        reply, text = self.call(SERVICE, CALL, good)
        self.assertEqual(200, reply.status, "what is refused uses no id up")

    def test_a_large_call_uses_its_token_once(self):
        orders = json.loads(CALL)
        orders["context"]["draftOrders"]["entry"] = [{"resource": {"resourceType": "Basic", "id": "x" * 60}}] * 2000
        reply, text = self.call(SERVICE, json.dumps(orders), self.token())
        self.assertEqual(200, reply.status, text[:300])

    def test_a_preflight_needs_none(self):
        reply, _ = self.call(SERVICE, method="OPTIONS", headers={"Origin": ISSUER, "Access-Control-Request-Method": "POST",
                                                                 "Access-Control-Request-Headers": "authorization"})
        self.assertEqual((204, ISSUER), (reply.status, reply.getheader("Access-Control-Allow-Origin")))

    def test_strangers_learn_nothing_of_the_services(self):
        for path, method in (("/cds-services/nothing", "POST"), (SERVICE, "GET"), ("/cds-services", "DELETE")):
            with self.subTest(path):
                self.refused(*self.call(path, CALL, method=method), "Bearer")
        reply, _ = self.call("/cds-services/nothing", CALL, self.token("/cds-services/nothing"))
        self.assertEqual(404, reply.status)

    def test_the_log_says_why_but_not_what(self):
        token = self.token(headers={"kid": "ec-2"})
        self.call(SERVICE, CALL, token, headers={"X-Request-Id": "jwt-1"})
        end = time.monotonic() + 30
        while not (found := [line for line in self.running.lines("request") if line["requestId"] == "jwt-1"]):
            self.assertLess(time.monotonic(), end)
            time.sleep(0.05)
        self.assertEqual(("UNAUTHENTICATED", "token: unknown key"), (found[0]["reason"], found[0]["detail"]))
        log = self.running.log.read_text()
        self.assertNotIn(token.split(".")[1], log)
        self.assertNotIn("ec-2", log)

    def test_other_keys_are_taken_at_a_reload(self):
        keys = pathlib.Path(self.folder.name) / "turning.json"
        keys.write_text(json.dumps({"keys": [ec_jwk(self.ec, "ec-1")]}))
        first, self.running = self.running, server.Server("--config", str(self.configure(keys, watchSeconds=0)),
                                                          log=ROOT / "build/logs/e2e-cds-hooks-jwt-reload.log").start()
        try:
            keys.write_text("{")
            self.running.process.send_signal(signal.SIGHUP)
            line = self.running.wait_for("reload", 1)
            self.assertFalse(line["ok"])
            self.assertIn("turning.json", line["detail"])
            self.assertEqual(200, self.call("/cds-services", token=self.token("/cds-services"))[0].status)
            keys.write_text(json.dumps({"keys": [ec_jwk(self.stranger, "ec-1")]}))
            self.running.process.send_signal(signal.SIGHUP)
            self.assertTrue(self.running.wait_for("reload", 2)["ok"])
            self.refused(*self.call("/cds-services", token=self.token("/cds-services")))
            reply, text = self.call("/cds-services", token=self.token("/cds-services", self.stranger))
            self.assertEqual(200, reply.status, text)
        finally:
            self.running.stop()
            self.running = first

    def test_the_documentation_shows_a_configuration(self):
        shown = re.findall(r"```json\n(.*?)```", (ROOT / "docs/cds-hooks.md").read_text(), re.S)[2]
        file = pathlib.Path(self.folder.name) / "shown.json"
        file.write_text(shown)
        printed = subprocess.run([server.program(), "serve", "--config", str(file), "--content", "x", "--print-config"],
                                 capture_output=True, text=True, timeout=60, check=True).stdout
        self.assertEqual(json.loads(shown)["cdsHooks"]["jwtIssuers"], json.loads(printed)["cdsHooks"]["jwtIssuers"])

    def test_faulty_settings_stop_the_start(self):
        broken = pathlib.Path(self.folder.name) / "broken.json"
        secret = {**ec_jwk(self.ec, "a"), "d": number(self.ec.private_numbers().private_value, 48)}
        for text, why in (("{", "line 1"), ('{"keys": []}', "no key"), (json.dumps({"keys": [secret]}), "not a public key"),
                          (None, "no such file")):
            with self.subTest(why):
                if text is not None:
                    broken.write_text(text)
                config = self.configure(broken if text is not None else pathlib.Path(self.folder.name) / "nowhere.json")
                run = subprocess.run([server.program(), "serve", "--config", str(config), "--http", "127.0.0.1:0", "--grpc", "off",
                                      "--admin", "off", "--content", str(ROOT / "terminology")], capture_output=True, text=True,
                                     timeout=60, check=False)
                self.assertEqual(4, run.returncode, run.stderr)
                self.assertIn(why, run.stderr)
                self.assertIn("broken.json" if text is not None else "nowhere.json", run.stderr)
        run = subprocess.run([server.program(), "serve", "--config", str(self.configure(self.keys, baseUrl="")), "--http", "127.0.0.1:0"],
                             capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(4, run.returncode)
        self.assertIn("cdsHooks.jwtIssuers: needs baseUrl", run.stderr)


if __name__ == "__main__":
    totals.main()
