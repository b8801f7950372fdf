"""How fast flume is beside its peers: the same questions, the same files, whole processes, equal answers.

`python -m benchmarks A D --points 500_000`.  `jobs/` has the questions, one file each; `peers` tells how DuckDB, Polars
and the others are run; `data` makes the files; `measuring` runs processes in turn; `answers` compares what they say;
`report` and `plot` show it.
"""
