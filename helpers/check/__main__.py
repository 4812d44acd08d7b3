"""For instructors: ``python -m helpers.check FOLDER`` runs what learners handed in and writes one table of it."""

import argparse
import contextlib
import dataclasses
import os
import sys
import threading
import time
from concurrent import futures
from pathlib import Path

from helpers.check import registry
from helpers.classroom import collect, handed_in, running, tables

_SAVE_EVERY = 5.0  # seconds: an interrupted run leaves what it has


def _arguments(arguments):
    parser = argparse.ArgumentParser(
        prog="python -m helpers.check",
        description="Run learners' notebooks, each in a process of its own, and write who passed what, and which mistakes "
        f"were common, to {tables.CSV} and {tables.HTML}.",
        epilog="It runs code that others wrote, with your rights: where you would not run it yourself, use a container.",
    )
    parser.add_argument(
        "folder", metavar="FOLDER", help="notebooks (.ipynb) in it, below it, or in zip files; one file does too"
    )
    parser.add_argument("--out", metavar="FOLDER", help="where the tables go (default: beside the notebooks)")
    parser.add_argument("--lesson", type=int, metavar="N", help="only the notebooks and exercises of this lesson")
    parser.add_argument(
        "--seconds", type=_positive, default=300.0, help="what one notebook may take (default: %(default)g)"
    )
    parser.add_argument(
        "--memory", type=_positive, default=2000.0, metavar="MB", help="likewise (default: %(default)g)"
    )
    parser.add_argument("--jobs", type=int, default=_jobs(), help="notebooks at a time (here: %(default)s)")
    given = parser.parse_args(arguments)
    lessons = {exercise.lesson for exercise in registry.load().values()}
    if given.lesson is not None and given.lesson not in lessons:
        parser.error(
            f"--lesson {given.lesson}: there is no such lesson; give a number from {min(lessons)} to {max(lessons)}"
        )
    if given.jobs < 1:
        parser.error(f"--jobs {given.jobs}: give a number from 1")
    if not Path(given.folder).exists():
        parser.error(f"there is no folder {given.folder}")
    folder = Path(given.folder).resolve()
    given.folder = folder
    given.out = Path(given.out or (folder if folder.is_dir() else folder.parent))
    try:
        tables.check_writable(given.out)
    except OSError as error:
        parser.error(
            f"the tables cannot be written to {given.out} ({error.strerror or error}): name another place with --out"
        )
    given.books = _chosen(handed_in.find(folder), given.lesson)
    if not given.books:
        what = "notebook (.ipynb)" if given.lesson is None else f"notebook of lesson {given.lesson}"
        parser.error(f"there is no {what} in {folder}, nor in a folder or a zip file in it")
    return given


def _positive(text):
    value = float(text)
    if not 0 < value < float("inf"):
        raise ValueError
    return value


def _jobs():
    """Half the processors: a check measures how long an answer takes, and must not wait for others."""
    return max(1, (os.cpu_count() or 2) // 2)


def _chosen(books, lesson):
    """Return the notebooks of the lesson, with its exercises; and those that cannot be run: what they are is not known."""
    if lesson is None:
        return books
    known = registry.load()
    return [
        dataclasses.replace(book, exercises=tuple(id for id in book.exercises if known[id].lesson == lesson))
        for book in books
        if book.problem or book.lesson == lesson
    ]


def judged(books, *, seconds, megabytes, jobs):
    """Run the notebooks, `jobs` at a time, and yield (place in `books`, row) of each as it ends.

    Whoever stops listening ends those that are still running.
    """
    stopping = threading.Event()

    def one(book):
        try:
            return running.run([source for source, _ in book.cells], seconds, megabytes, stopping, book.chosen)
        except Exception as error:  # a full disk, say: it costs this row
            return running.Ran(problem=f"it could not be run ({type(error).__name__}: {error})")

    pool = futures.ThreadPoolExecutor(jobs)
    try:
        places = {pool.submit(one, book): place for place, book in enumerate(books) if not book.problem}
        for future in futures.as_completed(places):
            yield places[future], collect.row(books[places[future]], future.result())
    finally:
        stopping.set()
        pool.shutdown(cancel_futures=True)


def main(arguments=None):
    """Run the notebooks that the command line names and write their tables; returns the exit status."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):
            stream.reconfigure(errors="replace")  # a file's name may have letters that a terminal has not
    given = _arguments(arguments)
    rows = [collect.row(book) for book in given.books]
    title, saved, count = f"Results of {given.folder.name}", time.monotonic(), sum(bool(b.problem) for b in given.books)
    for book in given.books:
        if book.problem:
            print(f"{book.name}: {book.problem}", flush=True)
    coming = judged(given.books, seconds=given.seconds, megabytes=given.memory, jobs=given.jobs)
    try:
        with contextlib.closing(coming):
            for place, row in coming:
                rows[place], count = row, count + 1
                note = f"; {row.note}" if row.note else ""
                print(
                    f"{count} of {len(rows)}  {row.name}: {row.passed} of {len(row.standings)} passed{note}", flush=True
                )
                if time.monotonic() - saved > _SAVE_EVERY:
                    saved = time.monotonic()
                    tables.write(rows, given.out, title)
        status = 0
    except KeyboardInterrupt:
        print("Interrupted: the tables hold what was judged until now.", file=sys.stderr)
        status = 130
    try:
        paths = tables.write(rows, given.out, title)
    except OSError as error:
        print(f"The tables cannot be written to {given.out}: {error}", file=sys.stderr)
        return 1
    print("Written:", *paths, sep="\n  ")
    return status


if __name__ == "__main__":
    sys.exit(main())
