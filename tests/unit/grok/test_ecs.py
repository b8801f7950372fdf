# ruff: noqa: E501 - lines of logs are long
"""The same formats with the field names of the Elastic Common Schema."""

from __future__ import annotations

from typing import Any

import pytest

from flume_adapter_grok.matching import compile_grok

LINES: list[tuple[str, str, dict[str, Any]]] = [
    ("SYSLOGLINE", "Jul 17 13:59:44 localhost CRON[1234]: x", {
        "timestamp": "Jul 17 13:59:44", "host": {"hostname": "localhost"}, "process": {"name": "CRON", "pid": 1234},
        "message": "x"}),
    ("SYSLOGLINE", "2016-07-17T13:59:44Z localhost x", {
        "timestamp": "2016-07-17T13:59:44Z", "host": {"hostname": "localhost"}, "message": "x"}),
    ("SYSLOGLINE", "Jan 11 22:33:44 su: 'su root' failed", {
        "timestamp": "Jan 11 22:33:44", "process": {"name": "su"}, "message": "'su root' failed"}),
    ("SYSLOG5424LINE", "<174>1 2016-11-14T09:49:23+01:00 10.23.16.6 named 2255 - -  info: x", {
        "log": {"syslog": {"priority": 174}}, "system": {"syslog": {"version": "1"}},
        "timestamp": "2016-11-14T09:49:23+01:00", "host": {"hostname": "10.23.16.6"},
        "process": {"name": "named", "pid": 2255}, "message": "info: x"}),
    ("CRONLOG", "Jul 17 12:17:01 pc CRON[86]: (root) CMD (ls)", {
        "timestamp": "Jul 17 12:17:01", "host": {"hostname": "pc"}, "process": {"name": "CRON", "pid": 86},
        "user": {"name": "root"}, "system": {"cron": {"action": "CMD"}}, "message": "ls"}),
    ("HTTPD_COMBINEDLOG", '203.0.113.9 - frank [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.0" 200 2326 "-" "curl"', {
        "source": {"address": "203.0.113.9"}, "user": {"name": "frank"}, "timestamp": "10/Oct/2000:13:55:36 -0700",
        "http": {"request": {"method": "GET"}, "version": "1.0", "response": {"status_code": 200, "body": {"bytes": 2326}}},
        "url": {"original": "/a"}, "user_agent": {"original": "curl"}}),
    ("COMBINEDAPACHELOG", 'h id - [10/Oct/2000:13:55:36 -0700] "x" - - "http://r/" "-"', {
        "source": {"address": "h"}, "apache": {"access": {"user": {"identity": "id"}}},
        "timestamp": "10/Oct/2000:13:55:36 -0700", "http": {"request": {"referrer": "http://r/"}}}),
    ("HTTPD_ERRORLOG", "[Mon Aug 31 07:15:38 2015] [core:error] [pid 2:tid 28] [client 1.2.3.4:56] AH01: bad", {
        "timestamp": "Mon Aug 31 07:15:38 2015", "apache": {"error": {"module": "core"}}, "log": {"level": "error"},
        "process": {"pid": 2, "thread": {"id": 28}}, "source": {"address": "1.2.3.4", "port": 56},
        "error": {"code": "AH01"}, "message": "bad"}),
    ("HAPROXYTCP", "Feb  6 12:12:56 lb haproxy[1]: 10.0.1.2:33313 [06/Feb/2009:12:12:51.443] fnt bck/<NOSRV> -1/-1/5007 212 SC 0/0/0/0/3 0/0", {
        "timestamp": "Feb  6 12:12:56", "host": {"hostname": "lb"}, "process": {"name": "haproxy", "pid": 1},
        "source": {"address": "10.0.1.2", "port": 33313, "bytes": 212},
        "haproxy": {"request_date": "06/Feb/2009:12:12:51.443", "frontend_name": "fnt", "backend_name": "bck",
                    "total_time_ms": "5007", "termination_state": "SC", "server_queue": 0, "backend_queue": 0,
                    "connections": {"active": 0, "frontend": 0, "backend": 0, "server": 0, "retries": 3}}}),
    ("HAPROXYHTTPBASE", '1.2.3.4:5 [06/Feb/2009:12:14:14.655] f b/s 1/2/3/4/9 200 187 - - ---- 3/3/1/1/0 0/0 {a|b} {c} "GET http://me@h:1/p?q=1 HTTP/1.1"', {
        "source": {"address": "1.2.3.4", "port": 5, "bytes": 187},
        "haproxy": {"request_date": "06/Feb/2009:12:14:14.655", "frontend_name": "f", "backend_name": "b", "server_name": "s",
                    "http": {"request": {"time_wait_ms": 1, "time_wait_without_data_ms": 4, "captured_headers": "a|b"},
                             "response": {"captured_headers": "c"}},
                    "total_waiting_time_ms": 2, "connection_wait_time_ms": 3, "total_time_ms": "9",
                    "termination_state": "----", "connections": {"active": 3, "frontend": 3, "backend": 1, "server": 1},
                    "server_queue": 0, "backend_queue": 0},
        "http": {"response": {"status_code": 200}, "request": {"method": "GET"}, "version": "1.1"},
        "url": {"original": "http://me@h:1/p?q=1", "scheme": "http", "username": "me", "domain": "h", "port": 1,
                "path": "/p", "query": "q=1"}}),
    ("SQUID3", "1525.899  16867 10.1.2.3 TCP_TUNNEL/200 6256 CONNECT l:443 - HIER_DIRECT/35.1.2.3 -", {
        "timestamp": "1525.899", "squid": {"request": {"duration": 16867}, "hierarchy_code": "HIER_DIRECT"},
        "source": {"ip": "10.1.2.3"}, "event": {"action": "TCP_TUNNEL"},
        "http": {"response": {"status_code": 200, "bytes": 6256}, "request": {"method": "CONNECT"}},
        "url": {"original": "l:443"}, "destination": {"address": "35.1.2.3"}}),
    ("S3_ACCESS_LOG", 'o b [06/Feb/2014:00:00:38 +0000] 192.0.2.3 - 3E REST.GET.X - "GET /b HTTP/1.1" 200 - 113 - 7 - "-" "S3/0.4" - h SigV2 - AuthHeader b.s3 TLSv1.1', {
        "aws": {"s3access": {"bucket_owner": "o", "bucket": "b", "request_id": "3E", "operation": "REST.GET.X",
                             "request_uri": "GET /b HTTP/1.1", "bytes_sent": 113, "total_time": 7, "host_id": "h",
                             "signature_version": "SigV2", "authentication_type": "AuthHeader", "host_header": "b.s3",
                             "tls_version": "TLSv1.1"}},
        "timestamp": "06/Feb/2014:00:00:38 +0000", "client": {"ip": "192.0.2.3"},
        "http": {"request": {"method": "GET"}, "version": "1.1", "response": {"status_code": 200}},
        "url": {"original": "/b"}, "user_agent": {"original": "S3/0.4"}}),
    ("ELB_ACCESS_LOG", '2014-02-15T23:39:43Z lb 1.2.3.4:5 - -1 -1 -1 504 0 1 2 "GET http://e.com:80/ HTTP/1.1" "curl/7" - -', {
        "timestamp": "2014-02-15T23:39:43Z",
        "aws": {"elb": {"name": "lb", "backend": {"http": {"response": {"status_code": 0}}}}},
        "source": {"ip": "1.2.3.4", "port": 5},
        "http": {"response": {"status_code": 504, "body": {"bytes": 2}}, "request": {"body": {"bytes": 1}, "method": "GET"},
                 "version": "1.1"},
        "url": {"original": "http://e.com:80/", "scheme": "http", "domain": "e.com", "port": 80, "path": "/"},
        "user_agent": {"original": "curl/7"}}),
    ("BIND9", "17-Feb-2018 23:06:56.326 queries: info: client @0xb4 172.26.0.1#12345 (t.com): query: t.com IN AAAA + (172.26.0.3)", {
        "timestamp": "17-Feb-2018 23:06:56.326",
        "bind": {"log": {"category": "queries", "question": {"name": "t.com", "flags": "+"}}}, "log": {"level": "info"},
        "client": {"ip": "172.26.0.1", "port": 12345},
        "dns": {"question": {"name": "t.com", "class": "IN", "type": "AAAA"}}, "server": {"ip": "172.26.0.3"}}),
    ("EXIM", '2014-08-10 11:18:46 1XGPFb-0004gv-4V <= j@d.com H=m.d.com [1.2.3.4]:27 P=esmtp S=44 id=a@b T="hi" for me@e.com', {
        "timestamp": "2014-08-10 11:18:46",
        "exim": {"log": {"message": {"id": "1XGPFb-0004gv-4V", "size": 44, "subject": "hi"}, "flags": "<=",
                         "sender": {"email": "j@d.com"}, "header_id": "a@b", "recipient": {"email": "me@e.com"}}},
        "source": {"address": "m.d.com", "ip": "1.2.3.4", "port": 27}, "network": {"protocol": "esmtp"}}),
    ("CISCOFW302013_302014_302015_302016", "Built inbound TCP connection 42 for outside:1.2.3.4/5(bob) to inside:10.0.0.1/80", {
        "cisco": {"asa": {"outcome": "Built", "network": {"direction": "inbound", "transport": "TCP"}, "connection_id": "42"}},
        "observer": {"ingress": {"interface": {"name": "outside"}}, "egress": {"interface": {"name": "inside"}}},
        "source": {"ip": "1.2.3.4", "port": 5, "user": {"name": "bob"}}, "destination": {"ip": "10.0.0.1", "port": 80}}),
    ("CISCOFW106023", 'Deny tcp src outside:192.0.2.1/2421 dst inside:web-host/80 by access-group "out" [0x1, 0x2]', {
        "cisco": {"asa": {"outcome": "Deny", "network": {"transport": "tcp"}, "rule_name": "out"}},
        "observer": {"ingress": {"interface": {"name": "outside"}}, "egress": {"interface": {"name": "inside"}}},
        "source": {"ip": "192.0.2.1", "port": 2421}, "destination": {"address": "web-host", "port": 80},
        "@metadata": {"cisco": {"asa": {"hashcode1": "0x1", "hashcode2": "0x2"}}}}),
    ("IPTABLES", "IN=eth0 OUT= MAC=00:50:56:be:00:01:00:1b:21:aa:bb:cc:08:00 SRC=10.9.8.7 DST=192.0.2.1 LEN=60 TOS=0x00 PREC=0x00 TTL=54 ID=4711 DF PROTO=TCP SPT=51234 DPT=22 SEQ=7 ACK=0 WINDOW=14600 RES=0x00 SYN URGP=0", {
        "observer": {"ingress": {"interface": {"name": "eth0"}}},
        "destination": {"mac": "00:50:56:be:00:01", "ip": "192.0.2.1", "port": 22},
        "source": {"mac": "00:1b:21:aa:bb:cc", "ip": "10.9.8.7", "port": 51234},
        "iptables": {"length": 60, "tos": "00", "precedence_bits": "00", "ttl": 54, "id": "4711", "fragment_flags": "DF",
                     "tcp": {"seq": 7, "ack": 0, "window": 14600, "flags": "SYN "}, "tcp_reserved_bits": "00"},
        "network": {"transport": "TCP"}}),
    ("IPTABLES", "IN=br0 OUT=br1 SRC=fe80::1 DST=ff02::2 LEN=70 TC=0 HOPLIMIT=255 FLOWLBL=0 PROTO=ICMPv6 TYPE=133 CODE=0", {
        "observer": {"ingress": {"interface": {"name": "br0"}}, "egress": {"interface": {"name": "br1"}}},
        "source": {"ip": "fe80::1"}, "destination": {"ip": "ff02::2"},
        "iptables": {"length": 70, "ttl": 255, "flow_label": "0"}, "network": {"transport": "ICMPv6"}}),
    ("RT_FLOW3", "RT_FLOW_SESSION_DENY: session denied 1.1.1.1/2->3.3.3.3/443 https 6(0) deny trust untrust X", {
        "juniper": {"srx": {"tag": "RT_FLOW_SESSION_DENY", "service_name": "https"}},
        "source": {"ip": "1.1.1.1", "port": 2}, "destination": {"ip": "3.3.3.3", "port": 443},
        "network": {"iana_number": "6"}, "rule": {"name": "deny"},
        "observer": {"ingress": {"zone": "trust"}, "egress": {"zone": "untrust"}}}),
    ("CATALINALOG", "31-Jul-2020 16:40:38.578 INFO [main] org.apache.Foo.start Server up", {
        "timestamp": "31-Jul-2020 16:40:38.578", "log": {"level": "INFO", "origin": {"function": "start"}},
        "java": {"log": {"origin": {"thread": {"name": "main"}, "class": {"name": "org.apache.Foo"}}}},
        "message": "Server up"}),
    ("MONGO3_LOG", "2014-11-03T18:28:32.450-0500 I - [x1] waiting", {
        "timestamp": "2014-11-03T18:28:32.450-0500", "log": {"level": "I"}, "mongodb": {"context": "x1"},
        "message": "waiting"}),
    ("REDISMONLOG", '1470637867.95 [0 127.0.0.1:39404] "INFO"', {
        "timestamp": "1470637867.95", "redis": {"database": {"id": "0"}, "command": {"name": "INFO"}},
        "client": {"ip": "127.0.0.1", "port": 39404}}),
    ("NAGIOSLOGLINE", "[1] SERVICE ALERT: h;s;CRITICAL;SOFT;2;timed out", {
        "timestamp": "1", "nagios": {"log": {"type": "SERVICE ALERT", "state_type": "SOFT", "attempt": 2}},
        "host": {"hostname": "h"}, "service": {"name": "s", "state": "CRITICAL"}, "message": "timed out"}),
    ("BACULA_LOG", '09-Nov 15:52 b JobId 13: Labeled new Volume "V1" on device "F" (/tmp/b).', {
        "timestamp": "09-Nov 15:52", "host": {"hostname": "b"},
        "bacula": {"job": {"id": "13"}, "volume": {"name": "V1", "device": "F", "path": "/tmp/b"}}}),
    ("ZEEK_DNS", "1.5\tCu1\t10.0.0.1\t1\t8.8.8.8\t53\tudp\t7\t0.02\ta.com\t1\tC_INTERNET\t1\tA\t0\tNOERROR\tF\tF\tT\tT\t0\t1.2.3.4\t60.0\tF", {
        "timestamp": "1.5", "source": {"ip": "10.0.0.1", "port": 1}, "destination": {"ip": "8.8.8.8", "port": 53},
        "zeek": {"session_id": "Cu1", "dns": {
            "rtt": 0.02, "qclass": 1, "qclass_name": "C_INTERNET", "qtype": 1, "rcode": 0, "AA": "F", "TC": "F", "RD": "T",
            "RA": "T", "Z": 0, "answers": "1.2.3.4", "TTLs": "60.0", "rejected": "F"}},
        "network": {"transport": "udp"},
        "dns": {"id": 7, "question": {"name": "a.com", "type": "A"}, "response_code": "NOERROR"}}),
    ("ZEEK_CONN", "1.5\tCu1\t10.0.0.1\t1\t8.8.8.8\t53\ttcp\t-\t-\t-\t-\tS0\tT\tF\t0\tS\t1\t60\t0\t0\t-", {
        "timestamp": "1.5", "source": {"ip": "10.0.0.1", "port": 1, "packets": 1, "bytes": 60},
        "destination": {"ip": "8.8.8.8", "port": 53, "packets": 0, "bytes": 0},
        "zeek": {"session_id": "Cu1", "connection": {"state": "S0", "local_orig": "T", "local_resp": "F", "missed_bytes": 0,
                                                     "history": "S"}},
        "network": {"transport": "tcp"}}),
    ("ZEEK_FILES", "1.5\tF1\t1.2.3.4,5.6.7.8\t10.0.0.1\t-\tSSL\t0\tX509\t-\t-\t0\t-\tF\t1\t2\t0\t0\tF\t-\tabc\t-\t-\t-", {
        "timestamp": "1.5", "server": {"ip": "1.2.3.4"}, "client": {"ip": "10.0.0.1"},
        "zeek": {"files": {"fuid": "F1", "tx_hosts": "1.2.3.4,5.6.7.8", "source": "SSL", "depth": 0, "analyzers": "X509",
                           "duration": 0.0, "is_orig": "F", "seen_bytes": 1, "missing_bytes": 0, "overflow_bytes": 0,
                           "timedout": "F"}},
        "file": {"size": 2, "hash": {"md5": "abc"}}}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "line", "expected"), LINES)
def test_line(name: str, line: str, expected: dict[str, Any]) -> None:
    """Fields are nested, numbers are numbers, and a dash for nothing makes no field."""
    assert compile_grok(f"%{{{name}}}", ecs=True).match(line) == expected
