"""``evaluatie import``: from delivered files to pseudonymised, checked registers; whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evaluatie.cli.dutch import DutchCommand, Misuse
from evaluatie.cli.types import Map

if TYPE_CHECKING:
    from evaluatie.registratie.bevindingen import Bevindingen
    from evaluatie.registratie.contract import Register
    from evaluatie.registratie.pseudoniem import Key

    Read = Callable[[Path], tuple[Register, Bevindingen]]
    Check = Callable[[Register], Bevindingen]


class Bestand(click.ParamType[Path]):
    """A file, which need not exist yet."""

    name = "pad"

    def convert(self, value: str | Path, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Turn text into a file."""
        path = Path(value).expanduser()
        if path.is_dir():
            self.fail(f"'{value}' is een map, geen bestand.", param, ctx)
        return path


_KEY_HELP = "Bestand met de sleutel (standaard: EVALUATIE_SLEUTEL of EVALUATIE_SLEUTELBESTAND)."
_NEW_KEY_HELP = "Maak eerst een sleutel in dit nieuwe bestand, buiten MAP en het project."
_DATABASE_HELP = "Adres van een database (duckdb:///pad, postgresql://…) voor de queries in MAP/aanlevering."
_DROPPED = "kolom_onbekend"
_ALREADY_HELP = "Laat kolommen staan die al versleutelde kenmerken bevatten."


@click.command("import", cls=DutchCommand, short_help="Lees de aangeleverde gegevens versleuteld in.")
@click.argument("map_", metavar="MAP", type=Map())
@click.option("--sleutel", type=Bestand(), metavar="PAD", help=_KEY_HELP)
@click.option("--nieuwe-sleutel", "new_key", type=Bestand(), metavar="PAD", help=_NEW_KEY_HELP)
@click.option("--database", metavar="URL", default="", help=_DATABASE_HELP)
@click.option("--al-versleuteld", "already", is_flag=True, help=_ALREADY_HELP)
@click.pass_context
def import_(
    ctx: click.Context, map_: Path, sleutel: Path | None, new_key: Path | None, database: str, already: bool
) -> None:
    """Lees MAP/aanlevering in en bewaar de tabellen in MAP/register.

    Elk BSN, klantnummer en elke naam in een kolom voor personen wordt versleuteld. Kolommen waar geen tabel om vraagt,
    worden niet bewaard. Of een tekst in een andere kolom een naam is, wordt niet geraden: kijk dat zelf na.

    In MAP/aanlevering staan tabellen, een map 'leveringen' met BUS, SRG of BDFS, of (met --database) per tabel een
    query in <tabel>.sql. Bij een fout wordt niets bewaard.
    """
    from evaluatie.cli.aanlevering import has_deliveries, reader
    from evaluatie.registratie.toetsing import check_register

    if sleutel and new_key:
        raise Misuse("Geef --sleutel of --nieuwe-sleutel, niet allebei.", ctx)
    key = _make_key(new_key, map_) if new_key else None
    give_key = _key_reader(key, sleutel, map_)
    # Persons in deliveries have been replaced when they come in; replacing them again would cut them off from the rest.
    kept = already or has_deliveries(map_)
    run_import(map_, give_key, read=reader(give_key, database), check=check_register, already=kept)


def run_import(map_: Path, key: Callable[[], Key], *, read: Read, check: Check, already: bool = False) -> None:
    """Read, pseudonymise, check and store; say what happened.

    Parameters
    ----------
    map_ : Path
        Folder of the municipality.
    key : callable
        Gives the key; not called when nothing has to be pseudonymised.
    read, check : callable
        `read_map` and `check_register`.
    already : bool
        Leave columns that hold nothing but pseudonyms.

    Raises
    ------
    DataError
        When the data have errors, when there are none, or when a person would be recognisable.
    DisclosureError
        When git would track the result.
    """
    from evaluatie.registratie.opslag import DELIVERY, drop_unasked, refuse_tracked, store
    from evaluatie.registratie.pseudoniem import pseudonymise_register

    used: list[Key] = []

    def use_key() -> Key:
        used[:] = used or [key()]
        return used[0]

    if map_.is_dir():
        refuse_tracked(map_)
        _warn_delivery(map_)
    register, found = read(map_ / DELIVERY)
    found.require()
    register = _skip_empty(register)
    register, dropped = drop_unasked(register)
    _say_dropped(dropped, found)
    register, notices = pseudonymise_register(register, use_key, already=already)
    _say_warnings([*notices, *(used[0].waarschuwingen if used else ())])
    checked = check(register)
    checked.require()
    sleutel = used[0].vingerafdruk if used else ""
    _warn_other_key(map_, sleutel)
    noticed = sum(groep.aantal for groep in found if groep.toets != _DROPPED)
    herkomst = store(register, map_, sleutel=sleutel, waarschuwingen=noticed)
    _say_stored(herkomst.rijen, found + checked)


def _make_key(path: Path, map_: Path) -> Key:
    from evaluatie.registratie.pseudoniem import make_key

    key = make_key(path, forbidden=[map_])
    click.echo(f"Nieuwe sleutel: {path}. Bewaar haar goed; gebruik bij elke volgende levering --sleutel {path}")
    return key


def _key_reader(key: Key | None, path: Path | None, map_: Path) -> Callable[[], Key]:
    from evaluatie.registratie.pseudoniem import load_key

    return lambda: key or load_key(path, forbidden=[map_])


def _skip_empty(register: Register) -> Register:
    """Leave out tables without rows; refuse when nothing is left."""
    from evaluatie.errors import DataError

    filled = {tabel: frame for tabel, frame in register.items() if len(frame)}
    if not filled:
        raise DataError("De aangeleverde tabellen bevatten geen rijen.", "Vul minstens één tabel.")
    return filled


def _say_dropped(dropped: dict[str, list[str]], found: Bevindingen) -> None:
    """Say in one line which columns are not kept: those the reader passed over and those dropped here."""
    names = [f"{groep.bestand}: {groep.kolom}" for groep in found if groep.toets == _DROPPED]
    names += [f"{tabel}: {kolom}" for tabel, kolommen in dropped.items() for kolom in kolommen]
    if names:
        click.echo(f"Niet bewaard, want geen tabel vraagt erom: {'; '.join(names)}.")


def _say_warnings(messages: list[str]) -> None:
    for message in messages:
        click.echo(f"Let op: {message}", err=True)


def _warn_delivery(map_: Path) -> None:
    from evaluatie.registratie.opslag import DELIVERY, is_delivery_tracked

    if is_delivery_tracked(map_):
        _say_warnings([f"git slaat {map_ / DELIVERY} niet over, en daarin staan personen. Zet het in .gitignore."])


def _warn_other_key(map_: Path, sleutel: str) -> None:
    from evaluatie.registratie.opslag import load_herkomst

    before = load_herkomst(map_)
    if before is not None and before.sleutel and sleutel and before.sleutel != sleutel:
        _say_warnings(["dit is een andere sleutel dan de vorige keer; kenmerken van toen passen niet op die van nu."])


def _say_stored(rijen: dict[str, int], found: Bevindingen) -> None:
    for tabel, aantal in rijen.items():
        click.echo(f"Bewaard: {tabel} ({aantal} {'rij' if aantal == 1 else 'rijen'})")
    if len(found):
        count = "1 waarschuwing" if len(found) == 1 else f"{len(found)} waarschuwingen"
        click.echo(f"Gevonden: {count}; toon alles met: evaluatie check MAP")
