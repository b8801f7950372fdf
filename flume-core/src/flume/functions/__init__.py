"""The functions that can be called in expressions: `filter("startswith(lower(name), 'web')")`.

One file a theme; `registry` holds what a function is, and the decorator `function` that adds one's own.
"""

from __future__ import annotations

from flume.functions.registry import Function as Function
from flume.functions.registry import function as function
from flume.functions.registry import table as table
