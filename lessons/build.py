"""Make notebooks/ and solutions/ from lessons/*.md: `python lessons/build.py [NN ...]`.

notebooks/NN_slug.ipynb is the learner's: exercises blank, no outputs, no instructor notes. solutions/NN_slug.ipynb is
solved and executed. Building twice gives the same bytes, except that cells tagged `measured` keep the output they
had. A notebook that somebody edited is never replaced: the build names it and stops, or moves it to notebooks/mine/
with --move-aside.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import os
import re
import sys
import tempfile
import time
from pathlib import Path

import guard
import nbformat
from lint import lint, unique_exercises
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from source import Cell, Lesson, LessonError, halves, read

LESSONS = Path(__file__).resolve().parent
ROOT = LESSONS.parent
SECONDS_PER_CELL = 300
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
WIDGET = "application/vnd.jupyter.widget-view+json"


def find(numbers: list[str], folder: Path = LESSONS) -> tuple[list[Lesson], list[Lesson]]:
    """Return (all lessons, those asked for), read and linted; no numbers ask for all."""
    paths = sorted(p for p in folder.glob("*.md") if re.match(r"\d\d_\w+\.md$", p.name))
    everything = [read(path) for path in paths]
    asked = [lesson for lesson in everything if not numbers or lesson.slug[:2] in numbers or lesson.slug in numbers]
    if unknown := [n for n in numbers if not any(n in (lesson.slug[:2], lesson.slug) for lesson in asked)]:
        raise SystemExit(f"no lesson {', '.join(unknown)}; there are {', '.join(lesson.slug for lesson in everything)}")
    for lesson in asked:
        lint(lesson)
    unique_exercises(everything)
    return everything, asked


def notebook(lesson: Lesson, everything: list[Lesson], solved: bool) -> nbformat.NotebookNode:
    """Return a lesson's notebook, not executed: the learner's, or the solved one."""
    at = [other.slug for other in everything].index(lesson.slug)
    before = everything[at - 1] if at else None
    after = everything[at + 1] if at + 1 < len(everything) else None
    links = " · ".join(
        f"[{arrow}]({other.slug}.ipynb)"
        for other, arrow in (
            (before, f"← {before.name}" if before else ""),
            (after, f"{after.name} →" if after else ""),
        )
        if other
    )
    cells = [_cell(Cell("markdown", _title(lesson, links, solved), 1, id=f"{lesson.slug[:2]}-title"))]
    for cell in lesson.cells:
        if solved or "instructor" not in cell.tags:
            source = cell.source if cell.kind == "markdown" else halves(lesson, cell)[solved]
            cells.append(_cell(cell, source))
            if cell.exercise and not solved:
                # JupyterLab's own tag: whatever an answer raises, Run All goes on behind it.
                cells[-1].metadata["tags"] = [*cell.tags, "raises-exception"]
    other = f"[work in your own copy](../notebooks/{lesson.slug}.ipynb)" if solved else ""
    footer = " · ".join(part for part in (links, other or f"[solved](../solutions/{lesson.slug}.ipynb)") if part)
    cells.append(_cell(Cell("markdown", footer, 1, id=f"{lesson.slug[:2]}-links")))
    made = nbformat.v4.new_notebook(cells=cells, metadata=METADATA)
    made.nbformat_minor = 5
    return made


def _cell(cell: Cell, source: str | None = None) -> nbformat.NotebookNode:
    make = nbformat.v4.new_markdown_cell if cell.kind == "markdown" else nbformat.v4.new_code_cell
    metadata = {"tags": list(cell.tags)} if cell.tags else {}
    if cell.exercise:
        metadata["exercise"] = cell.exercise
    return make(cell.source if source is None else source, id=cell.id, metadata=metadata)


def _title(lesson: Lesson, links: str, solved: bool) -> str:
    front = lesson.front
    facts = [f"**{front['minutes']} minutes**"]
    if front.get("going_further_minutes"):
        facts[0] += f", and {front['going_further_minutes']} more to go further"
    if builds := front.get("builds"):
        facts.append("builds " + ", ".join(f"`{b}`" for b in ([builds] if isinstance(builds, str) else builds)))
    lines = [f"# {lesson.name}", "", " · ".join(facts)]
    if solved:
        lines += ["", "*The solved notebook, with its outputs and notes for instructors.*"]
    return "\n".join(lines + (["", links] if links else []))


def stored_outputs(slug: str, *roots: Path) -> dict[str, list]:
    """Return {cell id: outputs} of `measured` cells in the first solved notebook found; an id is its source's hash."""
    for root in roots:
        path = root / "solutions" / f"{slug}.ipynb"
        if path.exists():
            cells = nbformat.read(path, as_version=4).cells
            return {c.id: c.outputs for c in cells if "measured" in c.metadata.get("tags", ()) and c.get("outputs")}
    return {}


class Runner(NotebookClient):
    """Run a solved notebook, and see that each exercise's check passes."""

    lesson: Lesson
    lines: dict[str, int]

    async def async_execute_cell(self, cell, cell_index, **kwargs):
        """Run one cell as nbclient does; raise LessonError where it fails or its check does not pass."""
        line = self.lines.get(cell.id, 1)
        try:
            done = await super().async_execute_cell(cell, cell_index, **kwargs)
        except CellExecutionError as error:
            inside = re.findall(r"Cell In\[\d+\], line (\d+)", _plain(str(error)))
            raise self.lesson.error(
                line, _plain(f"this cell fails (its line {inside[0] if inside else '?'})\n{error}")
            ) from None
        except (CellTimeoutError, DeadKernelError) as error:
            raise self.lesson.error(line, f"this cell did not end: {type(error).__name__}: {error}") from None
        if exercise := cell.metadata.get("exercise"):
            # The check is the cell's last expression, so its result is the newest of IPython's outputs.
            newest = {"passed": "Out[max(Out)].passed", "text": "repr(Out[max(Out)])"}
            asked = self.kc.execute("", silent=True, user_expressions=newest)
            told = (await self.async_wait_for_reply(asked))["content"]["user_expressions"]
            if told["passed"].get("data", {}).get("text/plain") != "True":
                text = told["text"].get("data", {}).get("text/plain", told["passed"])
                raise self.lesson.error(line, f"the solution of {exercise!r} does not pass its own check: {text}")
        return done


def _plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


async def execute(lesson: Lesson, made: nbformat.NotebookNode, folder: Path, kept: dict[str, list]) -> None:
    """Run a solved notebook in `folder` and keep its outputs, the same on every run; raises LessonError."""
    with tempfile.TemporaryDirectory(prefix="build-") as scratch:
        threads = dict.fromkeys(
            ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
        )
        # Checks record what passed: into a scratch folder, never into the learner's.
        own = {"HOW_MODELS_LEARN_HOME": scratch, "IPYTHONDIR": scratch, "PYTHONHASHSEED": "0", "COLUMNS": "100"}
        own |= {"TQDM_DISABLE": "1"}  # a bar comes up where it takes long, and on another machine it does not
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        client = Runner(
            made,
            timeout=SECONDS_PER_CELL,
            kernel_name="python3",
            record_timing=False,
            store_widget_state=False,
            coalesce_streams=True,
            # Its warning about TCP on this machine's own loopback would be printed once a lesson.
            extra_arguments=["--IPKernelApp.log_level=40"],
        )
        client.lesson = lesson
        client.lines = {cell.id: cell.line for cell in lesson.cells}
        await client.async_execute(env=os.environ | threads | own | {"PYTHONPATH": path}, cwd=str(folder))
        made.metadata = nbformat.from_dict(METADATA)
        for cell in made.cells:
            if cell.cell_type == "code":
                cell.metadata.pop("execution", None)
                measured = "measured" in cell.metadata.get("tags", ())
                if measured and cell.id in kept:
                    cell.outputs = kept[cell.id]
                cell.outputs = [kept for output in cell.outputs for kept in _settled(output)]
                for output in cell.outputs:
                    if fault := _fault(output, measured, [str(ROOT), str(folder), scratch]):
                        raise lesson.error(client.lines[cell.id], fault)


def _settled(output) -> list:
    """Return an output as it is stored: a widget, whose model ends with the kernel, leaves a picture and words."""
    data = output.get("data", {})
    if WIDGET not in data:
        return [output]
    del data[WIDGET]
    if "image/png" not in data:
        return [output]
    from helpers.plots.figures import spoken

    alt = output.metadata.get("image/png", {}).get("alt", "")
    words = nbformat.v4.new_output("display_data", {"text/html": spoken(alt), "text/plain": ""})
    return [output, words]


def _fault(output, measured: bool, private: list[str]) -> str | None:
    """Return what is wrong with an output, or None."""
    data = output.get("data", {})
    if "image/png" in data and not output.metadata.get("image/png", {}).get("alt", "").strip():
        return 'a picture without alternative text: show it with plots.show(figure, "...")'
    if data.get("text/plain", "").startswith(("VBox(", "HBox(", "Playground(")):
        return "a widget without a picture beside it: make it with playground.explore"
    text = _plain("".join([output.get("text", ""), *(str(v) for k, v in data.items() if k.startswith("text/"))]))
    if output.output_type == "stream" and output.name == "stderr" and not measured:
        return f"this cell writes to stderr:\n{text}"
    home = str(Path.home())
    for secret in [*private, "ipykernel_", *([home + os.sep] if len(home) > 1 else [])]:
        if secret in text:
            return f"the output contains {secret!r}, which belongs to this machine:\n{text[:400]}"
    if not measured and (address := re.search(r" at 0x[0-9a-fA-F]{6,}", text)):
        return f"the output contains an address{address[0]!r}, another one at each run"
    return None


def encoded(made: nbformat.NotebookNode) -> bytes:
    """Return a notebook as the bytes of its file, as JupyterLab would write them."""
    nbformat.validate(made)
    return (nbformat.writes(made, version=4).rstrip("\n") + "\n").encode()


async def build(lesson: Lesson, everything: list[Lesson], out: Path) -> str:
    """Build one lesson into `out` and return a line that says what was done."""
    started = time.perf_counter()
    learner, solution = f"notebooks/{lesson.slug}.ipynb", f"solutions/{lesson.slug}.ipynb"
    (out / "solutions").mkdir(parents=True, exist_ok=True)
    if lesson.front.get("keras") and not importlib.util.find_spec("keras"):
        guard.write(out, learner, encoded(notebook(lesson, everything, solved=False)))
        return f"{lesson.slug}: Keras is not installed: learner's copy made, solution left as it is"
    made = notebook(lesson, everything, solved=True)
    await execute(lesson, made, out / "solutions", stored_outputs(lesson.slug, out, ROOT))
    changed = guard.write(out, solution, encoded(made))
    changed |= guard.write(out, learner, encoded(notebook(lesson, everything, solved=False)))
    return f"{lesson.slug}: {time.perf_counter() - started:.1f} s{'' if changed else ', unchanged'}"


async def build_all(asked: list[Lesson], everything: list[Lesson], out: Path, jobs: int) -> list[Exception]:
    """Build lessons, `jobs` at a time, printing a line for each; return the errors."""
    turn = asyncio.Semaphore(jobs)

    async def one(lesson: Lesson) -> Exception | None:
        async with turn:
            try:
                print(await build(lesson, everything, out), flush=True)
            except (LessonError, PermissionError) as error:
                print(f"{lesson.slug}: failed", flush=True)
                return error
        return None

    return [error for error in await asyncio.gather(*map(one, asked)) if error]


def main(arguments: list[str] | None = None, folder: Path = LESSONS) -> int:
    """Run the command line; return 0, or 1 after saying what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "lessons", nargs="*", metavar="NN", help="numbers of the lessons to build; all of them if none is given"
    )
    parser.add_argument("--move-aside", action="store_true", help="first move edited notebooks to notebooks/mine/")
    parser.add_argument("--out", type=Path, default=ROOT, help="build into this folder instead of the checkout")
    parser.add_argument("--jobs", type=int, default=2, help="how many lessons to run at a time (2)")
    options = parser.parse_args(arguments)
    out = options.out.resolve()
    sys.path.insert(0, str(ROOT))
    try:
        everything, asked = find(options.lessons, folder)
    except LessonError as error:
        print(error, file=sys.stderr)
        return 1
    mine = [f"{f}/{lesson.slug}.ipynb" for lesson in asked for f in ("notebooks", "solutions")]
    mine = [name for name in mine if guard.is_edited(out, name)]
    if mine and not options.move_aside:
        print(
            "Not built, so that nothing is lost. These notebooks hold changes of yours:",
            *mine,
            sep="\n  ",
            file=sys.stderr,
        )
        print("`python lessons/build.py --move-aside` moves them to notebooks/mine/ first.", file=sys.stderr)
        return 1
    for name in mine:
        print(f"{name} -> {guard.move_aside(out, name)}")
    errors = asyncio.run(build_all(asked, everything, out, options.jobs))
    for error in errors:
        print(error, file=sys.stderr)
    return 1 if errors else 0


if __name__ == "__main__":
    raise SystemExit(main())
