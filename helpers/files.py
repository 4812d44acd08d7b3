"""Writing a file so that it is never half there."""

import os
import tempfile
from pathlib import Path


def write_whole(path, write):
    """Call `write(file)` on a binary file beside `path`, then move it there: a reader sees the old or the new, whole.

    Whatever ends the process, and whenever, one of the two is there. OSError where the folder cannot be written.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    if hasattr(os, "O_DIRECTORY"):  # so that the new name, too, outlives a loss of power
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
