"""The command line speaks Dutch, tells everything at once and leaves with the documented exit code."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from evaluatie.cli import main
from evaluatie.cli.progress import Bar
from evaluatie.render import Job, Outcome, Step, index
from tests.render.conftest import HAND_OVER, SHOW_TABLE

ENGLISH = re.compile(r"\b(usage|options|commands|error|try|no such|missing|invalid|show this|got unexpected)\b", re.I)
HEAVY = ("pandas", "numpy", "matplotlib", "papermill", "nbconvert", "nbformat", "pydantic", "bs4", "jinja2", "tqdm")


def run(*args: str):
    return CliRunner().invoke(main, list(args), catch_exceptions=False)


@pytest.fixture
def dossiers(project, monkeypatch):
    """Return two dossiers without their files: only name and years matter here."""
    years = {"renkum": ("Renkum", [2018, 2017]), "s-gravenhage": ("'s-Gravenhage", [2018])}

    def load(name):
        naam, jaren = years[name]
        return SimpleNamespace(gemeente=SimpleNamespace(naam=naam), verantwoordingsjaren=jaren)

    monkeypatch.setattr("evaluatie.dossier.list_dossiers", lambda: dict.fromkeys(years, Path()))
    monkeypatch.setattr("evaluatie.dossier.load_dossier", load)
    return project


@pytest.mark.parametrize("command", [(), ("report",), ("render",), ("lab",), ("diff",)])
def test_help_is_dutch(command):
    result = run(*command, "--help")
    assert result.exit_code == 0
    assert result.output.startswith("Gebruik: evaluatie")
    assert "Opties:" in result.output
    assert "Toon deze uitleg." in result.output
    assert not ENGLISH.search(result.output)


def test_help_lists_the_commands():
    listed = re.findall(r"^  ([a-z]+) +\S", run("--help").output.split("Opdrachten:")[1], flags=re.MULTILINE)
    assert listed == ["check", "diff", "import", "lab", "new", "render", "report", "sample"]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["rapport"], "De opdracht 'rapport' bestaat niet. Bedoelt u report of import?"),
        (["--versie"], "De optie --versie bestaat niet."),
        (["report", "--jar", "2017"], "De optie --jar bestaat niet. Bedoelt u --jaar?"),
        (["report", "--jaar"], "De optie --jaar heeft een waarde nodig."),
        (["report", "--help=1"], "De optie --help neemt geen waarde."),
        (["report", "--jaar", "17"], "--jaar: '17' is geen jaartal van vier cijfers."),
        (["report", "--jobs", "0"], "--jobs: '0' is geen geheel getal vanaf 1."),
        (["report", "--out", __file__], "is een bestand, geen map."),
        (["render"], "Het argument NOTEBOOK ontbreekt."),
        (["render", "a", "b"], "Dit hoort niet bij deze opdracht: b."),
        (["render", "a", "-p", "jaar"], "-p: 'jaar' heeft niet de vorm naam=waarde."),
        (["render", "a", "-p", "jaar=1", "-p", "jaar=2"], "Deze parameter staat er vaker dan één keer: jaar."),
        (["lab", "x"], "Dit hoort niet bij deze opdracht: x."),
    ],
)
def test_a_mistyped_command_is_explained_in_dutch(project, args, message):
    result = run(*args)
    assert result.exit_code == 2
    assert message in result.output
    assert re.search(r"^Uitleg: evaluatie.* --help$", result.output, re.MULTILINE)
    assert not ENGLISH.search(result.output)


def test_without_a_command_the_help_is_shown():
    result = run()
    assert result.exit_code == 2
    assert "Opdrachten:" in result.output


def test_unknown_gemeenten_and_years_are_told_at_once_and_nothing_is_rendered(dossiers):
    result = run("report", "Renkem", "Renkum", "'s-Gravenhage", "Ede", "--jaar", "2017", "--jaar", "2030")
    assert result.exit_code == 3
    assert (
        "gemeente 'Renkem': er is geen dossier. Bedoelt u Renkum? Beschikbaar: Renkum, S-gravenhage." in result.output
    )
    assert "gemeente 'Ede': er is geen dossier." in result.output
    assert "Renkum, 2030: er is geen verantwoording. Mogelijk: 2017, 2018." in result.output
    assert "'s-Gravenhage, 2017: er is geen verantwoording." in result.output
    assert not (dossiers / "reports").exists()


def test_a_wrong_peildatum_is_told_once_before_rendering(dossiers, write_notebook):
    cell = 'gemeente: str = "x"\njaar: int = 2017\npeildatum: "date" = "2017-12-31"'
    write_notebook("1/0", name="vangnetverantwoording", parameters=cell)
    result = run("report", "--peildatum", "31-12-2017")
    assert result.exit_code == 3
    assert result.output.count("moet een datum (JJJJ-MM-DD) zijn, gevonden: '31-12-2017'") == 1


def test_report_renders_every_dossier_and_goes_on_after_a_failure(dossiers, write_notebook):
    fails = "if gemeente == 'Renkum' and jaar == 2018: raise ValueError('mis')"
    write_notebook(SHOW_TABLE, fails, HAND_OVER, name="vangnetverantwoording")
    result = run("report", "--jobs", "2")
    reports = dossiers / "reports"
    assert result.exit_code == 4
    assert "Klaar: Proef Renkum 2017" in result.output
    assert "Mislukt: Proef Renkum 2018" in result.output
    assert "ValueError: mis" in result.output
    assert result.output.splitlines()[-1] == f"Overzicht: {reports / 'index.html'}"
    assert json.loads((reports / "s-gravenhage" / "2018" / "ontvangstbewijs.json").read_text())["jaar"] == 2018
    assert [regel.melding != "" for regel in sorted(index.find_reports(reports), key=str)] == [False, False, True]


def test_render_takes_a_name_or_a_path_and_keeps_leading_zeros(write_notebook, project, tmp_path):
    cell = 'gemeente: str = "x"\ncode: str = "1"'
    path = write_notebook("print('code', code)", parameters=cell, ondertitel=["code"])
    result = run("render", str(path), "-p", "code=0363", "-p", "gemeente=a=b", "--out", str(tmp_path / "uit"))
    assert result.exit_code == 0
    assert "code 0363" in (tmp_path / "uit" / "a-b" / "proef.html").read_text()
    inner = path.parent / "methode" / "binnen.ipynb"
    inner.parent.mkdir()
    inner.write_text(path.read_text())
    result = run("render", "methode/binnen", "-p", "code=7", "--out", str(tmp_path / "binnen"))
    assert result.exit_code == 0
    result = run("render", "onbekend")
    assert result.exit_code == 3
    assert "Beschikbaar: methode/binnen, proef." in result.output


def test_render_leaves_with_the_code_of_the_failure(write_notebook):
    write_notebook("import warnings; warnings.warn('x')")
    result = run("render", "proef")
    assert result.exit_code == 8
    assert "geeft een waarschuwing" in result.output


def test_lab_tells_how_to_install_jupyterlab(project, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    result = run("lab")
    assert result.exit_code == 1
    assert "pip install -c constraints.txt -e '.[lab]'" in result.output


def test_an_interruption_is_not_an_error_message(project, monkeypatch):
    monkeypatch.setattr("evaluatie.cli.choose.choose_reports", _raise(KeyboardInterrupt()))
    result = run("report")
    assert result.exit_code == 130
    assert result.output.strip() == "Afgebroken."


def test_an_unexpected_error_keeps_its_trace_in_a_file(project, monkeypatch, tmp_path):
    monkeypatch.setattr("evaluatie.cli.choose.choose_reports", _raise(KeyError("weg")))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    result = run("report")
    [kept] = tmp_path.glob("evaluatie-fout-*.txt")
    assert result.exit_code == 1
    assert "(KeyError)" in result.output
    assert "Traceback" not in result.output
    assert str(kept) in result.output
    assert "KeyError: 'weg'" in kept.read_text()


def test_debugging_shows_the_traceback(project, monkeypatch):
    monkeypatch.setattr("evaluatie.cli.choose.choose_reports", _raise(KeyError("weg")))
    monkeypatch.setenv("EVALUATIE_DEBUG", "1")
    with pytest.raises(KeyError):
        run("report")


def test_a_terminal_shows_which_cell_is_running(capsys):
    job = Job(Path("proef.ipynb"), {}, Path(), "Proef Renkum 2017")
    with Bar(total=1) as bar:
        bar(Step(job, cell=2, cells=5))
        bar(Step(job, outcome=Outcome(job, error="mis", exit_code=4)))
    shown = capsys.readouterr()
    assert "Proef Renkum 2017 (cel 2 van 5)" in shown.err
    assert shown.out == "Mislukt: Proef Renkum 2017\n"


def test_help_imports_nothing_heavy():
    script = (
        "import sys\nfrom evaluatie.cli import main\n"
        "try:\n    main(['report', '--help'], prog_name='evaluatie')\n"
        f"except SystemExit:\n    print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert shown.splitlines()[0].startswith("Gebruik: evaluatie report")
    assert shown.splitlines()[-1] == "[]"


def _raise(error: BaseException):
    def fail(*_):
        raise error

    return fail
