"""A notebook that is opened after its kernel has ended or begun anew: pictures instead of controls that belong to nobody.

The output of a playground holds two things, the controls, which live in the kernel, and a picture for where there is
none. JupyterLab prefers the controls and, where the kernel has none of that name, writes "Error displaying widget:
model not found"; it has no way from there to the picture.
(Its setting to store their state shows handles that move nothing, until the next save, and then the error again.)
"""

import html

from jupyter_client.session import Session
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from nbformat.v4 import new_output

CONTROLS = "application/vnd.jupyter.widget-view+json"
PATIENCE = 3  # seconds for the kernel to answer: one that has just been started needs one
NOTE = "The controls ended with their kernel: run this cell (Shift + Enter) to have them again."


class StillPictures(AsyncLargeFileManager):
    """Jupyter's own way to the files, but controls that their kernel no longer has are left out as a notebook opens.

    The file changes when it is next saved. A page that is loaded again while its kernel lives has all its controls.
    """

    async def get(self, path, content=True, type=None, format=None, require_hash=False):
        model = await super().get(path, content, type, format, require_hash)
        if content and model["type"] == "notebook":
            living = await self._living(path.strip("/"))
            if living is not None:
                without_controls(model["content"], living)
        return model

    async def _living(self, path):
        """The ids of the widgets in the kernel of this notebook; None where that cannot be told, and all are left."""
        sessions = getattr(self.parent, "session_manager", None)
        if sessions is None:
            return None
        if not await sessions.session_exists(path):
            return set()
        session = await sessions.get_session(path=path)
        try:
            return await _widgets(self.parent.kernel_manager.get_kernel(session["kernel"]["id"]))
        except Exception as error:  # a notebook opens, whatever its kernel does
            self.log.warning("%s: its kernel does not tell its widgets: %r", path, error)
            return None


async def _widgets(kernel):
    """The ids of the widgets in a kernel (a KernelManager). Raises queue.Empty if it does not tell them in time.

    It is asked where it listens to the stop button too, so that it answers while it runs a cell.
    """
    if kernel.execution_state == "starting":
        return set()  # it has not been told anything yet
    # A session of its own: a kernel answers only one of those that ask at the same time under one name.
    client = kernel.client(session=Session(config=kernel.session.config, key=kernel.session.key))
    client.start_channels(shell=False, iopub=False, stdin=False, hb=False)
    try:
        question = client.session.msg("comm_info_request", {"target_name": "jupyter.widget"})
        client.control_channel.send(question)
        while True:
            reply = await client.get_control_msg(timeout=PATIENCE)
            if reply["parent_header"].get("msg_id") == question["header"]["msg_id"]:
                return set(reply["content"]["comms"])
    finally:
        client.stop_channels()


def without_controls(notebook, living=frozenset()):
    """Leave what the outputs of `notebook` (a NotebookNode, changed in place) show besides controls, and say so.

    Controls whose id is among the `living` stay.
    """
    for cell in notebook.cells:
        kept = []
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            ended = CONTROLS in data and data[CONTROLS].get("model_id") not in living
            if ended:
                del data[CONTROLS]
            if data or not ended:
                kept.append(output)
            if ended:
                kept.append(new_output("display_data", {"text/html": _note(data), "text/plain": NOTE}))
        if "outputs" in cell:
            cell.outputs = kept


def _note(data):
    """The note as HTML; where it follows a picture, after its words, which only a screen reader notices."""
    words = f"Figure: {html.escape(data.get('text/plain', ''))}" if "image/png" in data else ""
    return f'<span class="jp-sr-only" style="position:absolute">{words}</span><em>{NOTE}</em>'
