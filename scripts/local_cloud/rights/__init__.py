"""What the policies grant, which calls used it, and what was refused."""
