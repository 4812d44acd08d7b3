"""The table of a class, in CSV and HTML. Names and messages come from learners: here they become text and nothing else."""

import csv
import html
import io
import tempfile
from pathlib import Path

from helpers.check import registry
from helpers.check.result import to_html
from helpers.classroom import collect
from helpers.files import write_whole

CSV, HTML = "results.csv", "results.html"
# Mark, word and colour: the colour is never the only sign.
_LOOK = {
    "passed": ("✓", "#2e8b57"),
    "failed": ("✗", "#c7522a"),
    "not yet": ("…", "#6b7fa3"),
    "not reached": ("–", "#6b7fa3"),
}
_STYLE = """
:root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.45; }
body { margin: 2em auto; max-width: 75em; padding: 0 1em; }
.wide { overflow-x: auto; }
.wide td:not(.note) { white-space: nowrap; }
table { border-collapse: collapse; }
th, td { padding: 0.25em 0.6em; text-align: left; vertical-align: top; border-bottom: 1px solid #8886; }
thead th { vertical-align: bottom; }
tbody th, tfoot th { font-weight: normal; min-width: 14em; overflow-wrap: anywhere; }
td { border-left: 3px solid transparent; }
td.note, td.said { max-width: 45em; overflow-wrap: anywhere; }
td.number { text-align: right; }
"""


def check_writable(folder):
    """Make the folder if need be; OSError if a table cannot be written into it."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass
    for name in (CSV, HTML):
        if (folder / name).exists():
            with (folder / name).open("ab"):  # a spreadsheet that has it open may hold it
                pass


def write(rows, folder, title):
    """Write both tables, each at once: a reader sees the old one or the new one, whole. Returns their paths."""
    paths = Path(folder) / CSV, Path(folder) / HTML
    for path, text, encoding in zip(paths, (as_csv(rows), as_html(rows, title)), ("utf-8-sig", "utf-8"), strict=True):
        content = text.encode(encoding, "replace")
        write_whole(path, lambda file, content=content: file.write(content))
    return paths


def as_csv(rows):
    """Return one line for each notebook: name, lesson, passed, of how many, each exercise, the note."""
    ids = collect.columns(rows)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["notebook", "lesson", "passed", "of", *ids, "note"])
    for row in rows:
        cells = [str(row.standings.get(id, "")) for id in ids]
        lesson = "" if row.lesson is None else row.lesson
        writer.writerow(map(_no_formula, [row.name, lesson, row.passed, len(row.standings), *cells, row.note]))
    return text.getvalue()


def _no_formula(value):
    """A spreadsheet works out what begins so; with the apostrophe it is text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def as_html(rows, title):
    """Return a page that needs nothing beside itself: the table, and the common mistakes of each exercise."""
    legend = ", ".join(f"{mark} {status}" for status, (mark, _) in _LOOK.items())
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>{html.escape(title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>{html.escape(title)}</h1>
<p>{len(rows)} notebook{"s" if len(rows) != 1 else ""}. {legend}.</p>
<h2>Common mistakes</h2>
{_mistakes(rows)}
<h2>Who passed what</h2>
{_lessons(rows)}
</body>
</html>
"""


def _lessons(rows):
    """One table for each lesson, so that it is as wide as that lesson's exercises; the unreadable last."""
    parts = []
    for lesson in sorted({row.lesson for row in rows}, key=lambda lesson: (lesson is None, lesson)):
        mine = [row for row in rows if row.lesson == lesson]
        ids = collect.columns(mine)
        parts.append(f"<h3>{'Of no known lesson' if lesson is None else f'Lesson {lesson:02d}'}</h3>")
        parts.append(
            f'<div class="wide"><table>\n<thead><tr>{_heads("notebook", "passed", *ids, "note")}</tr></thead>\n<tbody>\n'
        )
        parts += [_row(row, ids) for row in mine]
        shares = "".join(f"<td>{_share(mine, id)}</td>" for id in ids)
        parts.append(f'</tbody>\n<tfoot><tr><th scope="row">passed by</th><td></td>{shares}<td></td></tr></tfoot>')
        parts.append("</table></div>")
    return "\n".join(parts)


def _heads(*texts):
    return "".join(f'<th scope="col">{html.escape(text)}</th>' for text in texts)


def _share(rows, id):
    standings = [row.standings[id] for row in rows if id in row.standings]
    return f"{sum(s.status == 'passed' for s in standings)} of {len(standings)}"


def _row(row, ids):
    cells = "".join(_cell(row.standings.get(id)) for id in ids)
    count = f"{row.passed} of {len(row.standings)}" if row.standings else ""
    note = html.escape(row.note)
    return f'<tr><th scope="row">{html.escape(row.name)}</th><td>{count}</td>{cells}<td class="note">{note}</td></tr>\n'


def _cell(standing):
    if standing is None:
        return "<td></td>"
    mark, colour = _LOOK[standing.status]
    title = html.escape(standing.message) if standing.status in ("failed", "not reached") else ""
    title = f' title="{title}"' if title else ""
    return (
        f'<td style="border-left-color: {colour}"{title}>{mark} {html.escape(standing.mistake or standing.status)}</td>'
    )


def _mistakes(rows):
    parts = []
    for id, mistakes in collect.common_mistakes(rows).items():
        lines = "".join(
            f'<tr><td class="number">{m.count}</td><td>{f"<code>{html.escape(m.id)}</code>" if m.id else "no known one"}'
            f'</td><td class="said">{to_html(m.message)}</td></tr>\n'
            for m in mistakes
        )
        lesson = registry.get(id).lesson
        head = _heads("how many", "mistake", "what the check says")
        parts.append(
            f"<h3>Lesson {lesson:02d}: <code>{id}</code>, passed by {_share(rows, id)}</h3>\n"
            f"<table><thead><tr>{head}</tr></thead>\n<tbody>\n{lines}</tbody></table>\n"
        )
    return "".join(parts) or "<p>None: no answer failed its check.</p>"
