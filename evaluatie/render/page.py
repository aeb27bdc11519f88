"""The page around every report and around the list of reports."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evaluatie.render.lettertype import font_faces

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "template"


@dataclass(frozen=True, slots=True)
class Kop:
    """A heading in the contents list, with the headings under it."""

    id: str
    tekst: str
    onderdelen: tuple[Kop, ...] = ()


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=False,
        keep_trailing_newline=True,
    )


def render_template(name: str, **values: Any) -> str:
    """Fill one of our own templates; every value is escaped."""
    return _environment().get_template(name).render(**values)


def build_page(
    titel: str,
    inhoud: str,
    koppen: Sequence[Kop] = (),
    *,
    uitkomsten: int | None = None,
    voettekst: Sequence[str] = (),
    code: bool = False,
    script: str = "",
) -> str:
    """Return a whole, self-contained page.

    Parameters
    ----------
    titel : str
        Title of the document and its only h1.
    inhoud : str
        HTML of the main part.
    koppen : sequence of Kop
        The contents list.
    uitkomsten : int, optional
        How many outputs the notebook has. It is written on the page, so that `check_page` sees it when
        a template drops one.
    voettekst : sequence of str
        Paragraphs of the footer.
    code : bool
        Whether the page holds code, which one click then shows everywhere.
    script : str
        The one script that the page may run; everything else is refused by the content security policy. For the
        list of reports only: a report has none.
    """
    from markupsafe import Markup

    stijl = font_faces() + "\n" + (TEMPLATES / "stijl.css").read_text(encoding="utf-8")
    return render_template(
        "pagina.html.j2",
        titel=titel,
        inhoud=Markup(inhoud),  # noqa: S704  # made by our own template
        stijl=Markup(stijl),  # noqa: S704
        koppen=koppen,
        uitkomsten=uitkomsten,
        voettekst=voettekst,
        code=code,
        script=Markup(script),  # noqa: S704  # our own file
        script_hash=hash_script(script) if script else "",
    )


def hash_script(script: str) -> str:
    """Return the hash by which a content security policy allows exactly this script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
