#!/usr/bin/env python3
"""What HAPI's validation chain asks, played without Java: tests/clients/hapi-validation records it."""
import json
import pathlib
import sys
import tempfile
import unittest
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
import server  # noqa: E402
import totals  # noqa: E402
import transcript  # noqa: E402


def play(base, exchange):
    """The exchange with the answer of now."""
    body = json.dumps(exchange["body"]).encode() if "body" in exchange else None
    request = urllib.request.Request(base + exchange["path"], body, {"Content-Type": "application/fhir+json"}, method=exchange["method"])
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:
            return {**exchange, "status": reply.status, "answer": json.load(reply)}
    except urllib.error.HTTPError as error:
        return {**exchange, "status": error.code, "answer": json.load(error)}


class ValidationChain(unittest.TestCase):
    def test_answers_what_the_chain_asks(self):
        with tempfile.TemporaryDirectory() as folder:
            content = transcript.content_with_value_set(pathlib.Path(folder) / "content")
            with server.Server(log=ROOT / "build/logs/validation-chain.log", content=content) as running:
                for base in "r4", "r5":
                    expected = transcript.read(ROOT / f"tests/clients/hapi-validation/transcript-{base}.json")
                    self.assertGreater(len(expected), 15)
                    for request, exchange in expected.items():
                        with self.subTest(base=base, request=request):
                            transcript.compare(exchange, play(f"{running.url}/{base}", exchange))


if __name__ == "__main__":
    totals.main()
