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


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("ICS_FLOW_DATABASE", "ics-flow.db", "ICS_FLOW_DATABASE must be the address"),
        ("ICS_FLOW_BPMN", "/nowhere", "ICS_FLOW_BPMN names /nowhere, which is not a folder"),
        ("ICS_FLOW_SECRET", "short", "ICS_FLOW_SECRET has fewer than 32 characters"),
    ],
)
def test_a_wrong_setting_is_named(variable: str, value: str, words: str) -> None:
    with pytest.raises(SettingsWrong, match=words):
        Settings.from_environment({variable: value})


def test_a_missing_secret_is_asked_for_where_it_is_needed() -> None:
    with pytest.raises(SettingsWrong, match="ICS_FLOW_SECRET is not set"):
        Settings.from_environment({}).require_secret()
