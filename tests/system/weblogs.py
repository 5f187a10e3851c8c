"""The public rules for web servers and proxies run on every web log, without any configuration;
and every line of a real one is read."""

import datetime
import json
import re

from kit import DONE, PARTLY, limier, run_tests, scan_json, shared

RULES = {  # of the public rules: by the file that holds them
    "proxyshell": "rules-emerging-threats/2021/Exploits/ProxyShell-Exploit/"
                  "web_exchange_proxyshell_successful.yml",
    "query begins": "rules-emerging-threats/2025/Exploits/CVE-2025-31324/"
                    "web_lnx_exploit_cve_2025_31324_sap_netviewer_webshell.yml",
    "no referer, no agent": "rules/web/webserver_generic/web_webshell_regeorg.yml",
    "agent with blanks": "rules/web/proxy_generic/proxy_ua_malware.yml",
    "apache": "rules/web/product/apache/web_apache_segfault.yml",
    "nginx": "rules/web/product/nginx/web_nginx_core_dump.yml",
}

# What is asked, and what should be seen in it.
REQUESTS = [
    ("proxyshell", "GET", "/autodiscover/autodiscover.json", "@a.example/powershell/?X-Rps-CAT=1",
     "curl/7.64.0", "https://a.example/"),
    ("query begins", "GET", "/irj/helper.jsp", "cmd=dir", "curl/7.64.0", "https://a.example/"),
    ("no referer, no agent", "POST", "/tunnel.aspx", "cmd=connect&target=10.0.0.1", "-", "-"),
    ("agent with blanks", "GET", "/", "-", "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 5.1)",
     "https://a.example/"),
    (None, "GET", "/owa/auth/logon.aspx", "url=/owa/", "Mozilla/5.0 (X11; Linux x86_64)",
     "https://a.example/"),
]

IIS = ("#Software: Microsoft Internet Information Services 10.0\r\n#Fields: date time s-ip cs-method "
       "cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status "
       "sc-substatus sc-win32-status time-taken\r\n")
HTTPPROXY = ("#Software: Microsoft Exchange Server\r\n#Log-type: HttpProxy Logs\r\n#Fields: DateTime,"
             "UrlHost,UrlStem,UserAgent,ClientIpAddress,HttpStatus,Method,UrlQuery\r\n")
TMG = ("#Software: Microsoft Forefront Threat Management Gateway\r\n#Fields: c-ip\tc-agent\tdate\ttime\t"
       "cs-referred\tr-host\ts-operation\tcs-uri\ts-object-source\tsc-status\r\n")


def whole(stem, query):
    return stem + ("" if query == "-" else "?" + query)


def w3c(method, stem, query, agent, referer):
    return (f"2021-03-03 04:31:18 10.0.0.5 {method} {stem} {query} 443 - 203.0.113.7 "
            f"{agent.replace(' ', '+')} {referer} 200 0 0 5\r\n")


def common(method, stem, query, *_):
    return ('203.0.113.7 - - [03/Mar/2021:04:31:18 +0000] '
            f'"{method} {whole(stem, query)} HTTP/1.1" 200 12\n')


def combined(method, stem, query, agent, referer):
    return common(method, stem, query).rstrip() + f' "{referer}" "{agent}"\n'


def vhost(*request):
    return "mail.example:443 " + combined(*request)


def custom(method, stem, query, agent, referer):
    return f"{agent}|{referer}|{method}|{whole(stem, query)}|200\n"


def squid(method, stem, query, *_):
    return (f"1614745878.123    200 192.0.2.1 TCP_MISS/200 12 {method} "
            f"http://a.example{whole(stem, query)} - HIER_DIRECT/203.0.113.9 text/html\n")


def tmg(method, stem, query, agent, referer):
    return (f"192.0.2.1\t{agent}\t2021-03-03\t04:31:18\t{referer}\ta.example\t{method}\t"
            f"http://a.example{whole(stem, query)}\tInternet\t200\r\n")


def httpproxy(method, stem, query, agent, _):
    agent, query = (v if v != "-" else "" for v in (agent, query))
    return (f"2021-03-03T04:31:18.000Z,a.example,{stem},{agent},203.0.113.7,200,{method},{query}\r\n")


ALL = {name for name, *_ in REQUESTS if name}
NO_AGENT = ALL - {"agent with blanks"}
LOGS = [  # file, header, line, what it can show, options
    ("u_ex210303.log", IIS, w3c, ALL, []),
    ("headless.log", "", w3c, ALL, []),
    ("access.log", "", combined, ALL, []),
    ("common.log", "", common, NO_AGENT, []),
    ("localhost_access_log.2021-03-03.txt", "", common, NO_AGENT, []),
    ("vhosts.log", "", vhost, ALL, []),
    ("custom.log", "", custom, ALL,
     ["--log-format", "$http_user_agent|$http_referer|$request_method|$request_uri|$status"]),
    ("squid.log", "", squid, NO_AGENT, []),
    ("tmg.log", TMG, tmg, ALL - {"query begins"}, []),
    ("HttpProxy_2021030304-1.LOG", HTTPPROXY, httpproxy, ALL, []),
]


def rule_words():
    return [word for path in RULES.values() for word in ("-r", shared("corpus/sigma-rules", path))]


def seen_in(path, *options):
    """By line: the names of the rules that fired."""
    ids = {re.search(r"^id: (\S+)", shared("corpus/sigma-rules", path).read_text(), re.M).group(1):
           name for name, path in RULES.items()}
    run = limier("match", *rule_words(), *options, path)
    assert run.status in (DONE, PARTLY), run.err
    lines = [json.loads(line) for line in run.text().splitlines()]
    return {(line["record"], ids[line["rule"]]) for line in lines}


def public_rules_fire_on_every_web_log(folder):
    for file, header, line, shows, options in LOGS:
        (folder / file).write_text(header + "".join(line(*request) for _, *request in REQUESTS),
                                   newline="")
        first = header.count("\n") + 1
        want = {(first + i, request[0]) for i, request in enumerate(REQUESTS) if request[0] in shows}
        got = seen_in(folder / file, *options)
        assert got == want, (file, "missing", want - got, "too many", got - want)


def public_rules_fire_on_error_logs(folder):
    (folder / "error.log").write_text("[Wed Mar 03 04:31:18.123456 2021] [core:notice] [pid 1] AH00052: "
                                      "child pid 77 exit signal Segmentation fault (11)\n")
    (folder / "nginx.log").write_text("2021/03/03 04:31:19 [alert] 1#1: worker process 77 exited on "
                                      "signal 6 (core dumped)\n")
    assert seen_in(folder / "error.log") == {(1, "apache")}
    assert seen_in(folder / "nginx.log") == {(1, "nginx")}


def a_format_string_that_cannot_be_read_is_refused(folder):
    (folder / "x.log").write_text("x\n")
    run = limier("dump", "--log-format", "%h%u", folder / "x.log")
    assert run.status == 2 and "side by side" in run.err, run.err


def what_is_no_line_is_counted_and_shown(folder):
    good = combined(*REQUESTS[-1][1:])
    (folder / "access.log").write_bytes(good.encode() + b"no \x00\xff\x1b[31m line\nnor this\n" +
                                        good.encode())
    report = scan_json(folder, ok=(DONE, PARTLY))
    problem, = report["coverage"]["problems"]
    assert (problem["reason"], problem["count"]) == ("BAD_LINE", 2), problem
    assert problem["example"] == r"no \x00\xff\x1b[31m line", problem
    text = limier("scan", folder).text()
    assert r"It begins: no \x00\xff\x1b[31m line" in text and "\x1b[31m" not in text, text


def every_line_of_the_real_tunnel_is_read(_):
    log = shared("corpus/weblogs/Tunna_rdp_tunnel_IIS.log")
    rows = [line for line in log.read_text().splitlines() if line and not line.startswith("#")]
    run = limier("dump", log)
    events = run.text().splitlines()
    assert run.status == DONE and not run.err, run.err
    assert len(events) == len(rows), (len(events), len(rows))
    posts = sum(line.split()[3] == "POST" for line in rows)
    assert sum('"cs-method":"POST"' in e for e in events) == posts > 0


# ---- what is odd: noted, bounded, never fatal

NOON = datetime.datetime(2021, 3, 3, 12)
KINDS = {  # file: header, and the line of a moment
    "u_ex210303.log": (IIS, "{0:%Y-%m-%d %H:%M:%S} 10.0.0.5 GET /x - 443 - 203.0.113.7 A - 200 0 0 5\r\n"),
    "access.log": ("", '203.0.113.7 - - [{0:%d/%b/%Y:%H:%M:%S} +0000] "GET /x HTTP/1.1" 200 12 "-" "A"\n'),
    "HttpProxy_2021030304-1.LOG":
        (HTTPPROXY, "{0:%Y-%m-%dT%H:%M:%S}.000Z,a.example,/x,A,203.0.113.7,200,GET,\r\n"),
    "syslog": ("", "{0:%Y-%m-%dT%H:%M:%S}+00:00 web1 app[1]: GET /x\n"),
}


def lines_of(line, *shifts):
    """A line for each moment, in hours from noon."""
    return [line.format(NOON + datetime.timedelta(hours=h)).encode() for h in shifts]


def told_of(folder, name, content):
    """How many events, and what was noted, in the words of the report."""
    (folder / name).write_bytes(content)
    run = limier("dump", folder / name)
    assert run.status in (DONE, PARTLY), (name, run.status, run.err)
    return len(run.text().splitlines()), run.err


def in_every_log(folder, make, events, words):
    """`make` spoils good lines."""
    for name, (header, line) in KINDS.items():
        got, notes = told_of(folder, name, header.encode() + make(line))
        assert got == events and re.search(words, notes), (name, got, notes)


def good_lines_are_not_odd(folder):
    for name, (header, line) in KINDS.items():
        assert told_of(folder, name, header.encode() + b"".join(lines_of(line, 0, 1, 2))) == (3, ""), name


def a_wrong_year_is_noted_in_every_log(folder):
    in_every_log(folder, lambda line: b"".join(lines_of(line, 0, -9 * 8766, 1)), 3, "a wrong year")


def times_that_go_back_are_noted_in_every_log(folder):
    in_every_log(folder, lambda line: b"".join(lines_of(line, 5, 6, 1, 2, 3)), 5, "time goes back")


def mixed_encodings_are_noted_in_every_log(folder):
    def make(line):
        first, second, third = lines_of(line, 0, 1, 2)
        return first + second.replace(b"/x", b"/\xe9") + third.replace(b"/x", "/é".encode())
    in_every_log(folder, make, 3, "Windows-1252")


def nul_bytes_are_noted_in_every_log(folder):
    in_every_log(folder, lambda line: (b"\0" * 700).join(lines_of(line, 0, 1, 2)), 3, "NUL bytes")


def half_lines_of_a_rotation_cost_themselves_alone(folder):
    def make(line):
        first, *others, last = lines_of(line, 0, 1, 2, 3)
        return first + b"".join(others) + last[:15]
    in_every_log(folder, make, 3, "middle of a record|does not follow the format")
    for name in ("access.log", "syslog"):  # those without a header may begin anywhere
        _, line = KINDS[name]
        first, *others = lines_of(line, 0, 1, 2)
        got, _ = told_of(folder, name, first[20:] + b"".join(others))
        assert got in (2, 3), (name, got)  # a syslog line that begins in no known way is a message


def a_line_of_a_hundred_megabytes_costs_itself_alone_in_every_log(folder):
    def make(line):
        first, second, third = lines_of(line, 0, 1, 2)
        return first + second.replace(b"/x", b"/" + b"A" * 100_000_000) + third
    in_every_log(folder, make, 2, "longer than the limit")


def two_hosts_in_one_file_are_noted_and_kept_apart(folder):
    _, line = KINDS["syslog"]
    first, second, third = lines_of(line, 0, 1, 2)
    content = first + second.replace(b"web1", b"web2") + third
    got, notes = told_of(folder, "syslog", content)
    assert got == 3 and "holds the logs of several" in notes, notes
    hosts = {s["host"]: s["events"] for s in scan_json(folder / "syslog")["coverage"]["sources"]}
    assert hosts == {"web1": 2, "web2": 1}, hosts


if __name__ == "__main__":
    raise SystemExit(run_tests([
        good_lines_are_not_odd,
        a_wrong_year_is_noted_in_every_log,
        times_that_go_back_are_noted_in_every_log,
        mixed_encodings_are_noted_in_every_log,
        nul_bytes_are_noted_in_every_log,
        half_lines_of_a_rotation_cost_themselves_alone,
        a_line_of_a_hundred_megabytes_costs_itself_alone_in_every_log,
        two_hosts_in_one_file_are_noted_and_kept_apart,
        public_rules_fire_on_every_web_log,
        public_rules_fire_on_error_logs,
        a_format_string_that_cannot_be_read_is_refused,
        what_is_no_line_is_counted_and_shown,
        every_line_of_the_real_tunnel_is_read,
    ]))
