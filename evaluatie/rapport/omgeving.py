"""Whether somebody sits behind the notebook, or a page is being made of it: only the first can click."""

from __future__ import annotations

import os

_SESSION = "JPY_SESSION_NAME"
_BUILD = "SOURCE_DATE_EPOCH"


def is_live() -> bool:
    """Tell whether a Jupyter server opened this notebook for a reader who can turn knobs and follow links.

    The rule: the server names the session of an opened notebook in ``JPY_SESSION_NAME``; papermill and nbconvert start
    a kernel without it. A reproducible build (``SOURCE_DATE_EPOCH``, which rendering sets) is never live, also not when
    it was started from a notebook. In doubt nobody is there: a page without knobs misses little, an empty one a lot.
    """
    return bool(os.environ.get(_SESSION)) and not os.environ.get(_BUILD)
