#!/usr/bin/env python3
"""CheckOrder and the naive checker of tests/oracle agree: on every golden order, and on orders by chance.

    CHEMOTERM_ORACLE_SEED   seed of the orders by chance; by default another one each time, which is printed
    CHEMOTERM_ORACLE_CASES  how many of them (1000)

Compared are verdict, rules, severities, lines, fixes, messages and dates of sources. An order on which the two differ is
made as small as it gets and printed with both answers; `tests/oracle/order_checker.py` takes it as it is printed.
"""
import collections
import datetime
import http.client
import json
import os
import pathlib
import random
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/support"), str(ROOT / "tests/oracle")]
import order_checker  # noqa: E402
import order_content  # noqa: E402
import order_form  # noqa: E402
import order_generator  # noqa: E402
import order_shrinker  # noqa: E402
import server  # noqa: E402
import totals  # noqa: E402

SEED = os.environ.get("CHEMOTERM_ORACLE_SEED") or str(random.SystemRandom().randrange(10**6))
CASES = int(os.environ.get("CHEMOTERM_ORACLE_CASES", "1000"))
ENOUGH_FOR_EVERY_RULE = 1000
MOST_SHOWN = 8  # differences that are shrunk and printed
NOT_FIRED_BY_CHANCE = {}  # rule -> why no order by chance can meet it
GOLDENS = sorted((ROOT / "tests/golden/check-order").glob("*.json"))
HEADERS = {"Content-Type": "application/fhir+json", "Accept": "application/fhir+json"}


def day():
    """The server's day."""
    return datetime.datetime.now(datetime.timezone.utc).date().isoformat()


class Pair:
    """The service, over one connection that is kept, and the naive checker."""

    def __init__(self, address):
        self.content = order_content.Content()
        self.form = order_form.OrderForm(order_content.CONTENT)
        self.as_of = {rule["id"]: rule["asOf"] for rule in self.content.rules["rules"]}
        self.connection = http.client.HTTPConnection(address, timeout=60)

    def of_service(self, order, base):
        self.connection.request("POST", f"/{base}/$check-order", json.dumps(self.form.parameters(order)), HEADERS)
        reply = self.connection.getresponse()
        body = json.loads(reply.read())
        if reply.status != 200:
            return {"status": reply.status, "outcome": body}
        answer = self.form.answer(body)
        dates = {finding["rule"]: finding.get("asOf") for finding in answer["findings"]}
        return {**order_form.comparable(answer), "asOf": dates,
                "without source": [finding["rule"] for finding in answer["findings"] if not finding.get("source")]}

    def of_checker(self, order, today):
        answer = order_form.comparable(order_checker.check_order(self.content, order, today))
        dates = {finding["rule"]: self.as_of[finding["rule"]] for finding in answer["findings"]}
        return {**answer, "asOf": dates, "without source": []}

    def ask(self, order, base):
        """Both answers, on one day."""
        while True:
            today = day()
            service = self.of_service(order, base)
            if day() == today:
                return service, self.of_checker(order, today)

    def difference(self, order, base):
        """What the answers differ in; None when they do not."""
        service, checker = self.ask(order, base)
        return None if service == checker else kind_of(service, checker)


def report(order, base, service, checker):
    """A difference as people read it: the order, and the members of the answers that are not equal."""
    text = [f"/{base}/$check-order, {order_form.short_text(order)}"]
    findings = [answer.get("findings", []) for answer in (service, checker)]
    for name, answer, other, others in (("service", service, checker, findings[1]),
                                        ("checker", checker, service, findings[0])):
        shown = {key: value for key, value in answer.items()
                 if key != "findings" and (key == "verdict" or value != other.get(key))}
        text.append(f"  {name}: {json.dumps(shown, ensure_ascii=False)}")
        for finding in answer.get("findings", []):
            mark = " " if finding in others else "*"
            text.append(f"   {mark} {json.dumps(finding, ensure_ascii=False)}")
    return "\n".join(text)


def kind_of(service, checker):
    """What a difference is about: the rules whose findings differ."""
    if "findings" not in service:
        return f"status {service['status']}"
    differing = [finding for finding in service["findings"] if finding not in checker["findings"]]
    differing += [finding for finding in checker["findings"] if finding not in service["findings"]]
    return " ".join(sorted({finding["rule"] for finding in differing})) or "dates, sources or the order of findings"


class OrderOracle(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.running = server.Server(log=ROOT / "build/logs/e2e-order-oracle-server.log").start()
        cls.pair = Pair(cls.running.ready["http"])

    @classmethod
    def tearDownClass(cls):
        cls.pair.connection.close()
        cls.running.stop()

    def compare(self, order, base, seen):
        """Both answers; a difference is counted by its kind, and the first of a kind is shrunk and shown."""
        service, checker = self.pair.ask(order, base)
        if service == checker:
            return checker
        kind = kind_of(service, checker)
        seen[kind] += 1
        if seen[kind] == 1 and len(seen) <= MOST_SHOWN:
            small = order_shrinker.shrink(order, lambda smaller: self.pair.difference(smaller, base) == kind)
            print(f"\n{kind}: {report(small, base, *self.pair.ask(small, base))}", flush=True)
        return checker

    def test_golden_orders(self):
        seen = collections.Counter()
        for path in GOLDENS:
            order = json.loads(path.read_text(encoding="utf-8"))["order"]
            for base in ("r4", "r5"):
                self.compare(order, base, seen)
        self.assertEqual({}, dict(seen), "differences by the rules they are about")
        self.assertGreater(len(GOLDENS), 200)

    def test_orders_by_chance(self):
        print(f"CHEMOTERM_ORACLE_SEED={SEED} CHEMOTERM_ORACLE_CASES={CASES}", flush=True)
        generator = order_generator.Generator(order_generator.Interest(self.pair.content, day()), SEED)
        seen, fired = collections.Counter(), set()
        for number in range(CASES):
            order = generator.order(number)
            answer = self.compare(order, "r5" if number % 10 == 9 else "r4", seen)
            fired |= {finding["rule"] for finding in answer["findings"]}
        self.assertEqual({}, dict(seen), f"differences by the rules they are about; seed {SEED}")
        if CASES >= ENOUGH_FOR_EVERY_RULE:
            self.assertEqual(set(NOT_FIRED_BY_CHANCE), set(self.pair.as_of) - fired, f"rules that never fired; seed {SEED}")


if __name__ == "__main__":
    totals.main()
