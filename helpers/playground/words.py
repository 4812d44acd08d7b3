"""What a screen reader and the keyboard need of a control, and ipywidgets 8.1 leaves out."""

from __future__ import annotations

import ipywidgets as widgets

# The handle of a slider has no name and tells the exponent of a logarithmic one: it gets its label's text and what
# stands beside it. In a list, JupyterLab takes the arrow keys to go to another cell, and a letter as a command.
_SCRIPT = """
let waited = 0;
const dress = () => {
  const box = element.closest('.widget-box');  // not there before the whole is on the page
  const handles = box ? box.querySelectorAll('.widget-slider [role=slider]') : [];
  const lists = box ? box.querySelectorAll('.widget-dropdown select') : [];
  if (handles.length + lists.length < COUNT) {
    if (waited++ < 200) setTimeout(dress, 50);
    return;
  }
  lists.forEach(list => list.setAttribute('data-lm-suppress-shortcuts', 'true'));
  handles.forEach(handle => {
    const slider = handle.closest('.widget-slider');
    const shown = slider.querySelector('.widget-readout');
    const tell = () => handle.setAttribute('aria-valuetext', shown.textContent);
    handle.setAttribute('aria-label', slider.querySelector('.widget-label').textContent);
    new MutationObserver(tell).observe(handle, {attributes: true, attributeFilter: ['aria-valuenow']});
    tell();
  });
};
dress();
"""


def spoken_controls(controls) -> widgets.Widget:
    """Return a part of a box that cannot be seen, and gives the sliders and lists in that box names and keys.

    It is a script that JupyterLab runs where it shows the controls; elsewhere nothing happens.
    """
    count = sum(isinstance(control, widgets.Dropdown) or hasattr(control, "readout") for control in controls)
    script = {"application/javascript": _SCRIPT.replace("COUNT", str(count)), "text/plain": ""}
    output = {"output_type": "display_data", "data": script, "metadata": {}}
    return widgets.Output(outputs=(output,), layout=widgets.Layout(height="0", margin="0", overflow="hidden"))
