"""Turn an executed notebook into one page that needs nothing but itself."""

from __future__ import annotations

import copy
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from evaluatie import __version__
from evaluatie.errors import PageError, Violation
from evaluatie.render.fragment import tidy_fragment
from evaluatie.render.page import TEMPLATES, build_page
from evaluatie.render.results import PRIVATE_MIMES, list_results
from evaluatie.render.uitvoer import clean_plain, is_only_drawing, name_frames

if TYPE_CHECKING:
    from nbconvert import HTMLExporter
    from nbformat import NotebookNode

SHOWN_MIMES = ("text/html", "text/markdown", "image/svg+xml", "image/png", "text/plain")
_WARNING = re.compile(r"\w*Warning: .*")
_VOETTEKST = (
    "Dit bestand staat op zichzelf: het opent zonder internet en stuurt niets door. "
    "De code achter elke uitkomst staat in het rapport: vink bovenaan 'Toon de berekening (code)' aan."
)


def to_html(node: NotebookNode, title: str, name: str, folder: str = "") -> str:
    """Return the page of an executed notebook; `check_page` must still approve it.

    Parameters
    ----------
    node : NotebookNode
        The executed notebook; it is not changed.
    title : str
        Title and only h1 of the page; replaces the first heading of the notebook.
    name : str
        Name of the notebook, for the footer.
    folder : str
        Folder of the notebook, to embed images that its text refers to.

    Raises
    ------
    PageError
        When the notebook gave warnings, or an output in a form that a page cannot show.
    """
    shown = keep_shown_outputs(node)
    fragment, _ = _exporter().from_notebook_node(shown, {"metadata": {"path": folder, "name": name}})
    inhoud, koppen = tidy_fragment(fragment, list_results(node))
    made_by = f"Gemaakt met evaluatie {__version__} uit notebook {name}."
    uitkomsten = sum(len(cell.get("outputs", [])) for cell in shown.cells)
    has_code = 'class="code"' in inhoud
    return build_page(title, inhoud, koppen, uitkomsten=uitkomsten, voettekst=(made_by, _VOETTEKST), code=has_code)


@cache
def _exporter() -> HTMLExporter:
    # one exporter per process: making one costs more than a conversion
    from nbconvert import HTMLExporter
    from traitlets.config import Config

    return HTMLExporter(  # type: ignore[no-untyped-call]
        template_name="evaluatie",
        extra_template_basedirs=[str(TEMPLATES)],  # the default is the current folder, which may be anyone's
        exclude_anchor_links=True,
        embed_images=True,
        language_code="nl",
        config=Config({"NbConvertBase": {"display_data_priority": list(SHOWN_MIMES)}}),
    )


def keep_shown_outputs(node: NotebookNode) -> NotebookNode:
    """Return a copy that holds only the outputs a reader gets to see.

    Raises
    ------
    PageError
        For every warning and every output that cannot be shown: a finished report has neither.
    """
    node = copy.deepcopy(node)
    violations = []
    for number, cell in enumerate(node.cells, start=1):
        if cell.cell_type == "code":
            violations += [problem for output in cell.outputs if (problem := _refuse(output, f"cel {number}"))]
            cell.outputs = [output for output in cell.outputs if _is_shown(output)]
            _name_frames(cell)
    if violations:
        raise PageError("Het notebook is nog niet af voor een rapport.", violations=violations)
    return node


def _name_frames(cell: Any) -> None:
    for output in cell.outputs:
        data = output.get("data", {})
        if "text/html" in data:
            data["text/html"] = name_frames(data["text/html"], cell.source)
        elif list(data) == ["text/plain"]:
            data["text/plain"] = clean_plain(data["text/plain"])


def _refuse(output: Any, where: str) -> Violation | None:
    if output.output_type == "stream":
        if output.name == "stdout":
            return None
        problem = f"geeft een waarschuwing: {_summarise(output.text)}."
        return Violation(where, problem, "Los de oorzaak op; verberg haar niet.")
    data = output.get("data", {})
    if any(mime in data for mime in (*SHOWN_MIMES, *PRIVATE_MIMES)):
        return None
    return Violation(where, f"geeft een uitkomst die een rapport niet kan tonen ({', '.join(data)}).", "")


def _summarise(stderr: str) -> str:
    # file, line and source of a warning are in the failed notebook; here only what it says
    match = _WARNING.search(stderr)
    return (match.group() if match else stderr.strip().split("\n", 1)[0]).rstrip(".")


def _is_shown(output: Any) -> bool:
    if output.output_type == "stream":
        return bool(output.text.strip())
    data = output.data
    if any(mime in data for mime in PRIVATE_MIMES):
        # the text beside data for machines is only Python's own description of the object
        return any(mime in data for mime in SHOWN_MIMES if mime != "text/plain")
    return not is_only_drawing(output)
