"""The operator's command line, `ses-mail`, run against a world with the operator's key."""

import os
import subprocess

from local_cloud import OPERATOR_KEY, OPERATOR_SECRET, REGION, ROOT
from local_cloud.demo.program import PROGRAM
from local_cloud.process.world import World

SECONDS = 120.0


class Operator:
    """Runs `ses-mail` by the world's clock, as `PROGRAM` or SES_MAIL_PROGRAM has it.

    `table` is the routing table, which has the name of the environment.
    """

    def __init__(self, world: World, table: str, seconds: float = SECONDS) -> None:
        self._seconds = seconds  # that a command may take
        self.environment = {
            **{n: value for n, value in os.environ.items() if not n.startswith("AWS_")},
            **world.endpoint_environment(),
            **world.moto.clock.environment(),
            "SES_MAIL_ENV": table.rpartition("-")[2],
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": OPERATOR_KEY,
            "AWS_SECRET_ACCESS_KEY": OPERATOR_SECRET,
        }

    def run(self, *arguments: str) -> tuple[str, list[str]]:
        """What a command prints, and what is wrong where it fails."""
        PROGRAM.wait()
        done = subprocess.run(
            [ROOT / "scripts" / "ses-mail", *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=self._seconds,
        )
        failed = f"ses-mail {' '.join(arguments)} ended with {done.returncode}: {done.stderr}"
        return done.stdout, [failed.strip()] if done.returncode else []
