#!/usr/bin/env python3
"""Reloads and the end of the process, under load: no failed answer, none that mixes two states of the content."""
import collections
import contextlib
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
import server  # noqa: E402
import totals  # noqa: E402

CONNECTIONS, RELOADS, DRAIN_SECONDS = 32, 20, 10
PATIENCE = 120  # seconds for what takes one on a machine with nothing else to do
CPT, CODE, PROPERTIES = "http://www.ama-assn.org/go/cpt", "96413", ("section-summary", "category")
TARGET = f"/r4/CodeSystem/$lookup?system={CPT}&code={CODE}" + "".join(f"&property={name}" for name in PROPERTIES)
METHOD = "/chemoterm.terminology.v1.TerminologyService/LookupCode"
MARK = "Second edition. "


class Unanswered(Exception):
    """Nothing of an answer came, so whoever asks may ask again; a fault, unless the server is about to end."""


class Torn(Exception):
    """An answer broke off, or says that the call failed."""


class Http:
    """The question on one HTTP/1.1 connection, opened anew when the server has closed it."""

    def __init__(self, running):
        self.connection = http.client.HTTPConnection(running.ready["http"], timeout=PATIENCE)
        self.close = self.connection.close

    def ask(self, languages="en"):
        try:
            self.connection.request("GET", TARGET, headers={"Accept-Language": languages})
            reply = self.connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError) as error:
            self.connection.close()
            if isinstance(error, ConnectionRefusedError):
                raise
            raise Unanswered(repr(error)) from error
        try:
            body = reply.read()
        except (http.client.HTTPException, OSError) as error:
            raise Torn(repr(error)) from error
        if reply.status != 200:
            raise Torn(f"{reply.status}: {body[:300]!r}")
        return body


class Grpc:
    """The question by gRPC, on one connection of bare HTTP/2: just enough of it to see what every stream is sent."""
    DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE = 0, 1, 3, 4, 6, 7, 8
    END_STREAM = ACK = 1
    END_HEADERS = 4
    REFUSED_STREAM = 7

    def __init__(self, running):
        host, port = running.grpc.rsplit(":", 1)
        self.address = (host, int(port))
        self.head = b"".join(b"\0" + self.text(name) + self.text(value) for name, value in (
            (":method", "POST"), (":scheme", "http"), (":path", METHOD), (":authority", running.grpc),
            ("content-type", "application/grpc"), ("te", "trailers")))
        fields = ((1, CODE), (2, CPT), *((7, name) for name in PROPERTIES))
        request = b"".join(bytes([number << 3 | 2]) + self.text(value) for number, value in fields)
        self.message = b"\0" + struct.pack(">I", len(request)) + request
        self.socket = None

    @staticmethod
    def text(text):
        """A text of up to 126 bytes behind its length: so HPACK has it, and protobuf."""
        assert len(text) < 127
        return bytes([len(text)]) + text.encode()

    def send(self, kind, flags, stream, payload):
        self.socket.sendall(struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload)

    def receive(self):
        size, kind, flags, stream = struct.unpack(">IBBI", b"\0" + self.exactly(9))
        return kind, flags, stream, self.exactly(size)

    def exactly(self, size):
        data = self.input.read(size)
        if len(data) < size:
            raise ConnectionResetError("the connection was closed")
        return data

    def open(self):
        self.socket = socket.create_connection(self.address, timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.input = self.socket.makefile("rb")
        self.stream, self.last = -1, None
        self.socket.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        self.send(self.SETTINGS, 0, 0, b"")

    def close(self):
        if self.socket is not None:
            self.input.close()
            self.socket.close()
        self.socket = None

    def ask(self, languages="en"):
        if self.socket is not None and self.last is not None:
            self.close()  # the server takes no more calls here
        if self.socket is None:
            self.open()
        self.stream += 2
        self.answer = self.trailers = b""
        try:
            head = self.head + b"\0" + self.text("accept-language") + self.text(languages)
            self.send(self.HEADERS, self.END_HEADERS, self.stream, head)
            self.send(self.DATA, self.END_STREAM, self.stream, self.message)
            while not self.take_frame():
                if self.last is not None and self.stream > self.last:
                    raise Unanswered("behind the last stream that the server takes")
        except (OSError, Unanswered) as error:
            self.close()
            if self.answer or isinstance(error, TimeoutError):
                raise Torn(f"after {len(self.answer)} bytes: {error!r}") from error
            raise Unanswered(repr(error)) from error
        if not self.answer:
            # gRPC 1.51 cancels a call that crosses its first GOAWAY, which it should have taken (grpc/grpc#29462).
            raise Unanswered(repr(self.trailers))
        if len(self.answer) < 5 or len(self.answer) != 5 + struct.unpack(">I", self.answer[1:5])[0]:
            raise Torn(f"not a whole answer: {self.answer[:300]!r}")
        return self.answer

    def take_frame(self):
        """Takes in one frame; true for the end of the question's stream."""
        kind, flags, stream, payload = self.receive()
        if kind in (self.SETTINGS, self.PING) and not flags & self.ACK:
            self.send(kind, self.ACK, 0, payload if kind == self.PING else b"")
        elif kind == self.GOAWAY:
            self.last = struct.unpack(">I", payload[:4])[0]
        elif stream != self.stream:
            return False
        elif kind == self.RST_STREAM:
            code = struct.unpack(">I", payload)[0]
            raise Unanswered("refused") if code == self.REFUSED_STREAM else Torn(f"stream reset with {code}")
        elif kind == self.HEADERS:
            self.trailers = payload
        elif kind == self.DATA:
            self.answer += payload
            if payload:
                self.send(self.WINDOW_UPDATE, 0, 0, struct.pack(">I", len(payload)))
        return kind in (self.DATA, self.HEADERS) and bool(flags & self.END_STREAM)


class Client(threading.Thread):
    """Asks the same question on one connection until told to stop, or until the server has gone."""

    def __init__(self, door, running, answers, number):
        super().__init__(daemon=True)
        self.number = number
        self.door, self.running, self.answers = door, running, answers
        self.stopped, self.draining = threading.Event(), threading.Event()
        self.asked, self.faults = collections.Counter(), []
        self.pause = 0.02  # leaves the machine some time to reload in

    def run(self):
        with contextlib.closing(self.door(self.running)) as door:
            while not self.stopped.is_set() and not self.faults:
                self.ask(door)

    def ask(self, door):
        try:
            # Every other client names a language that nobody has named before, so that no kept answer will do.
            answer = door.ask(f"en, x-{self.number}-{self.asked.total()}" if self.number % 2 else "en")
            self.asked[answer] += 1
            if answer not in self.answers:
                self.faults.append(f"of no edition: {answer[:300]!r}")
            self.stopped.wait(self.pause)
        except Unanswered as error:
            if not self.draining.is_set():
                self.faults.append(f"cut off: {error}")
        except ConnectionRefusedError:
            if not self.draining.is_set():
                self.faults.append("refused")
            self.stopped.set()
        except (Torn, http.client.HTTPException, OSError) as error:
            self.faults.append(f"{self.door.__name__}: {error!r}")


def two_editions(folder):
    """Copies of the content, the second with other words in two files, and a link to the one that is served."""
    for name in ("one", "two"):
        shutil.copytree(ROOT / "terminology", folder / name)
    for name in ("codesystems/cpt.json", "sections/96413.json"):
        path = folder / "two" / name
        text = path.read_text(encoding="utf-8")
        if name.startswith("sections"):
            page = json.loads(text)
            next(row for row in page["rows"] if row["property"] == PROPERTIES[0])["value"] = MARK + "A summary."
            text = json.dumps(page)
        else:
            system = json.loads(text)
            concept = next(concept for concept in system["concept"] if concept["code"] == CODE)
            concept["display"] = MARK + concept["display"]
            text = json.dumps(system)
        path.write_text(text, encoding="utf-8")
    for name in ("one", "two"):
        subprocess.run([server.program(), "content", "digest", str(folder / name)], check=True, capture_output=True)
    serve(folder, "one")


def serve(folder, name):
    link = folder / "next"
    link.symlink_to(name)
    link.rename(folder / "content")


def answer_of(door, running):
    with contextlib.closing(door(running)) as once:
        return once.ask()


def ask(url):
    with urllib.request.urlopen(url, timeout=PATIENCE) as reply:
        return reply.read()


def wait_until(met, what):
    end = time.monotonic() + PATIENCE
    while not met():
        if time.monotonic() > end:
            raise AssertionError(f"not in {PATIENCE} s: {what}")
        time.sleep(0.05)


class WithEditions(unittest.TestCase):
    watch_seconds = 0

    @classmethod
    def setUpClass(cls):
        cls.editions = pathlib.Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.editions)
        two_editions(cls.editions)

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        shutil.copytree(self.editions, self.folder, symlinks=True, dirs_exist_ok=True)
        config = self.folder / "config.json"
        config.write_text(json.dumps({"watchSeconds": self.watch_seconds, "requestLog": False}))
        self.running = server.Server("--config", str(config), content=self.folder / "content", seconds=PATIENCE,
                                     log=ROOT / f"build/logs/e2e-reload-{self._testMethodName}.log").start()
        self.addCleanup(self.running.stop)

    def reload(self):
        return ask(urllib.request.Request(self.running.admin_url + "/-/reload", method="POST"))

    def marks(self):
        """How often each door's answer has the mark of the second edition: 0 or 2 times when it is whole."""
        return [answer_of(door, self.running).count(MARK.encode()) for door in (Http, Grpc)]


class Reload(WithEditions):
    @staticmethod
    def wait_for_answers(clients):
        seen = [client.asked.total() for client in clients]
        wait_until(lambda: all(client.faults or client.asked.total() > before for client, before in zip(clients, seen)),
                   "an answer on every connection")

    def test_twenty_reloads_and_a_sigterm_under_load(self):
        answers = {door: {answer_of(door, self.running)} for door in (Http, Grpc)}
        serve(self.folder, "two")
        self.reload()
        for door, known in answers.items():
            known.add(answer_of(door, self.running))
            self.assertEqual([0, 2], sorted(answer.count(MARK.encode()) for answer in known), "editions are whole")
        clients = [Client(door, self.running, known, number)
                   for door, known in answers.items() for number in range(CONNECTIONS)]
        for client in clients:
            client.start()
        for number in range(RELOADS):
            serve(self.folder, ("one", "two")[number % 2])
            self.reload()
            self.wait_for_answers(clients)
        for client in clients:
            client.pause = 0
        self.wait_for_answers(clients)
        for client in clients:
            client.draining.set()
        code = self.running.stop(signal.SIGTERM, PATIENCE)
        for client in clients:
            client.stopped.set()
            client.join(PATIENCE)
        self.assertEqual([], [fault for client in clients for fault in client.faults])
        for door, known in answers.items():
            asked = sum((client.asked for client in clients if client.door is door), collections.Counter())
            self.assertEqual(known, set(asked), "both editions were asked under load")
        self.assertEqual(0, code)
        stopped = self.running.lines("stopped")[-1]
        self.assertTrue(stopped["clean"])
        self.assertLess(stopped["millis"], DRAIN_SECONDS * 1000)
        self.assertEqual([True] * (RELOADS + 1), [line["ok"] for line in self.running.lines("reload")])

    def test_an_admin_call_reloads(self):
        serve(self.folder, "two")
        self.assertEqual([0, 0], self.marks(), "nothing is watched")
        told = json.loads(self.reload())
        line = self.running.wait_for("reload")
        self.assertEqual(("admin", True, told["digest"]), (line["cause"], line["ok"], line["digest"]))
        self.assertNotEqual(self.running.ready["digest"], line["digest"])
        self.assertEqual([2, 2], self.marks())

    def test_a_sighup_reloads(self):
        for count, (name, marks) in enumerate((("two", [2, 2]), ("one", [0, 0]), ("two", [2, 2])), 1):
            serve(self.folder, name)
            os.kill(self.running.process.pid, signal.SIGHUP)
            line = self.running.wait_for("reload", count, PATIENCE)
            self.assertEqual(("signal", True), (line["cause"], line["ok"]))
            self.assertEqual(marks, self.marks())

    def test_content_with_a_fault_leaves_the_old_content_in_place(self):
        broken = self.folder / "two/sections/96413.json"
        good = broken.read_text()
        broken.write_text(good[:-20])
        serve(self.folder, "two")
        with self.assertRaises(urllib.error.HTTPError) as refused:
            self.reload()
        self.assertEqual(422, refused.exception.code)
        self.assertIn("sections/96413.json", refused.exception.read().decode())
        os.kill(self.running.process.pid, signal.SIGHUP)
        line = self.running.wait_for("reload", 2, PATIENCE)
        self.assertEqual(("signal", False), (line["cause"], line["ok"]))
        self.assertIn("sections/96413.json", line["detail"])
        self.assertEqual(self.running.ready["digest"], line["digest"])
        self.assertEqual([0, 0], self.marks())
        metrics = ask(self.running.admin_url + "/metrics")
        self.assertIn(b"chemoterm_reload_failure_total 2", metrics)
        self.assertIn(b"chemoterm_reload_ok 0", metrics)
        broken.write_text(good)
        self.reload()
        self.assertEqual([2, 2], self.marks())
        self.assertIn(b"chemoterm_reload_ok 1", ask(self.running.admin_url + "/metrics"))


class Watch(WithEditions):
    watch_seconds = 1

    def changed(self, change, ok):
        """Makes a change and waits for a reload that ends so; on a slow day, one of a half-copied folder goes before."""
        known = len(self.running.lines("reload"))
        change()
        wait_until(lambda: any(line["ok"] is ok for line in self.running.lines("reload")[known:]), f"a reload, {ok=}")
        self.assertEqual({"change"}, {line["cause"] for line in self.running.lines("reload")})

    def test_a_changed_folder_is_loaded_by_itself(self):
        broken = self.folder / "one/sections/96413.json"
        good = broken.read_text()
        self.changed(lambda: broken.write_text(good[:-20]), ok=False)
        self.assertEqual([0, 0], self.marks())
        self.changed(lambda: broken.write_text(good), ok=True)
        self.assertEqual([0, 0], self.marks())
        self.changed(lambda: shutil.copytree(self.folder / "two", self.folder / "one", dirs_exist_ok=True), ok=True)
        self.assertEqual([2, 2], self.marks())

    def test_a_link_that_leads_elsewhere_is_a_change(self):
        self.changed(lambda: serve(self.folder, "two"), ok=True)
        self.assertEqual([2, 2], self.marks())


if __name__ == "__main__":
    totals.main()
