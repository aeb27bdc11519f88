"""The page around every report and around the list of reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    """
    from markupsafe import Markup

    stijl = (TEMPLATES / "stijl.css").read_text(encoding="utf-8")
    return render_template(
        "pagina.html.j2",
        titel=titel,
        inhoud=Markup(inhoud),  # noqa: S704  # made by our own template
        stijl=Markup(stijl),  # noqa: S704
        koppen=koppen,
        uitkomsten=uitkomsten,
        voettekst=voettekst,
    )
