"""The controls of one racer: its line as a key, its learning rate, and the settings that its kind has."""

from __future__ import annotations

import contextlib
import html
import weakref
from math import log10

import ipywidgets as widgets

from helpers.playground.turns import in_turn
from helpers.playground.words import spoken_controls
from helpers.plots.race import swatch

_SYMBOLS = {"momentum": "β", "rho": "β (ρ)", "beta_1": "β₁", "beta_2": "β₂", "weight_decay": "decay λ"}
_LONG = (0.5, 0.7, 0.9, 0.95, 0.99, 0.999, 0.9999)  # memories whose last digits count
_DECAYS = (0.0, 0.001, 0.004, 0.01, 0.04, 0.1, 0.4)
_echoes = weakref.WeakKeyDictionary()  # what a slider said first after it was set
_WIDTH = widgets.Layout  # a new one for each control: they are changed one by one


def hidden(control):
    """A control that works and is not seen."""
    control.layout.display = "none"
    return control


@contextlib.contextmanager
def quietly(owner):
    """Within it, the owner's observers take no notice: the controls are set to a state that is known."""
    before, owner._busy = owner._busy, True
    try:
        yield
    finally:
        owner._busy = before


def is_echo(slider, told, known) -> bool:
    """Whether a slider only says which of its marks is nearest to the value that it was set to.

    The browser does that for every value between two marks: -1.234 comes back as -1.24. What counts is what was set.
    It always names the same mark, so another one is a hand's, also where two marks are equally near.
    """
    first = _echoes.setdefault(slider, told)
    if told != first:
        return False
    if isinstance(slider, widgets.FloatLogSlider):
        told, known = log10(told), log10(known) if known > 0 else -99.0
    return abs(told - known) <= 0.501 * slider.step


def set_together(control, value, low, high, **more):
    """Set a slider's value and ends in one message, the ends first.

    The browser takes the parts of a message one by one, and cuts a value that is still outside the old ends.
    """
    _echoes.pop(control, None)
    parts = {"min": low, "max": high, **more, "value": value}
    if all(getattr(control, name) == new for name, new in parts.items()):
        return
    with control.hold_sync():
        with control.hold_trait_notifications():
            for name, new in parts.items():
                setattr(control, name, new)
        control.send_state(list(parts))  # what follows when the hold ends is the same again, in any order


class RacerRow:
    """A row of controls; `tell(key, settings)` is called with those that a hand has changed."""

    def __init__(self, key, kind, tell):
        """Make the controls once; `show` sets them as often as needed."""
        self._key, self._tell = key, tell
        style = {"description_width": "initial"}
        self._rate = widgets.FloatLogSlider(
            description="learning rate", readout_format=".2g", step=0.05, style=style, layout=_WIDTH(width="20em")
        )
        self._rate.observe(lambda _: self._changed("learning_rate", self._rate), names="value")
        self._others, self._shown = {}, {}
        for name in kind.settings:
            options = {"beta_2": _LONG, "rho": _LONG, "weight_decay": _DECAYS}.get(name)
            common = {"description": _SYMBOLS.get(name, name), "style": style, "layout": _WIDTH(width="11em")}
            if options is None:
                control = widgets.FloatSlider(min=0.0, max=0.99, step=0.01, **common)
            else:
                control = widgets.SelectionSlider(options=[(f"{v:g}", v) for v in options], **common)
            control.observe(lambda change, name=name: self._changed(name, change.owner), names="value")
            self._others[name] = control
        label = widgets.HTML(f"{swatch(key)} {html.escape(kind.label)}", layout=_WIDTH(width="13em"))
        self.box = widgets.HBox(
            [label, self._rate, *self._others.values(), spoken_controls([self._rate, *self._others.values()])],
            layout=_WIDTH(flex_flow="row wrap", align_items="center", max_width="800px"),
        )

    @in_turn
    def _changed(self, name, control):
        value, known = control.value, self._shown.get(name) or 0.0
        if value == known or (not isinstance(control, widgets.SelectionSlider) and is_echo(control, value, known)):
            return
        self._shown[name] = float(f"{value:.3g}") if name == "learning_rate" else round(float(value), 6)
        self._tell(self._key, {name: self._shown[name]})

    def show(self, settings, rate):
        """Set the controls; `rate` is the one that suits the landscape, in the middle of the slider."""
        self._shown = dict(settings)
        given = settings["learning_rate"]
        middle = log10(rate)  # so that this rate is one of the slider's marks
        ends = [middle - 2.0, middle + 2.5] + ([log10(given)] if given > 0 else [])
        set_together(self._rate, given if given > 0 else 10 ** min(ends), min(ends), max(ends))
        for name, control in self._others.items():
            value = settings[name] or 0.0  # None means no weight decay
            if isinstance(control, widgets.SelectionSlider):
                known = [v for _, v in control.options]
                if value not in known:
                    control.options = [(f"{v:g}", v) for v in sorted([*known, value])]
            else:
                control.max = max(control.max, value)
            control.value = value
