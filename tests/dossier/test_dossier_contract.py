"""A mistake in a dossier is met with one Dutch message: file, line, what was found, what to do."""

from __future__ import annotations

import typing
from pathlib import Path

import pytest

from evaluatie.dossier import list_dossiers, load_dossier, read_dossier, schema
from evaluatie.dossier.schema import Dossier, find_references
from evaluatie.errors import ChoiceError, DataError

GOED = """\
gemeente:
  naam: Proefdorp
  code: GM9999
verantwoordingsjaren: [2017]
samenvatting: Een klein dossier.
documenten:
  plan:
    titel: Plan van aanpak
    opsteller: Gemeente Proefdorp
    jaar: 2017
    soort: beleidsdocument
cijfers:
  aantal:
    omschrijving: Aantal mensen
    waarde: 41
    eenheid: personen
    periode: "2017"
    status: realisatie
    bron: {document: plan, paragraaf: "§1"}
  deel:
    omschrijving: Aandeel mensen
    waarde: 0.42
    eenheid: aandeel
    periode: "2017"
    status: realisatie
    bron: {document: plan, paragraaf: "§1"}
maatregelen:
  - id: poort
    naam: Poortwachter
    doelen: [instroombeperkend]
    omschrijving: Een poortwachter bij de aanvraag.
    bereikt: [aantal]
    mijlpalen:
      - omschrijving: Werkwijze gereed
        datum: 2017-12-01
        bron: {document: plan, paragraaf: "§2"}
    bron: {document: plan, paragraaf: "§2"}
claims:
  - id: doel
    bewering: Het doel is gehaald.
    maatregel: poort
    toets:
      soort: doel
      resultaat: aantal
      doel: aantal
    bron: {document: plan, paragraaf: "§2"}
"""


def write(folder: Path, *changes: tuple[str, str]) -> Path:
    """Write the good dossier with changes; each must occur in it."""
    text = GOED
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    path = folder / "dossier.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def refuse(path: Path) -> DataError:
    with pytest.raises(DataError) as caught:
        read_dossier(path)
    assert caught.value.exit_code == 5
    assert str(path) in caught.value.problem
    return caught.value


def line_of(text: str) -> int:
    """Return the line (from 1) on which `text` stands in the good dossier; it must stand there once."""
    lines = [number for number, line in enumerate(GOED.splitlines(), start=1) if text in line]
    assert len(lines) == 1, lines
    return lines[0]


def test_the_good_dossier_is_accepted(tmp_path: Path):
    dossier = read_dossier(write(tmp_path))
    assert dossier.cijfer("deel").waarde == 0.42
    assert dossier.maatregel("poort").mijlpalen[0].datum.isoformat() == "2017-12-01"
    assert str(dossier.bron(dossier.cijfer("aantal").bron)) == "Gemeente Proefdorp, Plan van aanpak (2017), §1"


# change, line, key, problem, remedy
MISTAKES = {
    "unknown key": (
        ("    waarde: 41\n", "    waarde: 41\n    kleur: rood\n"),
        16,
        "cijfers.aantal.kleur",
        "onbekende sleutel.",
        "Verwijder deze sleutel of verbeter de naam.",
    ),
    "unknown key at the top": (
        ("samenvatting: Een", "wethouder: niemand\nsamenvatting: Een"),
        5,
        "wethouder",
        "onbekende sleutel.",
        "Verwijder deze sleutel of verbeter de naam.",
    ),
    "missing key": (
        ("    naam: Poortwachter\n", ""),
        line_of("- id: poort"),
        "maatregelen.0.naam",
        "verplichte sleutel ontbreekt.",
        "Vul deze sleutel in.",
    ),
    "missing key in a number": (
        ("    eenheid: personen\n", ""),
        line_of("  aantal:"),
        "cijfers.aantal.eenheid",
        "verplichte sleutel ontbreekt.",
        "Vul deze sleutel in.",
    ),
    "missing key in a test": (
        ("      resultaat: aantal\n", ""),
        line_of("    toets:"),
        "claims.0.toets.resultaat",
        "verplichte sleutel ontbreekt.",
        "Vul deze sleutel in.",
    ),
    "wrong unit": (
        ("eenheid: personen", "eenheid: mensen"),
        line_of("eenheid: personen"),
        "cijfers.aantal.eenheid",
        "waarde niet toegestaan; toegestaan: 'euro'",
        "Kies een van de toegestane waarden.",
    ),
    "wrong goal": (
        ("[instroombeperkend]", "[instroombeperkend, gezellig]"),
        line_of("doelen:"),
        "maatregelen.0.doelen.1",
        "waarde niet toegestaan",
        "Kies een van de toegestane waarden.",
    ),
    "wrong kind of document": (
        ("soort: beleidsdocument", "soort: roman"),
        line_of("soort: beleidsdocument"),
        "documenten.plan.soort",
        "waarde niet toegestaan",
        "Kies een van de toegestane waarden.",
    ),
    "unknown kind of test": (
        ("      soort: doel", "      soort: gok"),
        line_of("    toets:"),
        "claims.0.toets",
        "soort onbekend; toegestaan: 'aandeel', 'verschil_in_aandelen'",
        "Kies een van de toegestane soorten.",
    ),
    "no kind of test": (
        ("      soort: doel\n", ""),
        line_of("    toets:"),
        "claims.0.toets",
        "de sleutel 'soort' ontbreekt",
        "Verbeter de waarde.",
    ),
    "date in words": (
        ("datum: 2017-12-01", "datum: 1 december 2017"),
        line_of("datum:"),
        "maatregelen.0.mijlpalen.0.datum",
        "geen datum (JJJJ-MM-DD) (gevonden: '1 december 2017')",
        "Verbeter de waarde.",
    ),
    "month instead of date": (
        ("datum: 2017-12-01", "datum: 2017-12"),
        line_of("datum:"),
        "maatregelen.0.mijlpalen.0.datum",
        "geen datum (JJJJ-MM-DD) (gevonden: '2017-12')",
        "Verbeter de waarde.",
    ),
    "share as percentage": (
        ("waarde: 0.42", "waarde: 42"),
        line_of("  deel:"),
        "cijfers.deel",
        "een aandeel staat als breuk (0.42 voor 42%), gevonden: 42",
        "Verbeter de waarde.",
    ),
    "share as percentage with a decimal": (
        ("waarde: 0.42", "waarde: 12.6"),
        line_of("  deel:"),
        "cijfers.deel",
        "een aandeel staat als breuk (0.42 voor 42%), gevonden: 12.6",
        "Verbeter de waarde.",
    ),
    "range upside down": (
        ("waarde: 41", "waarde: 41\n    waarde_tot: 40"),
        line_of("  aantal:"),
        "cijfers.aantal",
        "waarde_tot moet groter zijn dan waarde",
        "Verbeter de waarde.",
    ),
    "municipality code": (
        ("code: GM9999", "code: GM99"),
        line_of("code:"),
        "gemeente.code",
        "tekst heeft niet de juiste vorm (gevonden: 'GM99')",
        "gemeentecode: GM en vier cijfers",
    ),
    "capital in an id": (
        ("id: poort", "id: Poort"),
        line_of("id: poort"),
        "maatregelen.0.id",
        "tekst heeft niet de juiste vorm (gevonden: 'Poort')",
        "Gebruik alleen kleine letters, cijfers en _",
    ),
    "no goal": (
        ("[instroombeperkend]", "[]"),
        line_of("doelen:"),
        "maatregelen.0.doelen",
        "te weinig onderdelen",
        "Verbeter de waarde.",
    ),
    "a text where a list belongs": (
        ("bereikt: [aantal]", "bereikt: aantal"),
        line_of("bereikt:"),
        "maatregelen.0.bereikt",
        "geen lijst (gevonden: 'aantal')",
        "Verbeter de waarde.",
    ),
    "dangling number": (
        ("bereikt: [aantal]", "bereikt: [aantal, weg]"),
        line_of("bereikt:"),
        "maatregelen.0.bereikt.1",
        "verwijst naar cijfer 'weg', maar dat bestaat niet.",
        "Voeg het cijfer toe of verbeter de verwijzing.",
    ),
    "dangling number in a test": (
        ("      doel: aantal", "      doel: weg"),
        line_of("      doel: aantal"),
        "claims.0.toets.doel",
        "verwijst naar cijfer 'weg', maar dat bestaat niet.",
        "Voeg het cijfer toe of verbeter de verwijzing.",
    ),
    "dangling maatregel": (
        ("    maatregel: poort", "    maatregel: deur"),
        line_of("    maatregel: poort"),
        "claims.0.maatregel",
        "verwijst naar maatregel 'deur', maar dat bestaat niet.",
        "Voeg de maatregel toe of verbeter de verwijzing.",
    ),
    "dangling document": (
        ('{document: plan, paragraaf: "§1"}', '{document: nota, paragraaf: "§1"}'),
        19,
        "cijfers.aantal.bron.document",
        "verwijst naar document 'nota', maar dat bestaat niet.",
        "Voeg het document toe of verbeter de verwijzing.",
    ),
    "duplicate key": (
        ("  naam: Proefdorp\n", "  naam: Proefdorp\n  naam: Anderdorp\n"),
        3,
        "",
        "de YAML is niet te lezen",
        "Verbeter de notatie op deze regel.",
    ),
    "tab as indentation": (
        ("    titel: Plan", "\ttitel: Plan"),
        line_of("    titel:"),
        "",
        "de YAML is niet te lezen",
        "Verbeter de notatie op deze regel.",
    ),
    "colon in a text": (
        ("bewering: Het doel is gehaald.", "bewering: Het doel: gehaald."),
        line_of("bewering:"),
        "",
        "de YAML is niet te lezen",
        "Verbeter de notatie op deze regel.",
    ),
    "undefined alias": (
        ("bereikt: [aantal]", "bereikt: *aantal"),
        line_of("bereikt:"),
        "",
        "de YAML is niet te lezen",
        "Verbeter de notatie op deze regel.",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_one_mistake_gives_one_message_with_the_exact_line(tmp_path: Path, mistake: str):
    change, line, key, problem, remedy = MISTAKES[mistake]
    error = refuse(write(tmp_path, change))
    (violation,) = error.violations
    assert violation.where == f"dossier.yaml, regel {line}" + (f", {key}" if key else "")
    assert problem in violation.problem
    assert remedy in violation.remedy
    assert error.problem.endswith("voldoet niet aan het contract (1 fout).")
    assert str(violation) in error.message


@pytest.mark.parametrize(
    ("change", "line", "key"),
    [
        (("      doel: aantal\n", ""), line_of("    toets:"), "claims.0.toets.doel"),
        (("      doel: aantal", "      doel: Aantal"), line_of("      doel: aantal"), "claims.0.toets.doel"),
    ],
    ids=["missing", "wrong"],
)
def test_a_test_whose_kind_is_also_a_key_still_names_key_and_line(
    tmp_path: Path, change: tuple[str, str], line: int, key: str
):
    """The kinds 'doel' and 'streefcijfer' have a field of the same name."""
    (violation,) = refuse(write(tmp_path, change)).violations
    assert violation.where == f"dossier.yaml, regel {line}, {key}"


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (("datum: 2017-12-01", "datum: 2017-13-45"), line_of("datum:")),
        (("datum: 2017-12-01", "datum: 2017-02-29"), line_of("datum:")),
        (("naam: Poortwachter", "naam: Poort\x07wachter"), line_of("naam: Poortwachter")),
    ],
    ids=["month 13", "29 February", "control character"],
)
def test_what_the_yaml_reader_itself_refuses_is_reported_too(tmp_path: Path, change: tuple[str, str], line: int):
    """A date that does not exist, or a character that may not be there, is a mistake of the user like any other."""
    (violation,) = refuse(write(tmp_path, change)).violations
    assert violation.where.startswith(f"dossier.yaml, regel {line}")


def test_a_word_where_a_number_belongs_is_one_mistake(tmp_path: Path):
    (violation,) = refuse(write(tmp_path, ("waarde: 41", "waarde: veel"))).violations
    assert violation.where == f"dossier.yaml, regel {line_of('waarde: 41')}, cijfers.aantal.waarde"
    assert "gevonden: 'veel'" in violation.problem


def test_the_end_of_a_range_is_a_share_too(tmp_path: Path):
    """0% to 10% written as 0.0 to 10."""
    (violation,) = refuse(write(tmp_path, ("waarde: 0.42", "waarde: 0.0\n    waarde_tot: 10"))).violations
    assert "een aandeel staat als breuk" in violation.problem


@pytest.mark.parametrize("value", [".nan", ".inf", "true"])
def test_a_value_is_a_number(tmp_path: Path, value: str):
    (violation,) = refuse(write(tmp_path, ("waarde: 41", f"waarde: {value}"))).violations
    assert violation.where.startswith(f"dossier.yaml, regel {line_of('waarde: 41')}, cijfers.aantal.waarde")


def test_a_number_without_a_place_in_its_document_is_refused(tmp_path: Path):
    (violation,) = refuse(write(tmp_path, ('paragraaf: "§1"', 'paragraaf: " "'))).violations
    assert violation.where == f"dossier.yaml, regel {19}, cijfers.aantal.bron.paragraaf"


TWEEDE_MAATREGEL = """\
  - id: poort
    naam: Nog een maatregel
    doelen: [randvoorwaarde]
    omschrijving: Dezelfde id als de eerste.
    bron: {document: plan, paragraaf: "§2"}
claims:
"""
TWEEDE_CLAIM = """\
claims:
  - id: doel
    bewering: Nog een bewering.
    toets: {soort: niet_toetsbaar, reden: Geen cijfers.}
    bron: {document: plan, paragraaf: "§2"}
"""


@pytest.mark.parametrize(("extra", "identifier"), [(TWEEDE_MAATREGEL, "poort"), (TWEEDE_CLAIM, "doel")])
def test_an_id_that_occurs_twice_is_refused(tmp_path: Path, extra: str, identifier: str):
    """Results carry these ids: two of the same cannot both stand in a report."""
    assert identifier in refuse(write(tmp_path, ("claims:\n", extra))).message


def test_several_mistakes_are_reported_together_in_order_of_the_file(tmp_path: Path):
    error = refuse(
        write(
            tmp_path,
            ("code: GM9999", "code: 9999"),
            ("    waarde: 41\n", "    waarde: 41\n    kleur: rood\n"),
            ("waarde: 0.42", "waarde: 42"),
            ("    naam: Poortwachter\n", ""),
            ("datum: 2017-12-01", "datum: morgen"),
            ("      soort: doel", "      soort: gok"),
        )
    )
    assert [violation.where for violation in error.violations] == [
        "dossier.yaml, regel 3, gemeente.code",
        "dossier.yaml, regel 16, cijfers.aantal.kleur",
        "dossier.yaml, regel 21, cijfers.deel",
        "dossier.yaml, regel 29, maatregelen.0.naam",
        "dossier.yaml, regel 35, maatregelen.0.mijlpalen.0.datum",
        "dossier.yaml, regel 42, claims.0.toets",
    ]
    assert "(6 fouten)" in error.problem
    assert error.message.count("\n  - dossier.yaml, regel") == 6


def test_several_dangling_references_are_reported_together(tmp_path: Path):
    error = refuse(
        write(
            tmp_path,
            ('{document: plan, paragraaf: "§1"}', '{document: nota, paragraaf: "§1"}'),
            ("bereikt: [aantal]", "bereikt: [weg]"),
            ("    maatregel: poort", "    maatregel: deur"),
            ("      doel: aantal", "      doel: kwijt"),
        )
    )
    assert [violation.where for violation in error.violations] == [
        "dossier.yaml, regel 19, cijfers.aantal.bron.document",
        "dossier.yaml, regel 32, maatregelen.0.bereikt.0",
        "dossier.yaml, regel 41, claims.0.maatregel",
        "dossier.yaml, regel 45, claims.0.toets.doel",
    ]


def test_messages_are_dutch(tmp_path: Path):
    changes = [
        ("eenheid: personen", "eenheid: mensen"),
        ("datum: 2017-12-01", "datum: 2017-12-01 10:00:00"),
        ("  naam: Proefdorp\n", "  naam: Proefdorp\n  naam: Anderdorp\n"),
        ("    titel: Plan", "\ttitel: Plan"),
    ]
    messages = [refuse(write(tmp_path, change)).message for change in changes]
    english = [" or ", "found", "Datetimes", "should", "cannot"]
    assert [(word, message) for message in messages for word in english if word in message] == []


def test_a_file_that_is_not_utf_8(tmp_path: Path):
    path = tmp_path / "dossier.yaml"
    path.write_bytes(GOED.replace("klein", "kléin").encode("latin-1"))
    assert refuse(path).message == f"{path} is geen tekst in UTF-8.\nSla het bestand op als UTF-8."


def test_a_missing_file(tmp_path: Path):
    path = tmp_path / "nergens" / "dossier.yaml"
    assert refuse(path).message == f"Het dossier {path} bestaat niet.\nControleer de map en de bestandsnaam."


@pytest.mark.parametrize("text", ["", "- een\n- lijst\n", "alleen tekst\n"], ids=["empty", "list", "text"])
def test_a_file_without_keys(tmp_path: Path, text: str):
    path = tmp_path / "dossier.yaml"
    path.write_text(text, encoding="utf-8")
    (violation,) = refuse(path).violations
    assert violation.where == "dossier.yaml, regel 1, (het hele bestand)"
    assert "geen groep van sleutels" in violation.problem


def test_an_unknown_municipality_lists_the_known_ones():
    with pytest.raises(ChoiceError) as caught:
        load_dossier("Amsterdam")
    assert caught.value.exit_code == 3
    assert caught.value.message == (
        "Er is geen dossier van gemeente 'Amsterdam'.\nBeschikbaar: Dalfsen, Deventer, Renkum, Voorschoten."
    )


def test_the_name_of_a_municipality_in_any_case():
    assert load_dossier("RENKUM") == load_dossier("renkum") == load_dossier("Renkum")


def test_a_project_without_dossiers_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "data").mkdir()
    monkeypatch.setenv("EVALUATIE_PROJECT", str(tmp_path))
    assert list_dossiers() == {}
    with pytest.raises(ChoiceError, match="Er is geen dossier van gemeente 'Renkum'"):
        load_dossier("Renkum")


def test_more_than_fifty_mistakes_are_counted(tmp_path: Path):
    many = "".join(f"    sleutel_{number}: 1\n" for number in range(60))
    error = refuse(write(tmp_path, ("    waarde: 41\n", f"    waarde: 41\n{many}")))
    assert len(error.violations) == 60
    assert "  … en nog 10 andere." in error.message
    assert "(60 fouten)" in error.message


def test_every_field_that_holds_an_id_is_followed():
    """A new field that refers to a number may not be forgotten by the check of references."""
    own = {"id", "maatregel", "document"}
    models = [item for item in vars(schema).values() if isinstance(item, type) and issubclass(item, schema.Model)]
    fields = {
        name
        for model in models
        for name, kind in typing.get_type_hints(model, include_extras=True).items()
        if schema.Id in (kind, *typing.get_args(kind)) and typing.get_origin(kind) is not dict
    }
    assert fields >= own
    assert fields - own == schema._CIJFER_FIELDS


def test_references_of_a_dossier_by_kind(tmp_path: Path):
    dossier: Dossier = read_dossier(write(tmp_path))
    found = {(".".join(map(str, path)), kind, identifier) for path, kind, identifier in find_references(dossier)}
    assert ("claims.0.maatregel", "maatregel", "poort") in found
    assert ("claims.0.toets.resultaat", "cijfer", "aantal") in found
    assert ("maatregelen.0.bereikt.0", "cijfer", "aantal") in found
    assert ("cijfers.deel.bron.document", "document", "plan") in found
    assert {kind for _, kind, _ in found} == {"cijfer", "document", "maatregel"}


def test_a_dossier_cannot_be_changed(tmp_path: Path):
    dossier = read_dossier(write(tmp_path))
    with pytest.raises(ValueError, match="frozen"):
        dossier.cijfer("aantal").waarde = 42  # type: ignore[misc]
