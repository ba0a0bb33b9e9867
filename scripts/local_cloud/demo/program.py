"""The build of `ses-mail`, which goes on while Terraform waits for its provider."""

import os
import subprocess

from local_cloud import ROOT
from local_cloud.process.up import say

VARIABLE = "SES_MAIL_PROGRAM"
BUILT = ROOT / ".build" / "debug" / "ses-mail"
LOG = ROOT / "build" / "ses-mail.log"


class Program:
    """One build of the program; where none was begun, nobody waits."""

    def __init__(self) -> None:
        self._build: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        """Begins to build it, unless a variable names another build."""
        if VARIABLE in os.environ:
            return
        with LOG.open("wb") as log:
            self._build = subprocess.Popen(
                ["swift", "build", "--product", "ses-mail"],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        os.environ[VARIABLE] = str(BUILT)

    def wait(self) -> None:
        """Returns when it is built."""
        build = self._build
        if build is None:
            return
        if build.poll() is None:
            say("waiting for the build of ses-mail")
        if build.wait():
            raise RuntimeError(f"ses-mail could not be built:\n{LOG.read_text()[-2000:]}")

    def end(self) -> None:
        """Ends the build, if it still goes on."""
        if self._build is not None and self._build.poll() is None:
            self._build.terminate()
            self._build.wait()


PROGRAM = Program()
