"""A kept deployment serves as long as nothing that it was made of has changed, and is whole."""

import json
import re
from pathlib import Path

import pytest

from local_cloud import ROOT
from local_cloud.deploy.ingredients import ingredients
from local_cloud.deploy.kept import CannotServe, Kept
from local_cloud.process.moto_process import MotoProcess

NOW = {"terraform/a.tf": "1", "build/router.zip": "2"}


@pytest.fixture
def kept(moto: MotoProcess, tmp_path: Path) -> Kept:
    """A deployment of one bucket is kept."""
    (tmp_path / "account").mkdir()
    for place in (tmp_path, tmp_path / "account"):
        (place / "terraform.tfstate").write_text(f'{{"url": "https://127.0.0.1:{moto.port}/q"}}')
    kept = Kept(tmp_path, NOW)
    kept.begin(moto)
    moto.cloud().client("sns").create_topic(Name="kept")
    kept.keep(moto)
    return kept


def refusal(kept: Kept) -> str:
    with pytest.raises(CannotServe) as refused:
        kept.check()
    return str(refused.value)


def test_what_is_kept_is_there_again_with_its_states(kept: Kept, base_moto: MotoProcess) -> None:
    other = base_moto.fork()
    try:
        for state in kept.states:
            state.unlink()
        kept.check()
        assert kept.restore(other) == 1
        assert len(other.cloud().client("sns").list_topics()["Topics"]) == 1
        for state in kept.states:
            assert json.loads(state.read_text()) == {"url": f"https://127.0.0.1:{other.port}/q"}
    finally:
        other.stop()


@pytest.mark.parametrize(
    "now", [NOW | {"terraform/a.tf": "3"}, NOW | {"terraform/new.tf": "1"}, {"build/x.zip": "2"}]
)
def test_what_has_changed_is_named(kept: Kept, now: dict[str, str]) -> None:
    said = refusal(Kept(kept.work, now))
    changed = {name for name in {*NOW, *now} if NOW.get(name) != now.get(name)}
    assert said.startswith("what the kept deployment was made of has changed: ")
    assert set(said.partition(": ")[2].split(", ")) == changed


def test_nothing_is_kept_at_first_and_after_a_start_that_was_cut_short(
    kept: Kept, moto: MotoProcess, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert refusal(Kept(empty, NOW)) == "no deployment is kept"
    kept.begin(moto)
    assert refusal(kept) == "no deployment is kept"


@pytest.mark.parametrize("name", ["ingredients.json", "calls.jsonl", "account.tfstate"])
@pytest.mark.parametrize("damage", ["missing", "cut"])
def test_a_damaged_file_is_noticed(
    kept: Kept, base_moto: MotoProcess, name: str, damage: str
) -> None:
    file = kept.folder / name
    if damage == "missing":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:-9])
    other = base_moto.fork()
    try:
        with pytest.raises(CannotServe):
            kept.check()
            kept.restore(other)
    finally:
        other.stop()


def test_a_deployment_is_made_of_what_terraform_reads_and_of_what_runs_it(tmp_path: Path) -> None:
    made_of = ingredients(ROOT, tmp_path, {})
    for name in (
        "terraform/account/main.tf",
        "terraform/environments/local/terraform.tfvars",
        "terraform/environments/local/variables.tf",  # a link
        "terraform/modules/ses-mail/queues.tf",
        "terraform/modules/ses-mail/runbooks/queue_health.py",
        "scripts/local_cloud/additions/sqs.py",
        "scripts/requirements.txt",
        "machine",
        "variables",
    ):
        assert name in made_of
    assert any(re.search("/terraform$", name) for name in made_of)
    assert not [name for name in made_of if "/tests/" in name or "/.terraform" in name]


def test_each_ingredient_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, packages = tmp_path / "root", tmp_path / "build"
    module = root / "terraform" / "modules" / "ses-mail"
    scripts = root / "scripts"
    for folder in (module, packages, scripts):
        folder.mkdir(parents=True)
    (scripts / "find-plugin-dir.sh").symlink_to(ROOT / "scripts" / "find-plugin-dir.sh")
    before = ingredients(root, packages, {})

    def changed(variables: dict[str, str] | None = None) -> set[str]:
        nonlocal before
        after = ingredients(root, packages, variables or {})
        names = {name for name in {*before, *after} if before.get(name) != after.get(name)}
        before = after
        return names

    assert changed() == set()
    (module / "queues.tf").write_text("one")
    assert changed() == {"terraform/modules/ses-mail/queues.tf"}
    (module / "queues.tf").write_text("two")
    assert changed() == {"terraform/modules/ses-mail/queues.tf"}
    (packages / "bouncer.zip").write_bytes(b"PK")
    assert changed() == {str(packages / "bouncer.zip")}
    monkeypatch.setenv("TF_VAR_log_level", "DEBUG")
    assert changed() == {"$TF_VAR_log_level"}
    assert changed({"lookup_failed_action": "store"}) == {"variables"}
