"""What a check hands back: a :class:`Result` that shows itself in a notebook and as plain text."""

import html
import re
from dataclasses import dataclass, field

# Symbol, word and colour: the colour is never the only sign. The colours hold a contrast of 3 : 1 on white and on #111.
_LOOK = {
    "passed": ("✓", "Passed", "#2e8b57"),
    "noted": ("✓", "Noted", "#6b7fa3"),
    "failed": ("✗", "Not right yet", "#c7522a"),
    "otherwise": ("○", "Noted, and it turns out otherwise", "#6b7fa3"),
    "not yet": ("…", "Not yet", "#6b7fa3"),
}

_PRE = "margin: 0.2em 0 0.4em 1em; white-space: pre-wrap; color: inherit; background: transparent;"


def to_html(text):
    """Escape `text` and turn its `backticks` into code and its line breaks into lines."""
    escaped = re.sub(r"`([^`\n]+)`", r"<code>\1</code>", html.escape(text))
    return escaped.replace("\n", "<br>")


def box(heading, body, colour):
    """Return a notebook box with a coloured edge; text and background stay the theme's own, light or dark."""
    return (
        f'<div role="status" style="border-left: 4px solid {colour}; padding: 0.3em 0.8em; margin: 0.3em 0; '
        f'color: inherit; background: transparent;"><strong>{heading}</strong>{body}</div>'
    )


@dataclass(frozen=True)
class Result:
    """The verdict on one answer.

    exercise: its id. status: "passed", "failed", "not yet" or, for a guess, "noted". message: what to know, in words.
    mistake: the short id of a known mistake, or None. notes: what else happened (saved, or why not). printed: what the
    answer printed, led by a line that says when. guess: it answers a question that is there to be guessed at, so a wrong
    answer has nothing to repair.
    """

    exercise: str
    status: str
    message: str
    mistake: str | None = None
    notes: tuple = field(default=())
    printed: str = ""
    guess: bool = False

    @property
    def passed(self):
        """True if the answer is right, or a guess that is noted."""
        return self.status in ("passed", "noted")

    def _look(self):
        return _LOOK["otherwise" if self.guess and self.status == "failed" else self.status]

    def __repr__(self):
        symbol, word, _ = self._look()
        head, *lines = self.printed.splitlines() or [""]
        printed = [head, *(f"    {line}" for line in lines)] if head else []
        return "\n".join([f"{symbol} {word}: {self.exercise}", self.message, *printed, *self.notes])

    def _repr_html_(self):
        symbol, word, colour = self._look()
        body = f"<div>{to_html(self.message)}</div>"
        head, _, said = self.printed.partition("\n")
        if said:  # as it stands: no backtick of the learner's becomes code
            body += f'<div>{to_html(head)}</div><pre style="{_PRE}">{html.escape(said)}</pre>'
        body += "".join(f'<div style="opacity: 0.8"><small>{to_html(note)}</small></div>' for note in self.notes)
        return box(f"{symbol} {word}: <code>{html.escape(self.exercise)}</code>", body, colour)
