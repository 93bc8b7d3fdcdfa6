"""demo: one command from nothing to pages in which children can be found."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.unit.cli.conftest import Command

MAIN = "from ics_flow.cli import main; main()"
DEMO = ("demo", "--families", "0")
PAGES = "[ics_flow.pages]\nserve = web.serve:serve\nsite = web.site:Site\n"


@pytest.fixture
def environment(root: Path, tmp_path: Path) -> dict[str, str]:
    """An environment in which the pages of the tree are installed."""
    installed = tmp_path / "site/pages-1.dist-info"
    installed.mkdir(parents=True)
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: pages\nVersion: 1\n", encoding="utf-8")
    (installed / "entry_points.txt").write_text(PAGES, encoding="utf-8")
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(installed.parent), str(root)]),
        "ICS_FLOW_DATABASE": f"sqlite:///{tmp_path / 'ics-flow.db'}",
    }


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def page(address: str) -> str:
    """The page at the address, waited for."""
    waited = time.perf_counter()
    while True:
        try:
            with urlopen(address, timeout=5) as answer:  # noqa: S310 -- our own, on loopback
                return str(answer.read(), "utf-8")
        except URLError:
            if time.perf_counter() - waited > 30:
                raise
            time.sleep(0.1)


def demo(root: Path, tmp_path: Path, environment: dict[str, str], port: int) -> tuple[str, str, int]:
    """The first page of a demonstration, what the terminal said, and the exit code after Ctrl+C."""
    command = [sys.executable, "-c", MAIN, *DEMO, "--file", str(tmp_path / "demo.db"), "--port", str(port)]
    with subprocess.Popen(
        command,
        cwd=root,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_ctrl_c,  # noqa: PLW1509 no other thread of the tests runs here
    ) as served:
        try:
            shown = page(f"http://127.0.0.1:{port}/")
        finally:
            served.send_signal(signal.SIGINT)
            try:
                _, said = served.communicate(timeout=20)
            except subprocess.TimeoutExpired:
                served.kill()
                raise
    return shown, said, served.returncode


def heed_ctrl_c() -> None:
    """Heed Ctrl+C as in a terminal: a shell starts what runs in the background with its ears shut."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_the_demonstration_is_made_once_and_served_with_somebody_to_be(
    root: Path, tmp_path: Path, environment: dict[str, str], port: int
) -> None:
    first = demo(root, tmp_path, environment, port)
    made = (tmp_path / "demo.db").stat().st_ino
    second = demo(root, tmp_path, environment, port)

    for shown, said, code in (first, second):
        assert "Pat Example" in shown
        assert "This is a training database" in shown
        assert f"http://127.0.0.1:{port}/" in said
        assert "Traceback" not in said
        assert code == 0
    assert "Making the demonstration" in first[1]
    assert "Making the demonstration" not in second[1]
    assert (tmp_path / "demo.db").stat().st_ino == made


def test_a_port_that_is_taken_is_a_sentence(root: Path, tmp_path: Path, environment: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-c", MAIN, *DEMO, "--file", str(tmp_path / "demo.db"), "--port", number],
            cwd=root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    assert done.returncode == 1
    assert "is taken by another program" in done.stderr


def test_serve_asks_for_a_release_first(root: Path, environment: dict[str, str]) -> None:
    codes = [
        subprocess.run(
            [sys.executable, "-c", MAIN, *arguments],
            cwd=root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        for arguments in (["db", "upgrade"], ["serve"])
    ]

    assert [each.returncode for each in codes] == [0, 1]
    assert "ics-flow publish" in codes[1].stderr


def test_what_is_no_address_is_a_sentence(command: Command, demonstration: str) -> None:
    answer = command("serve", "--host", "nonsense.invalid", "--no-timers")

    assert answer.code == 1
    assert "“nonsense.invalid” is no address of this machine" in answer.err
