"""What an answer prints while it is judged: kept within bounds, and shown under the verdict."""

import io

LINES, WIDTH = 20, 160  # shown at most; a longer line is cut
_HEAD, _TAIL = 1500, 500  # characters kept of one call: its beginning, and its end
_LAST = 5  # of LINES, how many are from the end where there are more


class Printed(io.TextIOBase):
    """A stream that keeps the beginning and the end of what each call prints, however much it is.

    `begin` opens the next call. The first call that printed anything is kept beside the present one: a passed answer
    shows that one, a failed one the call of which its message tells.
    """

    def __init__(self):
        super().__init__()
        self._first, self._open = None, True
        self._label, self._head, self._tail, self._size = "", "", "", 0

    def writable(self):
        return True

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if self._open and self._size >= _HEAD:  # a flood: this is the way that has to be short
            self._tail = (self._tail + text)[-_TAIL:]
            self._size += len(text)
        elif self._open:
            room = _HEAD - len(self._head)
            self._head += text[:room]
            self._tail = (self._tail + text[max(room, len(text) - _TAIL) :])[-_TAIL:]
            self._size += len(text)
        return len(text)

    def begin(self, label):
        """Start anew, for the call that `label` describes."""
        if self._open:
            if self._first is None and self._head:
                self._first = self._label, self.here()
            self._label, self._head, self._tail, self._size = label, "", "", 0

    def stop(self):
        """Keep nothing of what is printed from now on: the answer runs again only to be compared with mistakes."""
        self._open = False

    def here(self):
        """Return the lines that the present call printed, or ""."""
        top = bottom = _lines(self._head + self._tail)
        if self._size > _HEAD + _TAIL:
            top, bottom = _lines(self._head), _lines(self._tail)[1:]
        elif len(top) <= LINES:
            bottom = None
        lines = top if bottom is None else [*top[: LINES - _LAST - 1], "…", *bottom[-_LAST:]]
        return "\n".join(line if len(line) <= WIDTH else line[: WIDTH - 1] + "…" for line in lines)

    def first(self):
        """Return (label, lines) of the first call that printed anything, or ("", "")."""
        return self._first or (self._label, self.here())


def _lines(text):
    """Return the lines, each as a terminal would leave it: rewritten by carriage returns, without control characters."""
    kept = [line.rstrip("\r").rpartition("\r")[2] for line in text.removesuffix("\n").split("\n")] if text else []
    return ["".join(c if c.isprintable() or c == "\t" else "\N{REPLACEMENT CHARACTER}" for c in line) for line in kept]
