"""Certificates that ACM issues at once, as if their DNS records had been published before.

Feature: moto issues a certificate a minute after the request.
"""

from moto import settings


def install() -> None:
    settings.ACM_VALIDATION_WAIT = -1
