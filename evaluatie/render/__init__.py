"""From notebook to report: the only code that touches papermill, kernels and pages.

Nothing heavy is imported here: papermill, nbconvert and bs4 are imported by the functions that need
them, so that a command can refuse a wrong parameter at once.
"""

from evaluatie.render.batch import Job, Outcome, Step, plan_jobs, render_all
from evaluatie.render.check import check_page
from evaluatie.render.definition import NotebookDefinition, NotebookParameter, read_definition
from evaluatie.render.html import to_html
from evaluatie.render.index import write_index
from evaluatie.render.naming import ReportFiles, folder_for, slug
from evaluatie.render.notebook import execute
from evaluatie.render.parameters import check_parameters
from evaluatie.render.report import Rendered, render

__all__ = [
    "Job",
    "NotebookDefinition",
    "NotebookParameter",
    "Outcome",
    "Rendered",
    "ReportFiles",
    "Step",
    "check_page",
    "check_parameters",
    "execute",
    "folder_for",
    "plan_jobs",
    "read_definition",
    "render",
    "render_all",
    "slug",
    "to_html",
    "write_index",
]
