#!/usr/bin/env python3
"""Consent to a Gmail mailbox: `ses-mail gmail authorize` under its former name.

Every option is passed on. Without a named OAuth client, `client_secret.json` in the current folder
is used.
"""

import os
import sys
from pathlib import Path

CLIENT = Path("client_secret.json")


def main() -> None:
    program = Path(__file__).resolve().with_name("ses-mail")
    given = sys.argv[1:]
    names_client = any(each.partition("=")[0] == "--client" for each in given)
    client = [] if names_client or not CLIENT.is_file() else ["--client", str(CLIENT)]
    os.execv(program, [str(program), "gmail", "authorize", *client, *given])


if __name__ == "__main__":
    main()
