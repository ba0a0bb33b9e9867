"""The command line `local-cloud COMMAND`."""
