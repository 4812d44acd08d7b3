"""Inside the process of one notebook: run its cells, one after the other, and tell each verdict as it comes.

The cells come as JSON on standard input; what happens goes to standard output, one JSON object a line. Both are taken
out of the cells' reach first. What they print goes nowhere.
"""

import contextlib
import json
import linecache
import os
import sys
import types

LONGEST = 2000  # characters of a message
_RUN_THEIR_CODE = {"time", "timeit", "prun", "capture"}  # magics around Python code; all others are skipped


def main():
    """Run the notebook that standard input brings."""
    from helpers.check import client, raised, session, worker

    stream_in, stream_out = worker.take_streams()

    def tell(**what):
        stream_out.write(json.dumps(what).encode("ascii") + b"\n")
        stream_out.flush()

    _limit_files()
    tell(ready=os.getpid())
    cells = json.loads(stream_in.read())
    _report_verdicts(session, tell)
    space = _new_main()
    for number, source in enumerate(cells, 1):
        tell(cell=number)
        _draw_nothing()
        try:
            _execute(source, f"<cell {number}>", space)
        except BaseException as error:  # sys.exit too: in a notebook, the next cell runs all the same
            tell(raised=raised.in_words(error))
    tell(done=True)
    client.stop()
    os._exit(0)  # whatever threads are left


def _limit_files():
    """Let no file grow beyond a gigabyte, where the system can hold to that."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 30, 1 << 30))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _report_verdicts(session, tell):
    judged = session.check

    def check(exercise, value):
        result = judged(exercise, value)
        status = "passed" if result.passed else result.status
        tell(id=exercise.id, status=status, mistake=result.mistake, message=result.message[:LONGEST])
        return result

    session.check = check


def _draw_nothing():
    """Spare the pictures that nobody sees: half the time of a lesson. The figures themselves are made and checked."""
    figures = sys.modules.get("helpers.plots.figures")  # where no cell has imported it yet, there is nothing to spare
    if figures is not None:
        figures.png = lambda figure, **options: b""


def _new_main():
    """Return the names of a fresh ``__main__``: where pickle looks for what the notebook defines."""
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    space = vars(module)
    space.update(get_ipython=lambda: _Shell(space), display=lambda *things, **options: None)
    return space


def _execute(source, name, space):
    from IPython.core.inputtransformer2 import TransformerManager

    code = TransformerManager().transform_cell(source)
    linecache.cache[name] = (len(code), None, code.splitlines(True), name)  # so that checks can quote its lines
    exec(compile(code, name, "exec", dont_inherit=True), space)


class _Shell:
    """What magics and shell lines are turned into calls of: those that time a piece of Python run it, once."""

    def __init__(self, space):
        self._space = space

    def run_line_magic(self, name, line, *rest, **options):
        if name in _RUN_THEIR_CODE:
            _execute(line, f"<the line after %{name}>", self._space)

    def run_cell_magic(self, name, line, cell):
        if name in _RUN_THEIR_CODE:
            _execute(cell, f"<the cell after %%{name}, {len(linecache.cache)}>", self._space)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **kwargs: None
