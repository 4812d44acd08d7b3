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
WIDGET = "application/vnd.jupyter.widget-view+json"
CONTROLS = {WIDGET: {"model_id": "a1", "version_major": 2, "version_minor": 0}}


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


def test_living_controls_stay():
    notebook = stored()
    for cell, name in zip(notebook.cells[1:4], ("a1", "b2", "a1"), strict=True):
        cell.outputs[0].data[WIDGET] = CONTROLS[WIDGET] | {"model_id": name}
    still_pictures.without_controls(notebook, {"b2", "c3"})
    controls = [any(WIDGET in output.get("data", {}) for output in cell.outputs) for cell in notebook.cells[1:4]]
    assert controls == [False, True, False]
    assert len(notebook.cells[2].outputs) == 2, "nothing is said of controls that stay"


class Client:
    """A kernel's: it answers with these widgets, or raises."""

    def __init__(self, answer):
        self.answer, self.open = answer, False

    def start_channels(self, **channels):
        self.open = True

    def stop_channels(self):
        self.open = False

    async def comm_info(self, target_name, reply, timeout):
        assert self.open and reply and 0 < timeout < 10 and target_name == "jupyter.widget"
        if isinstance(self.answer, Exception):
            raise self.answer
        return {"content": {"comms": {name: {"target_name": target_name} for name in self.answer}}}


def opened(folder, *, answer=None, state="idle"):
    """The first playground's outputs as the page gets them; `answer` is what its kernel tells, None if it has none."""
    nbformat.write(stored(), folder / "a.ipynb")
    (folder / "a.txt").write_text("text")
    client, asked = Client(answer), []

    async def session_exists(path):
        asked.append(path)
        return answer is not None

    async def get_session(path):
        return {"kernel": {"id": f"kernel of {path}"}}

    def get_kernel(name):
        assert name == "kernel of a.ipynb"
        return SimpleNamespace(execution_state=state, client=lambda: client)

    server = Server()
    server.session_manager = SimpleNamespace(session_exists=session_exists, get_session=get_session)
    server.kernel_manager = SimpleNamespace(get_kernel=get_kernel)
    files = still_pictures.StillPictures(parent=server, root_dir=str(folder))
    got = asyncio.run(files.get("/a.ipynb"))["content"]
    assert asked == ["a.ipynb"], "as Jupyter names it in its list of sessions"
    assert asyncio.run(files.get("/a.ipynb", content=False))["content"] is None
    assert asyncio.run(files.get("a.txt"))["content"] == "text"
    assert not client.open
    return got.cells[1].outputs


def test_what_a_page_gets(tmp_path):
    """The controls are those that the kernel has; where it cannot tell them, all are left."""
    still = [PICTURE.keys(), {"text/html", "text/plain"}]
    with_controls = [(CONTROLS | PICTURE).keys()]
    cases = [
        ({"answer": None}, still),  # no kernel
        ({"answer": ["a1", "b2"]}, with_controls),
        ({"answer": []}, still),  # a kernel that was restarted
        ({"answer": [], "state": "busy"}, with_controls),
        ({"answer": TimeoutError("no answer")}, with_controls),
    ]
    for case, wanted in cases:
        assert [output.data.keys() for output in opened(tmp_path, **case)] == wanted, case


def test_without_a_server_nothing_is_left_out(tmp_path):
    nbformat.write(stored(), tmp_path / "a.ipynb")
    files = still_pictures.StillPictures(root_dir=str(tmp_path))
    assert WIDGET in asyncio.run(files.get("a.ipynb"))["content"].cells[1].outputs[0].data
