"""Make many reports; one that fails does not stop the others."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evaluatie.errors import ChoiceError, EvaluatieError, Violation
from evaluatie.render.definition import read_definition
from evaluatie.render.naming import folder_for
from evaluatie.render.parameters import check_parameters
from evaluatie.render.report import Rendered, render


@dataclass(frozen=True, slots=True)
class Job:
    """One report to make.

    Parameters
    ----------
    notebook : Path
        The notebook.
    parameters : mapping of str to object
        What was asked; the rest comes from the notebook.
    folder : Path
        Where the report goes, inside the reports folder.
    title : str
        How the report is called in messages.
    """

    notebook: Path
    parameters: Mapping[str, object]
    folder: Path
    title: str = ""

    def __str__(self) -> str:
        return self.title or self.notebook.stem


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a job: the report, or the Dutch message why there is none."""

    job: Job
    rendered: Rendered | None = None
    error: str = ""
    exit_code: int = 0
    trace: str = ""

    @property
    def failed(self) -> bool:
        """Whether there is no new report."""
        return self.rendered is None


@dataclass(frozen=True, slots=True)
class Step:
    """Progress: `job` is at cell `cell` of `cells`, or ready when it has an outcome."""

    job: Job
    cell: int = 0
    cells: int = 0
    outcome: Outcome | None = None


Progress = Callable[[Step], None]


def plan_jobs(wishes: Sequence[tuple[Path, Mapping[str, object]]]) -> list[Job]:
    """Check all wishes (notebook, parameters) before anything is rendered.

    Raises
    ------
    ChoiceError
        With everything that is wrong with any of them, each problem once.
    """
    jobs: list[Job] = []
    refusals: list[ChoiceError] = []
    definitions = {notebook: read_definition(notebook) for notebook, _ in wishes}
    for notebook, given in wishes:
        definition = definitions[notebook]
        try:
            values = check_parameters(definition, given)
        except ChoiceError as error:
            refusals.append(error)
        else:
            jobs.append(Job(notebook, dict(given), folder_for(values), definition.title(values)))
    if refusals:
        raise _merge(refusals)
    return jobs


def _merge(refusals: Sequence[ChoiceError]) -> ChoiceError:
    if len(refusals) == 1:
        return refusals[0]
    violations: dict[str, Violation] = {}
    for error in refusals:
        for violation in error.violations or [Violation("keuze", error.problem, error.remedy)]:
            violations[str(violation)] = violation  # the same mistake comes back for every year
    remedies = dict.fromkeys(error.remedy for error in refusals if error.violations)
    return ChoiceError("Deze rapporten kunnen zo niet worden gemaakt.", "\n".join(remedies), violations.values())


def render_all(jobs: Sequence[Job], out: Path, progress: Progress | None = None, *, workers: int = 1) -> list[Outcome]:
    """Make all reports and return what became of each, in the order of `jobs`.

    Parameters
    ----------
    jobs : sequence of Job
        The reports to make.
    out : Path
        The reports folder.
    progress : callable, optional
        Called with a `Step` for every cell (one worker) and for every report that is ready.
    workers : int
        Number of processes that make reports at the same time.
    """
    announce = progress or (lambda step: None)
    run = _one_by_one(jobs, out, announce) if workers <= 1 else _side_by_side(jobs, out, workers)
    outcomes: dict[int, Outcome] = {}
    for index, outcome in run:
        outcomes[index] = outcome
        announce(Step(outcome.job, outcome=outcome))
    return [outcomes[index] for index in range(len(jobs))]


def _one_by_one(jobs: Sequence[Job], out: Path, announce: Progress) -> Iterator[tuple[int, Outcome]]:
    for index, job in enumerate(jobs):
        yield index, _attempt(job, out, announce)


def _side_by_side(jobs: Sequence[Job], out: Path, workers: int) -> Iterator[tuple[int, Outcome]]:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor, as_completed

    # spawn, not fork: the parent may have threads, and Windows and macOS know nothing else
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        futures = {pool.submit(_attempt, job, out): index for index, job in enumerate(jobs)}
        try:
            for future in as_completed(futures):
                index = futures[future]
                broken = future.exception()  # a worker that was killed; `_attempt` itself never raises
                yield index, _unexpected(jobs[index], broken) if broken else future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _attempt(job: Job, out: Path, announce: Progress | None = None) -> Outcome:
    def at_cell(cell: int, cells: int) -> None:
        if announce is not None:
            announce(Step(job, cell, cells))

    try:
        return Outcome(job, render(job.notebook, job.parameters, out / job.folder, progress=at_cell))
    except EvaluatieError as error:
        return Outcome(job, error=error.message, exit_code=error.exit_code)
    except Exception as error:  # the other reports go on; the trace is kept
        return _unexpected(job, error)


def _unexpected(job: Job, error: BaseException) -> Outcome:
    trace = "".join(traceback.format_exception(error))
    return Outcome(job, error=f"Onverwachte fout: {type(error).__name__}: {error}", exit_code=1, trace=trace)
