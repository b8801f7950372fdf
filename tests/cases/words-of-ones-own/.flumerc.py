def history(n):
    return emit(limit=n, start='2020-01-01')


def shout(value):
    return put(said=value)
