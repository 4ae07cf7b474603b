# The lit suites. Run them with the jitrun-lit of a build folder, which says
# where jitrun is: build/release/bin/jitrun-lit -v test/Sema
import os
import sys

import lit.formats

build = lit_config.params.get("build")
if not build:
    lit_config.fatal("run lit as BUILD/bin/jitrun-lit")
tools = os.path.join(build, "bin")

config.name = "jitrun"
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(build, "test")
config.suffixes = [".jit", ".test"]
config.excludes = ["Inputs", "unit", "fuzz", "CMakeLists.txt"]
config.test_format = lit.formats.ShTest(execute_external=False)

sys.path.insert(0, config.test_source_root)

config.environment["PATH"] = os.pathsep.join(
    [tools, lit_config.params["llvm_tools"], os.environ["PATH"]]
)
for name in ("ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"):
    if name in os.environ:
        config.environment[name] = os.environ[name]
config.substitutions.append(("%jitrun", os.path.join(tools, "jitrun")))
config.substitutions.append(
    ("%no_threads", os.path.join(build, "lib", "libjitrunNoThreads.so"))
)

# What a test may ask for with REQUIRES or UNSUPPORTED.
config.available_features.add(lit_config.params["build_type"].lower())
for sanitizer in lit_config.params["sanitize"].split(","):
    if sanitizer:
        config.available_features.add(sanitizer)
