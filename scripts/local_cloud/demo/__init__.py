"""A handful of mails that show every outcome, and a judgement on each."""
