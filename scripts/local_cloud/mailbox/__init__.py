"""Google as far as this system sees it: OAuth endpoints and Gmail's import, with faults on demand.

By hand, because no emulator of Gmail's import exists.
"""
