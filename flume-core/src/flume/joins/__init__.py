"""Joins: what becomes of branches that are put together by what their points have equal.

`keyed`: the fields of such a step, and `union`, `intersect` and `diff` by them; `matching`: `join`, as points come;
`joining`: of branches (`branch`) that are there as a whole, by `sweeping` them; `lookup`: `join` with a table.
"""
