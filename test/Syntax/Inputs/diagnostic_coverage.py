#!/usr/bin/env python3
"""Each diagnostic in lib/Support/*Diagnostics.def has a test that names it.

A test names a diagnostic as diag::Id (a unit test) or, beside the line that it
checks, as `DIAG: Id` (any other test). Fails on an id without a test, and on a
`DIAG:` that names no diagnostic.
"""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
ids = set()
for listing in (root / "lib/Support").glob("*Diagnostics.def"):
    ids.update(re.findall(r"JITRUN_DIAG\(\s*(\w+)", listing.read_text()))
ids.discard("Id")  # The comment that explains the lists.

tested, marked = set(), {}
for path in (root / "test").rglob("*"):
    if path.suffix not in (".cpp", ".h", ".jit", ".test") or not path.is_file():
        continue
    text = path.read_text(errors="replace")
    if path.suffix in (".cpp", ".h"):
        tested.update(re.findall(r"\bdiag::(\w+)", text))
    for line in re.findall(r"\bDIAG: ?(.*)", text):
        for name in re.findall(r"\w+", line):
            marked.setdefault(name, path)

failed = False
for name in sorted(ids - tested - set(marked)):
    print(f"diagnostic {name} has no test")
    failed = True
for name in sorted(set(marked) - ids):
    print(f"{marked[name].relative_to(root)}: no diagnostic is called {name}")
    failed = True
sys.exit(failed)
