"""The same against a real PostgreSQL server, which the test starts in a folder of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from evaluatie.bronnen import read_query
from evaluatie.errors import DataError

PASSWORD = "Gehe!m-91"


def _find(binary: str) -> str | None:
    packaged = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{binary}"))
    return shutil.which(binary) or (str(packaged[-1]) if packaged else None)


def _account() -> dict[str, str]:
    """PostgreSQL refuses to run as root: then the server runs as another account."""
    if os.name != "posix" or os.getuid() != 0:
        return {}
    import pwd

    known = {entry.pw_name for entry in pwd.getpwall()}
    name = next((name for name in ("postgres", "nobody") if name in known), None)
    if name is None:
        pytest.skip("PostgreSQL draait niet als root, en er is geen ander account.")
    return {"user": name, "group": pwd.getpwnam(name).pw_gid}


def _run(command: list[str], account: dict[str, str]) -> None:
    done = subprocess.run(
        command,
        check=False,
        text=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd="/",
        timeout=60,
        **account,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """``127.0.0.1:port`` of a running server with the user `jan` and the database `soc`."""
    initdb, pg_ctl = _find("initdb"), _find("pg_ctl")
    if initdb is None or pg_ctl is None:
        pytest.skip("initdb en pg_ctl van PostgreSQL zijn niet gevonden (apt-get install postgresql).")
    psycopg = pytest.importorskip("psycopg", reason="het pakket psycopg ontbreekt (pip install 'psycopg[binary]')")
    pytest.importorskip("ibis.backends.postgres", reason="ibis-framework[postgres] ontbreekt")
    account = _account()
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: the path of a socket may not be long
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    secret = folder / "wachtwoord"
    secret.write_text(PASSWORD)
    if account:
        for path in (folder, secret):
            shutil.chown(path, account["user"])
    data = str(folder / "data")
    options = f"-c port={port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    try:
        _run([initdb, "-D", data, "-U", "jan", "-A", "scram-sha-256", f"--pwfile={secret}", "-E", "UTF8"], account)
        _run([pg_ctl, "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start"], account)
        try:
            with psycopg.connect(
                f"postgresql://jan:{PASSWORD}@127.0.0.1:{port}/postgres", autocommit=True
            ) as connection:
                connection.execute("create database soc")
            _fill(psycopg, port)
            yield f"127.0.0.1:{port}"
        finally:
            _run([pg_ctl, "-D", data, "-w", "-m", "immediate", "stop"], account)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _fill(psycopg, port: int) -> None:
    with psycopg.connect(f"postgresql://jan:{PASSWORD}@127.0.0.1:{port}/soc", autocommit=True) as connection:
        connection.execute("create table uitkeringen (id text, begin_ date, bedrag numeric(9, 2), kosten numeric)")
        connection.execute("insert into uitkeringen values ('a', '2015-01-10', 12.50, 3), ('é', null, null, null)")
        connection.execute("create schema bron")
        connection.execute("create table bron.trajecten as select 1 as n")


@pytest.fixture
def url(server) -> str:
    return f"postgresql://jan:{PASSWORD}@{server}/soc"


def told(url: str, query: str = "uitkeringen") -> str:
    with pytest.raises(DataError) as caught:
        read_query(url, query)
    message = caught.value.message
    assert PASSWORD not in message
    assert "jan" not in message
    return message


def test_a_table_is_read(url):
    frame = read_query(url, "uitkeringen")
    assert frame["id"].tolist() == ["a", "é"]
    assert frame["bedrag"].dtype == frame["kosten"].dtype == "float64"
    assert frame["bedrag"].iloc[0] == 12.5
    assert str(frame["begin_"].iloc[0])[:10] == "2015-01-10"
    assert read_query(url, "bron.trajecten")["n"].tolist() == [1]


def test_a_query_is_read(url):
    assert read_query(url, "select id, bedrag * 2 as dubbel from uitkeringen where id = 'a';")["dubbel"].tolist() == [
        25
    ]
    assert read_query(url, "with x as (select 1 as n) select * from x")["n"].tolist() == [1]
    assert read_query(url, "select id from uitkeringen where id like 'a%'")["id"].tolist() == ["a"]


def test_a_schema_may_stand_in_front_of_a_percent_encoded_password(server):
    encoded = PASSWORD.replace("!", "%21")
    assert len(read_query(f"postgres://jan:{encoded}@{server}/soc?application_name=evaluatie", "uitkeringen")) == 2


def test_an_unknown_table_lists_what_there_is(url):
    assert "Er zijn: bron.trajecten, uitkeringen." in told(url, "uitkering")
    assert "Er zijn: bron.trajecten, uitkeringen." in told(url, "select * from uitkering")
    assert "Deze tabel bestaat niet" in told(url, "niets.uitkering")


@pytest.mark.parametrize(
    "query", ["select from where", "select onbekend from uitkeringen", "select 1/0 as n", "select 'a"]
)
def test_bad_sql_is_told(url, query):
    assert "niet uit te voeren" in told(url, query)


def test_nothing_can_be_written(url):
    message = told(url, "with x as (delete from uitkeringen returning id) select id from x")
    assert "niet uit te voeren" in message
    assert len(read_query(url, "uitkeringen")) == 2


def test_a_wrong_password_is_told(server):
    assert "aanmelding is geweigerd" in told(f"postgresql://jan:fout@{server}/soc")
    assert "geen verbinding" in told(f"postgresql://jan@{server}/soc").lower()


def test_an_unknown_database_is_told(server):
    assert "bestaat niet" in told(f"postgresql://jan:{PASSWORD}@{server}/ander")


def test_an_unknown_server_is_told():
    pytest.importorskip("psycopg")
    assert "niet te vinden" in told("postgresql://jan:x@server.invalid/soc")


def test_an_unknown_setting_is_told(server):
    assert "Geen verbinding" in told(f"postgresql://jan:{PASSWORD}@{server}/soc?onzin=1")
