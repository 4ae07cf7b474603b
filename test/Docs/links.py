"""Checks what pages refer to: relative links lead to files, their fragments to
headings, and blocks marked `cpp` are excerpts of docs/examples/*.cpp.

  links.py ROOT FILE.md...
"""

import pathlib
import re
import sys

LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.M | re.S)
HEADING = re.compile(r"^#+ +(.+?) *$", re.M)


def anchors(path):
    """What GitHub calls the headings of a page."""
    text = CODE.sub("", path.read_text())
    plain = (re.sub(r"[^\w\- ]", "", h.lower()) for h in HEADING.findall(text))
    return {h.replace(" ", "-") for h in plain}


def problems(root, page):
    text = page.read_text()
    prose = CODE.sub("", text)
    for target in LINK.findall(re.sub(r"`[^`\n]*`", "", prose)):
        if re.match(r"\w+:", target):
            continue
        name, _, fragment = target.partition("#")
        path = page.parent / name if name else page
        if not path.exists():
            yield f"link to {target}, which does not exist"
        elif fragment and fragment not in anchors(path):
            yield f"link to {target}: no such heading"
    sources = [lines(p.read_text()) for p in sorted(root.glob("docs/examples/*.cpp"))]
    for language, body in CODE.findall(text):
        if language == "cpp" and not any(lines(body) in s for s in sources):
            yield "a block of C++ that is in no file of docs/examples:\n" + body


def lines(text):
    return "\n".join(line.strip() for line in text.strip().splitlines())


def main(root, pages):
    failed = 0
    for page in map(pathlib.Path, pages):
        for problem in problems(pathlib.Path(root), page):
            failed += 1
            print(f"{page}: {problem}")
    print(f"{len(pages)} pages, {failed} problems")
    return 1 if failed or not pages else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
