"""Predictions that can be answered by a button: beside the text, where a notebook can show widgets.

``check.predict_beta(...)`` with the answer still open shows, in JupyterLab, one button for each answer, or a field where
a number is asked for. What is chosen is judged and noted as if it had been typed. Everywhere else, and in a stored
notebook, the text stands alone; there it says what was chosen, and the instructor's table counts that.
"""

import ast
import dataclasses
import importlib.util
import operator
import re
import sys

from helpers.check.result import Result

_CHOSEN = "Your answer by button: `{!r}`."
_READ = re.compile(r"\A\S [^:\n]+: (\w+)$.*^Your answer by button: `(.{1,200}?)`\.", re.DOTALL | re.MULTILINE)
_panels = {}  # {exercise: the panel shown last}: a cell that runs again closes the one it showed before
_SIGNS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


class Quiz(Result):
    """The result of an open prediction; shown in a notebook, it brings its buttons along."""

    def _ipython_display_(self):
        from IPython.display import display

        try:
            panel = _Panel(self.exercise)
        except Exception as error:  # widgets that cannot be made must not take the text away
            display(dataclasses.replace(plain(self), notes=(*self.notes, f"No buttons: {error}")))
            return
        display(panel.bundle(), raw=True)
        panel.told = display(plain(self), display_id=True)


def plain(result):
    """Return the result without buttons, for those under which it stands."""
    return Result(**vars(result))


def possible():
    """True in the kernel of a notebook that has ipywidgets; a terminal, a script or a test has no use for buttons."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return getattr(shell, "kernel", None) is not None and importlib.util.find_spec("ipywidgets") is not None


def say_chosen(value):
    """Return the sentence that a verdict bears where its answer was chosen, and stands nowhere else in the notebook."""
    return _CHOSEN.format(value)


def read_chosen(text):
    """Return (exercise, answer) from the text of a verdict with that sentence, as a saved notebook holds it; else None."""
    found = _READ.match(text)
    try:
        value = ast.literal_eval(found[2]) if found else None
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None
    return (found[1], value) if type(value) in (str, int, float) else None


class _Panel:
    """The buttons of one exercise, or its field; closes the ones that the same exercise showed before."""

    def __init__(self, id):
        import ipywidgets as widgets

        from helpers.check import registry
        from helpers.progress import chosen

        self.exercise, self.told, self._all = registry.get(id), None, []
        if id in _panels:
            _panels.pop(id).close()
        _panels[id] = self
        choices, taken = self.exercise.spec["choices"], chosen(id)
        if choices:
            self._buttons = {c: self._new(widgets.Button, tooltip=f"Answer {c} to {id}") for c in choices}
            for choice, button in self._buttons.items():
                button.layout.width = "auto"
                button.on_click(lambda _, choice=choice: self.answer(choice))
            self._mark(taken)
            parts = [self._new(widgets.Label, value="Your answer:"), *self._buttons.values()]
        else:
            self._buttons = {}
            self._field = self._new(
                widgets.Text,
                value="" if taken is None else f"{taken!r}",
                description="Your number:",
                style={"description_width": "initial"},
            )
            # Enter in the field sends this message, whatever the field's value was before.
            self._field.on_msg(lambda _, said, __: self.answer_number() if said.get("event") == "submit" else None)
            button = self._new(widgets.Button, description="Answer", tooltip=f"Answer this number to {id}")
            button.on_click(lambda _: self.answer_number())
            parts = [self._field, button]
        self.box = self._new(widgets.HBox, children=parts)
        self.box.layout.flex_flow = "row wrap"

    def _new(self, kind, **options):
        made = kind(**options)
        self._all.append(made)
        return made

    def bundle(self):
        """Return what to display: the widgets, and in words what they are for where there are none."""
        answers = "buttons " + ", ".join(map(str, self._buttons)) if self._buttons else "a field for a number"
        return {**self.box._repr_mimebundle_(), "text/plain": f"(in JupyterLab: {answers})"}

    def answer(self, choice):
        """Judge and note the choice; the verdict takes the place of the one that stands under the buttons."""
        from helpers.check import session

        self._mark(choice)
        self.told.update(session.chosen(self.exercise, choice))

    def answer_number(self):
        """Judge and note the number in the field, or say how to write one."""
        text = self._field.value.strip()
        try:
            value = number(text)
        except ValueError:
            said = f"`{text}` is not a number. Write it like 0.25, 1e-3 or 2/101." if text else "The field is empty."
            self.told.update(Result(self.exercise.id, "not yet", said))
            return
        self.answer(value)

    def _mark(self, chosen):
        for choice, button in self._buttons.items():  # in words, too: colour alone would not tell everybody
            button.description = f"{choice} (chosen)" if choice == chosen else str(choice)
            button.button_style = "primary" if choice == chosen else ""

    def close(self):
        """Give back the widgets, here and in the browser."""
        for widget in self._all:
            for part in (getattr(widget, "style", None), widget.layout, widget):
                if part is not None:
                    part.close()


def number(text):
    """Return the value of a number or of a small sum written with + − * / and parentheses; else ValueError."""

    def value(node):
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            return float(node.value)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
            return -value(node.operand) if isinstance(node.op, ast.USub) else value(node.operand)
        if isinstance(node, ast.BinOp) and type(node.op) in _SIGNS:
            return _SIGNS[type(node.op)](value(node.left), value(node.right))
        raise ValueError(text)

    try:
        return value(ast.parse(text[:200].replace("−", "-"), mode="eval").body)
    except (SyntaxError, ArithmeticError, RecursionError, MemoryError):
        raise ValueError(text) from None
