"""Windows: what reduce cuts the time of a stream into: one file a kind.

`whole`: the stream, or its last hour; `tumbling`: one window behind the other; `sliding`: windows that overlap;
`session`: windows that end when a group is quiet.
"""
