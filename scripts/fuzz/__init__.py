"""Runs the targets of Tests/Fuzz under libFuzzer, counts their inputs, and checks what they write.

See docs/fuzzing.md.
"""
