"""Mails that show every outcome, a credential's life, and a judgement on each."""
