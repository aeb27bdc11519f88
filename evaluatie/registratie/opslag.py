"""Keep the pseudonymised registers: Parquet per table in MAP/register, whole or not at all, out of git's sight."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from evaluatie.errors import DataError, DisclosureError, Violation
from evaluatie.registratie.contract import Contract, Kolom, Register, dtype_of, load_contract, load_contracten
from evaluatie.registratie.echo import clean
from evaluatie.registratie.elfproef import find_bsn, is_pseudonym

FOLDER = "register"
DELIVERY = "aanlevering"
GITIGNORE = f"{FOLDER}/\n{DELIVERY}/\n"
_ORIGIN = "herkomst.json"
_NEW, _OLD = ".register-nieuw-", ".register-oud-"
_GIT_VARIABLES = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_CEILING_DIRECTORIES")
_GIT_SECONDS = 30
_SOORTEN_AMOUNT = ("bedrag", "getal", "geheel")


@dataclass(frozen=True, slots=True)
class Herkomst:
    """How the stored registers came about.

    Parameters
    ----------
    sleutel : str
        Fingerprint of the key (`Key.vingerafdruk`); empty when everything came in pseudonymised.
    rijen : dict
        Number of rows per table.
    waarschuwingen : int
        How many findings reading gave; the checks of the stored tables can be repeated, these cannot.
    """

    sleutel: str
    rijen: dict[str, int]
    waarschuwingen: int = 0


def store(  # the user's word is map
    register: Register,
    map: Path,  # noqa: A002
    *,
    sleutel: str = "",
    waarschuwingen: int = 0,
) -> Herkomst:
    """Replace what MAP/register holds by these tables; when anything is wrong the old ones stay.

    Parameters
    ----------
    register : Register
        Tables by name. Only the columns of the contract are kept.
    map : Path
        Folder of the municipality; made, with a ``.gitignore``, when it does not exist.
    sleutel : str
        Fingerprint of the key that was used.
    waarschuwingen : int
        How many findings reading gave.

    Raises
    ------
    DataError
        When a table misses columns, a person is not pseudonymised, or a number may be a BSN.
    DisclosureError
        When git would track the files, or when that cannot be ruled out.
    """
    kept = {tabel: _select(tabel, frame) for tabel, frame in register.items()}
    refuse_persons(kept)
    make_map(map)  # first: a new folder brings its own .gitignore
    refuse_tracked(map, kept)
    herkomst = Herkomst(sleutel, {tabel: len(frame) for tabel, frame in kept.items()}, waarschuwingen)
    _recover(map)
    _replace(map, kept, herkomst)
    return herkomst


def has_stored(map: Path) -> bool:  # noqa: A002
    """Tell whether the folder of a municipality holds stored tables."""
    return any(_file(map, tabel).is_file() for tabel in load_contracten())


def list_files(map: Path) -> tuple[Path, ...]:  # noqa: A002
    """Return the file of every stored table."""
    return tuple(path for tabel in load_contracten() if (path := _file(map, tabel)).is_file())


def load_stored(map: Path) -> Register:  # noqa: A002
    """Read the stored tables with the dtypes of their contracts.

    Raises
    ------
    DataError
        When nothing was imported yet, or when a file is damaged or of an older contract.
    """
    _recover(map)
    files = [(tabel, _file(map, tabel)) for tabel in load_contracten()]
    found = [(tabel, path) for tabel, path in files if path.is_file()]
    if not found:
        raise DataError(f"In {map} staan geen ingelezen gegevens.", f"Lees ze in met: evaluatie import {map}")
    return {tabel: _restore(tabel, path) for tabel, path in found}


def load_herkomst(map: Path) -> Herkomst | None:  # noqa: A002
    """Return how the stored registers came about; None when nothing readable is stored."""
    try:
        return Herkomst(**json.loads((map / FOLDER / _ORIGIN).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def make_map(map: Path) -> None:  # noqa: A002
    """Make the folder of a municipality with a ``.gitignore``; leave one that exists as it is."""
    if not map.exists():
        map.mkdir(parents=True)
        (map / ".gitignore").write_text(GITIGNORE, encoding="utf-8")


def drop_unasked(register: Register) -> tuple[Register, dict[str, list[str]]]:
    """Drop the columns that no contract asks for; return the rest, and the dropped columns per table."""
    kept, dropped = {}, {}
    for tabel, frame in register.items():
        asked = load_contract(tabel).kolommen
        unasked = [clean(str(name)) for name in frame.columns if name not in asked]
        kept[tabel] = frame.loc[:, [name for name in frame.columns if name in asked]]
        if unasked:
            dropped[tabel] = unasked
    return kept, dropped


def refuse_persons(register: Register) -> None:
    """Refuse tables in which a person is not pseudonymised or a number may be a BSN."""
    violations = [v for tabel, frame in register.items() for v in _find_persons(tabel, frame)]
    if violations:
        raise DataError("Er staan nog kenmerken van personen in de gegevens. Er is niets bewaard.", "", violations)


def refuse_tracked(map: Path, tabellen: Iterable[str] = ()) -> None:  # noqa: A002
    """Refuse a folder whose register git would track.

    Without a ``.git`` in any folder above there is nothing to fear. Otherwise git itself must say, for every file,
    that it is ignored; without git there is no certainty, and the folder is refused.
    """
    folder = map.resolve()
    worktree = _find_worktree(folder)
    if worktree is None:
        return
    for tabel in tabellen or load_contracten():
        _refuse_unless_ignored(_file(folder, tabel), folder, worktree)


def is_delivery_tracked(map: Path) -> bool:  # noqa: A002
    """Whether git would track the delivered files, which hold BSN and names; also when that is not known."""
    folder = map.resolve()
    worktree = _find_worktree(folder)
    return worktree is not None and _check_ignore(folder / DELIVERY / "bestand.csv", worktree) != 0


# --- what may be kept ------------------------------------------------------------------------------------------------


def _select(tabel: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a clean copy with exactly the columns of the contract: no index, attributes or unused categories."""
    contract = load_contract(tabel)
    missing = [name for name in contract.kolommen if name not in frame.columns]
    if missing:
        raise DataError(f"Tabel '{tabel}' mist kolommen: {', '.join(missing)}.", "Lees de gegevens opnieuw in.")
    columns = {name: _cast(tabel, frame[name], kolom) for name, kolom in contract.kolommen.items()}
    return pd.DataFrame(columns).reset_index(drop=True)


def _cast(tabel: str, series: pd.Series[Any], kolom: Kolom) -> pd.Series[Any]:
    dtype: Any = _categories(series, kolom) if kolom.soort == "code" else dtype_of(kolom)
    try:
        cast: pd.Series[Any] = series.astype(dtype)
    except (TypeError, ValueError):
        raise DataError(
            f"Tabel '{tabel}', kolom '{series.name}': niet alle waarden zijn van de soort die het contract vraagt.",
            "Toon waar met: evaluatie check MAP",
        ) from None
    return cast


def _categories(series: pd.Series[Any], kolom: Kolom) -> pd.CategoricalDtype[Any]:
    """Return the codes of the contract and those that a row has; a file would keep any other too."""
    categorical = isinstance(series.dtype, pd.CategoricalDtype)
    present = series.cat.remove_unused_categories().cat.categories if categorical else series.dropna().unique()
    return pd.CategoricalDtype(pd.Index(list(dict.fromkeys([*kolom.codes, *map(str, present)])), dtype="str"))


def _find_persons(tabel: str, frame: pd.DataFrame) -> list[Violation]:
    contract = load_contract(tabel)
    persoon = [name for name, kolom in contract.kolommen.items() if kolom.soort == "persoon"]
    plain = {name: int((~is_pseudonym(frame[name]) & frame[name].notna()).sum()) for name in persoon}
    found = find_bsn(frame.drop(columns=persoon), _amounts(contract))
    return [
        Violation(f"{tabel}, {name}", f"{count} waarden zijn niet versleuteld.", "Lees in met evaluatie import.")
        for name, count in plain.items()
        if count
    ] + [
        Violation(f"{tabel}, {bsn.kolom}", f"{bsn}.", "Haal het nummer weg; ook een ander nummer kan erop lijken.")
        for bsn in found
    ]


def _amounts(contract: Contract) -> list[str]:
    """Return the columns in which a large number is no person: amounts in a table without persons."""
    if any(kolom.soort == "persoon" for kolom in contract.kolommen.values()):
        return []
    return [name for name, kolom in contract.kolommen.items() if kolom.soort in _SOORTEN_AMOUNT]


# --- git -------------------------------------------------------------------------------------------------------------


def _find_worktree(folder: Path) -> Path | None:
    """Return the nearest folder upwards with a ``.git`` (a folder, or a file in a linked work tree)."""
    return next((parent for parent in (folder, *folder.parents) if os.path.lexists(parent / ".git")), None)


def _refuse_unless_ignored(path: Path, map: Path, worktree: Path) -> None:  # noqa: A002
    code = _check_ignore(path, worktree)
    if code == 0:
        return
    if code == 1:
        problem = f"Git zou {path} volgen; gegevens over personen horen niet in git."
        remedy = f"Zet '{FOLDER}/' en '{DELIVERY}/' in {map / '.gitignore'}, of kies een map buiten {worktree}."
        raise DisclosureError(problem, remedy + _explain_tracked(path))
    raise DisclosureError(
        f"{map} ligt in een git-map ({worktree}), en niet is vast te stellen dat git de gegevens negeert.",
        f"Kies een map buiten {worktree}, of installeer git en probeer het opnieuw.",
    )


def _explain_tracked(path: Path) -> str:
    return f" Volgt git het bestand al, haal het er dan uit met: git rm --cached {path}" if path.exists() else ""


def _check_ignore(path: Path, worktree: Path) -> int | None:
    """Return 0 when git ignores the file, 1 when it does not (or tracks it already), anything else when unknown."""
    git = shutil.which("git")
    if git is None:
        return None
    environment = {name: value for name, value in os.environ.items() if name not in _GIT_VARIABLES}
    command = [git, "-C", str(worktree), "check-ignore", "--quiet", "--", str(path)]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, timeout=_GIT_SECONDS, check=False)  # noqa: S603  # a fixed command
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.returncode


# --- whole or not at all ---------------------------------------------------------------------------------------------


def _replace(map: Path, register: Register, herkomst: Herkomst) -> None:  # noqa: A002
    """Write everything beside the old folder and swap the two; undo when that fails."""
    new = map / f"{_NEW}{secrets.token_hex(4)}"
    try:
        new.mkdir()
        _write(new, register, herkomst)
        _swap(new, map / FOLDER)
    except OSError as error:
        raise DataError(
            f"De gegevens konden niet worden bewaard ({error.strerror}); wat er stond, is gebleven.",
            f"Controleer de rechten en de vrije ruimte van {map}.",
        ) from None
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _write(folder: Path, register: Register, herkomst: Herkomst) -> None:
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")  # before anything else: it hides this folder too
    for tabel, frame in register.items():
        frame.to_parquet(folder / f"{tabel}.parquet", engine="pyarrow", index=False)
    (folder / _ORIGIN).write_text(json.dumps(asdict(herkomst), indent=2) + "\n", encoding="utf-8")


def _swap(new: Path, target: Path) -> None:
    if not target.exists():
        new.rename(target)
        return
    old = target.with_name(f"{_OLD}{new.name.removeprefix(_NEW)}")
    target.rename(old)
    try:
        new.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _recover(map: Path) -> None:  # noqa: A002
    """Finish what a crash left: put the old folder back when there is no new one, and clean up."""
    if not map.is_dir():
        return
    for old in sorted(map.glob(f"{_OLD}*")):
        if (map / FOLDER).exists():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.rename(map / FOLDER)


# --- reading back ----------------------------------------------------------------------------------------------------


def _file(map: Path, tabel: str) -> Path:  # noqa: A002
    return map / FOLDER / f"{tabel}.parquet"


def _restore(tabel: str, path: Path) -> pd.DataFrame:
    try:
        frame = pd.read_parquet(path, engine="pyarrow")
    except (OSError, ValueError):
        raise DataError(f"{path} is beschadigd.", "Lees de gegevens opnieuw in met evaluatie import.") from None
    return _select(tabel, frame)
