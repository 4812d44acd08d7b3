"""All work in one file: to take home from Binder, to move to another computer, to start anew without loss."""

import base64
import datetime
import html
import json
from pathlib import Path

from helpers.files import write_whole
from helpers.progress import answers
from helpers.progress.files import home, read
from helpers.progress.notes import keep

KIND, VERSION = "how-models-learn progress", 1
FILE = "my_progress.json"


class Saved:
    """Where the file is; in a notebook, a link that downloads it."""

    def __init__(self, path, text, summary):
        self.path, self._text, self._summary = path, text, summary

    def __repr__(self):
        return f"{self._summary} saved in {self.path}"

    def _repr_html_(self):
        data = base64.b64encode(self._text.encode()).decode()
        name = html.escape(Path(self.path).name, quote=True)
        return (
            f"<p>{html.escape(repr(self))}.</p>"
            f'<p><a download="{name}" href="data:application/json;base64,{data}">Download {name}</a>, and one day '
            f"<code>progress.restore({html.escape(repr(Path(self.path).name))})</code> brings it back.</p>"
        )


def save(path=None):
    """Write answers and progress into one file, `my_progress.json` beside them unless a path is given.

    Returns an object that shows itself as a link for the download. A file that is there already is kept under another
    name. RuntimeError where the course's folder is not at hand and no path is given.
    """
    if path is None and home() is None:
        raise RuntimeError(
            "the course's notebooks folder is not at hand: give a path, progress.save('my_progress.json')"
        )
    path = Path(path) if path is not None else home() / FILE
    if path.exists():
        stamp = datetime.datetime.fromtimestamp(path.stat().st_mtime).strftime("%Y-%m-%d_%H%M%S")
        path.replace(path.with_name(f"{path.stem}_{stamp}{path.suffix}"))
    text = _pack()
    write_whole(path, lambda file: file.write(text.encode()))
    done = sum(bool(entry.get("passed")) for entry in read()["exercises"].values() if isinstance(entry, dict))
    return Saved(path, text, f"{done} passed exercise{'s' if done != 1 else ''}, {len(answers.sections())} with code,")


def _pack():
    sections = {
        id: {key: part[key] for key in ("name", "lesson", "body", "imports")} for id, part in answers.sections().items()
    }
    content = {"kind": KIND, "version": VERSION, **read(), "answers": sections}
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def restore(path):
    """Bring back what `save` wrote: each answer is run and judged again, and counts if it passes. Prints what came of it.

    An answer that has passed here already stays as it is. FileNotFoundError, or ValueError for a file of another kind.
    """
    if home() is None:
        raise RuntimeError("the course's notebooks folder is not at hand, so there is no place to restore to")
    path = Path(path) if Path(path).exists() or home() is None else home() / Path(path).name
    content = _read(path)
    known, back, failed, kept = answers.sections(), [], [], []
    for id, part in content["answers"].items():
        if id in known:
            kept.append(id)
            continue
        code = "\n".join([*part["imports"], "", "", part["body"], ""])
        problem = _problem(id, code, part)
        if problem:
            failed.append(f"{id}: {problem}")
        else:
            known[id] = part
            back.append(id)
    if back:
        answers.keep(known)
    notes = read()
    for id, entry in content["exercises"].items():
        judged = id not in content["answers"] or id in back
        if isinstance(entry, dict) and judged and not notes["exercises"].get(id, {}).get("passed"):
            notes["exercises"][id] = entry
    keep(notes)
    print(f"restored: {', '.join(back) or 'no answer'}")
    if kept:
        print(f"passed here already, left as they are: {', '.join(kept)}")
    for line in failed:
        print(f"not restored, {line}")


def _problem(id, code, part):
    from helpers.check import registry

    if id not in registry.load():
        return "there is no such exercise in this version of the course."
    return answers.recheck(id, code, part["name"])


def _read(path):
    if path.suffix == ".py":
        raise ValueError(
            f"{path} holds the answers as Python, and restore reads what progress.save() writes (my_progress.json). "
            "Copy it into the folder of the notebooks, where lesson 09 finds it; to see the exercises done, check them again."
        )
    if not path.exists():
        raise FileNotFoundError(f"{path} does not exist: drop the file into the folder of the notebooks first")
    try:
        content = json.loads(path.read_text("utf-8"))
        if content["kind"] != KIND or content["version"] != VERSION:
            raise ValueError("it is of another kind or version")
        for part in content["answers"].values():
            if (
                not isinstance(part["name"], str)
                or not part["name"].isidentifier()
                or not isinstance(part["body"], str)
            ):
                raise TypeError("an answer in it is not whole")
            int(part["lesson"]), [line.split() for line in part["imports"]]
        if not isinstance(content["exercises"], dict):
            raise TypeError("its list of exercises is not whole")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path} is not what progress.save() writes: {error}") from None
    return content


def reset(sure=None):
    """Forget all progress and put my_helpers.py away, after asking; all of it goes to a file first, and it says which.

    `sure=True` does not ask. Where nobody can answer (Run All, a test), nothing happens.
    """
    if home() is None:
        print("There is no progress here.")
        return
    if sure is None:
        try:
            reply = input("Forget all progress and all saved answers? A copy is kept. Type yes: ")
            sure = reply.strip().lower() == "yes"
        except Exception:  # no frontend that could ask
            sure = False
    if sure is not True:
        print("Nothing was reset.")
        return
    stamp = datetime.datetime.now().strftime("%Y-%m-%d_%H%M%S")
    saved = save(home() / f"my_progress_{stamp}.json")
    for name in ("my_helpers.py", ".progress.json"):
        (home() / name).unlink(missing_ok=True)
    print(f"Progress is at its start. What you had is in {saved.path}: progress.restore brings it back.")
