from flume import *


def syslog(file):
    return read('stdio', format='grok', pattern='%{SYSLOGLINE}', file=file, time='timestamp', now='2016-07-18')
