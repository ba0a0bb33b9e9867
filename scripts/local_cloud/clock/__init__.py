"""The clock of a world, and whether anyone in it is at work."""
