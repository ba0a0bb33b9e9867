"""A bad day of AWS, by a seed: throttling, delays, cut pages, failures and lost answers."""
