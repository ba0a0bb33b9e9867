"""What would terraform/environments/test make? `python -m local_cloud.plan WORK PLAN.json`

The plan of an empty account, as JSON, made without one: moto says whose account it is. The state is
a local one, so it is a copy of the environment's folder that is planned.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from local_cloud import OPERATOR_KEY, OPERATOR_SECRET
from local_cloud.moto_process import MotoProcess
from local_cloud.up import ROOT

TERRAFORM = ROOT / "terraform"
LOCAL_STATE = 'terraform {\n  backend "local" {}\n}\n'
PACKAGES = TERRAFORM / "modules" / "ses-mail" / "tests" / "packages"


def main(work: Path, result: Path) -> None:
    with tempfile.TemporaryDirectory(dir=work) as scratch:
        folder = copy_of_environment(Path(scratch))
        moto = MotoProcess.start(Path(scratch), 0, 1.0)
        try:
            result.write_text(plan(folder, moto.endpoint))
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


def plan(folder: Path, endpoint: str) -> str:
    mirror = subprocess.run(
        [ROOT / "scripts" / "find-plugin-dir.sh"], capture_output=True, text=True, check=True
    ).stdout.strip()
    environment = {
        **os.environ,
        "AWS_ACCESS_KEY_ID": OPERATOR_KEY,
        "AWS_SECRET_ACCESS_KEY": OPERATOR_SECRET,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": endpoint,
        "CHECKPOINT_DISABLE": "1",
        "TF_IN_AUTOMATION": "1",
        "TF_VAR_lambda_architecture": "x86_64",
        "TF_VAR_package_dir": str(PACKAGES),
    }
    environment.pop("AWS_SESSION_TOKEN", None)
    environment.pop("TF_DATA_DIR", None)

    def terraform(*arguments: str) -> str:
        return subprocess.run(
            ["terraform", f"-chdir={folder}", *arguments],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout

    terraform("init", "-input=false", *([f"-plugin-dir={mirror}"] if mirror else []))
    terraform("plan", "-input=false", "-out=plan")
    return terraform("show", "-json", "plan")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
