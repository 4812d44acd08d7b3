"""A notebook that is opened after its kernel has ended: pictures instead of controls that belong to nobody.

The output of a playground holds two things, the controls, which live in the kernel, and a picture for where there is
none. JupyterLab prefers the controls and, with their kernel gone, writes "Error displaying widget: model not found".
(Its setting to store their state shows handles that move nothing, until the next save, and then the error again.)
"""

import html

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from nbformat.v4 import new_output

CONTROLS = "application/vnd.jupyter.widget-view+json"
NOTE = "The controls ended with their kernel: run this cell (Shift + Enter) to have them again."


class StillPictures(AsyncLargeFileManager):
    """Jupyter's own way to the files, but for notebooks without a kernel: their controls are left out as they open.

    The file changes when it is next saved. A page that is loaded again while its kernel lives has all its controls.
    """

    async def get(self, path, content=True, type=None, format=None, require_hash=False):
        model = await super().get(path, content, type, format, require_hash)
        if content and model["type"] == "notebook" and not await self._runs(path):
            without_controls(model["content"])
        return model

    async def _runs(self, path):
        """Whether a kernel belongs to this notebook; where that cannot be told, nothing is left out."""
        sessions = getattr(self.parent, "session_manager", None)
        return sessions is None or await sessions.session_exists(path.strip("/"))


def without_controls(notebook):
    """Leave what the outputs of `notebook` (a NotebookNode, changed in place) show besides controls, and say so."""
    for cell in notebook.cells:
        kept = []
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            ended = data.pop(CONTROLS, None) is not None
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
