"""Completing: the plugins whose name begins so, for the shell."""

from __future__ import annotations


def begun(incomplete: str) -> list[str]:
    """The plugins whose name begins so; none of them is loaded."""
    from flume import registry

    return [plugin.name for plugin in registry.default().plugins(load=False) if plugin.name.startswith(incomplete)]
