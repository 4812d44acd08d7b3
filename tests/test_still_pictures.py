"""What is left of stored outputs when a notebook is opened without a kernel."""

import asyncio
import copy
import importlib.util
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from nbformat import v4
from traitlets.config import Configurable

pytest.importorskip("jupyter_server")
FILE = Path(__file__).resolve().parent.parent / ".jupyter" / "still_pictures.py"
spec = importlib.util.spec_from_file_location("still_pictures", FILE)
still_pictures = importlib.util.module_from_spec(spec)
spec.loader.exec_module(still_pictures)


class Server(Configurable):
    """What the files know of the server: who runs."""


PICTURE = {"image/png": "iVBORw0KGgo=", "text/plain": "a <b>line"}
CONTROLS = {"application/vnd.jupyter.widget-view+json": {"model_id": "a1", "version_major": 2, "version_minor": 0}}


def shown(data):
    return v4.new_output("display_data", data, metadata={"image/png": {"alt": "a line"}})


def stored():
    """A notebook: a playground, a quiz with its text, controls alone, and what has nothing to do with any."""
    others = [v4.new_output("stream", text="1\n"), shown(PICTURE), v4.new_output("error", ename="E", evalue="e")]
    quiz = [shown(CONTROLS | {"text/plain": "buttons 1, 2"}), v4.new_output("execute_result", {"text/plain": "open"})]
    outputs = [[shown(CONTROLS | PICTURE)], quiz, [shown(CONTROLS)], others]
    return v4.new_notebook(cells=[v4.new_markdown_cell("# 1")] + [v4.new_code_cell("1", outputs=o) for o in outputs])


def test_controls_go_and_all_else_stays():
    notebook, before = stored(), stored()
    still_pictures.without_controls(notebook)
    _, play, quiz, alone, others = (cell.get("outputs") for cell in notebook.cells)
    assert play[0].data == PICTURE and play[0].metadata["image/png"]["alt"] == "a line"
    assert [output.data.get("text/plain", "")[:9] for output in quiz] == ["buttons 1", "The contr", "open"]
    assert others == before.cells[4].outputs
    assert len(play) == 2 and len(alone) == 1
    assert all("run this cell" in outputs[-1].data["text/html"] for outputs in (play, alone))
    assert "Figure: a &lt;b&gt;line" in play[1].data["text/html"] and "Figure" not in alone[0].data["text/html"]
    nbformat.validate(notebook)
    again = copy.deepcopy(notebook)
    still_pictures.without_controls(again)
    assert again == notebook, "opened a second time, nothing more happens"


@pytest.mark.parametrize("running", [True, False])
def test_only_without_a_kernel(tmp_path, running):
    asked = []

    async def session_exists(path):
        asked.append(path)
        return running

    nbformat.write(stored(), tmp_path / "a.ipynb")
    (tmp_path / "a.txt").write_text("text")
    files = still_pictures.StillPictures(root_dir=str(tmp_path))

    def cell(**options):
        return asyncio.run(files.get("/a.ipynb", **options))["content"]

    assert cell().cells[1].outputs[0].data.keys() == (CONTROLS | PICTURE).keys(), "without a server nothing is known"
    server = Server()
    server.session_manager = SimpleNamespace(session_exists=session_exists)
    files = still_pictures.StillPictures(parent=server, root_dir=str(tmp_path))
    assert (CONTROLS.keys() <= cell().cells[1].outputs[0].data.keys()) is running
    assert asked == ["a.ipynb"], "as Jupyter names it in its list of sessions"
    assert cell(content=False) is None
    assert asyncio.run(files.get("a.txt"))["content"] == "text"
