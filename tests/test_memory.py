"""What a shown figure took is given back, and where the C library has no way to, nothing happens."""

import gc
import weakref

import pytest
from IPython.utils.capture import capture_output

from helpers import memory, plots


def test_a_shown_figure_leaves_no_earlier_one_behind():
    gc.disable()  # so that only `show` can have freed it
    try:
        fig, ax = plots.figure()
        ax.plot([1, 2])
        gone = weakref.ref(fig)
        del fig, ax
        assert gone() is not None, "a figure without cycles would make this test assert nothing"
        with capture_output():
            plots.show(plots.figure()[0], "an empty axes")
        assert gone() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("library", [None, OSError, AttributeError])
def test_without_glibc_only_the_cycles_go(monkeypatch, library):
    def other(name):
        raise library

    memory._malloc_trim.cache_clear()
    monkeypatch.setattr(memory.sys, "platform", "linux" if library else "darwin")
    monkeypatch.setattr(memory.ctypes, "CDLL", other)
    try:
        assert memory._malloc_trim() is None
        memory.give_back()
    finally:
        memory._malloc_trim.cache_clear()
