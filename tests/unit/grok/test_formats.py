# ruff: noqa: E501 - lines of logs are long
"""Lines of the log formats, with the fields that users of Logstash know."""

from __future__ import annotations

from typing import Any

import pytest

from flume_adapter_grok.matching import compile_grok

IPTABLES = (
    "IN=eth0 OUT= MAC=00:50:56:be:00:01:00:1b:21:aa:bb:cc:08:00 SRC=10.9.8.7 DST=192.0.2.1 LEN=60 TOS=0x00 PREC=0x00 "
    "TTL=54 ID=4711 DF PROTO=TCP SPT=51234 DPT=22 WINDOW=14600 RES=0x00 SYN URGP=0"
)
APACHE = (
    '203.0.113.9 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326 '
    '"http://www.example.com/start.html" "Mozilla/4.08 [en] (Win98; I ;Nav)"'
)
HAPROXY = (
    "Feb  6 12:14:14 lb01 haproxy[14389]: 10.0.1.2:33317 [06/Feb/2009:12:14:14.655] http-in static/srv1 10/0/30/69/109 200 "
    '2750 - - ---- 1/1/1/1/0 0/0 {1wt.eu} {} "GET /index.html HTTP/1.1"'
)

LINES: list[tuple[str, str, dict[str, Any] | None]] = [
    # syslog
    ("SYSLOGLINE", "Jul 17 13:59:44 localhost kernel: [ 12.345] usb 1-1: new device", {
        "timestamp": "Jul 17 13:59:44", "logsource": "localhost", "program": "kernel", "message": "[ 12.345] usb 1-1: new device"}),
    ("SYSLOGLINE", "Jul  7 06:25:01 web-01 CRON[1234]: (root) CMD (x)", {
        "timestamp": "Jul  7 06:25:01", "logsource": "web-01", "program": "CRON", "pid": "1234", "message": "(root) CMD (x)"}),
    ("SYSLOGLINE", "Mar 16 00:01:25 evita postfix/smtpd[1713]: connect from x[168.100.1.3]", {
        "timestamp": "Mar 16 00:01:25", "logsource": "evita", "program": "postfix/smtpd", "pid": "1713",
        "message": "connect from x[168.100.1.3]"}),
    ("SYSLOGLINE", "2016-07-17T13:59:44.123456+02:00 10.1.2.3 sshd[9]: ok", {
        "timestamp8601": "2016-07-17T13:59:44.123456+02:00", "logsource": "10.1.2.3", "program": "sshd", "pid": "9",
        "message": "ok"}),
    ("SYSLOGLINE", "Jul 17 13:59:44 <3.6> host x: y", {
        "timestamp": "Jul 17 13:59:44", "facility": "3", "priority": "6", "logsource": "host", "program": "x",
        "message": "y"}),
    ("SYSLOGLINE", "Jul 17 13:59:44 host last message repeated 2 times", {
        "timestamp": "Jul 17 13:59:44", "logsource": "host", "message": "last message repeated 2 times"}),
    ("SYSLOGLINE", "Jul 17 13:59:44 host", None),
    ("SYSLOGLINE", "nothing of the kind", None),
    ("SYSLOGBASE", "Jul 17 13:59:44 fe80::1 x:", {"timestamp": "Jul 17 13:59:44", "logsource": "fe80::1", "program": "x"}),
    ("SYSLOGPAMSESSION", "Jul 14 13:36:03 precision su[12]: pam_unix(su:session): session opened for user root by (uid=1001)", {
        "timestamp": "Jul 14 13:36:03", "logsource": "precision", "program": "su", "pid": "12",
        "message": "pam_unix(su:session): session opened for user root by (uid=1001)", "pam_module": "pam_unix",
        "pam_caller": "su:session", "pam_session_state": "opened", "username": "root", "pam_by": "(uid=1001)"}),
    ("CRONLOG", "Jul 17 12:17:01 pc CRON[86]: (root) CMD (   cd / && run-parts --report /etc/cron.hourly)", {
        "timestamp": "Jul 17 12:17:01", "logsource": "pc", "program": "CRON", "pid": "86", "user": "root", "action": "CMD",
        "message": "   cd / && run-parts --report /etc/cron.hourly"}),
    ("SYSLOG5424LINE", "<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - 'su root' failed", {
        "syslog5424_pri": "34", "syslog5424_ver": "1", "syslog5424_ts": "2003-10-11T22:14:15.003Z",
        "syslog5424_host": "mymachine.example.com", "syslog5424_app": "su", "syslog5424_msgid": "ID47",
        "syslog5424_msg": "'su root' failed"}),
    ("SYSLOG5424LINE", '<165>1 2003-10-11T22:14:15.003Z 192.0.2.1 evnt 77 ID47 [a@32473 iut="3" s="x]y"][b c="1"] An event', {
        "syslog5424_pri": "165", "syslog5424_ver": "1", "syslog5424_ts": "2003-10-11T22:14:15.003Z",
        "syslog5424_host": "192.0.2.1", "syslog5424_app": "evnt", "syslog5424_proc": "77", "syslog5424_msgid": "ID47",
        "syslog5424_sd": '[a@32473 iut="3" s="x]y"][b c="1"]', "syslog5424_msg": "An event"}),
    ("SYSLOG5424LINE", "<6>1 - - - - - - x", {"syslog5424_pri": "6", "syslog5424_ver": "1", "syslog5424_msg": "x"}),
    # web servers
    ("COMMONAPACHELOG", '127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 304 -', {
        "clientip": "127.0.0.1", "ident": "-", "auth": "-", "timestamp": "10/Oct/2000:13:55:36 -0700", "verb": "GET",
        "request": "/", "httpversion": "1.1", "response": "304"}),
    ("COMBINEDAPACHELOG", APACHE, {
        "clientip": "203.0.113.9", "ident": "-", "auth": "frank", "timestamp": "10/Oct/2000:13:55:36 -0700", "verb": "GET",
        "request": "/apache_pb.gif", "httpversion": "1.0", "response": "200", "bytes": "2326",
        "referrer": '"http://www.example.com/start.html"', "agent": '"Mozilla/4.08 [en] (Win98; I ;Nav)"'}),
    ("HTTPD_COMBINEDLOG", '::1 - a@example.com [10/Oct/2000:13:55:36 -0700] "\\x16\\x03 junk" 400 0 "-" "-"', {
        "clientip": "::1", "ident": "-", "auth": "a@example.com", "timestamp": "10/Oct/2000:13:55:36 -0700",
        "rawrequest": "\\x16\\x03 junk", "response": "400", "bytes": "0", "referrer": '"-"', "agent": '"-"'}),
    ("HTTPD_COMMONLOG", 'host - - [10/Oct/2000:13:55:36 -0700] "GET /a b HTTP/1.1" 200 1', {
        "clientip": "host", "ident": "-", "auth": "-", "timestamp": "10/Oct/2000:13:55:36 -0700",
        "rawrequest": "GET /a b HTTP/1.1", "response": "200", "bytes": "1"}),
    ("COMBINEDAPACHELOG", "Jul 17 13:59:44 localhost kernel: x", None),
    ("HTTPD_ERRORLOG", "[Mon Aug 31 09:30:48 2015] [error] [client 10.17.42.3] Premature end of script headers", {
        "timestamp": "Mon Aug 31 09:30:48 2015", "loglevel": "error", "clientip": "10.17.42.3",
        "message": "Premature end of script headers"}),
    ("HTTPD_ERRORLOG", "[Mon Aug 31 07:15:38.664897 2015] [proxy_fcgi:error] [pid 2:tid 28] [client 1.2.3.4:56] AH01071: bad", {
        "timestamp": "Mon Aug 31 07:15:38.664897 2015", "module": "proxy_fcgi", "loglevel": "error", "pid": "2", "tid": "28",
        "clientip": "1.2.3.4", "clientport": "56", "errorcode": "AH01071", "message": "bad"}),
    ("HTTPD24_ERRORLOG", "[Mon Aug 31 07:15:38 2015] [proxy:error] [pid 2] (70007)The timeout expired: [client 1.2.3.4:5] x", {
        "timestamp": "Mon Aug 31 07:15:38 2015", "module": "proxy", "loglevel": "error", "pid": "2",
        "proxy_errorcode": "70007", "proxy_message": "The timeout expired", "clientip": "1.2.3.4", "clientport": "5",
        "message": "x"}),
    ("HAPROXYHTTP", HAPROXY, {
        "syslog_timestamp": "Feb  6 12:14:14", "syslog_server": "lb01", "program": "haproxy", "pid": "14389",
        "client_ip": "10.0.1.2", "client_port": "33317", "accept_date": "06/Feb/2009:12:14:14.655",
        "haproxy_monthday": "06", "haproxy_month": "Feb", "haproxy_year": "2009", "haproxy_time": "12:14:14",
        "haproxy_hour": "12", "haproxy_minute": "14", "haproxy_second": "14", "haproxy_milliseconds": "655",
        "frontend_name": "http-in", "backend_name": "static", "server_name": "srv1", "time_request": "10", "time_queue": "0",
        "time_backend_connect": "30", "time_backend_response": "69", "time_duration": "109", "http_status_code": "200",
        "bytes_read": "2750", "captured_request_cookie": "-", "captured_response_cookie": "-", "termination_state": "----",
        "actconn": "1", "feconn": "1", "beconn": "1", "srvconn": "1", "retries": "0", "srv_queue": "0", "backend_queue": "0",
        "captured_request_headers": "1wt.eu", "http_verb": "GET", "http_request": "/index.html", "http_version": "1.1"}),
    ("HAPROXYHTTPBASE", '1.2.3.4:5 [06/Feb/2009:12:14:14.655] f b/<NOSRV> -1/-1/-1/-1/9 400 187 - - CR-- 3/3/0/0/0 0/0 "<BADREQ>"', {
        "client_ip": "1.2.3.4", "client_port": "5", "accept_date": "06/Feb/2009:12:14:14.655", "haproxy_monthday": "06",
        "haproxy_month": "Feb", "haproxy_year": "2009", "haproxy_time": "12:14:14", "haproxy_hour": "12",
        "haproxy_minute": "14", "haproxy_second": "14", "haproxy_milliseconds": "655", "frontend_name": "f",
        "backend_name": "b", "server_name": "<NOSRV>", "time_request": "-1", "time_queue": "-1",
        "time_backend_connect": "-1", "time_backend_response": "-1", "time_duration": "9", "http_status_code": "400",
        "bytes_read": "187", "captured_request_cookie": "-", "captured_response_cookie": "-", "termination_state": "CR--",
        "actconn": "3", "feconn": "3", "beconn": "0", "srvconn": "0", "retries": "0", "srv_queue": "0",
        "backend_queue": "0"}),
    ("HAPROXYTCP", "Feb  6 12:12:56 lb haproxy[1]: 10.0.1.2:33313 [06/Feb/2009:12:12:51.443] fnt bck/srv1 0/0/5007 212 -- 0/0/0/0/3 0/0", {
        "syslog_timestamp": "Feb  6 12:12:56", "syslog_server": "lb", "program": "haproxy", "pid": "1",
        "client_ip": "10.0.1.2", "client_port": "33313", "accept_date": "06/Feb/2009:12:12:51.443",
        "haproxy_monthday": "06", "haproxy_month": "Feb", "haproxy_year": "2009", "haproxy_time": "12:12:51",
        "haproxy_hour": "12", "haproxy_minute": "12", "haproxy_second": "51", "haproxy_milliseconds": "443",
        "frontend_name": "fnt", "backend_name": "bck", "server_name": "srv1", "time_queue": "0", "time_backend_connect": "0",
        "time_duration": "5007", "bytes_read": "212", "termination_state": "--", "actconn": "0", "feconn": "0",
        "beconn": "0", "srvconn": "0", "retries": "3", "srv_queue": "0", "backend_queue": "0"}),
    ("SQUID3", "1525344856.899  16867 10.170.72.111 TCP_TUNNEL/200 6256 CONNECT logs.example.com:443 - HIER_DIRECT/35.160.57.243 -", {
        "timestamp": "1525344856.899", "duration": "16867", "client_address": "10.170.72.111", "cache_result": "TCP_TUNNEL",
        "status_code": "200", "bytes": "6256", "request_method": "CONNECT", "url": "logs.example.com:443",
        "hierarchy_code": "HIER_DIRECT", "server": "35.160.57.243", "content_type": "-"}),
    # Amazon
    ("S3_ACCESS_LOG", 'owner9 mybucket [06/Feb/2014:00:00:38 +0000] 192.0.2.3 - 3E57427F3 REST.GET.VERSIONING - "GET /b?versioning HTTP/1.1" 200 - 113 - 7 - "-" "S3Console/0.4" -', {
        "owner": "owner9", "bucket": "mybucket", "timestamp": "06/Feb/2014:00:00:38 +0000", "clientip": "192.0.2.3",
        "requester": "-", "request_id": "3E57427F3", "operation": "REST.GET.VERSIONING", "key": "-", "verb": "GET",
        "request": "/b?versioning", "httpversion": "1.1", "response": 200, "bytes": 113, "request_time_ms": 7,
        "referrer": '"-"', "agent": '"S3Console/0.4"'}),
    ("ELB_ACCESS_LOG", '2014-02-15T23:39:43.945958Z my-lb 192.168.131.39:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 201 0 29 "GET http://www.example.com:80/a?b=c HTTP/1.1"', {
        "timestamp": "2014-02-15T23:39:43.945958Z", "elb": "my-lb", "clientip": "192.168.131.39", "clientport": 2817,
        "backendip": "10.0.0.1", "backendport": 80, "request_processing_time": 0.000073, "backend_processing_time": 0.001048,
        "response_processing_time": 0.000057, "response": 200, "backend_response": 201, "received_bytes": 0, "bytes": 29,
        "verb": "GET", "request": "http://www.example.com:80/a?b=c", "proto": "http", "urihost": "www.example.com:80",
        "port": "80", "path": "/a", "params": "?b=c", "httpversion": "1.1"}),
    ("ELB_ACCESS_LOG", '2014-02-15T23:39:43.9Z lb 1.2.3.4:5 - -1 -1 -1 504 - 0 0 "- - - "', {
        "timestamp": "2014-02-15T23:39:43.9Z", "elb": "lb", "clientip": "1.2.3.4", "clientport": 5,
        "request_processing_time": -1.0, "backend_processing_time": -1.0, "response_processing_time": -1.0, "response": 504,
        "received_bytes": 0, "bytes": 0, "rawrequest": "- - - "}),
    ("CLOUDFRONT_ACCESS_LOG", "2016-06-10\t18:41:39\tIAD53\t224281\t192.0.2.1\tGET\td1.cloudfront.net\t/favicon.ico\t200\t-\tMozilla/5.0\t-\t-\tMiss\tuzxN==\td1.cloudfront.net\thttp\t332\t0.256\t-\t-\t-\tMiss", {
        "timestamp": "2016-06-10\t18:41:39", "x_edge_location": "IAD53", "sc_bytes": 224281, "clientip": "192.0.2.1",
        "cs_method": "GET", "cs_host": "d1.cloudfront.net", "cs_uri_stem": "/favicon.ico", "sc_status": 200, "referrer": "-",
        "agent": "Mozilla/5.0", "cs_uri_query": "-", "cookies": "-", "x_edge_result_type": "Miss",
        "x_edge_request_id": "uzxN==", "x_host_header": "d1.cloudfront.net", "cs_protocol": "http", "cs_bytes": 332,
        "time_taken": 0.256, "x_forwarded_for": "-", "ssl_protocol": "-", "ssl_cipher": "-",
        "x_edge_response_result_type": "Miss"}),
    # names, mail
    ("BIND9", "17-Feb-2018 23:06:56.326 queries: info: client 172.26.0.1#12345 (test.example.com): query: test.example.com IN A +E(0)K (172.26.0.3)", {
        "timestamp": "17-Feb-2018 23:06:56.326", "loglevel": "info", "clientip": "172.26.0.1", "clientport": "12345",
        "question": "test.example.com", "query": "test.example.com", "querytype": "A", "dns": "172.26.0.3"}),
    ("EXIM", '2014-08-10 11:18:46 [1217] 1XGPFb-0004gv-4V <= john@doe.com H=mail.doe.com (helo.doe.com) [1.2.3.4]:27 I=[10.0.0.1]:25 P=esmtps X=TLS1.2:256 S=4455 id=abc@doe.com T="a \\"b\\"" for me@example.com', {
        "timestamp": "2014-08-10 11:18:46", "exim_year": "2014", "exim_month": "08", "exim_day": "10",
        "exim_time": "11:18:46", "pid": "1217", "exim_msgid": "1XGPFb-0004gv-4V", "exim_flags": "<=",
        "exim_sender_email": "john@doe.com", "remote_hostname": "mail.doe.com", "remote_heloname": "helo.doe.com",
        "remote_host": "1.2.3.4", "remote_port": "27", "exim_interface": "10.0.0.1", "exim_interface_port": "25",
        "protocol": "esmtps", "exim_msg_size": "4455", "exim_header_id": "abc@doe.com", "exim_subject": '"a \\"b\\""',
        "exim_recipient_email": "me@example.com"}),
    ("EXIM", "2014-08-10 11:18:46 1XGPFb-0004gv-4V <= x@y.z H=([10.0.0.2]) [1.2.3.4] P=smtp S=1", {
        "timestamp": "2014-08-10 11:18:46", "exim_year": "2014", "exim_month": "08", "exim_day": "10",
        "exim_time": "11:18:46", "exim_msgid": "1XGPFb-0004gv-4V", "exim_flags": "<=", "exim_sender_email": "x@y.z",
        "remote_heloname": "[10.0.0.2]", "remote_host": "1.2.3.4", "protocol": "smtp", "exim_msg_size": "1"}),
    # firewalls
    ("NETSCREENSESSIONLOG", 'Jun 2 14:53:31 fw01 isg1000: NetScreen device_id=isg1000-A2  [Root]system-notification-00257(traffic): start_time="2012-06-02 14:53:30" duration=1 policy_id=465 service=dns proto=17 src zone=Untrust dst zone=Trust action=Permit sent=182 rcvd=4084 src=10.0.0.15 dst=10.1.0.15 src_port=53 dst_port=33081 src-xlated ip=10.0.0.15 port=53 dst-xlated ip=10.1.0.15 port=33082 session_id=488442 reason=Close - RESP', {
        "date": "Jun 2 14:53:31", "device": "fw01", "device_id": "isg1000", "start_time": '"2012-06-02 14:53:30"',
        "duration": "1", "policy_id": "465", "service": "dns", "proto": "17", "src_zone": "Untrust", "dst_zone": "Trust",
        "action": "Permit", "sent": "182", "rcvd": "4084", "src_ip": "10.0.0.15", "dst_ip": "10.1.0.15", "src_port": "53",
        "dst_port": "33081", "src_xlated_ip": "10.0.0.15", "src_xlated_port": "53", "dst_xlated_ip": "10.1.0.15",
        "dst_xlated_port": "33082", "session_id": "488442", "reason": "Close - RESP"}),
    ("SHOREWALL", f"May 28 17:23:25 myHost kernel: [3124658.791874] Shorewall:FORWARD:REJECT:{IPTABLES}", {
        "timestamp": "May 28 17:23:25", "nf_host": "myHost", "nf_action1": "FORWARD", "nf_action2": "REJECT",
        "nf_in_interface": "eth0", "nf_dst_mac": "00:50:56:be:00:01", "nf_src_mac": "00:1b:21:aa:bb:cc",
        "nf_src_ip": "10.9.8.7", "nf_dst_ip": "192.0.2.1", "nf_len": "60", "nf_tos": "0x00", "nf_prec": "0x00",
        "nf_ttl": "54", "nf_id": "4711", "nf_protocol": "TCP", "nf_src_port": "51234", "nf_dst_port": "22"}),
    ("SFW2", f"Jul 17 13:59:44 host kernel: [99.1] SFW2-INext-DROP-DEFLT {IPTABLES}", {
        "timestamp": "Jul 17 13:59:44", "nagios_epoch": "99.1", "nf_action": "DROP-DEFLT", "nf_in_interface": "eth0",
        "nf_dst_mac": "00:50:56:be:00:01", "nf_src_mac": "00:1b:21:aa:bb:cc", "nf_src_ip": "10.9.8.7",
        "nf_dst_ip": "192.0.2.1", "nf_len": "60", "nf_tos": "0x00", "nf_prec": "0x00", "nf_ttl": "54", "nf_id": "4711",
        "nf_protocol": "TCP", "nf_src_port": "51234", "nf_dst_port": "22"}),
    ("CISCO_TAGGED_SYSLOG", "<165>May  9 2016 01:20:00 fw-1 : %ASA-6-302013: Built", {
        "syslog_pri": "165", "timestamp": "May  9 2016 01:20:00", "sysloghost": "fw-1", "ciscotag": "ASA-6-302013"}),
    ("CISCO_TAGGED_SYSLOG", "x <165>May  9 01:20:00: %ASA-6-302013: Built", None),
    ("CISCOFW104001", "(Secondary) Switching to ACTIVE - HELLO not heard from mate.", {"switch_reason": "HELLO not heard from mate."}),
    ("CISCOFW104003", "(Primary) Switching to FAILED.", {}),
    ("CISCOFW105004", "(Primary) Monitoring on interface inside normal", {"interface_name": "inside"}),
    ("CISCOFW105009", "(Primary) Testing on interface dmz Passed", {"interface_name": "dmz"}),
    ("CISCOFW106001", "Inbound TCP connection denied from 10.0.0.2/80 to 10.0.0.3/81 flags SYN ACK on interface outside", {
        "direction": "Inbound", "protocol": "TCP", "action": "denied", "src_ip": "10.0.0.2", "src_port": "80",
        "dst_ip": "10.0.0.3", "dst_port": "81", "tcp_flags": "SYN ACK", "interface": "outside"}),
    ("CISCOFW106006_106007_106010", "Deny inbound UDP from 10.0.0.2/53(LOCAL\\bob) to 10.0.0.3/81 due to DNS Query", {
        "action": "Deny", "direction": "inbound", "protocol": "UDP", "src_ip": "10.0.0.2", "src_port": "53",
        "src_fwuser": "LOCAL\\bob", "dst_ip": "10.0.0.3", "dst_port": "81", "reason": "DNS Query"}),
    ("CISCOFW106014", "Deny inbound icmp src outside:10.0.0.2 dst inside:10.0.0.3 (type 8, code 0)", {
        "action": "Deny", "direction": "inbound", "protocol": "icmp", "src_interface": "outside", "src_ip": "10.0.0.2",
        "dst_interface": "inside", "dst_ip": "10.0.0.3", "icmp_type": "8", "icmp_code": "0"}),
    ("CISCOFW106015", "Deny TCP (no connection) from 10.0.0.2/80 to 10.0.0.3/81 flags RST  on interface inside", {
        "action": "Deny", "protocol": "TCP", "policy_id": "no connection", "src_ip": "10.0.0.2", "src_port": "80",
        "dst_ip": "10.0.0.3", "dst_port": "81", "tcp_flags": "RST ", "interface": "inside"}),
    ("CISCOFW106021", "Deny TCP reverse path check from 10.0.0.2 to 10.0.0.3 on interface inside", {
        "action": "Deny", "protocol": "TCP", "src_ip": "10.0.0.2", "dst_ip": "10.0.0.3", "interface": "inside"}),
    ("CISCOFW106023", 'Deny tcp src outside:192.0.2.1/2421 dst inside:web_host/80 by access-group "outside" [0x0, 0x0]', {
        "action": "Deny", "protocol": "tcp", "src_interface": "outside", "src_ip": "192.0.2.1", "src_port": "2421",
        "dst_interface": "inside", "dst_ip": "web_host", "dst_port": "80", "policy_id": "outside", "hashcode1": "0x0",
        "hashcode2": "0x0"}),
    ("CISCOFW106023", "Deny protocol 103 src outside:1.2.3.4 dst in:4.3.2.1 (type 3, code 1) by access-group out [0x1, 0x2]", {
        "action": "Deny", "protocol": "103", "src_interface": "outside", "src_ip": "1.2.3.4", "dst_interface": "in",
        "dst_ip": "4.3.2.1", "icmp_type": "3", "icmp_code": "1", "policy_id": "out", "hashcode1": "0x1", "hashcode2": "0x2"}),
    ("CISCOFW106100", "access-list inside permitted tcp inside/10.1.1.1(1039) -> outside/10.2.2.2(80) hit-cnt 1 300-second interval [0x91c26a3, 0x0]", {
        "policy_id": "inside", "action": "permitted", "protocol": "tcp", "src_interface": "inside", "src_ip": "10.1.1.1",
        "src_port": "1039", "dst_interface": "outside", "dst_ip": "10.2.2.2", "dst_port": "80", "hit_count": "1",
        "interval": "300-second interval", "hashcode1": "0x91c26a3", "hashcode2": "0x0"}),
    ("CISCOFW106100_2_3", "access-list in denied udp for user 'bob' inside/10.1.1.1(1) -> out/10.2.2.2(2) hit-cnt 3 first hit [0x1, 0x2]", {
        "policy_id": "in", "action": "denied", "protocol": "udp", "src_fwuser": "bob", "src_interface": "inside",
        "src_ip": "10.1.1.1", "src_port": "1", "dst_interface": "out", "dst_ip": "10.2.2.2", "dst_port": "2",
        "hit_count": "3", "interval": "first hit", "hashcode1": "0x1", "hashcode2": "0x2"}),
    ("CISCOFW110002", "Failed to locate egress interface for UDP from outside:10.1.1.1/500 to 10.2.2.2/500", {
        "reason": "Failed to locate egress interface", "protocol": "UDP", "src_interface": "outside", "src_ip": "10.1.1.1",
        "src_port": "500", "dst_ip": "10.2.2.2", "dst_port": "500"}),
    ("CISCOFW302010", "12 in use, 99 most used", {"connection_count": "12", "connection_count_max": "99"}),
    ("CISCOFW302013_302014_302015_302016", "Built inbound TCP connection 42 for outside:1.2.3.4/5 (6.7.8.9/10) to inside:10.0.0.1/80 (11.12.13.14/80)", {
        "action": "Built", "direction": "inbound", "protocol": "TCP", "connection_id": "42", "src_interface": "outside",
        "src_ip": "1.2.3.4", "src_port": "5", "src_mapped_ip": "6.7.8.9", "src_mapped_port": "10",
        "dst_interface": "inside", "dst_ip": "10.0.0.1", "dst_port": "80", "dst_mapped_ip": "11.12.13.14",
        "dst_mapped_port": "80"}),
    ("CISCOFW302013_302014_302015_302016", "Teardown TCP connection 42 for outside:1.2.3.4/5 to inside:10.0.0.1/80 duration 0:00:30 bytes 1024 TCP FINs (bob)", {
        "action": "Teardown", "protocol": "TCP", "connection_id": "42", "src_interface": "outside", "src_ip": "1.2.3.4",
        "src_port": "5", "dst_interface": "inside", "dst_ip": "10.0.0.1", "dst_port": "80", "duration": "0:00:30",
        "bytes": "1024", "reason": "TCP FINs", "user": "bob"}),
    ("CISCOFW302020_302021", "Built inbound ICMP connection for faddr 1.2.3.4/7 gaddr 5.6.7.8/0 laddr 10.0.0.1/0", {
        "action": "Built", "direction": "inbound", "protocol": "ICMP", "dst_ip": "1.2.3.4", "icmp_seq_num": "7",
        "src_xlated_ip": "5.6.7.8", "icmp_code_xlated": "0", "src_ip": "10.0.0.1", "icmp_code": "0"}),
    ("CISCOFW304001", "10.1.1.1 Accessed URL 10.2.2.2:http://example.com/", {
        "src_ip": "10.1.1.1", "dst_ip": "10.2.2.2", "dst_url": "http://example.com/"}),
    ("CISCOFW305011", "Built dynamic TCP translation from inside:10.1.1.1/80 to outside:1.2.3.4/81", {
        "action": "Built", "xlate_type": "dynamic", "protocol": "TCP", "src_interface": "inside", "src_ip": "10.1.1.1",
        "src_port": "80", "src_xlated_interface": "outside", "src_xlated_ip": "1.2.3.4", "src_xlated_port": "81"}),
    ("CISCOFW313001_313004_313008", "Denied ICMP type=8, code=0 from 1.2.3.4 on interface outside to 5.6.7.8", {
        "action": "Denied", "protocol": "ICMP", "icmp_type": "8", "icmp_code": "0", "src_ip": "1.2.3.4",
        "interface": "outside", "dst_ip": "5.6.7.8"}),
    ("CISCOFW313005", "No matching connection for ICMP error message: icmp src out:1.1.1.1 dst in:2.2.2.2 (type 3, code 3) on out interface.  Original IP payload: udp src 2.2.2.2/53 dst 1.1.1.1/54.", {
        "reason": "No matching connection", "protocol": ["ICMP", "udp"], "err_protocol": "icmp",
        "err_src_interface": "out", "err_src_ip": "1.1.1.1", "err_dst_interface": "in", "err_dst_ip": "2.2.2.2",
        "err_icmp_type": "3", "err_icmp_code": "3", "interface": "out", "orig_src_ip": "2.2.2.2", "orig_src_port": "53",
        "orig_dst_ip": "1.1.1.1", "orig_dst_port": "54"}),
    ("CISCOFW321001", "Resource 'conns' limit of 100000 reached for system", {"resource_name": "conns", "resource_limit": "100000"}),
    ("CISCOFW402117", "IPSEC: Received a non-IPSec packet (protocol= ICMP) from 1.1.1.1 to 2.2.2.2.", {
        "protocol": "IPSEC", "orig_protocol": "ICMP", "src_ip": "1.1.1.1", "dst_ip": "2.2.2.2"}),
    ("CISCOFW402119", "IPSEC: Received an ESP packet (SPI= 0xABC, sequence number= 0x1) from 1.1.1.1 (user= bob) to 2.2.2.2 that failed anti-replay checking.", {
        "protocol": "IPSEC", "orig_protocol": "ESP", "spi": "0xABC", "seq_num": "0x1", "src_ip": "1.1.1.1", "user": "bob",
        "dst_ip": "2.2.2.2"}),
    ("CISCOFW419001", "Dropping TCP packet from outside:1.1.1.1/1 to inside:2.2.2.2/2, reason: MSS exceeded, MSS 460", {
        "action": "Dropping", "protocol": "TCP", "src_interface": "outside", "src_ip": "1.1.1.1", "src_port": "1",
        "dst_interface": "inside", "dst_ip": "2.2.2.2", "dst_port": "2", "reason": "MSS exceeded, MSS 460"}),
    ("CISCOFW419002", "Duplicate TCP SYN from inside:1.1.1.1/1 to outside:2.2.2.2/2 with different initial sequence number", {
        "reason": "Duplicate TCP SYN", "src_interface": "inside", "src_ip": "1.1.1.1", "src_port": "1",
        "dst_interface": "outside", "dst_ip": "2.2.2.2", "dst_port": "2"}),
    ("CISCOFW500004", "Invalid transport field for protocol=UDP, from 1.1.1.1/0 to 2.2.2.2/0", {
        "reason": "Invalid transport field", "protocol": "UDP", "src_ip": "1.1.1.1", "src_port": "0", "dst_ip": "2.2.2.2",
        "dst_port": "0"}),
    ("CISCOFW602303_602304", "IPSEC: An outbound remote access SA (SPI= 0xABC) between 1.1.1.1 and 2.2.2.2 (user= bob) has been created.", {
        "protocol": "IPSEC", "direction": "outbound", "tunnel_type": "remote access", "spi": "0xABC", "src_ip": "1.1.1.1",
        "dst_ip": "2.2.2.2", "user": "bob", "action": "created"}),
    ("CISCOFW710001_710002_710003_710005_710006", "UDP request discarded from 1.1.1.1/68 to inside:255.255.255.255/67", {
        "protocol": "UDP", "action": "discarded", "src_ip": "1.1.1.1", "src_port": "68", "dst_interface": "inside",
        "dst_ip": "255.255.255.255", "dst_port": "67"}),
    ("CISCOFW713172", "Group = G1, IP = 1.1.1.1, Automatic NAT Detection Status:     Remote end is NOT behind a NAT device     This   end is behind a NAT device", {
        "group": "G1", "src_ip": "1.1.1.1", "is_remote_natted": "is NOT", "is_local_natted": "is"}),
    ("CISCOFW733100", "[ Scanning] drop rate-1 exceeded. Current burst rate is 1 per second, max configured rate is 10; Current average rate is 7 per second, max configured rate is 5; Cumulative total count is 4593", {
        "drop_type": "Scanning", "drop_rate_id": "rate-1", "drop_rate_current_burst": "1", "drop_rate_max_burst": "10",
        "drop_rate_current_avg": "7", "drop_rate_max_avg": "5", "drop_total_count": "4593"}),
    ("RT_FLOW1", "RT_FLOW_SESSION_CLOSE: session closed TCP FIN: 1.1.1.1/2->3.3.3.3/443 junos-https 5.5.5.5/6->3.3.3.3/443 rule1 None 6 pol trust untrust 99 3(180) 2(104) 4 UNKNOWN", {
        "event": "RT_FLOW_SESSION_CLOSE", "close-reason": "session closed TCP FIN", "src-ip": "1.1.1.1", "src-port": "2",
        "dst-ip": "3.3.3.3", "dst-port": "443", "service": "junos-https", "nat-src-ip": "5.5.5.5", "nat-src-port": "6",
        "nat-dst-ip": "3.3.3.3", "nat-dst-port": "443", "src-nat-rule-name": "rule1", "dst-nat-rule-name": "None",
        "protocol-id": "6", "policy-name": "pol", "from-zone": "trust", "to-zone": "untrust", "session-id": "99",
        "sent": "180", "received": "104", "elapsed-time": "4"}),
    ("RT_FLOW2", "RT_FLOW_SESSION_CREATE: session created 1.1.1.1/2->3.3.3.3/443 junos-https 5.5.5.5/6->3.3.3.3/443 None None 6 pol trust untrust 99 N/A", {
        "event": "RT_FLOW_SESSION_CREATE", "src-ip": "1.1.1.1", "src-port": "2", "dst-ip": "3.3.3.3", "dst-port": "443",
        "service": "junos-https", "nat-src-ip": "5.5.5.5", "nat-src-port": "6", "nat-dst-ip": "3.3.3.3",
        "nat-dst-port": "443", "src-nat-rule-name": "None", "dst-nat-rule-name": "None", "protocol-id": "6",
        "policy-name": "pol", "from-zone": "trust", "to-zone": "untrust", "session-id": "99"}),
    ("RT_FLOW3", "RT_FLOW_SESSION_DENY: session denied 1.1.1.1/2->3.3.3.3/443 junos-https 6(0) deny-all trust untrust UNKNOWN", {
        "event": "RT_FLOW_SESSION_DENY", "src-ip": "1.1.1.1", "src-port": "2", "dst-ip": "3.3.3.3", "dst-port": "443",
        "service": "junos-https", "protocol-id": "6", "policy-name": "deny-all", "from-zone": "trust", "to-zone": "untrust"}),
    # Java
    ("JAVASTACKTRACEPART", "\tat com.example.App$1.main(App.java:18)", {
        "class": "com.example.App$1", "method": "main", "file": "App.java", "line": "18"}),
    ("JAVASTACKTRACEPART", "   at sun.reflect.Foo.<init>(Native Method)", {
        "class": "sun.reflect.Foo", "method": "<init>", "file": "Native Method"}),
    ("CATALINALOG", "Jan 9, 2014 7:13:13 AM org.apache.catalina.core.StandardContext createWrapper", {
        "timestamp": "Jan 9, 2014 7:13:13 AM", "class": "org.apache.catalina.core.StandardContext",
        "logmessage": "createWrapper"}),
    ("CATALINALOG", "31-Jul-2020 16:40:38.578 INFO [main] org.apache.Foo.start Server initialized", {
        "timestamp": "31-Jul-2020 16:40:38.578", "level": "INFO", "thread": "main", "class": "org.apache.Foo",
        "method": "start", "logmessage": "Server initialized"}),
    ("TOMCATLOG", "2014-01-09 20:03:28,269 -0800 | ERROR | com.example.Service - something unexpected", {
        "timestamp": "2014-01-09 20:03:28,269 -0800", "level": "ERROR", "class": "com.example.Service",
        "logmessage": "something unexpected"}),
    # databases
    ("MONGO_LOG", "Mon Jul 17 13:59:44 [initandlisten] waiting for connections", {
        "timestamp": "Jul 17 13:59:44", "component": "initandlisten", "message": "waiting for connections"}),
    ("MONGO_SLOWQUERY", "query foo.bar-baz query: { a: { b: 1 } } ntoreturn:0 ntoskip:0 nscanned:9 keyUpdates:0 nreturned:3 reslen:20 111ms", {
        "database": "foo", "collection": "bar-baz", "query": "{ a: { b: 1 } }", "ntoreturn": "0", "ntoskip": "0",
        "nscanned": "9", "nreturned": "3", "duration": "111"}),
    ("MONGO3_LOG", "2014-11-03T18:28:32.450-0500 I NETWORK [initandlisten] waiting for connections", {
        "timestamp": "2014-11-03T18:28:32.450-0500", "severity": "I", "component": "NETWORK", "context": "initandlisten",
        "message": "waiting for connections"}),
    ("POSTGRESQL", "2013-01-02 10:20:30 UTC bob 50e3.1 4711", {
        "timestamp": "2013-01-02 10:20:30", "user_id": "bob", "connection_id": "50e3.1", "pid": "4711"}),
    ("POSTGRESQL", "01/02/2013 10:20:30 UTC bob 50e3.1 4711", {
        "timestamp": "01/02/2013 10:20:30", "user_id": "bob", "connection_id": "50e3.1", "pid": "4711"}),
    ("REDISLOG", "[4018] 14 Nov 07:01:22.119 * Background saving terminated", {"pid": "4018", "timestamp": "14 Nov 07:01:22.119"}),
    ("REDISMONLOG", '1470637867.953466 [0 127.0.0.1:39404] "INFO" "all"', {
        "timestamp": "1470637867.953466", "database": "0", "client": "127.0.0.1", "port": "39404", "command": "INFO",
        "params": '"all"'}),
    # Ruby
    ("RUBY_LOGGER", "I, [2016-07-17T13:59:44.123456 #4711]  INFO -- main: started", {
        "timestamp": "2016-07-17T13:59:44.123456", "pid": "4711", "loglevel": "INFO", "progname": "main",
        "message": "started"}),
    ("RAILS3", 'Started POST "/api/v3/internal/allowed" for 127.0.0.1 at 2015-08-05 11:37:01 +0200\nProcessing by Projects::InfoController#show as JSON\n  Parameters: {"id"=>"1"}\n  Rendered x\nCompleted 200 OK in 96ms (Views: 0.5ms | ActiveRecord: 11.4ms)', {
        "verb": "POST", "request": "/api/v3/internal/allowed", "clientip": "127.0.0.1",
        "timestamp": "2015-08-05 11:37:01 +0200", "controller": "Projects::InfoController", "action": "show",
        "format": "JSON", "params": '"id"=>"1"', "context": "Rendered x\n", "response": "200", "totalms": "96",
        "viewms": "0.5", "activerecordms": "11.4"}),
    ("MCOLLECTIVE", "I, [2010-12-29T11:15:32.321744 #11479]  INFO -- : mcollectived", {
        "timestamp": "2010-12-29T11:15:32.321744", "pid": "11479", "event_level": "INFO"}),
    ("MCOLLECTIVEAUDIT", "2010-12-28T17:09:03.889113+0000: reqid=319719", {"timestamp": "2010-12-28T17:09:03.889113+0000"}),
    # Nagios
    ("NAGIOSLOGLINE", "[1427925600] CURRENT SERVICE STATE: nagioshost;nagiosservice;OK;HARD;1;SSH OK - OpenSSH_6.6.1p1", {
        "nagios_epoch": "1427925600", "nagios_type": "CURRENT SERVICE STATE", "nagios_hostname": "nagioshost",
        "nagios_service": "nagiosservice", "nagios_state": "OK", "nagios_statetype": "HARD", "nagios_statecode": "1",
        "nagios_message": "SSH OK - OpenSSH_6.6.1p1"}),
    ("NAGIOSLOGLINE", "[1] CURRENT HOST STATE: h;UP;HARD;1;PING OK", {
        "nagios_epoch": "1", "nagios_type": "CURRENT HOST STATE", "nagios_hostname": "h", "nagios_state": "UP",
        "nagios_statetype": "HARD", "nagios_statecode": "1", "nagios_message": "PING OK"}),
    ("NAGIOSLOGLINE", "[1] SERVICE NOTIFICATION: bob;h;s;CRITICAL;notify-by-email;down; still", {
        "nagios_epoch": "1", "nagios_type": "SERVICE NOTIFICATION", "nagios_notifyname": "bob", "nagios_hostname": "h",
        "nagios_service": "s", "nagios_state": "CRITICAL", "nagios_contact": "notify-by-email",
        "nagios_message": "down; still"}),
    ("NAGIOSLOGLINE", "[1] SERVICE ALERT: h;s;CRITICAL;SOFT;2;timed out", {
        "nagios_epoch": "1", "nagios_type": "SERVICE ALERT", "nagios_hostname": "h", "nagios_service": "s",
        "nagios_state": "CRITICAL", "nagios_statelevel": "SOFT", "nagios_attempt": "2", "nagios_message": "timed out"}),
    ("NAGIOSLOGLINE", "[1] HOST DOWNTIME ALERT: h;STARTED; Host has entered a period", {
        "nagios_epoch": "1", "nagios_type": "HOST DOWNTIME ALERT", "nagios_hostname": "h", "nagios_state": "STARTED",
        "nagios_comment": " Host has entered a period"}),
    ("NAGIOSLOGLINE", "[1] SERVICE FLAPPING ALERT: h;s;STOPPED; x", {
        "nagios_epoch": "1", "nagios_type": "SERVICE FLAPPING ALERT", "nagios_hostname": "h", "nagios_service": "s",
        "nagios_state": "STOPPED", "nagios_message": " x"}),
    ("NAGIOSLOGLINE", "[1] PASSIVE SERVICE CHECK: h;s;0;fine", {
        "nagios_epoch": "1", "nagios_type": "PASSIVE SERVICE CHECK", "nagios_hostname": "h", "nagios_service": "s",
        "nagios_state": "0", "nagios_comment": "fine"}),
    ("NAGIOSLOGLINE", "[1] HOST EVENT HANDLER: h;DOWN;SOFT;2;restart-it", {
        "nagios_epoch": "1", "nagios_type": "HOST EVENT HANDLER", "nagios_hostname": "h", "nagios_state": "DOWN",
        "nagios_statelevel": "SOFT", "nagios_attempt": "2", "nagios_event_handler_name": "restart-it"}),
    ("NAGIOSLOGLINE", "[1427925600] TIMEPERIOD TRANSITION: workhours;-1;1", {
        "nagios_epoch": "1427925600", "nagios_type": "TIMEPERIOD TRANSITION", "nagios_service": "workhours",
        "nagios_unknown1": "-1", "nagios_unknown2": "1"}),
    ("NAGIOSLOGLINE", "[1] EXTERNAL COMMAND: PROCESS_SERVICE_CHECK_RESULT;h;s;0;OK", {
        "nagios_epoch": "1", "nagios_type": "EXTERNAL COMMAND", "nagios_command": "PROCESS_SERVICE_CHECK_RESULT",
        "nagios_hostname": "h", "nagios_service": "s", "nagios_state": "0", "nagios_check_result": "OK"}),
    ("NAGIOSLOGLINE", "[1] EXTERNAL COMMAND: DISABLE_HOST_CHECK;h", {
        "nagios_epoch": "1", "nagios_type": "EXTERNAL COMMAND", "nagios_command": "DISABLE_HOST_CHECK",
        "nagios_hostname": "h"}),
    ("NAGIOSLOGLINE", "[1] EXTERNAL COMMAND: SCHEDULE_HOST_DOWNTIME;h;2;3;1;0;60;bob;works", {
        "nagios_epoch": "1", "nagios_type": "EXTERNAL COMMAND", "nagios_command": "SCHEDULE_HOST_DOWNTIME",
        "nagios_hostname": "h", "nagios_start_time": "2", "nagios_end_time": "3", "nagios_fixed": "1",
        "nagios_trigger_id": "0", "nagios_duration": "60", "author": "bob", "comment": "works"}),
    ("NAGIOSLOGLINE", "[1] Warning:  Return code of 127", {"nagios_epoch": "1", "nagios_message": "Return code of 127"}),
    # Bacula
    ("BACULA_LOGLINE", '09-Nov 15:52 bacula-dir JobId 13: Start Backup JobId 13, Job=Client1.2013-11-09_15.52.01_03', {
        "bts": "09-Nov 15:52", "hostname": "bacula-dir", "jobid": "13", "job": "Client1.2013-11-09_15.52.01_03"}),
    ("BACULA_LOGLINE", '09-Nov 15:52 bacula-sd JobId 13: Labeled new Volume "V1" on device "FileStorage" (/tmp/bacula).', {
        "bts": "09-Nov 15:52", "hostname": "bacula-sd", "jobid": "13", "volume": "V1", "device": "FileStorage"}),
    ("BACULA_LOGLINE", "09-Nov-2013 15:52 b JobId 1: Pruned Files from 7 Jobs for client c1 from catalog.", {
        "bts": "09-Nov-2013 15:52", "hostname": "b", "jobid": "1", "client": "c1"}),
    ("BACULA_LOGLINE", "09-Nov 15:52 b JobId 1: Fatal error: bsock.c:133 Unable to connect to Client: c1 on 10.0.0.1:9102. ERR=refused", {
        "bts": "09-Nov 15:52", "hostname": "b", "jobid": "1", "client": "c1", "berror": "refused"}),
    ("BACULA_LOGLINE", "09-Nov 15:52 b JobId 1: /proc is a different filesystem. Will not descend from / into it.", {
        "bts": "09-Nov 15:52", "hostname": "b", "jobid": "1"}),
    ("BACULA_LOGLINE", "09-Nov 15:52 b JobId 1: Job write elapsed time = 00:01:02, Transfer rate = 2.5 M Bytes/second", {
        "bts": "09-Nov 15:52", "hostname": "b", "jobid": "1", "elapsed": "00:01:02"}),
    # Zeek
    ("BRO_FILES", "1470320.1\tFxW\t10.0.0.1\t10.0.0.2\tCab\tHTTP\t0\tMD5\ttext/html\t-\t0.1\t-\tF\t44\t44\t0\t0\tF\t-\tabc\tdef\t-\t-", {
        "ts": "1470320.1", "fuid": "FxW", "tx_hosts": "10.0.0.1", "rx_hosts": "10.0.0.2", "conn_uids": "Cab",
        "source": "HTTP", "depth": "0", "analyzers": "MD5", "mime_type": "text/html", "filename": "-", "duration": "0.1",
        "local_orig": "-", "is_orig": "F", "seen_bytes": "44", "total_bytes": "44", "missing_bytes": "0",
        "overflow_bytes": "0", "timedout": "F", "parent_fuid": "-", "md5": "abc", "sha1": "def", "sha256": "-",
        "extracted": "-"}),
    ("BRO_CONN", "1.5\tCab\t10.0.0.1\t1\t10.0.0.2\t2\ttcp\thttp\t0.1\t10\t20\tSF\t-\t0\tShADadfF\t6\t1\t7\t2\t(empty)", {
        "ts": "1.5", "uid": "Cab", "orig_h": "10.0.0.1", "orig_p": "1", "resp_h": "10.0.0.2", "resp_p": "2", "proto": "tcp",
        "service": "http", "duration": "0.1", "orig_bytes": "10", "resp_bytes": "20", "conn_state": "SF",
        "local_orig": "-", "missed_bytes": "0", "history": "ShADadfF", "orig_pkts": "6", "orig_ip_bytes": "1",
        "resp_pkts": "7", "resp_ip_bytes": "2", "tunnel_parents": "(empty)"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "line", "expected"), LINES)
def test_line(name: str, line: str, expected: dict[str, Any] | None) -> None:
    """Each field of the line is there, under the name that Logstash's own patterns give it, and no other."""
    assert compile_grok(f"%{{{name}}}").match(line) == expected


def test_fields_come_in_the_order_of_the_pattern() -> None:
    """Output reads as the line does, also where fields in the middle are missing."""
    point = compile_grok("%{COMBINEDAPACHELOG}").match(APACHE)
    assert point is not None
    assert list(point) == [
        "clientip", "ident", "auth", "timestamp", "verb", "request", "httpversion", "response", "bytes", "referrer", "agent",
    ]  # fmt: skip
