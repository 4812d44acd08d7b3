"""A race of optimizers down one landscape: who runs, with which settings, and where each of them is after each step.

Nothing here draws: `helpers.playground.race` does, and puts controls under the picture.
"""

from __future__ import annotations

import functools
import inspect
import numbers
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from helpers import landscapes, optimizers
from helpers.errors import as_floats, blaming, check_choice, check_integer, shown

STEPS, MOST_STEPS = 200, 1000
FAR = 100  # map widths from the middle of the map: who is farther away has diverged, and stops there
DIVERGED = "has diverged"
TITLE = 76  # letters that a title over both parts of the picture has room for
LEVEL, NONE = 1e-6, 1e-12  # losses are level that differ by so small a share, or that are all as near to 0

# For each landscape three learning rates that suit it: of gradient descent, of momentum, and of Adam, whose rate is a
# length on the map. The others follow by _SHARE.
_RATES = {
    "bowl": (0.1, 0.03, 0.1),
    "ravine": (0.015, 0.005, 0.3),
    "saddle": (0.1, 0.02, 0.05),
    "himmelblau": (0.005, 0.001, 0.1),
    "rosenbrock": (0.001, 0.001, 0.3),
    "beale": (0.01, 0.002, 0.1),
    "plateau": (0.5, 0.1, 0.1),
    "bump": (0.5, 0.1, 0.1),
    "double_well": (0.02, 0.005, 0.1),
    "mountain": (1e-4, 2e-4, 0.1),
}
LANDSCAPES = tuple(_RATES)


@dataclass(frozen=True)
class Kind:
    """One rule that can race: its name in a text, its class, what is fixed, and the settings that have a control."""

    label: str
    make: type
    fixed: dict = field(default_factory=dict)
    settings: dict = field(default_factory=dict)
    column: int = 2  # which of the landscape's three rates
    share: float = 1.0  # and how much of it

    def rate(self, landscape: str) -> float:
        """The learning rate to begin with on a landscape."""
        return float(f"{self.share * _RATES[landscape][self.column]:.3g}")


_BETAS = {"beta_1": 0.9, "beta_2": 0.999}
KINDS = {
    "sgd": Kind("gradient descent", optimizers.SGD, column=0),
    "momentum": Kind("momentum", optimizers.SGD, {}, {"momentum": 0.9}, column=1),
    "nesterov": Kind("Nesterov", optimizers.SGD, {"nesterov": True}, {"momentum": 0.9}, column=1),
    "adagrad": Kind("Adagrad", optimizers.Adagrad, share=5),
    "adadelta": Kind("Adadelta", optimizers.Adadelta, {}, {"rho": 0.95}, share=200),
    "rmsprop": Kind("RMSprop", optimizers.RMSprop, {}, {"rho": 0.9}, share=0.3),
    "adam": Kind("Adam", optimizers.Adam, {}, _BETAS),
    "amsgrad": Kind("AMSGrad", optimizers.Adam, {"amsgrad": True}, _BETAS),
    "adamw": Kind("AdamW", optimizers.AdamW, {}, {**_BETAS, "weight_decay": 0.004}),
    "adamax": Kind("Adamax", optimizers.Adamax, {}, _BETAS, share=2),
    "nadam": Kind("Nadam", optimizers.Nadam, {}, _BETAS),
}
FIRST = ("sgd", "momentum", "rmsprop", "adam")  # who runs unless others are named


@functools.cache
def landscape(name: str) -> landscapes.Landscape:
    """The landscape of `helpers.landscapes` with this name; ValueError for another one."""
    ground = getattr(landscapes, check_choice("landscape", name, LANDSCAPES))()
    if name == "mountain":
        ground.bounds = ((12.0, 30.0), (3.0, 21.0))  # the part with the range: on the whole map a race is a dot
    return ground


def with_yours(yours: Mapping | None) -> dict[str, Kind]:
    """All kinds by keyword, the learner's own among them as "your_adam" and so on.

    ``yours`` holds optimizer classes by name, as `progress.my_helpers()` does; functions in it, the answers to other
    exercises, are passed over. TypeError for what is neither.
    """
    if yours is None:
        return dict(KINDS)
    if not isinstance(yours, Mapping):
        raise TypeError(f"yours must be a dict of optimizer classes, such as progress.my_helpers(), got {shown(yours)}")
    found = dict(KINDS)
    for name, thing in yours.items():
        if not isinstance(name, str) or not name.isidentifier():
            raise TypeError(f"yours must have names as its keys, such as 'adam', got {shown(name)}")
        if not callable(thing):
            raise TypeError(f"yours[{name!r}] must be an optimizer class, got {shown(thing)}: leave out the ()")
        if isinstance(thing, type) and hasattr(thing, "apply"):
            like = KINDS.get(name, Kind(name, thing))
            takes = _arguments(thing)
            settings = {key: value for key, value in like.settings.items() if key in takes}
            label = f"your {'SGD' if name == 'sgd' else like.label}"
            found[f"your_{name}"] = Kind(label, thing, {}, settings, like.column, like.share)
    return found


def _arguments(kind: type) -> set[str]:
    """The names of the arguments that a class takes, those of its base classes too where it passes the rest on."""
    names: set[str] = set()
    for part in kind.__mro__:
        if "__init__" in vars(part):
            parameters = list(inspect.signature(part.__init__).parameters.values())[1:]
            names |= {p.name for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)}
            if not any(p.kind is p.VAR_KEYWORD for p in parameters):
                break
    return names


@dataclass
class Race:
    """All that a race is made of; `line` writes it as code.

    Attributes: ``landscape``, a name; ``start`` (d,); ``steps``, how many are run; ``at``, the step that is looked at;
    ``racers``, the settings of each that runs, by keyword; ``kinds``, all that could run; ``yours``, as it was given.
    """

    landscape: str
    start: tuple[float, ...]
    steps: int
    at: int
    racers: dict[str, dict]
    kinds: dict[str, Kind]
    yours: Mapping | None = None

    def line(self) -> str:
        """One line of code that makes this very race, at this step."""
        parts = [f"landscape={self.landscape!r}", f"start={self.start!r}"]
        for key, settings in self.racers.items():
            usual = self.kinds[key].settings
            told = {n: v for n, v in settings.items() if n == "learning_rate" or usual.get(n, ...) != v}
            parts.append(f"{key}={told!r}")
        parts += [f"steps={self.steps}"] + [f"at={self.at}"] * (self.at != self.steps)
        if self.yours is not None:
            parts.append(f"yours={_as_code(self.yours)}")
        return f"playground.race({', '.join(parts)})".replace("'", '"')

    def moved_to(self, name: str) -> Race:
        """The same racers on another landscape: from its start, with the rates that suit it."""
        racers = {key: given | {"learning_rate": self.kinds[key].rate(name)} for key, given in self.racers.items()}
        start = tuple(landscape(name).start.tolist())
        return Race(name, start, self.steps, self.steps, racers, self.kinds, self.yours)


def _as_code(yours) -> str:
    """How the learner's classes are named in a line of code: those out of my_helpers.py all together."""
    classes = {name: thing for name, thing in yours.items() if isinstance(thing, type)}
    if all(thing.__module__ == "my_helpers" for thing in classes.values()):
        return "progress.my_helpers()"
    return "{" + ", ".join(f"{name!r}: {thing.__name__}" for name, thing in classes.items()) + "}"


def read(landscape_name="rosenbrock", start=None, steps=STEPS, at=None, yours=None, racers: Mapping = ()) -> Race:
    """Check the arguments of a race and return it; TypeError or ValueError names the one that is wrong."""
    ground = landscape(landscape_name)
    steps = check_integer("steps", steps)
    if steps > MOST_STEPS:
        raise ValueError(f"steps must be at most {MOST_STEPS}, got {steps}")
    at = steps if at is None else check_integer("at", at, 0)
    if at > steps:
        raise ValueError(f"at must be at most steps, which is {steps}, got {at}")
    kinds = with_yours(yours)
    named = dict(racers) or _first(kinds)
    run = {key: settings_of(key, kinds, given, landscape_name) for key, given in named.items()}
    return Race(landscape_name, _start(start, ground), steps, at, run, kinds, yours)


def _first(kinds):
    """Who runs where nobody is named: of each kind the learner's own, where there is one."""
    return {own if (own := f"your_{key}") in kinds else key: {} for key in FIRST}


def _start(start, ground) -> tuple[float, ...]:
    if start is None:
        return tuple(ground.start.tolist())
    w = as_floats("start", start)
    if w.shape != (ground.dimensions,):
        example = f"such as {tuple(ground.start.tolist())}"
        raise ValueError(f"start must be {ground.dimensions} number(s) on {ground.name}, {example}, got {shown(start)}")
    for value, (low, high) in zip(w.tolist(), ground.bounds, strict=True):
        if not low <= value <= high:
            around = " and ".join(f"{a:g} to {b:g}" for a, b in ground.bounds)
            raise ValueError(f"start must be on the map of {ground.name}, within {around}, got {shown(start)}")
    return tuple(w.tolist())


def settings_of(key: str, kinds: Mapping[str, Kind], given, landscape_name: str) -> dict:
    """All settings of a racer: the given ones over those to begin with. Raises where its class would refuse them."""
    if key.startswith("your_") and key not in kinds:
        known = ", ".join(k for k in kinds if k.startswith("your_")) or "none"
        raise ValueError(
            f"{key}: there is no such optimizer of yours (there are: {known}); pass the exercise, and give "
            "yours=progress.my_helpers()"
        )
    kind = check_choice("optimizer", key, kinds)
    if not isinstance(given, Mapping):
        raise TypeError(f'{key} must be a dict of settings, such as {{"learning_rate": 0.1}}, got {shown(given)}')
    for name in given:
        check_choice(f"setting of {key}", name, sorted(_arguments(kind.make) - {"name", *kind.fixed}))
    plain = {name: _plain(f"{key}[{name!r}]", value) for name, value in given.items()}
    settings = {"learning_rate": kind.rate(landscape_name), **kind.settings, **plain}
    with blaming(key):
        make(kind, settings)
    return settings


def _plain(name, value):
    """A number, a flag or None, as code can spell it."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, numbers.Real):
        return float(value)
    raise TypeError(f"{name} must be a number, got {shown(value)}")


def make(kind: Kind, settings: Mapping):
    """A new optimizer of this kind."""
    return kind.make(**kind.fixed, **settings)


@dataclass(frozen=True)
class Lane:
    """Where one racer was: ``path`` (n + 1, d) and ``losses`` (n + 1,), as far as it got; ``end`` says why no farther."""

    path: np.ndarray
    losses: np.ndarray
    end: str = ""

    def at(self, step: int) -> int:
        """The index of that step, or of the last one before it."""
        return min(step, len(self.path) - 1)

    def is_out(self, step: int) -> bool:
        """Whether the racer has stopped for good by that step."""
        return bool(self.end) and step >= len(self.path) - 1

    @property
    def ended_at(self) -> int:
        """The step that ended it: the one to its last point or, if that led to no point, the one after."""
        return len(self.path) - (self.end == DIVERGED)

    def reaches(self, steps: int) -> bool:
        """Whether a race of so many steps has nothing to add to it."""
        return bool(self.end) or len(self.path) > steps

    def cut(self, steps: int) -> Lane:
        """The lane of a race of so many steps, which this one `reaches`."""
        return Lane(self.path[: steps + 1], self.losses[: steps + 1], self.end if steps >= self.ended_at else "")


def run(ground, makers: Mapping[str, Callable], start, steps: int) -> dict[str, Lane]:
    """Run all optimizers from ``start``, side by side, and return their lanes by key.

    Who gets more than FAR map widths away, or to a point that is no number, or raises an error, stops there and is
    told; the others go on. The gradient of all is taken in one call for each step.
    """
    # One point more: NumPy rounds powers of a single number in another way, and a lane must not depend on who else runs.
    places = np.tile(np.array(start, dtype=float), (len(makers) + 1, 1))
    paths = {key: np.tile(places[0], (steps + 1, 1)) for key in makers}
    taken, ends, racing = dict.fromkeys(makers, 0), dict.fromkeys(makers, ""), {}
    with np.errstate(all="ignore"):  # numbers that grow without end are what some of these races are about
        for i, (key, new) in enumerate(makers.items()):
            try:
                racing[key] = new(), i
            except Exception as error:
                ends[key] = _told(error)
        for step in range(1, steps + 1):
            if not racing:
                break
            places[-1] = places[0]
            slopes = ground.gradient(places)
            for key, (optimizer, i) in list(racing.items()):
                try:
                    optimizer.apply([slopes[i]], [places[i]])
                except Exception as error:  # the learner's own rule: whatever it raises, the race goes on
                    ends[key] = _told(error)
                    del racing[key]
                else:
                    paths[key][step] = places[i]
                    taken[key] = step
        return {key: _lane(ground, path[: taken[key] + 1], ends[key]) for key, path in paths.items()}


def _lane(ground, path, end) -> Lane:
    """The lane of this path, cut where it leaves the race: to look at each step alone takes as long as the steps."""
    ranges = np.array(ground.bounds)
    finite = np.isfinite(path).all(axis=1)
    far = np.abs(path - ranges.mean(axis=1)).max(axis=1) > FAR * np.ptp(ranges, axis=1).max()
    out = np.flatnonzero(~finite | far)
    if out.size and not finite[out[0]]:
        path, end = path[: out[0]], "is no number any more"
    elif out.size:
        path, end = path[: out[0] + 1], DIVERGED
    return Lane(path, np.asarray(ground(path)), end)


def _told(error: Exception) -> str:
    return " ".join(f"stopped: {type(error).__name__}: {error}".split())[:120]


@dataclass(frozen=True)
class Place:
    """How one racer stands at a step: its loss, its best so far, its distance, and a word where all is not well."""

    key: str
    label: str
    loss: float
    best: float
    distance: float
    trouble: str


def standing(ground, lanes: Mapping[str, Lane], labels: Mapping[str, str], step: int) -> list[Place]:
    """Everybody at a step, the lowest loss first and who is out last.

    The distance is the one to the nearest known minimum, or, where none is known, to the start.
    """
    low, high = np.array(ground.bounds).T
    places = []
    for key, lane in lanes.items():
        i = lane.at(step)
        w = lane.path[i]
        goals = ground.minima if len(ground.minima) else lane.path[:1]
        away = float(np.linalg.norm(goals - w, axis=1).min())
        out = lane.is_out(step)
        trouble = f"{lane.end} at step {lane.ended_at}" if out else ""
        if not trouble and ((w < low) | (w > high)).any():
            trouble = "off the map"
        places.append(Place(key, labels[key], float(lane.losses[i]), float(lane.losses[: i + 1].min()), away, trouble))
    return sorted(places, key=lambda place: (lanes[place.key].is_out(step), place.loss))


def height(ground, value: float) -> str:
    """A loss as text; on the mountain a height in metres."""
    unit = ground.units[1]
    return f"{value:.0f} {unit}" if unit else number(value)


def number(value: float) -> str:
    """Three digits as text, with a minus sign as wide as a plus."""
    return f"{value:.3g}".replace("-", "−")


def sentence(ground, places: Sequence[Place], lanes: Mapping[str, Lane], step: int) -> str:
    """The state of the race in one sentence, true for these lanes; short enough for a title, so not all are named."""
    said = [_told_with(most, ground, places, lanes, step) for most in (3, 2, 1)]
    return next((one for one in said if len(one) <= TITLE), said[-1])


def _told_with(most, ground, places, lanes, step):
    """The sentence, with a count in place of names where they are more than `most`."""
    word = "height" if ground.units[1] else "loss"
    if step == 0:
        return f"Before the first step: {word} {height(ground, places[0].loss)}"
    after = f"After {step} step{'s' if step > 1 else ''}"
    out = [place.label for place in places if lanes[place.key].is_out(step)]
    going = [place for place in places if not lanes[place.key].is_out(step)]
    if not going:
        return f"{after} {_listed(out, most)} {'is' if len(out) == 1 else 'are'} out of the race"
    best = going[0].loss
    level = [p for p in going if p.loss - best <= LEVEL * abs(best) or max(abs(p.loss), abs(best)) <= NONE]
    first = [place.label for place in level]
    same = level[-1].loss - best <= LEVEL * abs(best)
    there = f"{word} {height(ground, best)}" if same else f"{word} below {number(NONE)}"
    if len(places) == 1:
        said = f"{after} {first[0]} is at {there}"
    elif len(first) == len(going) > 1:
        said = f"{after} {'the others' if out else 'all'} are level: {there}"
    else:
        said = f"{after} {_listed(first, most)} lead{'s' * (len(first) == 1)}: {there}"
    return said + (f"; {_listed(out, most)} {'is' if len(out) == 1 else 'are'} out" if out else "")


def _listed(names: list[str], most: int) -> str:
    if len(names) > most:
        return f"{len(names)} optimizers"
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
