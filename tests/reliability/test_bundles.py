"""A bundle of true histories verifies where nothing is installed; one that was touched does not, whatever was touched."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from ics_flow.bundle import CannotBeReplayed, NothingToHandOver, replay_bundle, verifier, write_bundle
from ics_flow.calendar import england
from ics_flow.clock import ManualClock
from ics_flow.commands.move_processes import MoveProcesses
from ics_flow.custody import make_checkpoint
from ics_flow.domain.ids import COUNCIL, case_subject
from ics_flow.keys import SigningKey
from tests.replay.council import Council, release_files
from tests.replay.moves import another_release, published_ungated

WRITE = "contact#1/record#1/write#1"


class Handed:
    """A council that hands over the history of one of its cases."""

    def __init__(self, council: Council, folder: Path) -> None:
        self.council = council
        self.folder = folder
        self.key = SigningKey.make(folder / "key.pem")
        self.case, self.later = council.assess(), council.contact()
        wall = ManualClock(council.clock() + timedelta(minutes=5))
        make_checkpoint(council.database, wall, self.key)
        council.clock.advance(days=1)
        council.complete(self.later, WRITE, by="ta", outcome="no_further_action")

    def bundle(self, *subjects: str, left_out: tuple[str, ...] = (), name: str = "bundle") -> Path:
        """A bundle of these subjects, or of the case."""
        path = self.folder / f"{name}.zip"
        with self.council.database.reading() as reading:
            write_bundle(path, reading, subjects or (case_subject(self.case),), left_out)
        return path

    def asked(self, path: Path, *arguments: str) -> tuple[int, str]:
        """What the verifier that lies in the bundle says of it, alone with Python."""
        with zipfile.ZipFile(path) as bundle:
            alone = self.folder / "alone.py"
            alone.write_bytes(bundle.read("verify.py"))
        done = subprocess.run(
            [sys.executable, "-I", "-S", alone, path, *arguments], check=False, capture_output=True, text=True
        )
        assert not done.stderr
        return done.returncode, done.stdout

    def verified(self, path: Path) -> tuple[int, str]:
        """What it says when it is told the key."""
        return self.asked(path, "--key", self.key.fingerprint)


@pytest.fixture(scope="module")
def handed(founded: str, tmp_path_factory: pytest.TempPathFactory) -> Handed:
    folder = tmp_path_factory.mktemp("handed")
    return Handed(Council.copied(founded, folder, kept=True), folder)


def test_a_bundle_verifies_where_nothing_is_installed(handed: Handed) -> None:
    path = handed.bundle(case_subject(handed.case), COUNCIL)

    code, said = handed.verified(path)

    assert code == verifier.WELL, said
    assert "Good: nothing was altered." in said
    assert replay_bundle(path) == ()


def test_without_the_fingerprint_nobody_is_told_that_all_is_well(handed: Handed) -> None:
    code, said = handed.asked(handed.bundle(name="no-key"))

    assert code == verifier.KEY_NOT_GIVEN
    assert handed.key.fingerprint in said
    assert handed.asked(handed.folder / "no-key.zip", "--key", "ab" * 32)[0] == verifier.ALTERED


def test_what_was_written_since_the_checkpoint_is_said_to_be_without_it(handed: Handed) -> None:
    code, said = handed.verified(handed.bundle(case_subject(handed.later), name="later"))

    assert code == verifier.WELL
    assert "the checkpoint vouches for the first 2 entries of 3" in said


def test_a_redacted_bundle_verifies_and_says_that_it_cannot_be_replayed(handed: Handed) -> None:
    path = handed.bundle(left_out=("answers", "reason"), name="redacted")

    code, said = handed.verified(path)

    assert code == verifier.WELL
    assert "it cannot be replayed" in said
    assert "parts are left out or were destroyed" in said
    with zipfile.ZipFile(path) as bundle:
        text = b"".join(bundle.read(name) for name in bundle.namelist())
        assert b'"name": "answers:' not in text
        assert b"secret" not in bundle.read("manifest.json")
    with pytest.raises(CannotBeReplayed):
        replay_bundle(path)


def test_headers_alone_verify_too(handed: Handed) -> None:
    path = handed.bundle(left_out=("all",), name="headers")

    assert handed.verified(path)[0] == verifier.WELL
    with zipfile.ZipFile(path) as bundle:
        lines = bundle.read("histories/1.jsonl").splitlines()
    assert lines
    assert all(json.loads(line)["parts"] == [] for line in lines)


def test_there_is_no_bundle_of_what_never_was(handed: Handed) -> None:
    with pytest.raises(NothingToHandOver):
        handed.bundle("case:nobody", name="nobody")

    assert not (handed.folder / "nobody.zip").exists()


# What was touched


def _changed(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    with zipfile.ZipFile(path) as bundle:
        files = {name: bundle.read(name) for name in bundle.namelist()}
    change(files)
    other = path.with_name("touched.zip")
    with zipfile.ZipFile(other, "w") as bundle:
        for name, body in files.items():
            bundle.writestr(name, body)
    return other


def _in_line(files: dict[str, bytes], number: int, change: Callable[[dict[str, object]], None]) -> None:
    lines = files["histories/1.jsonl"].splitlines()
    entry = json.loads(lines[number])
    change(entry)
    lines[number] = json.dumps(entry).encode()
    files["histories/1.jsonl"] = b"\n".join(lines)


def a_part(files: dict[str, bytes]) -> None:
    _in_line(files, 2, lambda entry: entry["parts"][0].update(body="{}"))  # type: ignore[index]


def a_header(files: dict[str, bytes]) -> None:
    _in_line(files, 2, lambda entry: entry.update(header=str(entry["header"]).replace('"ta"', '"pm"')))


def the_last_entry(files: dict[str, bytes]) -> None:
    files["histories/1.jsonl"] = b"\n".join(files["histories/1.jsonl"].splitlines()[:-1])


def two_entries(files: dict[str, bytes]) -> None:
    lines = files["histories/1.jsonl"].splitlines()
    lines[1], lines[2] = lines[2], lines[1]
    files["histories/1.jsonl"] = b"\n".join(lines)


def the_release(files: dict[str, bytes]) -> None:
    name = next(name for name in files if name.startswith("releases/"))
    files[name] = files[name].replace(
        b"working_days_after(received_on, 10)", b"working_days_after(received_on, 90)"
    )


def the_calendar(files: dict[str, bytes]) -> None:
    name = next(name for name in files if name.startswith("calendars/"))
    files[name] = files[name].replace(b"Boxing Day", b"Boxing Eve")


def a_release_left_out(files: dict[str, bytes]) -> None:
    del files[next(name for name in files if name.startswith("releases/"))]


def the_statement(files: dict[str, bytes]) -> None:
    files["checkpoint.json"] = files["checkpoint.json"].replace(b'\\"number\\":1', b'\\"number\\":2')


def the_proof(files: dict[str, bytes]) -> None:
    manifest = json.loads(files["manifest.json"])
    manifest["subjects"][0]["proof"]["path"][0] = "ab" * 32
    files["manifest.json"] = json.dumps(manifest).encode()


def nonsense(files: dict[str, bytes]) -> None:
    files["histories/1.jsonl"] = b"7\n"


TOUCHED = (
    a_part,
    a_header,
    the_last_entry,
    two_entries,
    the_release,
    the_calendar,
    a_release_left_out,
    the_statement,
    the_proof,
    nonsense,
)


@pytest.mark.parametrize("change", TOUCHED, ids=lambda change: change.__name__)
def test_a_bundle_that_was_touched_is_refused(
    handed: Handed, change: Callable[[dict[str, bytes]], None]
) -> None:
    sound = handed.folder / "sound.zip"
    if not sound.exists():
        handed.bundle(name="sound")

    code, said = handed.verified(_changed(sound, change))

    assert code == verifier.ALTERED, said


def test_a_bundle_of_a_case_that_was_moved_carries_both_releases(
    founded: str, root: Path, tmp_path: Path
) -> None:
    council = Council.copied(founded, tmp_path)
    case = council.assess()
    first = council.application.release.hash
    files = another_release(release_files(root), days=20)
    second = published_ungated(council, files, england())
    published_ungated(council, release_files(root), england())
    council.handle(
        MoveProcesses(command_id=council.id(), actor="clock", case_id=case, release=second, reason="An order")
    )
    path = tmp_path / "moved.zip"

    with council.database.reading() as reading:
        write_bundle(path, reading, [case_subject(case)])

    with zipfile.ZipFile(path) as bundle:
        assert {f"releases/{first}.json", f"releases/{second}.json"} <= set(bundle.namelist())
    assert replay_bundle(path) == ()
    assert not faults(path)
    lacking = tmp_path / "lacking.zip"
    with zipfile.ZipFile(path) as bundle, zipfile.ZipFile(lacking, "w") as less:
        for name in bundle.namelist():
            if name != f"releases/{second}.json":
                less.writestr(name, bundle.read(name))
    assert any("names a release that the bundle lacks" in each for each in faults(lacking))


def faults(path: Path) -> list[str]:
    """What the verifier finds wrong."""
    report = verifier.Report()
    verifier.check(verifier.Bundle(str(path)), report)
    return report.faults
