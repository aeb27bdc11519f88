"""The letters of a page, inside the page: the same on every desktop, and nothing is fetched.

The two files in ``template/lettertype`` are DejaVu Sans as matplotlib ships it, cut down to `CHARACTERS`. Make them
anew, after `CHARACTERS` changed, with ``python -c "from evaluatie.render.lettertype import write_subsets as w; w()"``.
"""

from __future__ import annotations

import base64
import io
from functools import cache
from pathlib import Path

FAMILY = "DejaVu Sans van de pagina"
CHARACTERS = (
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *range(0x391, 0x3CA),  # Greek, for formulas
    *range(0x2010, 0x2028),
    *(0x2030, 0x2032, 0x2033, 0x20AC, 0x2211, 0x2212, 0x2260, 0x2264, 0x2265),
    *range(0x2190, 0x219A),
    *(0x25B2, 0x25B6, 0x25B8, 0x25BC, 0x25BE, 0x25C6, 0x25CB, 0x25CF, 0x2713, 0x2717, 0x21A9),
)
_FOLDER = Path(__file__).parent / "template" / "lettertype"
_WEIGHTS = {400: "DejaVuSans", 700: "DejaVuSans-Bold"}


@cache
def font_faces() -> str:
    """Return the CSS that brings both weights along."""
    return "\n".join(
        f'@font-face {{ font-family: "{FAMILY}"; font-weight: {weight}; font-style: normal; font-display: block; '
        f'src: url("data:font/woff;base64,{_encoded(name)}") format("woff"); }}'
        for weight, name in _WEIGHTS.items()
    )


def _encoded(name: str) -> str:
    return base64.b64encode((_FOLDER / f"{name}.woff").read_bytes()).decode("ascii")


def make_subset(name: str) -> bytes:
    """Cut a font of matplotlib down to `CHARACTERS` and return it as WOFF."""
    import matplotlib as mpl
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    font = TTFont(Path(mpl.get_data_path()) / "fonts" / "ttf" / f"{name}.ttf", recalcTimestamp=False)
    options = Options()
    options.hinting, options.layout_features = False, ["kern", "liga"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=CHARACTERS)
    subsetter.subset(font)
    font.flavor = "woff"
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()


def write_subsets() -> None:
    """Make the files of the package anew."""
    for name in _WEIGHTS.values():
        (_FOLDER / f"{name}.woff").write_bytes(make_subset(name))
