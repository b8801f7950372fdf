"""Mistakes: what does not read as an expression, and what people of other languages write for something that does."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from inspect import Signature
from keyword import iskeyword
from typing import TYPE_CHECKING, Final

from flume.caret import caret

if TYPE_CHECKING:
    from flume.errors import ExpressionError

NOTHING_CHANGES: Final = "an expression changes nothing; put(name=expr('…')) does"

_QUOTES = "'\""
_KEYWORDS = frozenset({"and", "or", "not", "in", "is", "if", "else", "lambda", "None", "True", "False"})
_SIGNS = {
    "&&": "and", "||": "or", "!": "not", "=": "== to compare", "===": "== to compare", "!==": "!=", "<>": "!=",
    "=>": ">=", "=<": "<=", "=~": "search(field, 'regex')", "~": "search(field, 'regex')",
    "!~": "not search(field, 'regex')", "??": "coalesce(a, b)", "?": "b if a else c", "^=": "!=",
    "::": "int(x), float(x) or str(x)",
}  # fmt: skip
_WORDS = {
    "like": "glob(field, 'web*')", "ilike": "glob(lower(field), 'web*')", "between": "1 <= field <= 9",
    "eq": "==", "ne": "!=", "gt": ">", "ge": ">=", "lt": "<", "le": "<=", "mod": "%", "div": "//", "xor": "!=",
    "then": "b if a else c", "rlike": "search(field, 'regex')", "regexp": "search(field, 'regex')",
}  # fmt: skip
_CHARACTERS = {
    **dict.fromkeys("“”„«»", '"'), **dict.fromkeys("‘’‚", "'"), **dict.fromkeys("−–—", "-"), "≥": ">=", "≤": "<=",
    "≠": "!=", "×": "*", "·": "*", "÷": "/", "∧": "and", "∨": "or", "¬": "not", "∈": "in", "∉": "not in",
    "\xa0": "a plain space",
}  # fmt: skip
_FUNCTIONS = {
    "len(x)": "length size strlen char_length character_length",
    "x[0:3]": "substr substring mid slice left right subseq",
    "x + y": "concat plus add",
    "coalesce(x, y)": "ifnull nvl isnull nullif default if_null fillna",
    "b if a else c": "iif ifelse if_else cond choose case_when where",
    "strip(x)": "trim ltrim rtrim lstrip rstrip",
    "lower(x)": "lcase tolower to_lower downcase lowercase tolowercase",
    "upper(x)": "ucase toupper to_upper upcase uppercase touppercase",
    "matches(x, regex) for all of the text, or search(x, regex) for a part": (
        "match regex regexp rematch fullmatch regexp_like regexp_matches regex_match re_search"
    ),
    "replace(x, old, new)": "sub gsub ssub regexp_replace regex_replace translate",
    "split(x, ',')": "splitax splitnv str_split explode",
    "int(x) or float(x)": "tonumber toint to_int to_number number num parseint parsefloat numeric cast",
    "str(x)": "tostring to_string to_str text repr",
    "has(x)": "exists is_present is_set defined isset",
    "date(x)": "to_date todate parse_date strptime timestamp datetime to_timestamp to_datetime parse_time",
    "startof(time, 'hour')": "date_trunc trunc_date truncate bucket time_bucket bin floor_time",
    "strftime(time, '%Y-%m-%d')": "date_format format_date dateformat to_char tochar formatdatetime strflocaltime",
    "unix(time)": "epoch to_unixtime unix_timestamp mktime",
    "hour(time), day(time), weekday(time) …": "extract date_part datepart",
    "weekday(time)": "dayofweek day_of_week dow isoweekday",
    "day(time)": "dayofmonth day_of_month",
    "ceil(x)": "ceiling roundup",
    "x ** y": "pow power",
    "x % y": "mod fmod",
    "log(x)": "ln",
    "a template, put(line='{name} {x:.2f}')": "format sprintf printf fmtnum",
    "date('today')": "today",
    "now()": "current_timestamp systime sysdate utcnow",
    "point['a.b'] or point.a.b": "getfield get_path jsonpath json_extract",
    "contains(x, y), or y in x": "includes contain instr strstr locate indexof array_contains",
    "startswith(x, y)": "starts_with beginswith begins_with",
    "endswith(x, y)": "ends_with",
}
_MEANT = {name: meant for meant, names in _FUNCTIONS.items() for name in names.split()}


def syntax_error(error: SyntaxError, text: str, shift: int) -> ExpressionError:
    """The error for text that Python cannot parse, of which it read *shift* characters more before the first line."""
    lines = text.split("\n")
    if len(lines) > 1 and "#" not in text:  # of several lines it tells only where they begin
        try:
            ast.parse(text.replace("\n", " "), mode="eval")
        except SyntaxError as flat:
            if (flat.lineno or 1) == 1 and flat.offset and flat.offset <= len(text):
                return _syntax_error(str(flat.msg), text, flat.offset - 1)
        except (ValueError, RecursionError, MemoryError):
            pass
    line, column = (error.lineno or 1), (error.offset or 1) - 1
    # there Python points at nothing that is in the text
    missing = error.msg == "invalid syntax" and (not error.offset or line > len(lines))
    if missing or line > len(lines):
        line, column = len(lines), len(lines[-1]) + (shift if len(lines) == 1 else 0)
    start = sum(len(each) + 1 for each in lines[: line - 1]) + max(0, column - (shift if line == 1 else 0))
    return _syntax_error("something is missing at its end" if missing else str(error.msg), text, start)


def _syntax_error(reason: str, text: str, start: int) -> ExpressionError:
    reason = reason.removesuffix(". Perhaps you forgot a comma?").partition(" (detected at")[0]
    if name := _field_at(text, start):
        return caret(f'{name} is no name in Python; for the field write point["{name}"]', text, start)
    if (character := text[start : start + 1]) in _CHARACTERS and "invalid" in reason:
        return caret(f"{reason}; write {_CHARACTERS[character]}", text, start)
    if reason.startswith(("invalid syntax. Maybe you meant", "cannot assign to")):  # of an =, told at what is before it
        start = max(text.find("=", start), start)
    elif reason != "invalid syntax":
        return caret(reason, text, start)
    start, hint = _instead(text, start)
    return caret(hint or reason, text, start)


def _instead(text: str, start: int) -> tuple[int, str | None]:
    """What to write in place of what begins here, and where that begins."""
    for signs in re.finditer(r"[=<>!&|~?:+*/%^-]+", text):
        if signs.start() <= start < signs.end():
            found = next((signs[0][:n] for n in (3, 2, 1) if signs[0][:n] in _SIGNS), None)
            if found is not None:
                return signs.start(), f"write {_SIGNS[found]}"
            if signs[0] == ":=" or signs[0].endswith("="):
                return signs.start(), NOTHING_CHANGES
    before, word = text[:start].rstrip(), re.match(r"\w+|['\"]", text[start:])
    if place := re.match(r"\.(\d+)", text[start:]):
        return start, f"write [{place[1]}] for a place in a list"
    if word is None or not re.search(r"[\w'\")\]]$", before) or iskeyword(word[0]):
        return start, None
    if (meant := _WORDS.get(word[0].lower())) is not None:
        return start, f"write {meant}"
    if re.search(r"(?:^|\W)(?:and|or|not|in|is|if|else)$", before):
        return start, None
    return start, f"an operator such as == or and is missing before {'the text' if word[0] in _QUOTES else word[0]}"


def _field_at(text: str, place: int) -> str | None:
    """The name there, or right before it, that means a field to the user, and something else to Python."""
    for found in re.finditer(r"[\w.@$]+", text):
        behind = text[found.end() :].lstrip()
        if not found.start() <= place <= len(text) - len(behind):
            continue
        words = found[0].split(".")
        compared = behind[:1] in "=!<>" if behind else not _KEYWORDS.issuperset(words)
        follows = re.match(r"\w*", behind)
        joined = follows is not None and follows[0] in {"", *_KEYWORDS}
        keyword = any(map(iskeyword, words)) and (compared or (joined and _KEYWORDS.isdisjoint(words)))
        if "" not in words and (keyword or any(word[0] in "@$" and word[1:] for word in words)):
            return found[0]
    return None


def no_function(name: str, functions: Iterable[str]) -> str:
    """What is said of a function that there is not.

    >>> no_function('substr', ['lower'])
    "there is no function 'substr'; write x[0:3]"
    >>> no_function('lowr', ['lower'])
    "there is no function 'lowr'; did you mean 'lower'?"
    """
    from flume import registry

    if name in registry.default().names("reducer"):
        return f"{name} is a reducer, for reduce and put; there is no function {name!r}"
    if (meant := _MEANT.get(name.lower())) is not None:
        return f"there is no function {name!r}; write {meant}"
    close = get_close_matches(name, functions, 2, 0.76) or get_close_matches(name.lower(), functions, 1, 0.76)
    hint = f"; did you mean {' or '.join(map(repr, close))}?" if close else ""
    return f"there is no function {name!r}{hint}"


def wrong_arguments(error: TypeError, given: Mapping[str | None, object], signature: Signature) -> str:
    """What is said of a call that does not bind, with the parameter that one of a wrong name may mean."""
    known = [name for name, each in signature.parameters.items() if each.kind is not each.VAR_POSITIONAL]
    for name in given:
        if name and name not in known and (close := get_close_matches(name, known, 1, 0.6)):
            return f"{error}; did you mean {close[0]!r}?"
    return str(error)
