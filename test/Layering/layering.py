#!/usr/bin/env python3
"""Fails on an #include that the rooms' table (cmake/Rooms.txt) does not allow.

usage: layering.py [ROOT]

Checked: a room includes only rooms that it reaches in the table, and LLVM
headers only as far as its third column says; include/jitrun stays free of
LLVM, spdlog and rooms; only Embed and what is above the rooms includes
include/jitrun; and no cycle of headers.
"""
import os
import re
import sys

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)
SOURCES = (".h", ".def", ".inc", ".cpp", ".c", ".S")
SUPPORT_HEADERS = ("llvm/ADT/", "llvm/Support/")
# Rooms that implement the public API.
API_ROOMS = {"Embed"}


def read_table(path):
    """Returns {room: (rooms it reaches, its LLVM column)}."""
    table = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            if not line.strip() or line.startswith("#"):
                continue
            room, edges, llvm = (column.strip() for column in line.split("|"))
            reach = set()
            for edge in edges.split():
                if edge not in table:
                    raise SystemExit(
                        f"{path}: '{room}' names '{edge}', which is not above it"
                    )
                reach |= {edge} | table[edge][0]
            if llvm not in ("none", "support", "all"):
                raise SystemExit(f"{path}: '{room}' has LLVM column '{llvm}'")
            table[room] = (reach, llvm)
    return table


def sources(folder):
    for where, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if name.endswith(SOURCES):
                yield os.path.join(where, name)


def includes(path):
    """Yields (line number, name, whether in angle brackets)."""
    with open(path, encoding="utf-8", errors="replace") as file:
        text = file.read()
    for match in INCLUDE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        yield line, match.group(2), match.group(1) == "<"


def is_llvm(name):
    return name.startswith(("llvm/", "llvm-c/", "clang/", "clang-c/"))


def check_room(room, path, table):
    reach, llvm = table[room]
    for line, name, _ in includes(path):
        head = name.split("/")[0]
        where = f"{path}:{line}"
        if head in table and "/" in name:
            if head != room and head not in reach:
                yield f"{where}: room '{room}' may not include '{name}'"
        elif head == "jitrun":
            if room not in API_ROOMS:
                yield f"{where}: room '{room}' may not include '{name}'"
        elif is_llvm(name):
            if llvm == "none":
                yield f"{where}: room '{room}' may not include LLVM"
            elif llvm == "support" and not name.startswith(SUPPORT_HEADERS):
                yield (
                    f"{where}: room '{room}' may include only llvm/ADT and"
                    f" llvm/Support, not '{name}'"
                )
        elif name.startswith("."):
            yield f"{where}: write '{name}' from the root of lib"


def check_api(path, table):
    for line, name, angle in includes(path):
        head = name.split("/")[0]
        bad = is_llvm(name) or head in ("spdlog", "fmt", "CLI") or head in table
        if bad or (not angle and head != "jitrun"):
            yield f"{path}:{line}: the public API may not include '{name}'"


def find_cycle(root):
    """Returns a cycle among the headers of lib and include, or None."""
    graph = {}
    for top in ("lib", "include"):
        base = os.path.join(root, top)
        for path in sources(base):
            if path.endswith(".cpp"):
                continue
            graph[os.path.relpath(path, base)] = [
                name for _, name, _ in includes(path)
            ]
    state = {}
    for start in graph:
        stack = [(start, iter(graph[start]))]
        trail = [start]
        if start in state:
            continue
        state[start] = "open"
        while stack:
            node, edges = stack[-1]
            for name in edges:
                if state.get(name) == "open":
                    return trail[trail.index(name) :] + [name]
                if name in graph and name not in state:
                    state[name] = "open"
                    stack.append((name, iter(graph[name])))
                    trail.append(name)
                    break
            else:
                state[node] = "done"
                stack.pop()
                trail.pop()
    return None


def check(root):
    table = read_table(os.path.join(root, "cmake", "Rooms.txt"))
    problems = []
    lib = os.path.join(root, "lib")
    for room in sorted(os.listdir(lib)):
        folder = os.path.join(lib, room)
        if not os.path.isdir(folder):
            continue
        if room not in table:
            problems.append(f"{folder}: room '{room}' is not in cmake/Rooms.txt")
            continue
        for path in sources(folder):
            problems += check_room(room, path, table)
    for path in sources(os.path.join(root, "include", "jitrun")):
        problems += check_api(path, table)
    cycle = find_cycle(root)
    if cycle:
        problems.append("headers include each other: " + " -> ".join(cycle))
    return problems


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "..", "..")
    problems = check(os.path.normpath(root))
    print("\n".join(problems) or "layering: every include is allowed")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
