"""The table of exercises."""

import html
from typing import NamedTuple

from helpers.check import registry


class Row(NamedTuple):
    """One exercise: its lesson, what it asks for, and whether it is done."""

    lesson: int
    signature: str
    done: bool


class Listing(dict):
    """{id: Row}; shows itself as a table in a notebook and as text."""

    def __repr__(self):
        wide = max(map(len, self), default=0)
        lines = [
            f"lesson {r.lesson:02d}  {'✓ done' if r.done else '· open'}  {id:<{wide}}  {r.signature}"
            for id, r in self.items()
        ]
        return "\n".join(lines) or "no exercises"

    def _repr_html_(self):
        rows = "".join(
            f"<tr><td>{r.lesson:02d}</td><td style='text-align: left'><code>{id}</code></td>"
            f"<td style='text-align: left'><code>{html.escape(r.signature)}</code></td>"
            f"<td style='text-align: left'>{'✓ done' if r.done else '· open'}</td></tr>"
            for id, r in self.items()
        )
        head = "".join(
            f"<th scope='col' style='text-align: left'>{h}</th>" for h in ("lesson", "exercise", "answer", "state")
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def table():
    """Return every exercise, by lesson."""
    from helpers import progress

    done = progress.passed()
    ordered = sorted(registry.load().values(), key=lambda e: e.lesson)
    return Listing({e.id: Row(e.lesson, e.signature, e.id in done) for e in ordered})
