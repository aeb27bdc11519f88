"""What an author cannot say in a notebook: names of data frames and of Markdown tables, links between notebooks."""

from __future__ import annotations

import ast
import math
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

_NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?")
_NUMPY = re.compile(r"np\.(?:float64|int64|bool_?|str_)\(([^()]*)\)")
_WORDS = {"NaN": "–", "None": "–", "<NA>": "–", "NaT": "–", "True": "ja", "False": "nee"}
_DIGITS, _MOST_DECIMALS = 4, 6
_LONGEST_CODE = 60
_AXES = re.compile(r"<(Axes|Figure)\b.*>|\[<(matplotlib|Axes)\b.*", re.DOTALL)


def name_frames(html: str, source: str) -> str:
    """Give every pandas table in an output a caption, of its code when that is short, and give its heads a direction.

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
        _write_cells(table)
        _let_names_break(soup, table)
        del table["border"]
        if table.caption is None:
            caption = soup.new_tag("caption")
            code = last_expression(source)
            caption.string = f"Uitkomst van {code if len(code) <= _LONGEST_CODE else 'deze berekening'}"
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


def _write_cells(table: Any) -> None:
    """Write the cells of a frame as the rest of the page does: a comma, few digits, to the right, and ja or nee."""
    heads = [head.get_text(strip=True) for head in table.select("thead tr:first-child > *")]
    for row in table.select("tbody tr"):
        for head, cell in zip(heads, row.find_all(["th", "td"]), strict=False):
            text = cell.get_text(strip=True)
            if text in _WORDS:
                cell.string = _WORDS[text]
            elif _NUMBER.fullmatch(text):
                cell["class"] = "getal"
                cell.string = _write_number(text, p_value=head == "p_value")


def _let_names_break(soup: Any, table: Any) -> None:
    """Let ``variance_ratio_before`` break after an underscore: a frame of many columns then stays on the page."""
    for cell in table.select("th, td"):
        pieces = cell.get_text().split("_")
        if len(pieces) > 1 and not cell.find(True):
            cell.clear()
            for piece in pieces[:-1]:
                cell.extend([f"{piece}_", soup.new_tag("wbr")])
            cell.append(pieces[-1])


def _write_number(text: str, *, p_value: bool) -> str:
    from evaluatie import notatie

    if "." not in text and "e" not in text:
        return text  # a count, a year or a number of a unit stays as it is
    value = float(text)
    if text.endswith(".0"):  # pandas writes so when every number of the column is whole
        return notatie.number(value)
    if p_value:
        return notatie.p_value(value)
    if value == 0:
        return "0"
    decimals = max(0, _DIGITS - 1 - math.floor(math.log10(abs(value))))
    return notatie.number(value, min(decimals, _MOST_DECIMALS))


def clean_plain(text: str) -> str:
    """Write a value that numpy wraps as the value itself: ``np.float64(0.25)`` is ``0.25``."""
    return _NUMPY.sub(lambda match: _round(match[1]), text.replace("np.True_", "True").replace("np.False_", "False"))


def _round(value: str) -> str:
    return f"{float(value):.4g}" if _NUMBER.fullmatch(value) and "." in value else value


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
