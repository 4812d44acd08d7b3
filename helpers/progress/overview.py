"""The table of lessons and exercises, done and open."""

import datetime
import html
import os
import re

from helpers.progress.notes import passed_when, tried


class Table(dict):
    """{lesson: {id: done}}; shows itself as a table in a notebook and as text.

    `last`: {lesson: day of its last pass}. `answered`: the predictions that were given and turned out otherwise; they
    count as done, for a prediction is there to be made.
    """

    last, answered = {}, frozenset()

    def __repr__(self):
        lines = []
        for lesson, exercises in self.items():
            marks = "  ".join(f"{self._mark(id, done)[0]} {id}" for id, done in exercises.items())
            count = f"{sum(exercises.values())} of {len(exercises)} done"
            lines.append(f"lesson {lesson:02d}  {count:14} {self._since(lesson):13} {marks}")
        return "\n".join([*lines, self._total(), *_on_binder()])

    def _mark(self, id, done):
        return ("○", "answered") if id in self.answered else ("✓", "done") if done else ("·", "open")

    def _since(self, lesson):
        if lesson not in self.last:
            return ""
        days = (datetime.date.today() - self.last[lesson]).days
        return "today" if days <= 0 else "yesterday" if days == 1 else f"{days} days ago"

    def _total(self):
        every = [done for exercises in self.values() for done in exercises.values()]
        return f"{sum(every)} of {len(every)} exercises done"

    def _repr_html_(self):
        left = "style='text-align: left'"
        rows = ""
        for lesson, exercises in self.items():
            marks = " ".join(
                f"<span style='white-space: nowrap'>{self._mark(id, done)[0]} <code>{html.escape(id)}</code>"
                f"<small> {self._mark(id, done)[1]}</small></span>"
                for id, done in exercises.items()
            )
            count = f"{sum(exercises.values())} of {len(exercises)}"
            cells = f"<td>{lesson:02d}</td><td>{count}</td><td>{self._since(lesson)}</td><td {left}>{marks}</td>"
            rows += f"<tr>{cells}</tr>"
        head = "".join(f"<th scope='col' {left}>{h}</th>" for h in ("lesson", "done", "last passed", "exercises"))
        note = "".join(f"<p>{html.escape(line)}</p>" for line in _on_binder())
        caption = f"<caption>{self._total()}</caption>"
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{note}"


def _on_binder():
    """A line for those whose work is on Binder, which forgets it; Binder is known by its environment."""
    if any(name.startswith("BINDER_") for name in os.environ):
        yield (
            "This is Binder: after ten idle minutes all that you did is gone. progress.save() gives one file to download; "
            "in a new Binder, drop it into the folder of the notebooks, and progress.restore('my_progress.json') brings it back."
        )


def table(lesson=None):
    """Return the table of all lessons, or of one, with exercises done and open; ``progress(lesson)`` is the same.

    lesson: its number, 1 or "01". ValueError if there is no lesson of that number with exercises.
    """
    from helpers.check import registry
    from helpers.check.misuse import NoSuchLesson

    done, given, rows = passed_when(), tried(), Table()
    every = sorted(registry.load().values(), key=lambda e: e.lesson)
    rows.answered = {e.id for e in every if e.kind == "predict" and e.id in given and e.id not in done}
    for exercise in every:
        rows.setdefault(exercise.lesson, {})[exercise.id] = exercise.id in done or exercise.id in rows.answered
    rows.last = {
        number: max(days)
        for number, exercises in rows.items()
        if (days := [done[id] for id in exercises if done.get(id) is not None])
    }
    if lesson is None:
        return rows
    number = _number(lesson)
    if number not in rows:
        raise NoSuchLesson(
            f"there is no lesson {lesson!r}: give a number from 0 to {max(rows)}, or none for all lessons"
        )
    lesson = number
    one = Table({lesson: rows[lesson]})
    one.last, one.answered = rows.last, rows.answered
    return one


def _number(lesson):
    """Return the number that is meant by 1, "01" or "01_loss_functions"; None if there is none."""
    if isinstance(lesson, str):
        digits = re.match(r"\s*(\d+)", lesson)
        return int(digits[1]) if digits else None
    return lesson if isinstance(lesson, int) and not isinstance(lesson, bool) else None
