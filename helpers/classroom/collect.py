"""From what happened in each notebook to one row each, and from the rows to the mistakes that were common."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from helpers.check import registry
from helpers.classroom.handed_in import checked_in


@dataclass(frozen=True)
class Standing:
    """How one exercise stands: "passed", "failed", "not yet" or "not reached"; the id of a known mistake; what was said."""

    status: str
    mistake: str | None = None
    message: str = ""

    def __str__(self):
        return f"{self.status}: {self.mistake}" if self.mistake else self.status


@dataclass(frozen=True)
class Row:
    """One notebook: its name, {exercise: Standing}, and a note on what kept it from running to its end."""

    name: str
    lesson: int | None = None
    standings: dict = field(default_factory=dict)
    note: str = ""
    seconds: float = 0.0

    @property
    def passed(self):
        return sum(standing.status == "passed" for standing in self.standings.values())


@dataclass(frozen=True)
class Mistake:
    """A mistake that several made, or one: its id (None if it has no name), how often, and what the check said of it."""

    id: str | None
    count: int
    message: str


def row(handed_in, ran=None):
    """Return the :class:`Row` of a notebook, from what came of running it; without, of one that has not been run.

    Each exercise of its lesson stands in it, and each other one that it checks.
    """
    if ran is None:
        return Row(handed_in.name, handed_in.lesson, note=handed_in.problem or "not run")
    known = registry.load()
    lesson = [id for id, exercise in known.items() if exercise.lesson == handed_in.lesson]
    standings = {id: _standing(id, handed_in, ran) for id in dict.fromkeys([*handed_in.exercises, *lesson])}
    return Row(handed_in.name, handed_in.lesson, standings, ran.problem, ran.seconds)


def _standing(id, handed_in, ran):
    """What is passed stays passed. Else the exercise's own cell counts: in others, a lesson shows what goes wrong."""
    own = {number for number, (_, exercise) in enumerate(handed_in.cells, 1) if exercise == id}
    told = [verdict for verdict in ran.verdicts if verdict[1] == id]
    passed = [verdict for verdict in told if verdict[2] == "passed"]
    last = (passed or [verdict for verdict in told if verdict[0] in own] or told)[-1:]
    if last:
        _, _, status, mistake, message = last[0]
        return Standing(status, mistake, message)
    if not own:
        own = {n for n, (source, _) in enumerate(handed_in.cells, 1) if id in checked_in(source)}
    raised = [ran.raised[number] for number in sorted(own) if number in ran.raised]
    return Standing("not reached", None, f"Its cell stopped before the check: {raised[0]}" if raised else "")


def columns(rows):
    """Return the ids of the exercises that any row has, lesson by lesson, in the order of the notebooks."""
    return sorted(dict.fromkeys(id for row in rows for id in row.standings), key=lambda id: registry.get(id).lesson)


def common_mistakes(rows):
    """Return {exercise: [Mistake, most frequent first]}; mistakes without a name are one where the check said the same."""
    said = defaultdict(list)
    for row in rows:
        for id, standing in row.standings.items():
            if standing.status == "failed" or (standing.status == "not reached" and standing.message):
                said[id].append((standing.mistake or None, standing.message))
    return {id: _count(said[id]) for id in columns(rows) if said[id]}


def _count(said):
    kinds, messages = Counter(), defaultdict(Counter)
    for mistake, message in said:
        kind = (mistake, None) if mistake else (None, message)
        kinds[kind] += 1
        messages[kind][message] += 1
    return [Mistake(kind[0], count, messages[kind].most_common(1)[0][0]) for kind, count in kinds.most_common()]
