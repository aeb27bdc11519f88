"""Make one report: parameters checked, notebook run, page approved, and only then put in place."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evaluatie.errors import EvaluatieError, PageError
from evaluatie.render.check import check_page
from evaluatie.render.definition import NotebookDefinition, read_definition
from evaluatie.render.files import move, write_atomically
from evaluatie.render.html import to_html
from evaluatie.render.leesbaarheid import Leesbaarheid, measure_page
from evaluatie.render.naming import ReportFiles
from evaluatie.render.notebook import CellProgress, execute, keep_failed
from evaluatie.render.parameters import check_parameters
from evaluatie.render.results import collect_receipt, collect_results

if TYPE_CHECKING:
    from nbformat import NotebookNode


@dataclass(frozen=True, slots=True)
class Rendered:
    """The files of a finished report; ``None`` for what the notebook does not hand over.

    `leesbaarheid` says how hard the text reads; None when there is little text.
    """

    html: Path
    results: Path | None
    receipt: Path | None
    leesbaarheid: Leesbaarheid | None = None


def render(
    notebook: Path, parameters: Mapping[str, object], out: Path, *, progress: CellProgress | None = None
) -> Rendered:
    """Make the report of one notebook in folder `out`.

    A report appears only when every cell finished and the page was approved. Otherwise the previous
    report stays as it was, and ``<name>.mislukt.ipynb`` and ``.mislukt.txt`` stand beside it.

    Raises
    ------
    ChoiceError
        When a parameter is wrong; nothing is written then.
    NotebookError
        When a cell failed.
    PageError
        When the page or the results may not be published.
    DisclosureError
        When something that names a person stands in them; the notebook with its outputs is not kept then.
    """
    definition = read_definition(notebook)
    values = check_parameters(definition, parameters)
    files = ReportFiles(out, definition.name)
    try:
        rendered = _build(definition, values, files, progress)
    except EvaluatieError as error:
        write_atomically(files.failed_note, f"{error.message}\n")
        raise
    # a PDF or Word document of the page before this one would contradict it
    for old in (files.failed_notebook, files.failed_note, *files.other_forms):
        old.unlink(missing_ok=True)
    return rendered


def _build(
    definition: NotebookDefinition, values: Mapping[str, object], files: ReportFiles, progress: CellProgress | None
) -> Rendered:
    with tempfile.TemporaryDirectory(prefix="evaluatie-", ignore_cleanup_errors=True) as workdir:
        node = execute(definition.path, values, Path(workdir), keep=files.folder, progress=progress)
    try:
        contents = _compose(definition, values, node, files)
    except PageError:
        keep_failed(node, files.failed_notebook)
        raise
    _publish(contents, files.folder)
    return Rendered(
        files.html,
        files.results if contents[files.results] else None,
        files.receipt if contents[files.receipt] else None,
        measure_page(contents[files.html] or ""),
    )


def _compose(
    definition: NotebookDefinition, values: Mapping[str, object], node: NotebookNode, files: ReportFiles
) -> dict[Path, str | None]:
    """Return the text of every file of the report; None when the report has no such file."""
    from evaluatie.disclosure import refuse_pseudonyms

    contents = {files.results: collect_results(node), files.receipt: collect_receipt(node)}
    page = to_html(node, definition.title(values), definition.name, str(definition.path.parent))
    check_page(page)
    refuse_pseudonyms(page, "de pagina")
    for name, text in ((files.results.name, contents[files.results]), (files.receipt.name, contents[files.receipt])):
        refuse_pseudonyms(text or "", name)
    return {**contents, files.html: page}  # the page comes last: where it stands, its data stand too


def _publish(contents: Mapping[Path, str | None], folder: Path) -> None:
    """Write everything beside its target first, so that only renames are left to do."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".bouw-", ignore_cleanup_errors=True) as staging:
        for target, text in contents.items():
            if text is not None:
                (Path(staging) / target.name).write_text(text, encoding="utf-8", newline="\n")
        for target, text in contents.items():
            if text is None:
                target.unlink(missing_ok=True)  # of an earlier version of the notebook
            else:
                move(Path(staging) / target.name, target)
