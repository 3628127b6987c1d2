#!/usr/bin/env python3
"""chemoterm content build, and content diff --since a build."""
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
import cms_files  # noqa: E402
import server  # noqa: E402
import totals  # noqa: E402
from import_test import Folder, run  # noqa: E402


class Built(Folder):
    def setUp(self):
        super().setUp()
        self.builds = self.path / "builds"

    def build(self):
        """The line that is told, and the folder."""
        done = run("content", "build", self.content, "--out", self.builds)
        self.assertEqual(0, done.returncode, done.stderr)
        return done.stdout, pathlib.Path(done.stdout.split(": ")[0])

    def test_is_the_content_and_serves(self):
        (self.content / "notes.txt").write_text("not of the content")
        told, folder = self.build()
        self.assertRegex(told, r"^\S+/builds/[0-9a-f]{64}: built, version 2026\.\S+, \d+ files, \d+ bytes\n$")
        names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
        manifest = json.loads((ROOT / "terminology/manifest.json").read_text())
        self.assertEqual({"manifest.json", *(each["path"] for each in manifest["files"])}, names)
        for name in names:
            self.assertEqual((ROOT / "terminology" / name).read_bytes(), (folder / name).read_bytes(), name)
        self.assertIn(f"digest {folder.name}", run("content", "check", folder).stdout)
        with server.Server(log=ROOT / "build/logs/content-build.log", content=folder) as running:
            self.assertEqual(folder.name, running.ready["digest"])

    def test_again_is_the_same(self):
        _, folder = self.build()
        told, again = self.build()
        self.assertEqual(folder, again)
        self.assertIn(": was there already, ", told)
        self.assertEqual([folder], list(self.builds.iterdir()))

    def test_a_fault_leaves_nothing(self):
        file = self.content / "figures/pfs-2026.csv"
        file.write_text(file.read_text().replace("96413,", "96413,x", 1))
        done = run("content", "build", self.content, "--out", self.builds)
        self.assertEqual(4, done.returncode)
        self.assertRegex(done.stderr, r"figures/pfs-2026\.csv:\d+: the value 'x")
        self.assertEqual([], list(self.builds.iterdir()))

    def test_what_came_since(self):
        _, old = self.build()
        since = ("--since", old.name[:12], "--builds", self.builds)
        self.assertEqual("no difference\n", run("content", "diff", self.content, *since).stdout)
        self.imported("mue", cms_files.units().replace("96413,1,", "96413,2,"), "--as-of", "2024-07-01")
        told = run("content", "diff", self.content, *since)
        self.assertEqual(0, told.returncode, told.stderr)
        self.assertIn("  changed  1: cpt 96413 mue-practitioner 2024-07-01 practitioner\n", told.stdout)
        _, new = self.build()
        self.assertNotEqual(old, new)
        self.assertEqual(told.stdout, run("content", "diff", old, new).stdout)

    def test_a_command_line_that_is_wrong(self):
        _, old = self.build()
        since = ("--since", old.name, "--builds", self.builds)
        for arguments, code in (((), 2), ((old,), 2), ((old, old, *since), 2), ((old, *since[:2]), 2), ((old, old, *since[2:]), 2),
                                ((old, "--since", "xyz", *since[2:]), 2), ((old, "--since", "123456abcdef", *since[2:]), 4),
                                ((old, *since[:2], "--builds", self.path / "none"), 4)):
            with self.subTest(arguments):
                self.assertEqual(code, run("content", "diff", *arguments).returncode)
        self.assertEqual(2, run("content", "build", self.content).returncode)


if __name__ == "__main__":
    totals.main()
