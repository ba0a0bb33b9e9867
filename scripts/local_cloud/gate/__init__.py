"""Whether a request may come in: signature, then IAM, then the rules of names and lengths.

Invariant: nothing reaches moto unsigned, whoever sends it.
"""
