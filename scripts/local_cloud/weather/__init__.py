"""A bad day of AWS, by a seed: throttling, delays, cut pages, failures and lost answers.

Invariant: no lock is held while a call is delayed.

By hand, because moto answers every call at once, whole and exactly.
"""
