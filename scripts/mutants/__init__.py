"""Faults that are put into the code one at a time, to see that the tests notice each of them."""
