"""Runs the examples of the documentation.

A block marked `jitrun` is a program and the block marked `output` after it what
it prints. After `jitrun error` and `jitrun trap` the output's lines must occur
in the error text, in order, and the program must exit with 1. `jitrun trace FLAGS` runs with these
flags only, and what it writes to standard error is the output. `jitrun args A B`
is a program with arguments, `jitrun file NAME` a file that later examples of the
page may import.

  examples.py JITRUN FILE.md...
"""

import pathlib
import re
import subprocess
import sys
import tempfile

CONFIGURATIONS = {
    "evaluator": ["--tier=evaluator"],
    "baseline": ["--tier=baseline"],
    "optimized": ["--tier=optimized"],
    "auto": ["--call-threshold=1", "--loop-threshold=1", "--sync-compile"],
}
BLOCK = re.compile(r"^```(\w[^\n]*)\n(.*?)^```$", re.M | re.S)


def examples(path):
    """(line, kind, program, expected output) of each example in a file."""
    text = path.read_text()
    blocks = [(text.count("\n", 0, m.start()) + 1, m[1].strip(), m[2])
              for m in BLOCK.finditer(text)]
    for at, (line, kind, body) in enumerate(blocks):
        if kind.split()[0] != "jitrun":
            continue
        if kind.startswith("jitrun file "):
            yield line, kind.partition(" ")[2], body, ""
            continue
        after = blocks[at + 1] if at + 1 < len(blocks) else (0, "", "")
        if after[1] != "output":
            raise SystemExit(f"{path}:{line}: example without output")
        yield line, kind.partition(" ")[2], body, after[2]


def contains_in_order(text, lines):
    at = 0
    for line in lines:
        at = text.find(line, at)
        if at < 0:
            return False
        at += len(line)
    return True


def run(jitrun, flags, arguments, directory):
    command = [jitrun, *flags, "--check-leaks", "example.jit", *arguments]
    return subprocess.run(command, cwd=directory, capture_output=True, text=True,
                          timeout=120)


def problem(kind, result, expected):
    if kind == "trace":
        if result.returncode != 0 or result.stderr != expected:
            return f"exit code {result.returncode}:\n{result.stderr}"
        return None
    if kind in ("error", "trap"):
        if result.returncode != 1:
            return f"exit code {result.returncode} instead of 1"
        if not contains_in_order(result.stderr, expected.splitlines()):
            return "the error text differs:\n" + result.stderr
        return None
    if result.returncode != 0 or result.stderr:
        return f"exit code {result.returncode}:\n{result.stderr}"
    if result.stdout != expected:
        return "it printed:\n" + result.stdout
    return None


def main(jitrun, files):
    passed = failed = 0
    with tempfile.TemporaryDirectory() as directory:
        for path in map(pathlib.Path, files):
            for line, kind, program, expected in examples(path):
                kind, *words = kind.split() or [""]
                name = words[0] if kind == "file" else "example.jit"
                (pathlib.Path(directory) / name).write_text(program)
                if kind == "file":
                    continue
                ways = {kind: words} if kind == "trace" else CONFIGURATIONS
                arguments = words if kind == "args" else []
                for name, flags in ways.items():
                    wrong = problem(kind, run(jitrun, flags, arguments, directory),
                                    expected)
                    if wrong is None:
                        passed += 1
                    else:
                        failed += 1
                        print(f"{path}:{line}: {name}: {wrong}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
