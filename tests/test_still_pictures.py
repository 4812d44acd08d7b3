"""What is left of stored outputs when a notebook is opened without a kernel."""

import asyncio
import copy
import importlib.util
import queue
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from jupyter_client.manager import AsyncKernelManager
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


def opened(monkeypatch, folder, answer):
    """The first playground's outputs as the page gets them; `answer` is what its kernel tells, None if it has none."""
    nbformat.write(stored(), folder / "a.ipynb")
    (folder / "a.txt").write_text("text")
    asked = []

    async def widgets(kernel):
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(still_pictures, "_widgets", widgets)

    async def session_exists(path):
        asked.append(path)
        return answer is not None

    async def get_session(path):
        return {"kernel": {"id": f"kernel of {path}"}}

    def get_kernel(name):
        assert name == "kernel of a.ipynb"
        return SimpleNamespace()

    server = Server()
    server.session_manager = SimpleNamespace(session_exists=session_exists, get_session=get_session)
    server.kernel_manager = SimpleNamespace(get_kernel=get_kernel)
    files = still_pictures.StillPictures(parent=server, root_dir=str(folder))
    got = asyncio.run(files.get("/a.ipynb"))["content"]
    assert asked == ["a.ipynb"], "as Jupyter names it in its list of sessions"
    assert asyncio.run(files.get("/a.ipynb", content=False))["content"] is None
    assert asyncio.run(files.get("a.txt"))["content"] == "text"
    return got.cells[1].outputs


def test_what_a_page_gets(monkeypatch, tmp_path):
    """The controls are those that the kernel has; where it does not tell them, all are left."""
    still = [PICTURE.keys(), {"text/html", "text/plain"}]
    with_controls = [(CONTROLS | PICTURE).keys()]
    cases = [
        (None, still),  # no kernel
        ({"a1", "b2"}, with_controls),
        (set(), still),  # a kernel that was restarted
        (queue.Empty(), with_controls),
    ]
    for answer, wanted in cases:
        assert [output.data.keys() for output in opened(monkeypatch, tmp_path, answer)] == wanted, answer


BUSY = """
import ipywidgets, pathlib, time
slider = ipywidgets.IntSlider()
print("its name is", slider.model_id, flush=True)
while not pathlib.Path("enough").exists():
    time.sleep(0.05)
"""


def test_a_kernel_that_runs_a_cell_tells_its_widgets_to_all_who_ask(tmp_path):
    """As a reload meets it, and as two tabs do; under one name, some of twenty would go without an answer."""

    async def ask():
        kernel = AsyncKernelManager(kernel_name="python3")
        await kernel.start_kernel(cwd=str(tmp_path))
        kernel.execution_state = "starting"
        client = kernel.client()
        client.start_channels()
        try:
            assert await still_pictures._widgets(kernel) == set()
            await client.wait_for_ready(60)
            kernel.execution_state = "busy"
            client.execute(BUSY)
            while True:
                said = (await client.get_iopub_msg(timeout=60))["content"].get("text", "")
                if "its name is" in said:
                    break
            every = await asyncio.gather(*[still_pictures._widgets(kernel) for _ in range(20)])
            assert all(said.split()[-1] in widgets for widgets in every)
        finally:
            (tmp_path / "enough").touch()
            client.stop_channels()
            await kernel.shutdown_kernel(now=True)

    asyncio.run(ask())


def test_without_a_server_nothing_is_left_out(tmp_path):
    nbformat.write(stored(), tmp_path / "a.ipynb")
    files = still_pictures.StillPictures(root_dir=str(tmp_path))
    assert WIDGET in asyncio.run(files.get("a.ipynb"))["content"].cells[1].outputs[0].data
