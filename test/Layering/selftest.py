#!/usr/bin/env python3
"""layering.py must accept a small good house and name each fault put in it."""
import os
import sys
import tempfile

sys.dont_write_bytecode = True
from layering import check

TABLE = """
# Room | may include | LLVM
Low    |             | none
Middle | Low         | support
Beside | Low         | support
High   | Middle      | all
Embed  | High        | all
"""

GOOD = {
    "cmake/Rooms.txt": TABLE,
    "lib/Low/Low.h": '#include "Low/Part.def"\n#include <vector>\n',
    "lib/Low/Part.def": "X(a)\n",
    "lib/Middle/Middle.h": '#include "llvm/ADT/StringRef.h"\n',
    "lib/Middle/Middle.cpp": '#include "Middle/Middle.h"\n#include "Low/Low.h"\n',
    # Through Middle.
    "lib/High/High.cpp": '#include "Low/Low.h"\n#include "llvm/IR/Module.h"\n',
    "lib/Embed/Embed.cpp": '#include "jitrun/Engine.h"\n',
    "include/jitrun/Engine.h": '#include "jitrun/Error.h"\n#include <string>\n',
    "include/jitrun/Error.h": "",
}

# Each: files added to the good house, and what the complaint must contain.
BAD = [
    ({"lib/Low/Up.cpp": '#include "Middle/Middle.h"\n'}, "'Low' may not include"),
    ({"lib/Beside/B.cpp": '#include "Middle/Middle.h"\n'}, "'Beside' may not"),
    ({"lib/Low/L.cpp": '  #  include "llvm/ADT/Twine.h"\n'}, "may not include LLVM"),
    ({"lib/Middle/M.h": "#include <llvm/IR/Module.h>\n"}, "only llvm/ADT"),
    ({"lib/High/H.cpp": '#include "jitrun/Engine.h"\n'}, "'High' may not"),
    ({"lib/High/H.cpp": '#include "../Low/Low.h"\n'}, "from the root of lib"),
    ({"include/jitrun/A.h": "#include <llvm/ADT/Twine.h>\n"}, "public API"),
    ({"include/jitrun/A.h": "#include <spdlog/spdlog.h>\n"}, "public API"),
    ({"include/jitrun/A.h": '#include "Low/Low.h"\n'}, "public API"),
    ({"lib/Attic/A.cpp": ""}, "not in cmake/Rooms.txt"),
    (
        {
            "lib/Low/A.h": '#include "Low/B.h"\n',
            "lib/Low/B.h": '#include "Low/A.h"\n',
        },
        "include each other: Low/A.h -> Low/B.h -> Low/A.h",
    ),
]


def problems_of(files):
    with tempfile.TemporaryDirectory() as root:
        for name, text in files.items():
            path = os.path.join(root, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        return check(root)


def main():
    failures = 0
    found = problems_of(GOOD)
    if found:
        failures += 1
        print("the good house is refused:", *found, sep="\n  ")
    for files, wanted in BAD:
        found = problems_of({**GOOD, **files})
        if len(found) != 1 or wanted not in found[0]:
            failures += 1
            print(f"wanted one complaint with '{wanted}', got {found}")
    upward = TABLE.replace("Low    |             ", "Low    | High        ")
    try:
        problems_of({**GOOD, "cmake/Rooms.txt": upward})
        failures += 1
        print("a table with a cycle is accepted")
    except SystemExit:
        pass
    print(f"{len(BAD) + 2} houses, {failures} wrong")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
