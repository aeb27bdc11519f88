"""Many reports: all problems before the start, every failure collected, one list of what there is."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from evaluatie.errors import ChoiceError
from evaluatie.render import check_page, plan_jobs, render_all, write_index
from evaluatie.render.page import TEMPLATES
from tests.render.conftest import HAND_OVER, SHOW_TABLE

FAILS_IN_2018 = "if jaar == 2018: raise ValueError('te weinig waarnemingen')"


def test_all_wishes_are_checked_before_anything_is_rendered(write_notebook):
    notebook = write_notebook(SHOW_TABLE)
    with pytest.raises(ChoiceError) as caught:
        plan_jobs([(notebook, {"jaar": "x"}), (notebook, {"jaar": "x"}), (notebook, {"wijk": "1"})])
    assert [violation.where for violation in caught.value.violations] == ["parameter 'jaar'", "parameter 'wijk'"]
    assert caught.value.message.count("Mogelijke parameters") == 1


@pytest.mark.parametrize("workers", [1, 2])
def test_one_failure_does_not_stop_the_others(write_notebook, project, workers):
    notebook = write_notebook(SHOW_TABLE, FAILS_IN_2018, HAND_OVER)
    steps = []
    jobs = plan_jobs([(notebook, {"jaar": jaar}) for jaar in (2017, 2018, 2019)])
    outcomes = render_all(jobs, project / "reports", steps.append, workers=workers)
    assert [(str(outcome.job), outcome.exit_code) for outcome in outcomes] == [
        ("Proef Renkum 2017", 0),
        ("Proef Renkum 2018", 4),
        ("Proef Renkum 2019", 0),
    ]
    assert "te weinig waarnemingen" in outcomes[1].error
    assert outcomes[2].rendered.html == project / "reports" / "renkum" / "2019" / "proef.html"
    assert len([step for step in steps if step.outcome]) == 3
    assert any(step.cell == 3 and step.cells == 6 for step in steps) == (workers == 1)


def test_an_unexpected_error_is_collected_with_its_trace(write_notebook, project, monkeypatch):
    jobs = plan_jobs([(write_notebook(), {})])
    monkeypatch.setattr("evaluatie.render.batch.render", lambda *_, **__: {}["weg"])
    [outcome] = render_all(jobs, project)
    assert outcome.failed
    assert outcome.exit_code == 1
    assert "KeyError: 'weg'" in outcome.error
    assert "Traceback" in outcome.trace


def test_the_list_shows_what_stands_in_the_folder(tmp_path):
    def put(path, text=""):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")

    put("s-gravenhage/2017/vangnetverantwoording.html", "<title>Oud</title>")
    put(
        "s-gravenhage/2017/ontvangstbewijs.json",
        '{"gemeente": "\'s-Gravenhage", "jaar": 2017, "titel": "Verantwoording <1>", "gemaakt_van": {"x": []}}',
    )
    put("s-gravenhage/2018/instroom.html", "<title>Instroom &amp; uitstroom</title>")
    put("s-gravenhage/2018/instroom.ontvangstbewijs.json", "stuk")
    put("s-gravenhage/2018/instroom.mislukt.txt", "Notebook instroom is gestopt.\nmeer")
    put("renkum/2017/vangnetverantwoording.mislukt.txt", "Gestopt.")
    put("renkum/2017/.bouw-x/vangnetverantwoording.html", "half")
    put("losse.html", "<title>Los</title>")
    page = write_index(tmp_path).read_text(encoding="utf-8")

    check_page(page, local_links=True, script=(TEMPLATES / "overzicht.js").read_text(encoding="utf-8"))
    soup = BeautifulSoup(page, "html.parser")
    for spoken in soup.select("td > .alleen-voorlezen"):
        spoken.decompose()
    rows = [row.get_text(" ", strip=True) for row in soup.select("tbody tr")]
    assert rows == [
        "'s-Gravenhage 2017 Verantwoording <1> klaar – – – –",
        "Overige rapporten – Los klaar – – – –",
        (
            "Renkum 2017 Vangnetverantwoording Renkum 2017 mislukt Gestopt. "
            "Hele melding van Vangnetverantwoording Renkum 2017 – – – –"
        ),
        (
            "S-gravenhage 2018 Instroom & uitstroom mislukt Notebook instroom is gestopt. "
            "Hele melding van Instroom & uitstroom De link gaat naar het vorige rapport. – – – –"
        ),
    ]
    assert soup.find("a", string="Verantwoording <1>")["href"] == "s-gravenhage/2017/vangnetverantwoording.html"
    assert "4 rapporten, waarvan 2 mislukt en 0 verouderd." in page


def test_an_empty_folder_gives_an_empty_list(tmp_path):
    assert "nog geen rapporten" in write_index(tmp_path / "reports").read_text(encoding="utf-8")
