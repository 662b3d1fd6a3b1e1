"""The command `latecomer dashboard`; `experiments.cli` finds it by its entry point."""

import logging
import socket
from pathlib import Path
from typing import Annotated

import typer

from experiments.options import compiling, number_option
from experiments.output import InputError

app = typer.Typer()


@app.command()
def dashboard(
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help="Address to serve at; 0.0.0.0 for a class room.")
    ] = "127.0.0.1",
    port: Annotated[int, number_option("--port", 1, 65535, "Port.")] = 8050,
    prefix: Annotated[
        str, typer.Option("--prefix", metavar="/PATH/", help="Path before every address, behind a proxy.")
    ] = "/",
    workers: Annotated[
        int | None, number_option("--workers", 1, 1024, "Threads that run the model (default: all cores).")
    ] = None,
    lessons: Annotated[
        Path | None, typer.Option("--lessons", metavar="FOLDER", help="A folder with lessons of your own.")
    ] = None,
) -> None:
    """Serve the dashboard in the browser: compare scenarios, levers answered at once; stop it with Ctrl-C."""
    prefix = check_prefix(prefix)
    check_address(host, port)
    try:
        from dashboards.app import make_app
        from dashboards.server import protect, serve
    except ModuleNotFoundError as missing:
        raise InputError(f"dashboard: {missing.name} is not installed; pip install 'latecomer[dashboard]'") from None
    check_lessons(lessons)
    from dashboards.service import Service
    from dashboards.warm import warm

    logging.getLogger("waitress").setLevel(logging.ERROR)
    service = Service(workers)
    with compiling():
        warm(service)
    application = make_app(service, prefix)
    protect(application)
    print(f"Latecomer dashboard: http://{host}:{port}{prefix}  (Ctrl-C stops it)", flush=True)
    serve(application, host, port, prefix)


def check_lessons(folder: Path | None) -> None:
    """Read every lesson, those of a teacher's own folder included; ScenarioError names the file and the fault."""
    from dashboards.lessons import add_folder, lesson, lesson_files

    if folder is not None:
        add_folder(folder)
    for name in lesson_files():
        lesson(name)


def check_prefix(prefix: str) -> str:
    """Return a prefix with a slash at both ends; InputError if it is no path."""
    import re

    if not re.fullmatch(r"/([\w.~@%+-]+/)*[\w.~@%+-]*", prefix):
        raise InputError(f"--prefix {prefix!r}: expected a path such as /user/ann/proxy/8050/")
    return prefix if prefix.endswith("/") else prefix + "/"


def check_address(host: str, port: int) -> None:
    """Raise InputError if nothing can be served at an address."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(found[0], found[1]) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(found[4])
    except OSError as problem:
        raise InputError(f"--host {host} --port {port}: cannot serve there ({problem.strerror or problem})") from None
