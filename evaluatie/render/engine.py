"""The papermill engine of this suite: every way to stop early is a failure of the cell that stopped.

Imports papermill, so only `evaluatie.render.notebook` imports this module, and only when it runs one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_output
from papermill.engines import NBClientEngine, papermill_engines

ENGINE = "evaluatie"


class ReportEngine(NBClientEngine):  # type: ignore[misc]  # papermill has no types
    """Runs the cells in an ipykernel and reports which cell is running."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        progress: Callable[[int, int], None] | None = None,
        **kwargs: Any,
    ) -> None:
        """Execute all cells; `progress` is called with the cell number and the number of cells."""

        def announce(cell: Any, cell_index: int) -> None:
            if progress is not None:
                progress(cell_index + 1, len(nb_man.nb.cells))

        try:
            super().execute_managed_notebook(nb_man, kernel_name, on_cell_start=announce, **kwargs)
        except DeadKernelError:
            _fail_running_cell(nb_man.nb, "DeadKernelError", "de rekenkern stopte onverwacht (te weinig geheugen?)")
        except CellTimeoutError:
            _fail_running_cell(nb_man.nb, "CellTimeoutError", "de cel duurde te lang en is afgebroken")
        _refuse_early_exit(nb_man.nb)


def _fail_running_cell(nb: Any, name: str, message: str) -> None:
    # papermill lets these two pass without an error output; then nothing tells which cell it was
    started = [cell for cell in nb.cells if cell.metadata.papermill.get("start_time")]
    error = new_output("error", ename=name, evalue=message, traceback=[message])  # type: ignore[no-untyped-call]
    started[-1].outputs.append(error)


def _refuse_early_exit(nb: Any) -> None:
    # papermill calls `sys.exit(0)` a success, although no later cell has run
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error" and output.ename == "SystemExit":
                output.evalue = f"het notebook stopte zichzelf ({output.evalue or 0})"


papermill_engines.register(ENGINE, ReportEngine)
# without a handler Python prints papermill's English log lines between our Dutch messages
logging.getLogger("papermill").addHandler(logging.NullHandler())
