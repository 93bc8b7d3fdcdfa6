"""A release is read whole: what is wrong in any file is told, with the file, the element and the mend."""

from collections.abc import Callable
from pathlib import Path

import pytest

import engine
from ics_flow.domain.release import Release, hash_of, read_files

REFERRAL = "bpmn/referral.bpmn"
CONFERENCE = "bpmn/initial_conference.bpmn"


@pytest.fixture(scope="module")
def files(root: Path) -> dict[str, bytes]:
    return read_files(root / "bpmn", root / "forms")


def problems(files: dict[str, bytes]) -> list[str]:
    with pytest.raises(engine.Refused) as refused:
        Release.read(files)
    return [str(problem) for problem in refused.value.problems]


def changed(file: str, old: str, new: str) -> Callable[[dict[str, bytes]], dict[str, bytes]]:
    def change(files: dict[str, bytes]) -> dict[str, bytes]:
        content = files[file].decode()
        assert old in content
        return {**files, file: content.replace(old, new, 1).encode()}

    return change


def test_the_shipped_release_reads(files: dict[str, bytes]) -> None:
    release = Release.read(files)

    assert "contact" in release.pathways
    assert release.law_of.year == 2010


def test_a_release_comes_back_from_its_body_with_its_hash(files: dict[str, bytes]) -> None:
    release = Release.read(files)

    assert Release.from_body(release.body()).hash == release.hash == hash_of(files)


def test_one_changed_byte_changes_the_hash(files: dict[str, bytes]) -> None:
    other = {**files, REFERRAL: files[REFERRAL] + b"\n"}

    assert hash_of(other) != hash_of(files)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            changed(REFERRAL, 'source="referral" target="form"', 'source="referal" target="form"'),
            "no form 'referal'",
        ),
        (
            changed(REFERRAL, 'source="referral" target="form"', 'source="=form" target="form"'),
            "without an equals sign",
        ),
        (changed(REFERRAL, 'formId="allocation"', 'formId="alocation"'), "no form 'alocation'"),
        (
            changed(REFERRAL, 'source="PM, SM" target="authorisers"', 'source="PM, MS" target="authorisers"'),
            "no role 'MS'",
        ),
        (
            changed(REFERRAL, 'processId="complete_record"', 'processId="complete_recrod"'),
            "no shared procedure 'complete_recrod'",
        ),
        (
            changed(
                CONFERENCE,
                'source="initial_conference_report" target="report_form"',
                'source="inital_conference_report" target="report_form"',
            ),
            "no form 'inital_conference_report'",
        ),
        (
            changed(CONFERENCE, 'source="CPU" target="chairs"', 'source="CPX" target="chairs"'),
            "no role 'CPX'",
        ),
        (
            changed(
                "bpmn/complete_record.bpmn",
                'name="other_than" value="write"',
                'name="other_than" value="writ"',
            ),
            "other_than names the task",
        ),
        (changed("bpmn/rights.yaml", "SM: all", "SM: everything"), "not 'everything'"),
        (changed("bpmn/rights.yaml", "skip: [PM, SM]", "skip: [PM, XX]"), "no role 'XX'"),
        (changed("bpmn/rights.yaml", "roles:", "rolls:"), "cannot be read"),
        (changed("bpmn/statute.yaml", "law_of: 2010-09-01", "law_of: soon"), "day whose law"),
        (changed("bpmn/statute.yaml", "law_of:", "law_off:"), "cannot be read"),
    ],
)
def test_what_is_wrong_is_told(
    files: dict[str, bytes], change: Callable[[dict[str, bytes]], dict[str, bytes]], said: str
) -> None:
    assert any(said in problem for problem in problems(change(files)))


def test_every_file_is_told_of_at_once(files: dict[str, bytes]) -> None:
    broken = {**files, "forms/contact.form": b"{", "forms/codes/ethnicity.yaml": b"- - -:", REFERRAL: b"<x/>"}

    told = "\n".join(problems(broken))

    assert "forms/contact.form" in told
    assert "forms/codes/ethnicity.yaml" in told
    assert REFERRAL in told
