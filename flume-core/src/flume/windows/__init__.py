"""Windows: what the time of a stream is cut into, one file a kind.

Of `reduce`: `whole`, the stream; `last`, its last hour; `tumbling`, one window behind the other; `sliding`, windows
that overlap; `session`, windows that end when a group is quiet.  Of `batch`: `batches`, and a reduce in `turns`.
"""
