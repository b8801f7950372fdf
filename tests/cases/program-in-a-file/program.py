from flume import *

errors = filter('status >= 400')


def by(*fields):
    return reduce(n=count(), slowest=maximum('ms'), by=fields)


read('stdio', file='access.jsonl') | errors | by('host', 'status')
