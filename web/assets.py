"""Where the built scripts and styles of the pages stand.

Here: from the name of an entry (`app`, `record`, `diagram`, `modeler`, …) to the address of its file. Not here: how those files are built
(`frontend/build.mjs`) and how they are served (`files.py`).
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Literal

Kind = Literal["js", "css"]

MANIFEST = Path(__file__).with_name("static") / "dist" / "manifest.json"


class AssetsNotBuilt(Exception):
    """The scripts and styles of the pages have not been built. Run `make setup`."""

    def __str__(self) -> str:
        return self.__doc__ or ""


class UnknownAsset(Exception):
    """The build makes no file of that name and kind."""

    def __init__(self, entry: str, kind: Kind) -> None:
        super().__init__(
            f"The build makes no {kind} file for {entry!r}. Its entries are listed in web/frontend/build.mjs."
        )


@cache
def read_manifest(path: Path = MANIFEST) -> dict[str, dict[Kind, str]]:
    """The names of the built files by entry and kind; or AssetsNotBuilt."""
    try:
        manifest: dict[str, dict[Kind, str]] = json.loads(path.read_text())
    except FileNotFoundError:
        raise AssetsNotBuilt from None
    return manifest


def asset_url(entry: str, kind: Kind) -> str:
    """The address of an entry's script or stylesheet, which changes when the file does."""
    try:
        return f"/static/dist/{read_manifest()[entry][kind]}"
    except KeyError:
        raise UnknownAsset(entry, kind) from None
