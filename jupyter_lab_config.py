"""How JupyterLab starts here: on lesson 00, quiet, and without asking the network.

jupyter lab --config=jupyter_lab_config.py
"""

import os
import sys
from pathlib import Path

course = Path(__file__).resolve().parent
c = get_config()  # noqa: F821  (Jupyter defines it)

c.LabApp.default_url = "/lab/tree/notebooks/00_start_here.ipynb"
c.ServerApp.root_dir = str(course)

# Notebooks started from here find this folder's helpers, also before `pip install -e .` or after the folder has moved.
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(course), os.environ.get("PYTHONPATH")]))

# JupyterLab's settings where a learner has chosen none: no question about news, and every cell in the page, so that
# the browser finds text in all of them and pictures above do not make the place you read jump.
c.LabApp.app_settings_dir = str(course / ".jupyter")

# A notebook whose kernel has ended or begun anew shows its playgrounds as pictures, not as errors.
sys.path.append(str(course / ".jupyter"))
c.ServerApp.contents_manager_class = "still_pictures.StillPictures"

# Dark figures (make lab THEME=dark) in a dark JupyterLab, as long as the learner has not chosen one in its menu: defaults
# are read from each folder of this path, and a choice is kept elsewhere.
if os.environ.get("HOW_MODELS_LEARN_THEME") == "dark":
    folders = [str(course / ".jupyter" / "dark"), os.environ.get("JUPYTER_CONFIG_PATH")]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, folders))

# No request leaves the machine: no news, no search for updates, no catalogue of extensions.
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LabApp.extension_manager = "readonly"

# On the terminal only the address and what goes wrong.
c.Application.log_level = "WARN"
c.LanguageServerManager.autodetect = False
