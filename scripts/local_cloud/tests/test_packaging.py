"""A function's zip: the same for the same files, with the root certificates that are listed."""

import base64
import hashlib
import os
import zipfile
from pathlib import Path

import pytest

import collect_roots
import zip_bootstrap


def pem(der: bytes) -> str:
    return collect_roots.pem(der)


def test_the_same_files_make_the_same_zip(tmp_path: Path) -> None:
    archives = []
    for number, (mode, moment) in enumerate([(0o755, 10**9), (0o600, 1.7 * 10**9)]):
        folder = tmp_path / str(number)
        folder.mkdir()
        files = [folder / "bootstrap", folder / "roots.pem"]
        for file in files:
            file.write_bytes(file.name.encode() * 1000)
            file.chmod(mode)
            os.utime(file, (moment, moment))
        zip_bootstrap.main(files[0], files[1], folder / "function.zip")
        archives.append(folder / "function.zip")
    assert archives[0].read_bytes() == archives[1].read_bytes()
    with zipfile.ZipFile(archives[0]) as archive:
        assert archive.namelist() == ["bootstrap", "roots.pem"]
        assert [entry.external_attr >> 16 & 0o777 for entry in archive.infolist()] == [0o755, 0o644]


@pytest.mark.parametrize("damage", [None, b"", b"PK\3\4", b"x" * 40])
def test_a_zip_is_written_anew_only_where_it_holds_something_else(
    tmp_path: Path, damage: bytes | None
) -> None:
    bootstrap, roots, archive = (tmp_path / name for name in ("bootstrap", "roots.pem", "f.zip"))
    for file in (bootstrap, roots):
        file.write_bytes(os.urandom(500))
    zip_bootstrap.main(bootstrap, roots, archive)
    whole = archive.read_bytes()
    os.utime(archive, (1, 1))
    if damage is not None:
        archive.write_bytes(whole[:200] + damage + whole[200 + len(damage) :][:-9])
    zip_bootstrap.main(bootstrap, roots, archive)
    assert archive.read_bytes() == whole
    assert (archive.stat().st_mtime == 1) == (damage is None)
    bootstrap.write_bytes(os.urandom(500))
    zip_bootstrap.main(bootstrap, roots, archive)
    with zipfile.ZipFile(archive) as zipped:
        assert zipped.read("bootstrap") == bootstrap.read_bytes()


@pytest.fixture
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A list of two certificates, of which the first is needed."""
    lines = [
        f"{need} {hashlib.sha256(der).hexdigest()} {name}"
        for need, der, name in [("needed", b"one", "Root One"), ("optional", b"two", "Root Two")]
    ]
    (tmp_path / "roots.txt").write_text("\n".join(["# comment", *lines]))
    monkeypatch.setattr(collect_roots, "LIST", tmp_path / "roots.txt")
    return tmp_path


def test_a_certificate_that_is_not_listed_is_not_packaged(listed: Path) -> None:
    (listed / "bundle").write_text("".join(map(pem, [b"stranger", b"two", b"one", b"onE"])))
    collect_roots.main(listed / "roots.pem", listed / "bundle")
    assert (listed / "roots.pem").read_text() == pem(b"one") + pem(b"two")


def test_a_needed_certificate_that_is_missing_ends_the_packaging(
    listed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (listed / "bundle").write_text(pem(b"two"))
    with pytest.raises(SystemExit, match="lacks Root One"):
        collect_roots.main(listed / "roots.pem", listed / "bundle")
    assert not (listed / "roots.pem").exists()
    (listed / "bundle").write_text(pem(b"one"))
    collect_roots.main(listed / "roots.pem", listed / "bundle")
    assert (listed / "roots.pem").read_text() == pem(b"one")
    assert "lacks Root Two" in capsys.readouterr().out


def test_the_list_names_the_roots_of_aws_and_google() -> None:
    lines = [line.split(maxsplit=2) for line in collect_roots.LIST.read_text().splitlines()]
    roots = {name: need for need, digest, name in (line for line in lines if line[0] != "#")}
    assert len(roots) == 11
    assert {name for name, need in roots.items() if need == "needed"} == {
        "Amazon Root CA 1",
        "GTS Root R1",
    }
    assert all(len(line[1]) == 64 for line in lines if line[0] != "#")


def test_the_certificate_is_what_stood_in_the_bundle() -> None:
    der = bytes(range(256))
    text = "comment\n" + pem(der) + "other text"
    assert collect_roots.certificates(text) == {hashlib.sha256(der).hexdigest(): der}
    assert base64.b64encode(der).decode()[:64] in pem(der)
