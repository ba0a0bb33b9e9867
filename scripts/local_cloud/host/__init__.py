"""The parts of AWS that run things: the Lambda service, the pipe, the pollers, inbound mail.

Invariant: the host learns what to run from the deployed resources only.

By hand, because moto runs functions in containers only, has no pipes that move anything and
receives no mail.
"""
