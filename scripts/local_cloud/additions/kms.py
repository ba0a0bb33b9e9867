"""KMS: a disabled key encrypts nothing.

Bug of moto: Encrypt takes a disabled key.
https://docs.aws.amazon.com/kms/latest/developerguide/enabling-keys.html
"""

from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.kms.models import KmsBackend

from local_cloud.additions.patching import wrap


def install() -> None:
    @wrap(KmsBackend, "encrypt")
    def encrypt(original: Any, backend: Any, key_id: str, *rest: Any, **named: Any) -> Any:
        key = backend.keys[backend.any_id_to_key_id(key_id)]
        if not key.enabled:
            raise JsonRESTError("DisabledException", f"{key.arn} is disabled.")
        return original(backend, key_id, *rest, **named)
