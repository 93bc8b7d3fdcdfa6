"""The settings from the environment, and the sentences for those that are wrong."""

from pathlib import Path

import pytest

from ics_flow.domain.errors import SettingsWrong
from ics_flow.settings import Settings


def test_an_empty_environment_gives_the_defaults() -> None:
    settings = Settings.from_environment({})

    assert settings.database == "sqlite:///var/ics-flow.db"
    assert (settings.bpmn, settings.forms) == (Path("bpmn"), Path("forms"))


def test_the_environment_settles_each(tmp_path: Path) -> None:
    settings = Settings.from_environment(
        {
            "ICS_FLOW_DATABASE": "sqlite:////srv/ics-flow.db",
            "ICS_FLOW_BPMN": str(tmp_path),
            "ICS_FLOW_FORMS": str(tmp_path),
            "ICS_FLOW_SECRET": "s" * 32,
        }
    )

    assert settings == Settings(
        database="sqlite:////srv/ics-flow.db", bpmn=tmp_path, forms=tmp_path, secret="s" * 32
    )
    assert settings.require_secret() == "s" * 32


def test_a_key_and_a_folder_of_checkpoints_go_together(tmp_path: Path) -> None:
    key, folder = "ICS_FLOW_CHECKPOINT_KEY", "ICS_FLOW_CHECKPOINT_FOLDER"

    settings = Settings.from_environment({key: "key.pem", folder: str(tmp_path)})

    assert (settings.checkpoint_key, settings.checkpoint_folder) == (Path("key.pem"), tmp_path)
    for alone in ({key: "key.pem"}, {folder: str(tmp_path)}):
        with pytest.raises(SettingsWrong, match="go together"):
            Settings.from_environment(alone)


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("ICS_FLOW_DATABASE", "ics-flow.db", "ICS_FLOW_DATABASE must be the address"),
        ("ICS_FLOW_DATABASE", "mysql://db/ics_flow", "ICS_FLOW_DATABASE must be the address"),
        ("ICS_FLOW_BPMN", "/nowhere", "ICS_FLOW_BPMN names /nowhere, which is not a folder"),
        ("ICS_FLOW_SECRET", "short", "ICS_FLOW_SECRET has fewer than 32 characters"),
    ],
)
def test_a_wrong_setting_is_named(variable: str, value: str, words: str) -> None:
    with pytest.raises(SettingsWrong, match=words):
        Settings.from_environment({variable: value})


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg"])
def test_a_database_of_a_server_is_taken_and_the_programs_own_files_go_elsewhere(scheme: str) -> None:
    settings = Settings.from_environment({"ICS_FLOW_DATABASE": f"{scheme}://ics_flow@db/ics_flow"})

    assert settings.database == f"{scheme}://ics_flow@db/ics_flow"
    assert settings.folder == Path("var")


def test_the_programs_own_files_go_beside_the_database_file() -> None:
    settings = Settings.from_environment({"ICS_FLOW_DATABASE": "sqlite:////srv/ics/ics-flow.db"})

    assert settings.folder == Path("/srv/ics")


def test_a_missing_secret_is_asked_for_where_it_is_needed() -> None:
    with pytest.raises(SettingsWrong, match="ICS_FLOW_SECRET is not set"):
        Settings.from_environment({}).require_secret()
