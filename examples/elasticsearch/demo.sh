#!/bin/sh
# A syslog is written to Elasticsearch and counted there.  `make demo-elastic` starts the server and runs this.
set -eu
cd "$(dirname "$0")/../.."

show() {
    printf '\n$ %s\n' "$1"
    sh -c "$1"
}

show "python examples/elasticsearch/parse_syslog_and_write_into_elasticsearch.py"
show "flume \"read('elastic') | reduce(count=count()) | write('stdio')\""

cat <<END

# The server stays until Ctrl-C.  Ask it more, in another terminal:
. .venv/bin/activate
export ELASTICSEARCH_URL=$ELASTICSEARCH_URL
flume "read('elastic') | reduce(count=count(), by=['program']) | sort('count') | write('stdio')"
curl "$ELASTICSEARCH_URL/_cat/indices?v"
END
