"""Mails that show every outcome, a credential's life, mishaps, and a judgement on each."""
