"""`python -m local_cloud`."""

import sys

from local_cloud.command.cli import main

sys.exit(main())
