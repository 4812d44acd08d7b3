"""Controls to turn under a picture that follows: sliders and choices that redraw one owned figure into one image."""

from __future__ import annotations

import functools
import html
import inspect
import itertools
import traceback
from collections.abc import Callable

import ipywidgets as widgets
from matplotlib.figure import Figure

from helpers.playground.ahead import in_spare_time
from helpers.playground.ground import KEPT, Ground
from helpers.playground.turns import in_turn
from helpers.playground.words import spoken_controls
from helpers.plots.figures import bundle, check_alt, figure, quick_png, spoken

_LABELS = {"description_width": "initial"}


def slider(
    label: str, min: float, max: float, value: float | None = None, step: float | None = None, log: bool = False
) -> widgets.Widget:
    """Return a slider that shows its value; with `log` the handle moves evenly through powers of ten.

    Whole numbers in `min`, `max`, `value` and `step` make a slider of whole numbers. With `log`, `min` and `max` are
    the values at the ends, not exponents, and `step` is a fraction of a power of ten. Raises ValueError for a range
    that is empty or a value outside it.
    """
    value = min if value is None else value
    if not min < max or not min <= value <= max:
        raise ValueError(
            f"slider {label!r}: expected min < max and value between them; got min={min}, max={max}, value={value}"
        )
    common = {"description": label, "style": _LABELS, "layout": widgets.Layout(width="26em"), "continuous_update": True}
    if log:
        from math import log10

        if min <= 0:
            raise ValueError(f"slider {label!r}: min={min} has no logarithm; expected a number above zero")
        return widgets.FloatLogSlider(
            value=value, base=10, min=log10(min), max=log10(max), step=step or 0.05, readout_format=".2g", **common
        )
    if all(isinstance(v, int) for v in (min, max, value, step or 1)):
        return widgets.IntSlider(value=value, min=min, max=max, step=step or 1, **common)
    step = step or (max - min) / 100
    digits = next((d for d in range(7) if abs(round(step, d) - step) < 1e-9), 6)
    return widgets.FloatSlider(value=value, min=min, max=max, step=step, readout_format=f".{digits}f", **common)


def choice(label: str, options, value=None) -> widgets.Widget:
    """Return a list to choose one of `options` from: values, (text, value) pairs or a dict of them.

    The first is chosen unless `value` says so. Raises ValueError where there is nothing to choose from.
    """
    options = list(options.items()) if isinstance(options, dict) else list(options)
    if not options:
        raise ValueError(f"choice {label!r}: options is empty; expected at least one")
    chosen = {} if value is None else {"value": value}
    return widgets.Dropdown(
        options=options, description=label, style=_LABELS, layout=widgets.Layout(width="26em"), **chosen
    )


def button(label: str) -> widgets.Widget:
    """Return a button; the drawing function gets how often it was pressed, 0 at first (a seed, a number of steps)."""
    made = widgets.Button(description=label)
    made.add_traits(value=_count())
    made.on_click(in_turn(lambda pressed: setattr(pressed, "value", pressed.value + 1)))
    return made


def _count():
    from traitlets import Int

    return Int(0)


class Playground(widgets.VBox):
    """A picture, what it says, and the controls that change it.

    Where no widgets run (a stored notebook, GitHub, a printout) it is a plain image of its present state.
    """

    def __init__(self, draw: Callable, fig: Figure, controls: dict, alt: str, ground: Callable | None = None):
        """Draw once; `draw(fig, **values)` is called again with the controls' values after each change."""
        self._draw, self._fig, self._alt = draw, fig, alt
        self._ground = Ground(fig, ground) if ground else None
        self._controls = controls
        self._drawn: dict | None = None
        self.redraws = 0
        self._laid_out = False
        self._image = widgets.Image(
            format="png", layout=widgets.Layout(width="100%", max_width=f"{self._css_width()}px")
        )
        # A tooltip on an Image stops its view with an error in ipywidgets 8.1, so the words stand beside it.
        self._words = widgets.HTML(spoken(alt), layout=widgets.Layout(height="0", margin="0"))
        self._note = widgets.HTML()
        for control in controls.values():
            control.observe(self._changed, names="value")
        super().__init__(
            [
                self._image,
                self._words,
                self._note,
                widgets.HBox(list(controls.values()), layout=widgets.Layout(flex_flow="row wrap")),
                spoken_controls(controls.values()),
            ]
        )
        self._changed()
        if self._ground:
            in_spare_time(functools.partial(self._ground.prepare, values) for values in self._choosable())

    def _choosable(self) -> list[dict]:
        """The values that choose another ground, where lists choose it and there are few: none has to be waited for."""
        lists = [self._controls[name] for name in self._ground.names]
        if not lists or not all(isinstance(control, widgets.Dropdown) for control in lists):
            return []
        chosen = itertools.product(*([value for _, value in control._options_full] for control in lists))
        every = [dict(zip(self._ground.names, values, strict=True)) for values in chosen]
        return every if len(every) <= KEPT else []

    def _css_width(self) -> int:
        return round(self._fig.get_size_inches()[0] * 100)

    @in_turn
    def _changed(self, _change=None) -> None:
        values = {name: control.value for name, control in self._controls.items()}
        # A control that was moved and moved back before the kernel came to it needs no new picture.
        if values == self._drawn:
            return
        self._drawn = values
        try:
            said = self._redraw(values)
            self._image.value = self._ground.png() if self._ground else quick_png(self._fig)
            self._note.value = f'<span role="status">{html.escape(said)}</span>' if isinstance(said, str) else ""
        except Exception as error:  # whatever a drawing function does, the controls stay alive
            self._note.value = f'<span role="alert">No picture for these values: {html.escape(_what(error))}</span>'
        self.redraws += 1

    def _redraw(self, values: dict):
        self._clear(values)
        said = self._draw(self._fig, **values)
        if not self._laid_out:
            # The axes stay where the first picture puts them: finding places anew takes half the time of a picture.
            self._fig.draw_without_rendering()
            self._fig.set_layout_engine("none")
            self._laid_out = True
            if self._ground:  # what was measured on axes that had no place yet, such as a square's sides, is so again
                self._clear(values)
                said = self._draw(self._fig, **values)
        return said

    def _clear(self, values: dict) -> None:
        if self._ground:
            self._ground.lay(values)
        else:
            for ax in self._fig.axes:
                ax.clear()

    @in_turn
    def _repr_mimebundle_(self, **kwargs):
        data = super()._repr_mimebundle_(**kwargs) or {}
        picture, metadata = bundle(self._fig, self._alt)
        return data | picture, metadata


def _what(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} (in {last.name}, line {last.lineno})"


def explore(
    draw: Callable,
    alt: str = "",
    *,
    ncols: int = 1,
    nrows: int = 1,
    size: tuple[float, float] = (8.0, 3.8),
    ground: Callable | None = None,
    **controls,
):
    """Return a picture with controls: `draw(fig, **values)` draws it anew, on cleared axes, whenever a control changes.

    Each keyword is a control from `slider`, `choice` or `button`, and names the argument that `draw` gets. The axes
    are `fig.axes`, `ncols` by `nrows` of them. A sentence that `draw` returns is shown under the picture. An exception
    inside `draw` becomes a short message. `alt` says what can be seen (the drawing function's docstring, unless given).

    `ground(fig)` makes a picture three times as fast: it draws what stays (limits, labels, maps), once, and `draw`
    then draws on top of it, a title and what else moves, each in a colour of its own. A ground that depends on some
    controls takes their values, `ground(fig, place)`, and is drawn once for each of them. Raises TypeError for a
    control that is none, or a ground that asks for one.
    """
    if not callable(draw):
        raise TypeError(f"draw is a {type(draw).__name__}; expected a function draw(fig, **values)")
    for name, control in controls.items():
        if not hasattr(control, "value") or not hasattr(control, "observe"):
            raise TypeError(f"{name}={control!r}: expected playground.slider, playground.choice or playground.button")
    asked = list(inspect.signature(ground).parameters)[1:] if ground else []
    if unknown := [name for name in asked if name not in controls]:
        raise TypeError(f"ground takes {', '.join(unknown)}; expected the figure, then names of the controls")
    alt = check_alt(alt or (draw.__doc__ or "").strip().split("\n\n")[0])
    fig, _ = figure(ncols, nrows, height=size[1], width=size[0])
    return Playground(draw, fig, controls, alt, ground)
