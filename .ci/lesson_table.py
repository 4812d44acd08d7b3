"""Write README's table of lessons from the front matter of lessons/*.md, so that the two cannot differ."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "lessons"))
from source import read_front

README = ROOT / "README.md"
MARKED = re.compile(r"(?<=<!-- lessons -->\n).*?(?=<!-- end of lessons -->)", re.DOTALL)


def lesson_table():
    """The table in Markdown: lesson, minutes of the core track and of going further, what it builds."""
    lines = ["| lesson | minutes | to go further | builds |", "| --- | ---: | ---: | --- |"]
    total = further = 0
    for path in sorted((ROOT / "lessons").glob("[0-9][0-9]_*.md")):
        front = read_front(path)[0]
        more = front.get("going_further_minutes") or 0
        builds = front.get("builds") or []
        names = ", ".join(f"`{name}`" for name in ([builds] if isinstance(builds, str) else builds))
        link = f"[{path.stem[:2]} {front['title']}](notebooks/{path.stem}.ipynb)"
        lines.append(f"| {link} | {front['minutes']} | {more or ''} | {names} |")
        total, further = total + front["minutes"], further + more
    return "\n".join([*lines, f"| together | {total} | {further} | |"]) + "\n"


def main():
    text = README.read_text(encoding="utf-8")
    new = MARKED.sub(lambda _: lesson_table(), text)
    if new != text:
        README.write_text(new, encoding="utf-8")
        print("README.md: the table of lessons is new.")


if __name__ == "__main__":
    main()
