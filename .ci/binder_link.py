"""Print the link that opens this course on Binder, made from the address that git calls origin: `make binder`."""

import re
import subprocess
import sys
from pathlib import Path

LINK = "https://mybinder.org/v2/gh/{}/HEAD?urlpath=lab/tree/notebooks/00_start_here.ipynb"


def binder_link(address):
    """The Binder link for a clone's address (https or ssh, on GitHub), or None where Binder cannot find it."""
    found = re.search(r"github\.com[:/]+([\w.-]+/[\w.-]+?)(?:\.git)?/?$", address.strip())
    return LINK.format(found[1]) if found else None


def main():
    command = ["git", "config", "--get", "remote.origin.url"]
    done = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, check=False)
    link = binder_link(done.stdout)
    if link is None:
        where = done.stdout.strip() or "not set"
        form = LINK.format("OWNER/REPOSITORY")
        return f"The origin here is {where}. Binder needs a public repository on GitHub:\n{form}"
    print(link)
    return None


if __name__ == "__main__":
    sys.exit(main())
