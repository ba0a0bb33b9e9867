"""Stand-in functions in Python, each packaged as a `bootstrap`."""
