"""Whole programs, each run in every configuration, with one answer.

test/Run/NAME.jit is run once for each entry of CONFIGURATIONS; each run is a
test of its own. Standard output must be the file NAME.expected, and the `//`
lines that NAME.jit begins with may say more:

    // ARGS: 3 "two words"     words after the file name
    // FLAGS: --max-memory=1M  options for jitrun
    // STDIN: text             one line of standard input (repeatable)
    // EXIT: 1                 exit code, 0 if not given
    // STDERR: text            must appear in standard error (repeatable)
    // CONFIGS: baseline ...   run in these configurations only
    // STDERR-MAY-DIFFER: why  standard error need not be the evaluator's

Standard error is empty unless STDERR says otherwise; then it must be, byte for
byte, what the evaluator writes. A run that leaks exits with a code of its own.
"""

import os
import re
import shlex
import subprocess

import lit.Test
from lit.formats.base import FileBasedTest

EAGER = ["--tier=auto", "--call-threshold=1", "--loop-threshold=1"]
CONFIGURATIONS = {
    "evaluator": ["--tier=evaluator"],
    "baseline": ["--tier=baseline"],
    "optimized": ["--tier=optimized"],
    "auto-1": EAGER + ["--sync-compile"],
    "auto-background": EAGER,
    "osr": ["--tier=auto", "--force=osr"],
    "moving": ["--tier=auto", "--call-threshold=1", "--force=both"],
}
DIRECTIVE = re.compile(r"^//\s*([A-Z][A-Z-]+):\s*(.*?)\s*$")
REPEATABLE = {"STDERR", "STDIN"}
KNOWN = REPEATABLE | {
    "ARGS", "FLAGS", "EXIT", "CONFIGS", "STDERR-MAY-DIFFER", "UNSUPPORTED"
}


class BadDirective(Exception):
    pass


def read_directives(path):
    found = {}
    with open(path, encoding="utf-8", errors="surrogateescape") as program:
        for line in program:
            if not line.startswith("//"):
                break
            match = DIRECTIVE.match(line)
            if not match:
                continue
            name, value = match.groups()
            if name not in KNOWN:
                raise BadDirective(f"unknown directive '{name}'")
            if name in found and name not in REPEATABLE:
                raise BadDirective(f"'{name}' is given twice")
            found.setdefault(name, []).append(value)
    for name in found.get("CONFIGS", [""])[0].split():
        if name not in CONFIGURATIONS:
            raise BadDirective(f"unknown configuration '{name}'")
    return found


def configurations(directives):
    chosen = directives.get("CONFIGS", [""])[0].split()
    return chosen or list(CONFIGURATIONS)


class RunFormat(FileBasedTest):
    def __init__(self, jitrun, timeout):
        self.jitrun = jitrun
        self.timeout = timeout

    def getTestsForPath(self, testSuite, path_in_suite, litConfig, localConfig):
        for test in super().getTestsForPath(
            testSuite, path_in_suite, litConfig, localConfig
        ):
            try:
                names = configurations(read_directives(test.getSourcePath()))
            except BadDirective:
                names = ["directives"]  # execute() reports what is wrong.
            for name in names:
                yield lit.Test.Test(
                    testSuite, tuple(path_in_suite) + (name,), localConfig
                )

    def run(self, program, configuration, directives):
        command = [self.jitrun, *CONFIGURATIONS[configuration], "--check-leaks"]
        command += shlex.split(directives.get("FLAGS", [""])[0])
        # Named from its own folder, so that messages hold no machine's path.
        command += [os.path.basename(program)]
        command += shlex.split(directives.get("ARGS", [""])[0])
        lines = directives.get("STDIN", [])
        done = subprocess.run(
            command,
            cwd=os.path.dirname(program),
            input="".join(line + "\n" for line in lines).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            timeout=self.timeout,
            check=False,
        )
        return shlex.join(command), done

    def execute(self, test, litConfig):
        program, configuration = os.path.split(test.getSourcePath())
        try:
            return self.check(test, program, configuration)
        except BadDirective as problem:
            return lit.Test.FAIL, f"{program}: {problem}"
        except subprocess.TimeoutExpired as problem:
            return lit.Test.TIMEOUT, str(problem)

    def check(self, test, program, configuration):
        directives = read_directives(program)
        lacking = directives.get("UNSUPPORTED", [""])[0].split()
        for feature in lacking:
            if feature in test.config.available_features:
                return lit.Test.UNSUPPORTED, f"not with {feature}"
        expected_path = os.path.splitext(program)[0] + ".expected"
        if not os.path.exists(expected_path):
            return lit.Test.FAIL, f"{expected_path} is missing"
        with open(expected_path, "rb") as file:
            expected = file.read()
        command, done = self.run(program, configuration, directives)

        problems = []
        code = int(directives.get("EXIT", ["0"])[0])
        if done.returncode != code:
            problems.append(f"exit code {done.returncode}, expected {code}")
        if done.stdout != expected:
            problems.append("standard output differs from the expected file")
        wanted = directives.get("STDERR", [])
        for text in wanted:
            if text.encode() not in done.stderr:
                problems.append(f"standard error lacks '{text}'")
        if done.stderr and not wanted:
            problems.append("standard error is not empty")
        log = f"$ cd {os.path.dirname(program)} && {command}\n"
        log += "--- stdout\n" + done.stdout.decode(errors="replace")
        log += "--- stderr\n" + done.stderr.decode(errors="replace")

        must_agree = "STDERR-MAY-DIFFER" not in directives
        if done.stderr and must_agree and configuration != "evaluator":
            _, oracle = self.run(program, "evaluator", directives)
            if oracle.stderr != done.stderr:
                problems.append("standard error is not the evaluator's")
                log += "--- the evaluator's stderr\n"
                log += oracle.stderr.decode(errors="replace")
        if problems:
            return lit.Test.FAIL, "\n".join(problems) + "\n" + log
        return lit.Test.PASS, ""
