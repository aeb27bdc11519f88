"""What an author cannot say in a notebook: names of data frames and of Markdown tables, links between notebooks."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

_AXES = re.compile(r"<(Axes|Figure)\b.*>|\[<(matplotlib|Axes)\b.*", re.DOTALL)


def name_frames(html: str, source: str) -> str:
    """Give every pandas table in an output a caption that names its code, and give its heads a direction.

    Parameters
    ----------
    html : str
        HTML of one output.
    source : str
        Code of its cell.
    """
    if 'class="dataframe"' not in html:
        return html
    from bs4 import BeautifulSoup as Soup

    soup = Soup(html, "html.parser")
    for style in soup.find_all("style"):  # pandas brings styles of its own; the page has one style
        style.decompose()
    for table in soup.select("table.dataframe"):
        _set_scope(table)
        del table["border"]
        if table.caption is None:
            caption = soup.new_tag("caption")
            caption.string = f"Uitkomst van {last_expression(source)}"
            table.insert(0, caption)
    return str(soup)


def last_expression(source: str) -> str:
    """Return the expression whose value a cell shows, on one line; the whole cell when it ends otherwise."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        body = []
    shown = ast.unparse(body[-1]) if body and isinstance(body[-1], ast.Expr) else source
    return " ".join(shown.split())


def is_only_drawing(output: Any) -> bool:
    """Tell whether an output is Python's own description of a figure: the figure itself stands beside it."""
    data = output.get("data", {})
    return list(data) == ["text/plain"] and _AXES.fullmatch("".join(data["text/plain"]).strip()) is not None


def _set_scope(table: Any) -> None:
    for head in table.select("thead th"):
        if head.get_text(strip=True):
            head["scope"] = "col"
        else:
            head.name = "td"  # an empty head says nothing; the corner of a frame has one
    for head in table.select("tbody th"):
        head["scope"] = "row"


def name_markdown_tables(soup: BeautifulSoup) -> None:
    """Give a table in the text the heading above it as caption: Markdown has no captions of its own."""
    for table in soup.select("div.tekst table"):
        if table.caption is None and (heading := table.find_previous(["h1", "h2", "h3"])) is not None:
            caption = soup.new_tag("caption")
            caption.string = heading.get_text(" ", strip=True)
            table.insert(0, caption)
        for head in table.select("thead th"):
            head["scope"] = "col"


def unlink_notebooks(soup: BeautifulSoup) -> None:
    """Turn a link to another notebook into its name: beside a page that stands alone it leads nowhere."""
    for link in soup.select('div.tekst a[href$=".ipynb"]'):
        text, name = link.get_text(" ", strip=True), str(link["href"]).rsplit("/", 1)[-1].removesuffix(".ipynb")
        link.replace_with(f"notebook {name}" if text == name else f"{text} (notebook {name})")
