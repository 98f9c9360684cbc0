"""The embedded server, in folders of its own: the stories start real commands and end some of them rudely."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psutil
import psycopg
import pytest

from eastep.website import database

ROOT = os.geteuid() == 0
COMMAND = """
import sys, psycopg
from eastep.website import database
with database.running() as url, psycopg.connect(url) as connection:
    connection.execute("SELECT 1")
    connection.close()
    print("ready", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture(scope="module")
def folders() -> Iterator[Path]:
    """Not below pytest's own folder, which the server's user cannot enter."""
    with tempfile.TemporaryDirectory(prefix="eastep-test-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="module")
def prepared(folders: Path) -> Path:
    """A stopped database that holds one table."""
    with pytest.MonkeyPatch.context() as patch:
        use(folders / "prepared", patch)
        with database.running() as url, psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 'here' AS word")
    return folders / "prepared"


@pytest.fixture
def folder(prepared: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    use(prepared, monkeypatch)
    yield prepared
    for process in running_with(COMMAND, "python"):  # only where the test failed
        process.kill()
    wait_until(lambda: not guards(prepared))  # which stop the server first
    wait_until(lambda: not postmasters(prepared))


@pytest.fixture
def empty(folders: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where there is no database yet."""
    shutil.rmtree(folders / "empty", ignore_errors=True)
    use(folders / "empty", monkeypatch)
    return folders / "empty"


def use(folder: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("EASTEP_DATA", str(folder))
    for name in ("DATABASE_URL", "PGOPTIONS"):  # set for all tests by eastep.website.testing
        patch.delenv(name, raising=False)


def command() -> subprocess.Popen[str]:
    """Another command that needs the database; it has started when this returns, and ends at a line."""
    started = begin()
    wait_for_ready(started)
    return started


def begin() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND],
        cwd=database.CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def wait_for_ready(started: subprocess.Popen[str]) -> None:
    assert started.stdout
    assert started.stdout.readline() == "ready\n"


def end(started: subprocess.Popen[str]) -> None:
    started.communicate("\n")
    assert started.returncode == 0


def kill(started: subprocess.Popen[str]) -> None:
    started.kill()
    started.communicate()


def postmasters(folder: Path) -> list[psutil.Process]:
    """The servers that run in *folder*: more than one would ruin the data."""
    return running_with(str(folder / "cluster"), "postgres")


def guards(folder: Path) -> list[psutil.Process]:
    return running_with(str(folder), "python")


def running_with(argument: str, name: str) -> list[psutil.Process]:
    return [
        process
        for process in psutil.process_iter(["name", "cmdline"])
        if process.info["name"].startswith(name) and argument in (process.info["cmdline"] or [])
    ]


def wait_until(fact: Callable[[], bool], seconds: float = 15) -> None:
    """Because the guard may be faster than the command that ends, and stop the server in its place."""
    limit = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < limit, "waited in vain"
        time.sleep(0.05)


def kept(url: str) -> str:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT word FROM kept").fetchone()
        assert row
        return str(row[0])


def test_address_in_the_environment_is_used_untouched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/else")
    monkeypatch.setenv("EASTEP_DATA", "/nowhere/at/all")
    with database.running() as url:
        assert url == "postgresql://somewhere/else"


def test_folder_is_below_the_checkout_except_for_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EASTEP_DATA", raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert database.data_folder() == database.CHECKOUT / "var" / "postgres"
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(database, "CHECKOUT", Path("/srv/eastep"))
    # printf /srv/eastep | sha256sum
    assert database.data_folder() == Path("/var/lib/eastep/125a668bec69")


def test_starts_with_the_command_and_stops_with_it(folder: Path) -> None:
    with database.running() as url:
        assert kept(url) == "here"
        assert len(postmasters(folder)) == 1
    wait_until(lambda: not postmasters(folder))


def test_text_is_ordered_by_code_point_and_knows_case_in_all_scripts(folder: Path) -> None:
    with database.running() as url, psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT array(SELECT unnest(ARRAY['é', '東', '가', 'Z', 'a']) word ORDER BY word), lower('ÉＡ')"
        ).fetchone()
    assert row == (["Z", "a", "é", "東", "가"], "éａ")


def test_only_its_own_user_can_reach_it(folder: Path) -> None:
    with database.running() as url, psycopg.connect(url) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        socket = Path(parse_qs(urlsplit(url).query)["host"][0], f".s.PGSQL.{database.PORT}")
        assert oct(socket.stat().st_mode & 0o777) == "0o700"
        assert oct((folder / "cluster").stat().st_mode & 0o777) == "0o700"
        owner = "pgserver" if ROOT else pwd.getpwuid(os.geteuid()).pw_name
        assert [process.username() for process in postmasters(folder)] == [owner]


def test_stops_only_after_the_last_command(folder: Path) -> None:
    first = command()
    with database.running() as url:
        end(first)
        assert kept(url) == "here"
    wait_until(lambda: not postmasters(folder))


def test_four_starts_at_once_where_a_first_start_was_broken_off(empty: Path) -> None:
    (empty / "cluster-new" / "base").mkdir(parents=True)
    (empty / "cluster-new" / "PG_VERSION").write_text("18\n")
    commands = [begin() for _ in range(4)]
    for each in commands:
        wait_for_ready(each)
    assert len(postmasters(empty)) == 1
    for each in commands:
        end(each)
    wait_until(lambda: not postmasters(empty))


def test_stops_although_the_command_was_killed(folder: Path) -> None:
    kill(command())
    wait_until(lambda: not postmasters(folder))


def test_killed_command_does_not_take_the_server_from_others(folder: Path) -> None:
    first = command()
    with database.running() as url:
        kill(first)
        time.sleep(0.3)
        assert kept(url) == "here"
    wait_until(lambda: not postmasters(folder))


def test_joins_a_server_that_nobody_guards_any_more(folder: Path) -> None:
    first = command()
    for process in guards(folder):
        process.kill()
    kill(first)
    assert len(postmasters(folder)) == 1
    with database.running() as url:
        assert kept(url) == "here"
    wait_until(lambda: not postmasters(folder))


def test_recovers_after_the_server_was_killed(folder: Path) -> None:
    first = command()
    with database.running() as url, psycopg.connect(url) as connection:
        connection.execute("INSERT INTO kept VALUES ('committed')")
    os.kill(postmasters(folder)[0].pid, signal.SIGKILL)
    with database.running() as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT word FROM kept").fetchall() == [("here",), ("committed",)]
    kill(first)


@pytest.mark.parametrize("written", ["{reused}", "1", "999999999999999999999", "", "nonsense"])
def test_starts_although_the_process_number_in_the_lock_file_is_anothers(folder: Path, written: str) -> None:
    cluster = folder / "cluster"
    with subprocess.Popen(["sleep", "60"]) as other:
        number = written.format(reused=other.pid)
        text = f"{number}\n{cluster}\n1700000000\n5432\n{cluster}\n\n  1234567  7\nready   \n"
        for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
            (cluster / name).write_text(text)
            shutil.chown(cluster / name, *(("pgserver", "pgserver") if ROOT else (os.getuid(), os.getgid())))
        with database.running() as url:
            assert kept(url) == "here"
        assert other.poll() is None
        other.kill()


def test_starts_anew_after_its_folder_was_deleted_under_it(empty: Path) -> None:
    first = command()
    old = postmasters(empty)
    shutil.rmtree(empty)
    with database.running():
        new = postmasters(empty)
    assert (len(old), len(new), old == new) == (1, 1, False)
    kill(first)


@pytest.mark.parametrize("name", ["with blank 'quote' and 東京", "long-" * 20])
def test_any_name_of_a_folder_will_do(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    moved = folder.rename(folder.with_name(name))
    use(moved, monkeypatch)
    with database.running() as url:
        assert kept(url) == "here"
    moved.rename(folder)
    with suppress(FileNotFoundError):  # a long name's socket was in /tmp
        Path(parse_qs(urlsplit(url).query)["host"][0]).rmdir()


def test_socket_is_not_put_into_a_folder_that_somebody_else_made(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    monkeypatch.setattr(database, "_socket_folder", lambda _: tmp_path / "link")
    with pytest.raises(database.DatabaseUnavailable, match="was not made by EASTEP"), database.running():
        pass


def test_other_version_is_refused_with_the_remedy(folder: Path) -> None:
    (folder / "cluster" / "PG_VERSION").write_text("17\n")
    with pytest.raises(database.DatabaseUnavailable) as caught, database.running():
        pass
    (folder / "cluster" / "PG_VERSION").write_text("18\n")
    assert str(caught.value) == (
        f"The database in {folder} was written by PostgreSQL 17, and this EASTEP brings 18. "
        f"Back it up with the EASTEP that wrote it, move {folder} away, and restore."
    )


def test_unusable_data_are_reported_in_the_servers_own_words(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "TRIES", 1)
    control = folder / "cluster" / "global" / "pg_control"
    away = control.rename(control.with_name("away"))
    with (
        pytest.raises(database.DatabaseUnavailable, match=r"could not open file .*pg_control"),
        database.running(),
    ):
        pass
    away.rename(control)
