#!/usr/bin/env python3
"""run_format.py, on programs for a jitrun that is a few lines of Python, must
pass what is right and say what is wrong. usage: run_format_selftest.py LIT"""
import os
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(1, sys.argv[1])
import lit.Test
from run_format import CONFIGURATIONS, RunFormat, configurations, read_directives

# Runs the body of the program as Python; `tier` is what --tier says.
JITRUN = f"""#!{sys.executable}
import sys
flags = [word for word in sys.argv[1:] if word.startswith("--")]
words = [word for word in sys.argv[1:] if not word.startswith("--")]
assert "--check-leaks" in flags
tier = flags[0].split("=")[1]
lines = open(words[0]).read().splitlines()
exec("\\n".join(line for line in lines if not line.startswith("//")))
"""

TRAP = "\nsys.stderr.write('trap: x\\n'); sys.exit(1)"

# Each: program, configuration, and what the log must contain (None: passes).
CASES = [
    ("print(4)", "baseline", None),
    ("print(5)", "baseline", "output differs"),
    ("print(4); sys.exit(3)", "baseline", "exit code 3, expected 0"),
    ("// EXIT: 1\nprint(4)" + TRAP, "optimized", "error is not empty"),
    ("// EXIT: 1\n// STDERR: trap: x\nprint(4)" + TRAP, "optimized", None),
    ("// EXIT: 1\n// STDERR: trap: y\nprint(4)" + TRAP, "optimized", "lacks"),
    ("// STDERR: tier\nprint(4); sys.stderr.write('tier ' + tier)", "evaluator", None),
    (
        "// STDERR: tier\nprint(4); sys.stderr.write('tier ' + tier)",
        "auto-1",
        "not the evaluator's",
    ),
    (
        "// STDERR: tier\n// STDERR-MAY-DIFFER: it says so\n"
        "print(4); sys.stderr.write('tier ' + tier)",
        "auto-1",
        None,
    ),
    ("// ARGS: 4 'a b'\nprint(len(words) + 1)", "baseline", None),
    ("// STDIN: 4\nprint(input())", "baseline", None),
    ("// FLAGS: --x\nprint(flags.index('--x') + 2)", "evaluator", None),
    ("// EXITS: 1\nprint(4)", "baseline", "unknown directive 'EXITS'"),
    ("// CONFIGS: fast\nprint(4)", "baseline", "unknown configuration 'fast'"),
]


def main():
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        jitrun = os.path.join(folder, "jitrun")
        with open(jitrun, "w", encoding="utf-8") as file:
            file.write(JITRUN)
        os.chmod(jitrun, 0o755)
        program = os.path.join(folder, "p.jit")
        with open(os.path.join(folder, "p.expected"), "w", encoding="utf-8") as file:
            file.write("4\n")
        runner = RunFormat(jitrun, timeout=60)

        class One:
            def __init__(self, configuration):
                self.configuration = configuration

            def getSourcePath(self):
                return os.path.join(program, self.configuration)

        for text, configuration, wanted in CASES:
            with open(program, "w", encoding="utf-8") as file:
                file.write(text)
            result, log = runner.execute(One(configuration), None)
            right = result == (lit.Test.PASS if wanted is None else lit.Test.FAIL)
            if not right or (wanted or "") not in log:
                failures += 1
                print(f"{text!r} at {configuration}: {result}\n{log}")

        with open(program, "w", encoding="utf-8") as file:
            file.write("// CONFIGS: baseline auto-1\n")
        if configurations(read_directives(program)) != ["baseline", "auto-1"]:
            failures += 1
            print("CONFIGS is not obeyed")
        if configurations({}) != list(CONFIGURATIONS):
            failures += 1
            print("not every configuration runs by default")
    print(f"{len(CASES) + 2} cases, {failures} wrong")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
