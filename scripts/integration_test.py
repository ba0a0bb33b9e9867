#!/usr/bin/env python3
"""Sends mails through a deployment and reports their outcomes: `ses-mail test`."""

import os
import sys
from pathlib import Path

program = Path(__file__).parent / "ses-mail"
os.execv(program, [str(program), "test", *sys.argv[1:]])
