"""What `make check` looks for in the tree: secrets, and versions that are not exact or not one."""

import shutil
import subprocess
from pathlib import Path

import pytest

import check_secrets
import check_versions

ROOT = Path(__file__).parents[3]
DRAWN = "x7Kq2Vb9Lm4Tz8Rw1Yp6Nd3Hs5Jc0Gf"

# Put together here, so that no line of this file is one.
SECRETS = {
    "an access key of AWS": "AKI" + "AQ3EGRTHZX5VB7MNP",
    "a temporary access key of AWS": "ASI" + "AQ3EGRTHZX5VB7MNP",
    "AWS's secret key": f"aws_secret_access_key = {DRAWN}/+abc0123",
    "AWS's secret key in Swift": f'let secretAccessKey: String = "{DRAWN}+abc0123/"',
    "a private key": "-----BEGIN RSA " + "PRIVATE KEY-----",
    "a key of PKCS 8": "-----BEGIN " + "PRIVATE KEY-----",
    "an access token of Google": "ya" + f"29.a0{DRAWN}-_{DRAWN}",
    "a client secret of Google": "GOC" + f"SPX-{DRAWN[:28]}",
    "a refresh token of Google": '"refresh": "1/' + f'/0g{DRAWN}-L9Ir{DRAWN}"',
    "a refresh token in a form": "refresh=1%2F%" + f"2F0g{DRAWN}-L9Ir",
    "a password in JSON": f'{{\\"smtp_password\\": \\"BL{DRAWN}Zz0=\\"}}',
    "a password of the shell": f"export DB_PASSWORD='{DRAWN}'",
    "a token in YAML": f"api_token: {DRAWN}",
    "a token of GitHub": "gh" + f"p_{DRAWN}{DRAWN}",
}


def repository(folder: Path, name: str, text: str) -> Path:
    subprocess.run(["git", "init", "--quiet", folder], check=True)
    (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize("kind", SECRETS)
def test_a_secret_in_a_file_is_found(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = f"The first line.\n{SECRETS[kind]}\n"
    assert check_secrets.main(repository(tmp_path, "notes.txt", text)) == 1
    printed = "".join(capsys.readouterr())
    assert "notes.txt:2: " in printed
    assert DRAWN[:20] not in printed and "Q3EGRTHZX5VB7MNP" not in printed


def test_a_file_that_git_ignores_is_not_looked_at(tmp_path: Path) -> None:
    repository(tmp_path, "client_secret.json", SECRETS["a client secret of Google"])
    (tmp_path / ".gitignore").write_text("client_secret*.json\n")
    assert check_secrets.main(tmp_path) == 0


@pytest.mark.parametrize(
    "text",
    [
        'key = "AKIAIOSFODNN7EXAMPLE"',
        'token = "/ses-mail/test/gmail-token"',
        "password = generate_password_from_secret_access_key(secret)",
        'refreshToken == Secret("1//r")',
        "arn:aws:iam::123456789012:user/ses-smtp-user-john.doe",
    ],
)
def test_what_only_looks_like_a_secret_is_let_pass(text: str, tmp_path: Path) -> None:
    assert check_secrets.main(repository(tmp_path, "code.swift", text)) == 0


def test_a_tree_without_tracked_files_does_not_pass(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    assert check_secrets.main(tmp_path) == 1


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the files that say versions."""
    for file in [
        "Package.swift",
        "scripts/package.sh",
        "scripts/pyproject.toml",
        *(str(path.relative_to(ROOT)) for path in ROOT.glob("scripts/requirements*.txt")),
        *(str(path.relative_to(ROOT)) for path in ROOT.glob("terraform/*/*.tf")),
        *(str(path.relative_to(ROOT)) for path in ROOT.glob("terraform/[ae]*/*/*.tf")),
    ]:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, tmp_path / file)
    return tmp_path


def test_the_versions_of_this_tree_are_exact(tree: Path) -> None:
    assert check_versions.main(tree) == 0


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        ("Package.swift", "exact:", "from:", "no exact version"),
        ("scripts/requirements.txt", "Flask==", "Flask>=", "Flask>="),
        ("scripts/requirements.txt", "Flask==", "Flask #==", "Flask is no exact version"),
        ("scripts/requirements-bench.txt", "awslambdaric", "boto3", "boto3 has its version"),
        ("terraform/account/main.tf", '"5.100.0"', '"~> 5.100"', "no exact version"),
        ("terraform/environments/prod/main.tf", "5.100.0", "5.99.0", "more than one version"),
        ("terraform/examples/minimal/main.tf", ">= 1.11", ">= 1.12", "more than one version"),
        ("terraform/account/main.tf", "hashicorp/aws", "else/aws", "must be hashicorp/aws"),
        ("scripts/pyproject.toml", '"py311"', '"py312"', "Python has more than one version"),
    ],
)
def test_a_version_that_is_not_one_and_exact_is_told(
    file: str, old: str, new: str, fault: str, tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (tree / file).read_text()
    assert old in text
    (tree / file).write_text(text.replace(old, new, 1))
    assert check_versions.main(tree) == 1
    assert fault in capsys.readouterr().err


@pytest.mark.parametrize(
    "sentence",
    [
        "It takes Terraform (1.10 or later).",
        "Swift 6.2 builds it.",
        "`swift-log` 1.16.1 is linked in.",
        "The additions patch moto 5.2.2.",
        "hashicorp/aws 6.0.0",
    ],
)
def test_a_document_that_names_another_version_is_told(
    sentence: str, tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tree / "docs").mkdir()
    (tree / "docs" / "page.md").write_text(f"# A page\n\n{sentence}\n")
    assert check_versions.main(tree) == 1
    assert "docs/page.md: " in capsys.readouterr().err


def test_a_document_may_leave_out_a_versions_last_numbers(tree: Path) -> None:
    (tree / "README.md").write_text("Terraform 1.11 or later, moto 5.2, Python 3.11, Swift 6.3.")
    assert check_versions.main(tree) == 0
