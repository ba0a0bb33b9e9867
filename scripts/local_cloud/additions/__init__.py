"""What moto lacks or gets wrong for this system: one module a service.

`install` patches moto 5.2.1 in this process, before its server starts. Each module says in its
first lines what is a `Bug of moto` and what is a `Feature` that moto does not have.
"""

from importlib import import_module
from pkgutil import iter_modules


def install() -> None:
    modules = [import_module(f"{__name__}.{each.name}") for each in iter_modules(__path__)]
    for module in modules:
        if hasattr(module, "install"):
            module.install()
