#!/usr/bin/env python3
"""clang-tidy 19 over the C++ files of src/ that differ from the last commit of the main branch; `--all` takes every file.

One file takes ten to twenty seconds, since it reads gRPC's and Boost's headers, so all of them would be the longest
part of the tests by far. A change is checked when it is made; TIDY_SECONDS (240) bounds the time and what is left over
is named.
"""
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tree  # noqa: E402

TOOL = shutil.which("clang-tidy-19")
DATABASE = tree.ROOT / "build/dev/compile_commands.json"


def git(*arguments):
    return subprocess.run(["git", "-C", str(tree.ROOT), *arguments], capture_output=True, text=True, check=False)


def changed():
    """Files that differ from where this branch left main; on main itself, from the commit before."""
    head, base = git("rev-parse", "HEAD").stdout.strip(), git("merge-base", "HEAD", "origin/main").stdout.strip()
    if not base or base == head:
        base = git("rev-parse", "--verify", "--quiet", "HEAD~1").stdout.strip() or head
    names = git("diff", "--name-only", base, "--", "src").stdout.split()
    names += git("ls-files", "--others", "--exclude-standard", "--", "src").stdout.split()
    return sorted({name for name in names if name.endswith(".cc") and (tree.ROOT / name).is_file()})


def tidy(name):
    if time.monotonic() > end:
        return name, None
    run = subprocess.run([TOOL, "--quiet", "-p", str(DATABASE.parent), "--extra-arg=-Wno-error", name],
                         cwd=tree.ROOT, capture_output=True, text=True, check=False)
    lines = [line.replace(f"{tree.ROOT}/", "") for line in run.stdout.splitlines()
             if re.match(r"\S+:\d+:\d+: (warning|error):", line)]
    return name, lines or ([f"{name}:1: clang-tidy ended with {run.returncode}"] if run.returncode else [])


if TOOL is None or not DATABASE.exists():
    print(f"tidy: skipped, because {'clang-tidy-19 is not installed' if TOOL is None else 'build/dev is not configured'}")
    sys.exit(0)
everything = "--all" in sys.argv[1:]
end = time.monotonic() + (86400 if everything else int(os.environ.get("TIDY_SECONDS", "240")))
names = [str(name) for name in tree.files("src") if name.suffix == ".cc"] if everything else changed()
found, left = set(), []
with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    for file, findings in pool.map(tidy, names):
        if findings is None:
            left.append(file)
        else:
            found.update(findings)
if left:
    print(f"tidy: no time for {len(left)} of {len(names)} files: {' '.join(left)}")
tree.finish(sorted(found), "tidy")
