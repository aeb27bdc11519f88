"""Run one notebook in a kernel of its own, and say where it stopped when it did."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evaluatie import errors
from evaluatie.errors import EvaluatieError, NotebookError
from evaluatie.project import project_root
from evaluatie.render.files import write_atomically
from evaluatie.render.naming import ReportFiles

if TYPE_CHECKING:
    from nbformat import NotebookNode

CellProgress = Callable[[int, int], None]

INJECTED_TAG = "injected-parameters"
INJECTED_ID = "ingevulde-parameters"
CELL_TIMEOUT_S = 1800  # an unattended batch must not wait forever for one cell
_KERNEL = "python3"
_LONGEST_SOCKET = 100  # the path of a socket may have 103 characters, also after Jupyter numbers it
_ERROR_MARKER = "papermill-error-cell-tag"
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_OWN_ERRORS = {
    name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, EvaluatieError)
}


def execute(
    notebook: Path,
    parameters: Mapping[str, object],
    workdir: Path,
    *,
    keep: Path | None = None,
    progress: CellProgress | None = None,
) -> NotebookNode:
    """Run a notebook from its first cell to its last.

    Parameters
    ----------
    notebook : Path
        The notebook; it is only read.
    parameters : mapping of str to object
        Checked by `check_parameters`: papermill itself does not escape names.
    workdir : Path
        Existing folder for temporary files; also the working folder of the kernel.
    keep : Path, optional
        Folder where the notebook is kept when it fails; `workdir` when not given.
    progress : callable, optional
        Called with the cell number and the number of cells.

    Returns
    -------
    NotebookNode
        The executed notebook without times, paths and random identifiers.

    Raises
    ------
    NotebookError
        When a cell failed: which one, why, and where the failed notebook is kept.
    """
    from papermill.exceptions import PapermillExecutionError

    executed = workdir.resolve() / "uitgevoerd.ipynb"
    try:
        node = _run(notebook.resolve(), executed, parameters, progress)
    except PapermillExecutionError as stop:
        kept = ReportFiles(keep or workdir, notebook.stem).failed_notebook
        keep_failed(_read(executed), kept)
        raise _describe(notebook.stem, stop, kept) from None
    return strip_traces(node)


def keep_failed(node: NotebookNode, target: Path) -> None:
    """Write a notebook that did not become a report, for a researcher to open."""
    import nbformat

    write_atomically(target, nbformat.writes(strip_traces(node)) + "\n")  # type: ignore[no-untyped-call]


def strip_traces(node: NotebookNode) -> NotebookNode:
    """Remove what differs between two identical runs: times, absolute paths, random identifiers."""
    node.metadata.pop("papermill", None)
    node.metadata.pop("widgets", None)
    node.cells = [cell for cell in node.cells if _ERROR_MARKER not in cell.metadata.get("tags", ())]
    for cell in node.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if INJECTED_TAG in cell.metadata.get("tags", ()):
            cell.id = INJECTED_ID
    return node


def _run(
    notebook: Path, executed: Path, parameters: Mapping[str, object], progress: CellProgress | None
) -> NotebookNode:
    from jupyter_client.kernelspec import NoSuchKernel
    from papermill import execute_notebook

    from evaluatie.render.engine import ENGINE

    with kernel_environment(executed.parent):
        try:
            node: NotebookNode = execute_notebook(
                _literal(notebook),
                _literal(executed),
                parameters=dict(parameters),
                engine_name=ENGINE,
                kernel_name=_KERNEL,
                cwd=executed.parent,
                progress_bar=False,
                request_save_on_cell_execute=False,
                progress=progress,
                **_kernel_options(executed.parent),
            )
        except (NoSuchKernel, RuntimeError) as error:
            raise NotebookError(
                f"De rekenkern voor notebook {notebook.stem} start niet: {error}.",
                "Controleer de installatie: python -m ipykernel --version.",
            ) from None
    return node


def _kernel_options(workdir: Path) -> dict[str, Any]:
    from traitlets.config import Config

    options: dict[str, Any] = {
        "start_timeout": 60,
        "execution_timeout": CELL_TIMEOUT_S,
        "shutdown_kernel": "immediate",  # a graceful shutdown stalls for seconds in one of twenty runs
        "store_widget_state": False,
        "record_timing": False,
    }
    sockets = str(workdir / "kernel")
    if sys.platform != "win32" and len(sockets) < _LONGEST_SOCKET:
        # TCP ports can be read by every process on the machine, and two kernels can claim the same one
        options["config"] = Config({"KernelManager": {"transport": "ipc", "ip": sockets}})
    return options


@contextmanager
def kernel_environment(workdir: Path) -> Iterator[None]:
    """Give the kernel the same surroundings on every machine and in every run."""
    package_parent = Path(errors.__file__).resolve().parents[1]
    search_path = [str(package_parent), *map(os.path.abspath, filter(None, _split(os.environ.get("PYTHONPATH", ""))))]
    surroundings = {
        "EVALUATIE_PROJECT": str(project_root().resolve()),
        "PYTHONPATH": os.pathsep.join(dict.fromkeys(search_path)),
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": "1577836800",  # matplotlib writes this date into figures: 1 January 2020
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "IPYTHONDIR": str(workdir / "ipython"),  # no start-up files or history of whoever runs this
        "JUPYTER_RUNTIME_DIR": str(workdir / "runtime"),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # the debugger's warning would count as a warning of the report
    }
    before = {name: os.environ.get(name) for name in surroundings}
    os.environ.update(surroundings)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def _split(search_path: str) -> list[str]:
    return search_path.split(os.pathsep)


def _literal(path: Path) -> str:
    # papermill passes paths through `str.format`
    return str(path).replace("{", "{{").replace("}", "}}")


def _read(executed: Path) -> NotebookNode:
    import nbformat

    node: NotebookNode = nbformat.read(executed, as_version=4)  # type: ignore[no-untyped-call]
    return node


def _describe(name: str, stop: Any, kept: Path) -> NotebookError:
    reason = _ANSI.sub("", stop.evalue) if stop.ename in _OWN_ERRORS else f"{stop.ename}: {_ANSI.sub('', stop.evalue)}"
    return NotebookError(
        f"Notebook {name} is gestopt in cel {stop.cell_index + 1}. {reason}",
        f"Het notebook zoals het stopte: {kept}",
    )
