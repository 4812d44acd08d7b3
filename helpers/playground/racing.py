"""The race: optimizers with their settings on any landscape, from any start, step by step, and as a line of code."""

from __future__ import annotations

import functools
import html
from collections.abc import Mapping
from dataclasses import replace
from math import floor, log10

import ipywidgets as widgets

from helpers import racing
from helpers.playground.ahead import in_spare_time
from helpers.playground.race_controls import RacerRow, hidden, is_echo, quietly, set_together
from helpers.playground.turns import in_turn
from helpers.playground.words import spoken_controls
from helpers.plots.figures import bundle, spoken
from helpers.plots.race import Stage, swatch
from helpers.plots.race_map import SIZE, map_pixels

_WIDE = f"{round(100 * SIZE[0])}px"
_FULL = "calc(100% - 4px)"  # without its margins, or a narrow page would scroll
_LABELS = {"description_width": "initial"}
_AHEAD = 100  # steps that a race is run farther when it is made longer
_KEPT = 60  # runs of single racers that are remembered, so that a slider moved back costs nothing

# A picture has no click of its own in ipywidgets. This pane over it writes the place of a click, as shares of the
# picture, into a hidden text field, whose value reaches the kernel as any other. Where scripts in HTML are forbidden
# nothing happens, and the sliders for x and y remain.
_CLICK = """<div aria-hidden="true" style="position:absolute;inset:0;cursor:crosshair" onclick="
const box = this.closest('.race-map'), image = box.querySelector('img').getBoundingClientRect();
const field = box.querySelector('.race-spot input');
field.value = [(event.clientX - image.left) / image.width, (event.clientY - image.top) / image.height].join(' ');
field.dispatchEvent(new Event('input', {bubbles: true}));"></div>"""


def race(
    landscape: str = "rosenbrock",
    start=None,
    steps: int = racing.STEPS,
    at: int | None = None,
    yours: Mapping | None = None,
    **racers: Mapping,
):
    """Return a race to watch: `playground.race(landscape="ravine", adam={"learning_rate": 0.3}, momentum={})`.

    Each further keyword is an optimizer (`racing.KINDS`) with a dict of its settings; what is left out begins with
    what suits the landscape. `start` is a point of the map (the landscape's own, if None), `steps` at most 1000, `at`
    the step to look at (the last, if None). ``yours=progress.my_helpers()`` adds the optimizers that you passed, as
    "your_adam" and so on. TypeError or ValueError names the argument that is wrong.
    """
    return Racing(racing.read(landscape, start, steps, at, yours, racers))


class Racing(widgets.VBox):
    """The picture of a race, a table, and the controls; `race` is the present state, and `race.line()` its code."""

    def __init__(self, state: racing.Race):
        """Draw the state, and follow the controls from then on."""
        self.race = state
        self._stage = Stage()
        self._known: dict = {}
        self._rows: dict[str, RacerRow] = {}
        self._busy = False
        self._make_controls()
        above = self._picture, self._words, self._note, self._transport, self._table
        super().__init__([*above, self._ground, self._who, self._settings, self._code])
        self._show_state()
        self.refresh()
        in_spare_time(functools.partial(map_pixels, racing.landscape(name)) for name in racing.LANDSCAPES)

    # -- the controls -----------------------------------------------------------------------------------------

    def _make_controls(self):
        full = widgets.Layout(grid_area="1 / 1 / 2 / 2", width="100%", margin="0")
        self._image = widgets.Image(format="png", layout=full)
        pane = widgets.HTML(_CLICK, layout=widgets.Layout(grid_area="1 / 1 / 2 / 2", height="100%", margin="0"))
        self._spot = hidden(widgets.Text())
        self._spot.add_class("race-spot")
        self._picture = widgets.GridBox(
            [self._image, pane, self._spot],
            layout=widgets.Layout(grid_template_columns="minmax(0, 1fr)", width="100%", max_width=_WIDE),
        )
        self._picture.add_class("race-map")
        self._spot.observe(self._clicked, names="value")
        self._words = widgets.HTML(layout=widgets.Layout(height="0", margin="0"))
        self._note = widgets.HTML()
        # In a narrow window it scrolls by itself.
        self._table = widgets.HTML(layout=widgets.Layout(width=_FULL, max_width=_WIDE, overflow="auto"))

        self._play = hidden(widgets.Play(interval=60, show_repeat=False))
        self._run = widgets.Button(description="Run", layout=widgets.Layout(width="7em"))
        self._back = widgets.Button(description="Step back", layout=widgets.Layout(width="8em"))
        self._on = widgets.Button(description="Step on", layout=widgets.Layout(width="8em"))
        self._at = widgets.IntSlider(description="step", style=_LABELS, layout=widgets.Layout(width="26em"))
        widgets.jslink((self._play, "value"), (self._at, "value"))
        self._run.on_click(in_turn(lambda _: setattr(self._play, "playing", not self._play.playing)))
        self._back.on_click(in_turn(lambda _: setattr(self._at, "value", self.race.at - 1)))
        self._on.on_click(in_turn(lambda _: setattr(self._at, "value", self.race.at + 1)))
        self._play.observe(self._playing, names="playing")
        # Handlers ask a control for its value when it is their turn: it may have been set anew while they waited.
        self._at.observe(in_turn(lambda _: self._change(at=self._at.value)), names="value")
        self._transport = _row(self._run, self._back, self._on, self._at, self._play)

        names = {racing.landscape(name).name: name for name in racing.LANDSCAPES}
        self._where = widgets.Dropdown(
            options=names, description="landscape", style=_LABELS, layout=widgets.Layout(width="21em")
        )
        self._where.observe(in_turn(lambda _: self._move_to(self._where.value)), names="value")
        self._axes = [
            widgets.FloatSlider(description=f"start {name}", style=_LABELS, layout=widgets.Layout(width="17em"))
            for name in "xy"
        ]
        for i, axis in enumerate(self._axes):
            axis.observe(in_turn(lambda _, i=i: self._start_moved(i, self._axes[i].value)), names="value")
        self._length = widgets.IntSlider(
            *(self.race.steps, 10, racing.MOST_STEPS, 10),
            description="steps in all",
            style=_LABELS,
            layout=widgets.Layout(width="17em"),
        )
        self._length.observe(in_turn(lambda _: self._lengthen(self._length.value)), names="value")
        self._ground = _row(self._where, *self._axes, self._length)

        self._toggles = {}
        for key, kind in self.race.kinds.items():
            toggle = widgets.ToggleButton(description=kind.label, layout=widgets.Layout(width="auto"))
            toggle.observe(in_turn(lambda _, key=key: self._join(key, self._toggles[key].value)), names="value")
            self._toggles[key] = toggle
        self._who = _row(*self._toggles.values())
        self._settings = widgets.VBox()
        self._code = widgets.Textarea(
            description="as code",
            style=_LABELS,
            continuous_update=False,
            rows=3,
            layout=widgets.Layout(width=_FULL, max_width=_WIDE),
        )
        self._code.observe(lambda _: setattr(self._code, "value", self.race.line()), names="value")

    def _show_state(self):
        """Set every control to the state, without being told of it; after the picture, which is waited for."""
        race, ground = self.race, racing.landscape(self.race.landscape)
        with quietly(self):
            self._where.value = race.landscape
            for axis, bounds, value in zip(self._axes, ground.bounds, race.start, strict=False):
                set_together(axis, value, *bounds, step=_round_step(bounds[1] - bounds[0]))
            self._axes[1].layout.display = None if ground.dimensions == 2 else "none"
            set_together(self._length, race.steps, min(10, race.steps), racing.MOST_STEPS)
            self._play.step = max(1, race.steps // 100)
            for control in (self._at, self._play):
                set_together(control, race.at, 0, race.steps)
            for key, toggle in self._toggles.items():
                toggle.value = key in race.racers
            for key, settings in race.racers.items():
                if key not in self._rows:
                    self._rows[key] = RacerRow(key, race.kinds[key], self._turned)
                self._rows[key].show(settings, race.kinds[key].rate(race.landscape))
            self._settings.children = [self._rows[key].box for key in race.racers]

    # -- what the controls do ---------------------------------------------------------------------------------

    def _change(self, **changes):
        """Take these parts of the state as new, and draw."""
        if not self._busy:
            self.race = replace(self.race, **changes)
            self.refresh()

    @in_turn
    def _clicked(self, change):
        try:
            across, down = (float(share) for share in change.new.split())
        except ValueError:  # typed by hand into a field that nobody sees
            return
        place = self._stage.place(across, down)
        if place is not None:
            self._set_start([float(f"{value:.4g}") for value in place])
            self._show_state()

    def _start_moved(self, i, value):
        if not self._busy and not is_echo(self._axes[i], value, self.race.start[i]):
            self._set_start([float(f"{value:.4g}") if j == i else known for j, known in enumerate(self.race.start)])

    def _set_start(self, values):
        bounds = racing.landscape(self.race.landscape).bounds
        self.race = replace(self.race, start=tuple(min(max(v, a), b) for v, (a, b) in zip(values, bounds, strict=True)))
        self.refresh()

    def _move_to(self, name):
        if not self._busy:
            self.race = self.race.moved_to(name)
            self.refresh()
            self._show_state()

    def _lengthen(self, steps):
        if not self._busy and not is_echo(self._length, steps, self.race.steps):
            at = steps if self.race.at == self.race.steps else min(self.race.at, steps)
            self.race = replace(self.race, steps=steps, at=at)
            self.refresh()
            self._show_state()

    def _join(self, key, runs):
        if self._busy:
            return
        racers = {k: v for k, v in self.race.racers.items() if k != key}
        if runs:
            racers[key] = racing.settings_of(key, self.race.kinds, {}, self.race.landscape)
        if racers:  # the last one stays
            self.race = replace(self.race, racers=racers)
        self.refresh()
        self._show_state()

    def _turned(self, key, settings):
        """A row says that its settings have changed."""
        if not self._busy:
            self._change(racers=self.race.racers | {key: self.race.racers[key] | settings})

    @in_turn
    def _playing(self, change):
        self._run.description = "Pause" if change.new else "Run"
        if not change.new:
            self._say()

    # -- what is seen -----------------------------------------------------------------------------------------

    @in_turn
    def refresh(self) -> None:
        """Run what has not been run yet, and draw."""
        try:
            race, ground = self.race, racing.landscape(self.race.landscape)
            lanes = self._lanes(ground)
            labels = {key: race.kinds[key].label for key in race.racers}
            places = racing.standing(ground, lanes, labels, race.at)
            said = racing.sentence(ground, places, lanes, race.at)
            self._image.value = self._stage.show(ground, lanes, labels, race.at, race.steps, said)
            self._table.value = _table(ground, places)
            self._said = said, _words(ground, places, race)
            if not self._play.playing:
                self._say()
            self._code.value = race.line()
        except KeyboardInterrupt:
            self._play.playing = False
            self._note.value = '<span role="status">Interrupted. Move a control to go on.</span>'
        except Exception as error:  # whatever a learner's own rule does, the controls stay alive
            said = html.escape(f"{type(error).__name__}: {error}")
            self._note.value = f'<span role="alert">No picture of this race: {said}</span>'

    def _say(self):
        """Tell the state in words: not while it runs, or a screen reader would never get to an end."""
        said, words = self._said
        self._note.value = (
            f'<span role="status" class="jp-sr-only" style="position:absolute">{html.escape(said)}</span>'
            "Click on the map to start there."
        )
        self._words.value = spoken(words)

    def _lanes(self, ground):
        """A lane for each racer, in the order of the state; only what is not known is run."""
        race = self.race
        names = {key: (race.landscape, race.start, key, repr(given)) for key, given in race.racers.items()}
        new = {
            key: (lambda key=key: racing.make(race.kinds[key], race.racers[key]))
            for key, name in names.items()
            if name not in self._known or not self._known[name].reaches(race.steps)
        }
        # A race that is made longer will be made longer still: the next presses of that key run nothing.
        longer = any(names[key] in self._known for key in new)
        run = racing.run(ground, new, race.start, race.steps + _AHEAD * longer)
        for key, name in names.items():
            known = self._known.pop(name, None)  # what was used last is forgotten last
            self._known[name] = run.get(key, known)
        while len(self._known) > _KEPT:
            del self._known[next(iter(self._known))]
        return {key: self._known[name].cut(race.steps) for key, name in names.items()}

    @in_turn
    def _repr_mimebundle_(self, **kwargs):
        data = super()._repr_mimebundle_(**kwargs) or {}
        picture, metadata = bundle(self._stage.whole(), self._said[1])
        return data | picture, metadata


def _row(*children):
    children = *children, spoken_controls(children)
    return widgets.HBox(children, layout=widgets.Layout(flex_flow="row wrap", max_width=_WIDE, align_items="center"))


def _round_step(length) -> float:
    """A 200th of the length, rounded down to 1, 2 or 5 times a power of ten: round numbers are marks of the slider."""
    power = 10.0 ** floor(log10(length / 200))
    return max(digit * power for digit in (1, 2, 5) if digit * power <= 1.001 * length / 200)


def _columns(ground):
    word = "height" if ground.units[1] else "loss"
    far = "distance to the nearest minimum" if len(ground.minima) else f"distance from the start ({ground.units[0]})"
    return f"{word} now", f"lowest {word}", far


def _table(ground, places) -> str:
    head = "".join(
        f'<th scope="col" style="text-align:left;padding:0 1em 0 0">{c}</th>' for c in ("", *_columns(ground))
    )
    rows = ""
    for place in places:
        cells = (racing.height(ground, place.loss), racing.height(ground, place.best), racing.number(place.distance))
        trouble = f" <em>{html.escape(place.trouble)}</em>" if place.trouble else ""
        name = f"{swatch(place.key)} {html.escape(place.label)}{trouble}"
        rows += f'<tr><th scope="row" style="text-align:left;font-weight:normal;padding-right:1em">{name}</th>'
        rows += "".join(f'<td style="padding-right:1em">{cell}</td>' for cell in cells) + "</tr>"
    return f'<table style="line-height:1.5"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _words(ground, places, race) -> str:
    now, best, far = _columns(ground)
    each = "; ".join(
        f"{p.label}: {now} {racing.height(ground, p.loss)}, {best} {racing.height(ground, p.best)}, "
        f"{far} {racing.number(p.distance)}" + (f", {p.trouble}" if p.trouble else "")
        for p in places
    )
    start = ", ".join(f"{value:g}" for value in race.start)
    return (
        f"Left, a map of {ground.name} with the paths of {len(places)} optimizers from ({start}); right, the "
        f"{now.removesuffix(' now')} of each against the step. At step {race.at} of {race.steps}, {each}."
    )
