"""A table or query in a real DuckDB file, and every way in which that can fail."""

from __future__ import annotations

import importlib
import sys

import pytest

duckdb = pytest.importorskip("duckdb")
pytest.importorskip("ibis")

from evaluatie.bronnen import read_query  # noqa: E402
from evaluatie.bronnen.adres import parse_url  # noqa: E402
from evaluatie.errors import ChoiceError, DataError, EvaluatieError  # noqa: E402


@pytest.fixture
def path(tmp_path):
    target = tmp_path / "gemeente.duckdb"
    with duckdb.connect(str(target)) as connection:
        connection.execute("create table uitkeringen (id varchar, begin_ date, bedrag decimal(9, 2))")
        connection.execute("insert into uitkeringen values ('a', '2015-01-10', 12.50), ('b', null, null)")
        connection.execute("create schema bron")
        connection.execute("create table bron.trajecten as select 1 as n")
        connection.execute('create table "met spatie" as select 2 as n')
    return target


@pytest.fixture
def url(path):
    return f"duckdb://{path}"


def told(url: str, query: str) -> str:
    with pytest.raises(EvaluatieError) as caught:
        read_query(url, query)
    return caught.value.message


def test_a_table_is_read(url):
    frame = read_query(url, "uitkeringen")
    assert list(frame) == ["id", "begin_", "bedrag"]
    assert frame["bedrag"].dtype == "float64"
    assert frame["bedrag"].iloc[0] == 12.5
    assert frame["bedrag"].isna().tolist() == [False, True]


def test_a_table_in_another_schema_is_read(url):
    assert read_query(url, "bron.trajecten")["n"].tolist() == [1]


def test_a_table_with_a_space_in_its_name_is_read(url):
    assert read_query(url, "met spatie")["n"].tolist() == [2]


@pytest.mark.parametrize(
    "query",
    [
        "select id from uitkeringen where bedrag > 10",
        "  SELECT id\nfrom uitkeringen limit 1;\n",
        "-- wie\nselect 'a' as id",
        "with x as (select id from uitkeringen) select * from x order by id limit 1",
    ],
)
def test_a_query_is_read(url, query):
    assert read_query(url, query)["id"].tolist() == ["a"]


def test_a_file_is_also_found_from_the_working_folder(path, monkeypatch):
    monkeypatch.chdir(path.parent)
    assert len(read_query("duckdb:///gemeente.duckdb", "uitkeringen")) == 2
    assert len(read_query("duckdb://gemeente.duckdb", "uitkeringen")) == 2


def test_an_unknown_table_lists_what_there_is(url):
    message = told(url, "uitkering")
    assert "Deze tabel bestaat niet" in message
    assert "Er zijn: bron.trajecten, met spatie, uitkeringen." in message
    assert "Een tabel in de vraag bestaat niet" in told(url, "select * from uitkering")


@pytest.mark.parametrize("query", ["select from where", "select onbekend from uitkeringen", "select 1 +", "select 'a"])
def test_bad_sql_is_told(url, query):
    assert "niet uit te voeren" in told(url, query)


@pytest.mark.parametrize(
    "query", ["", "drop table uitkeringen", "delete from uitkeringen", "select 1; drop table uitkeringen"]
)
def test_nothing_is_ever_written(url, query):
    try:
        read_query(url, query)
    except EvaluatieError as error:
        assert error.message  # noqa: PT017
    assert len(read_query(url, "uitkeringen")) == 2


def test_two_columns_of_one_name_are_refused(url):
    assert "dezelfde naam" in told(url, "select 1 as a, 2 as a")


def test_an_unknown_kind_of_database_is_refused():
    message = told("mysql://jan:geheim@server/db", "t")
    assert "duckdb, postgresql" in message
    assert "geheim" not in message


def test_a_missing_file_is_told_and_not_made(tmp_path):
    assert "bestaat niet" in told(f"duckdb://{tmp_path}/geen.duckdb", "t")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["duckdb://", "duckdb:///", "duckdb://:memory:"])
def test_an_address_without_a_file_is_refused(url):
    assert "noemt geen databasebestand" in told(url, "t")


def test_a_file_that_is_no_database_is_told(tmp_path):
    (tmp_path / "x.duckdb").write_text("geen database " * 500)
    assert "Geen verbinding" in told(f"duckdb://{tmp_path}/x.duckdb", "t")


@pytest.mark.parametrize(("url", "extra"), [("duckdb", "database"), ("postgresql://s/d", "postgres")])
def test_a_missing_package_names_the_extra(url, extra, path, monkeypatch):
    real = importlib.import_module

    def without(name, *args):
        if name.startswith("ibis"):
            raise ImportError(name)
        return real(name, *args)

    monkeypatch.setattr("evaluatie.bronnen.database.importlib.import_module", without)
    with pytest.raises(ChoiceError, match=rf"pip install .* '\.\[{extra}\]'"):
        read_query(f"duckdb://{path}" if url == "duckdb" else url, "t")


def test_the_packages_are_imported_only_when_needed():
    import subprocess

    code = "import sys, evaluatie.bronnen; assert not {'ibis', 'duckdb', 'psycopg'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("password", ["pa#ss", "pa?ss", "pa/ss", "12#3", "1/2", "12?3"])
def test_a_password_that_breaks_the_address_is_not_repeated(password):
    with pytest.raises(ChoiceError, match="niet te lezen") as caught:
        parse_url(f"postgresql://jan:{password}@server/db")
    assert password not in caught.value.message
    assert "jan" not in caught.value.message


def test_an_address_shows_neither_user_nor_password():
    adres = parse_url("postgresql://jan:ge%40heim@server:5433/soc?sslmode=require")
    assert adres.verbinding == {
        "host": "server",
        "port": 5433,
        "user": "jan",
        "password": "ge@heim",
        "database": "soc",
        "sslmode": "require",
    }
    assert adres.toon == "soc op server"
    assert "heim" not in repr(adres)
    assert adres.redact("user jan, password ge@heim") == "user …, password …"


def test_a_server_that_refuses_is_told():
    pytest.importorskip("psycopg")
    with pytest.raises(DataError, match="weigert de verbinding") as caught:
        read_query("postgresql://jan:geheim@127.0.0.1:1/soc", "t")
    assert "geheim" not in caught.value.message
    assert "jan" not in caught.value.message
    assert "soc op 127.0.0.1" in caught.value.message
