"""The plan of terraform/environments/test, as JSON: `python -m local_cloud.deploy.plan WORK FILE`.

The plan of an empty account, made without one: moto says whose account it is. The state is a local
one, so a copy of the environment's folder is planned.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local_cloud import ROOT
from local_cloud.process.moto_process import MotoProcess

TERRAFORM = ROOT / "terraform"
LOCAL_STATE = 'terraform {\n  backend "local" {}\n}\n'
PACKAGES = TERRAFORM / "modules" / "ses-mail" / "tests" / "packages"


def main(work: Path, result: Path) -> None:
    with planned(work) as copy:
        copy.terraform("plan", "-input=false", "-out=plan").check_returncode()
        shown = copy.terraform("show", "-json", "plan")
        shown.check_returncode()
        result.write_text(shown.stdout)


@dataclass(frozen=True)
class PlannedCopy:
    """An initialised copy of the environment's folder, and the AWS that it is planned for."""

    folder: Path
    moto: MotoProcess

    def terraform(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ,
            **self.moto.cloud().environment(),
            "CHECKPOINT_DISABLE": "1",
            "TF_IN_AUTOMATION": "1",
            "TF_VAR_lambda_architecture": "x86_64",
            "TF_VAR_package_dir": str(PACKAGES),
        }
        for name in ("AWS_SESSION_TOKEN", "TF_DATA_DIR"):
            environment.pop(name, None)
        done = subprocess.run(
            ["terraform", f"-chdir={self.folder}", *arguments],
            env=environment,
            capture_output=True,
            text=True,
        )
        sys.stderr.write(done.stderr)
        return done


@contextmanager
def planned(work: Path) -> Iterator[PlannedCopy]:
    mirror = subprocess.run(
        [ROOT / "scripts" / "find-plugin-dir.sh"], capture_output=True, text=True, check=True
    ).stdout.strip()
    with tempfile.TemporaryDirectory(dir=work) as scratch:
        folder = copy_of_environment(Path(scratch))
        moto = MotoProcess.start(Path(scratch), 0, 1.0)
        try:
            copy = PlannedCopy(folder, moto)
            plugins = [f"-plugin-dir={mirror}"] if mirror else []
            copy.terraform("init", "-input=false", *plugins).check_returncode()
            yield copy
        finally:
            moto.stop()


def copy_of_environment(scratch: Path) -> Path:
    (scratch / "modules").symlink_to(TERRAFORM / "modules")
    folder = scratch / "environments" / "test"
    shutil.copytree(
        TERRAFORM / "environments" / "test", folder, ignore=shutil.ignore_patterns(".terraform*")
    )
    (folder / "state_override.tf").write_text(LOCAL_STATE)
    return folder


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
