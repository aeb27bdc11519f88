"""The data a notebook hands over beside the page: its results and its ontvangstbewijs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from evaluatie.errors import PageError, Violation

if TYPE_CHECKING:
    from nbformat import NotebookNode

RESULTS_MIME = "application/vnd.evaluatie.resultaten+json"
RECEIPT_MIME = "application/vnd.evaluatie.ontvangstbewijs+json"
PRIVATE_MIMES = (RESULTS_MIME, RECEIPT_MIME)


def list_results(node: NotebookNode) -> list[Any]:
    """Return the records of every result that the notebook hands over."""
    results: list[Any] = []
    for data in _outputs_of(node, RESULTS_MIME):
        results += data if isinstance(data, list) else [data]
    return results


def collect_results(node: NotebookNode) -> str | None:
    """Return all results of the notebook as one JSON list, or None when it hands over none."""
    results = list_results(node)
    return _to_json(results, "results.json") if results else None


def collect_receipt(node: NotebookNode) -> str | None:
    """Return the ontvangstbewijs of the notebook as JSON, or None when it has none."""
    receipts = list(_outputs_of(node, RECEIPT_MIME))
    if len(receipts) > 1:
        raise PageError("Dit notebook geeft meer dan één ontvangstbewijs.", "Toon het ontvangstbewijs één keer.")
    return _to_json(receipts[0], "ontvangstbewijs.json") if receipts else None


def _outputs_of(node: NotebookNode, mime: str) -> Iterator[Any]:
    for cell in node.cells:
        for output in cell.get("outputs", []):
            if mime in output.get("data", {}):
                yield output.data[mime]


def _to_json(data: Any, file: str) -> str:
    violations = [Violation(file, f"{place} is geen getal ({value}).", "") for place, value in _not_numbers(data)]
    if violations:
        raise PageError(
            "Een uitkomst zonder waarde mag niet als getal naar buiten.",
            "Geef de reden door waarom er niets is geschat (NotEstimated).",
            violations,
        )
    return json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def _not_numbers(data: Any, place: str = "$") -> Iterator[tuple[str, Any]]:
    """Find NaN and infinity, also as the text that Jupyter makes of them on their way out."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _not_numbers(value, f"{place}.{key}")
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _not_numbers(value, f"{place}[{index}]")
    elif str(data) in ("nan", "inf", "-inf"):
        yield place, data
