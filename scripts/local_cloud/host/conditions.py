"""The conditions in which processes of functions start: a full disk, a ceiling of memory.

Both need the rights of root: a disk of its own is a mount that only the process sees.
"""

from dataclasses import dataclass

# Too small for any mail: a page, and that is taken.
FULL_DISK = (
    "mount -t tmpfs -o size=4k,mode=1777 tmpfs /tmp && head -c 4096 /dev/zero > /tmp/full"
    ' && exec "$0" "$@"'
)


@dataclass(frozen=True)
class Conditions:
    """What a process finds when it starts. Processes of other conditions are not used again."""

    is_disk_full: bool = False
    memory_bytes: int | None = None  # of data, beyond which the system gives none

    def command(self, program: str) -> list[str]:
        """The program, started in these conditions."""
        command = [program]
        if self.memory_bytes is not None:
            command = ["prlimit", f"--data={self.memory_bytes}", *command]
        if self.is_disk_full:
            command = ["unshare", "--mount", "sh", "-c", FULL_DISK, *command]
        return command
