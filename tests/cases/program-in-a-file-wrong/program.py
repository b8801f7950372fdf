one = emit(limit=1)

one | head(-1)
