"""Where a number was computed."""

from __future__ import annotations

import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version

__all__ = ["environment"]

ALWAYS = ("numpy", "scipy", "pandas")


@cache
def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"


@cache
def _algebra() -> str:
    """The linear algebra behind numpy, and the kind of processor that it chose its code for."""
    import numpy  # noqa: F401, ICN001, PLC0415 - it has to be there to be seen
    from threadpoolctl import threadpool_info  # noqa: PLC0415 - slow, and needed once

    found = [one for one in threadpool_info() if one.get("user_api") == "blas"]
    own = [one for one in found if "numpy" in one.get("filepath", "")] or found  # scipy may bring another
    return ", ".join(sorted({f"{one['internal_api']} {one['version']} {one.get('architecture', '')}" for one in own}))


def environment(package: str = "econ") -> dict[str, str]:
    """Versions of Python and of the packages that computed a result, and the kind of machine."""
    packages = dict.fromkeys(("econ", package, *ALWAYS))
    return {
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "linear algebra": _algebra(),
        **{name: _version(name) for name in packages},
    }
