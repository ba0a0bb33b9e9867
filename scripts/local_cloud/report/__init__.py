"""What became of each mail, read from what can be seen outside."""
