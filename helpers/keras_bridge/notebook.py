"""The start of a notebook that needs Keras."""

from __future__ import annotations

import ast

from helpers.keras_bridge.backends import devices, require


def start():
    """Import Keras quietly, say what it computes with, and return it.

    In a notebook where Keras or its backend is missing: say how to get it, return None, and from then on pass over
    every cell until the kernel is restarted, so that *Run All* comes to its end. Elsewhere raises ImportError.
    """
    try:
        keras = require()
    except ImportError as error:
        shell = _shell()
        if shell is None:
            raise
        print(f"{error}\n\nUntil then, the cells below are passed over.")
        shell.ast_transformers.append(_PassOver())
        return None
    print(f"Keras {keras.__version__} computes with {keras.config.backend()} on {', '.join(devices())}.")
    return keras


def _shell():
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    return get_ipython()


class _PassOver:
    """Puts one printed line in the place of a cell; IPython calls `visit` with the cell's tree."""

    def visit(self, tree):
        return ast.parse("print('Passed over: this lesson needs Keras, see its first cell.')")
