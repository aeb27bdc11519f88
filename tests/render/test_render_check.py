"""Every fault that a reader with a screen reader, a phone or no network would meet is refused."""

from __future__ import annotations

import pytest

from evaluatie.errors import PageError
from evaluatie.render import check_page

TABLE = '<table><caption>C</caption><tr><th scope="col">J</th></tr><tr><td>1</td></tr></table>'
GOOD = f"""<!DOCTYPE html><html lang="nl"><head><title>T</title><style>p {{ background: url(data:x) }}</style></head>
<body><a href="#m">x</a><main id="m"><h1>T</h1><h2 id="a">A</h2><h3>B</h3><p>Tekst</p>
<img src="data:image/png;base64,AA" alt="De instroom daalt."><a href="https://www.cbs.nl/">CBS</a>
{TABLE}</main></body></html>"""


def refused(html: str) -> str:
    with pytest.raises(PageError) as caught:
        check_page(html)
    assert caught.value.exit_code == 8
    return caught.value.message


def test_a_good_page_passes():
    check_page(GOOD)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (' lang="nl"', "", "geen taal"),
        ("<title>T</title>", "<title> </title>", "geen titel"),
        ("<h1>T</h1>", "", "heeft 0 hoofdkoppen"),
        ("<h1>T</h1>", "<h1>T</h1><h1>U</h1>", "heeft 2 hoofdkoppen"),
        ('<h2 id="a">A</h2>', "", "niveau 3, direct na niveau 1"),
        ("<h3>B</h3>", "<h3></h3>", "is leeg"),
        (' alt="De instroom daalt."', "", "geen tekstalternatief"),
        ('alt="De instroom daalt."', 'alt=""', "geen tekstalternatief"),
        ("De instroom daalt.", "No description has been provided for this image", "geen tekstalternatief"),
        ("<p>Tekst</p>", "<svg><path d='M0 0'/></svg>", "geen tekstalternatief"),
        ("<caption>C</caption>", "", "geen opschrift"),
        (' scope="col"', "", "th scope"),
        ("<p>Tekst</p>", '<p id="a">Tekst</p>', "komt 2 keer voor"),
        ('href="#m"', 'href="#nergens"', "dat staat er niet"),
        ("data:image/png;base64,AA", "https://example.org/x.png", "verwijst naar"),
        ("data:image/png;base64,AA", "figuur.png", "verwijst naar"),
        ("https://www.cbs.nl/", "javascript:alert(1)", "verwijst naar"),
        ("https://www.cbs.nl/", "bijlage.pdf", "verwijst naar"),
        ("<p>Tekst</p>", "<p onclick='x()'>Tekst</p>", "voert een script uit"),
        ("<p>Tekst</p>", "<script>x()</script>", "<script>"),
        ("<p>Tekst</p>", "<iframe></iframe>", "<iframe>"),
        ("<title>", '<link rel="stylesheet" href="data:text/css,"><title>', "<link>"),
        ("<title>", '<meta http-equiv="refresh" content="0"><title>', "doorsturen"),
        ("url(data:x)", "url(https://example.org/x)", "haalt iets van buiten"),
        ("<style>", "<style>@import 'x';", "haalt iets van buiten"),
        ("<p>Tekst</p>", "<p style='background:url(//x.org)'>Tekst</p>", "haalt iets van buiten"),
        ('<main id="m">', '<main id="m" data-uitkomsten="1">', "toont 0 uitkomsten; het notebook heeft er 1"),
    ],
)
def test_every_fault_is_found(old, new, problem):
    assert old in GOOD
    assert problem in refused(GOOD.replace(old, new))


def test_all_faults_are_told_at_once():
    message = refused(GOOD.replace(' lang="nl"', "").replace("<caption>C</caption>", "").replace(' scope="col"', ""))
    assert "geen taal" in message
    assert "tabel 1 (J 1): heeft geen opschrift" in message
    assert "th scope" in message


def test_a_page_with_only_code_has_no_content():
    message = refused(
        '<html lang="nl"><title>T</title><main data-uitkomsten="0"><h1>T</h1><details>x = 1</details></main></html>'
    )
    assert "geen inhoud" in message


def test_only_the_list_of_reports_may_link_to_files_beside_it():
    page = GOOD.replace("https://www.cbs.nl/", "renkum/2017/vangnetverantwoording.html")
    check_page(page, local_links=True)
    assert "verwijst naar" in refused(page)
