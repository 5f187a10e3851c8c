"""Sharing over TAXII: with our own server, and with servers that hang, lie, lead elsewhere or never end. What
is asked for comes whole, or not at all and with one clear line."""

import base64
import contextlib
import http.server
import json
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

import kit
from kit import DONE, ENVIRONMENT, FAILED, LIMIER, PARTLY, USAGE, Skip, limier, one_line, run_tests, scenario

MEDIA = "application/taxii+json;version=2.1"
COLLECTION = "91a7b528-80eb-42ed-a74d-c6fbd5a26116"
LAST = "X-TAXII-Date-Added-Last"
HOME = tempfile.TemporaryDirectory(prefix="limier-taxii-")


def indicator(n, value=None, **more):
    return {"type": "indicator", "spec_version": "2.1", "id": "indicator--%08d-17d4-4cbf-938f-98ee46b3cd3f" % n,
            "created": "2021-03-01T00:00:00.000Z", "modified": "2021-03-01T00:00:00.000Z",
            "pattern": "[ipv4-addr:value = '%s']" % (value or "203.0.113.%d" % (n % 250 + 1)),
            "pattern_type": "stix", "valid_from": "2021-01-01T00:00:00Z", **more}


def bundle(path, objects):
    path.write_text(json.dumps({"type": "bundle", "id": "bundle--9c5f9a52-3d4e-4c1c-9a4e-0d5e5f8a7b11",
                                "objects": objects}))
    return path


def stamp(n):
    return "2021-03-02T00:00:%02d.%06dZ" % (n // 1000000, n % 1000000)


@contextlib.contextmanager
def served(*words):
    """`limier share serve`: its address, and its collections."""
    process = subprocess.Popen([LIMIER, "share", "serve", *map(str, words)], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, env=ENVIRONMENT)
    try:
        address = process.stdout.readline().decode().strip()
        assert address, process.stderr.read()
        yield address, process
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == DONE
        process.stdout.close()
        process.stderr.close()


class Server:
    """A server as a function: request handler in, anything out. Remembers what it was asked."""

    def __init__(self, answer=None, **pages):
        self.asked, self.headers, outer = [], [], self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                outer.asked.append(self.command + " " + self.path)
                outer.headers.append(self.headers)
                with contextlib.suppress(OSError):
                    (answer or usual)(self)

            do_POST = do_GET

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = "http://127.0.0.1:%d" % self.server.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def say(h, body, status=200, media=MEDIA, **headers):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    h.send_response(status)
    h.send_header("Content-Type", media)
    h.send_header("Content-Length", str(len(raw)))
    for name, value in headers.items():
        h.send_header(name.replace("_", "-"), value)
    h.end_headers()
    h.wfile.write(raw)


def about(h, can_read=True, can_write=True, longest=10000000, roots=("/api/",)):
    """Everything in front of objects; False when it was not that."""
    collection = {"id": COLLECTION, "title": "c", "can_read": can_read, "can_write": can_write}
    known = {"/taxii2/": {"title": "t", "api_roots": list(roots)},
             "/api/": {"title": "r", "versions": [MEDIA], "max_content_length": longest},
             "/api/collections/": {"collections": [collection]}}
    if h.path in known:
        say(h, known[h.path])
    return h.path in known


def usual(h):
    about(h) or say(h, {"objects": [indicator(1)]}, **{LAST: stamp(1)})


def only_objects(answer):
    """A server that is fine up to the objects."""
    return lambda h: about(h) or answer(h)


def pull(url, out, *more, patience=60):
    return limier("share", "pull", url + "/taxii2/", "-c", COLLECTION, "-o", out, "--timeout", patience, *more)


def left(folder):
    return sorted(p.name for p in folder.iterdir())


def ids(path):
    return [o["id"] for o in json.loads(path.read_text())["objects"]]


# ---- between two of ours


def what_one_serves_another_pulls_and_finds(folder):
    case = folder / "x.case"
    assert limier("scan", scenario("proxylogon"), "-o", case).status in (DONE, PARTLY)
    with served(case, "--tlp", "green") as (url, _):
        run = limier("share", "pull", url, "-o", folder / "theirs")
        assert run.status == DONE, run.err
    pulled, = (folder / "theirs").glob("*.json")
    told = json.loads(limier("report", case, "--format", "stix", "--tlp", "green").out)
    assert sorted(ids(pulled)) == sorted(o["id"] for o in told["objects"])
    report = kit.scan_json(scenario("proxylogon"), "-i", folder / "theirs", ok=(DONE, PARTLY))
    found = {f["fields"].get("Indicator") for f in report["findings"] if f["rule"]["engine"] == "indicator"}
    assert "203.0.113.77" in str(found), found


def a_second_pull_fetches_what_is_new(folder):
    many = bundle(folder / "b.json", [indicator(n) for n in range(2500)])
    out = folder / "out.json"
    with served(many) as (url, _):
        collection = json.load(ask(url.replace("/taxii2/", "/limier/collections/")))["collections"][0]["id"]
        words = ("share", "pull", url, "-c", collection, "-o", out)
        assert "2500 objects, 2500 of them new" in limier(*words).text()
        assert limier("share", "pull", url, "-c", collection.upper(), "-o", out).text().endswith(
            "2500 objects, 0 of them new\n")
        assert len(set(ids(out))) == 2500
        everything = limier(*words, "--since", "2000-01-01")
        assert everything.status == DONE and len(ids(out)) == 2500
        some = folder / "some.json"
        assert limier("share", "pull", url, "-c", collection, "-o", some, "--match",
                      "id=" + indicator(7)["id"]).status == DONE
        assert ids(some) == [indicator(7)["id"]]
        assert limier("share", "pull", url, "-c", collection, "-o", some).status == USAGE


def ask(url, *, method="GET", token=None, body=None, context=None, **headers):
    if token:
        headers["Authorization"] = "Bearer " + token
    headers = {"Accept": MEDIA, **{k.replace("_", "-"): v for k, v in headers.items()}}
    request = urllib.request.Request(url, method=method, headers=headers, data=body)
    return urllib.request.urlopen(request, timeout=30, context=context)


def status_of(*words, **more):
    try:
        with ask(*words, **more) as answer:
            return answer.status
    except urllib.error.HTTPError as e:
        e.close()
        return e.code


def the_server_lets_in_whom_it_should(folder):
    one = bundle(folder / "b.json", [indicator(1)])
    (folder / "token").write_text("a secret\n")
    for listen in ("0.0.0.0:0", "[::]:0"):
        run = limier("share", "serve", one, "--listen", listen, "--token-file", folder / "token")
        assert run.status == USAGE and "certificate" in one_line(run), run.err
    assert limier("share", "serve", one, "--listen", "somewhere:1").status == USAGE
    with served(one, "--token-file", folder / "token") as (url, _):
        assert status_of(url) == 401 and status_of(url, token="wrong") == 401
        assert status_of(url, token="a secret") == 200
        basic = base64.b64encode(b"anybody:a secret").decode()
        assert status_of(url, Authorization="Basic " + basic) == 200
        assert status_of(url, token="a secret", Host="evil.example") == 421
        run = limier("share", "pull", url, "-o", folder / "no")
        assert run.status == FAILED and "401" in one_line(run) and not (folder / "no").exists()
        assert limier("share", "pull", url, "-o", folder / "yes", "--token-file", folder / "token").status == DONE


def what_is_served_can_only_be_read(folder):
    with served(bundle(folder / "b.json", [indicator(1)])) as (url, _):
        root = url.replace("/taxii2/", "/limier/")
        told = json.load(ask(root + "collections/"))["collections"][0]
        assert told["can_read"] and not told["can_write"]
        objects = root + "collections/" + told["id"] + "/objects/"
        envelope = json.dumps({"objects": [indicator(2)]}).encode()
        assert status_of(objects, method="POST", body=envelope, Content_Type=MEDIA) == 403
        assert status_of(objects + indicator(1)["id"] + "/", method="DELETE") == 403
        run = limier("share", "push", url, bundle(folder / "c.json", [indicator(2)]), "-c", told["id"])
        assert run.status == FAILED and "can_write" in one_line(run)


def rude_callers_do_not_keep_the_server_from_others(folder):
    with served(bundle(folder / "b.json", [indicator(1)])) as (url, process):
        host, port = url.split("/")[2].split(":")
        lines = [socket.create_connection((host, int(port))) for _ in range(20)]
        for line in lines:
            line.sendall(b"GET /taxii2/ HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        lines[0].sendall(b"a" * 200000)
        with contextlib.suppress(OSError):
            lines[1].sendall(b"\x00\xff" * 1000)
        assert status_of(url) == 200
        head = b"POST /limier/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999999999\r\n\r\n"
        with socket.create_connection((host, int(port))) as line:
            line.settimeout(30)
            line.sendall(head)
            assert b" 413 " in line.recv(4096)
        for trick in ("/../../etc/passwd", "/limier/%00/", "/limier/collections/%2e%2e/", "/" + "a/" * 2000):
            assert status_of(url.replace("/taxii2/", trick)) in (400, 404, 414), trick
        for _ in range(300):
            assert status_of(url) == 200
        rss = int(pathlib.Path("/proc/%d/statm" % process.pid).read_text().split()[1])
        assert rss * 4096 < 1 << 30
        for line in lines:
            line.close()


def over_tls_with_a_certificate_of_ones_own(folder):
    if not shutil.which("openssl"):
        raise Skip("no openssl here: nobody looked at TLS")
    cert, key, token = folder / "cert.pem", folder / "key.pem", folder / "token"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert,
                    "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"],
                   check=True, capture_output=True)
    token.write_text("t0ken")
    one = bundle(folder / "b.json", [indicator(1)])
    with served(one, "--cert", cert, "--key", key, "--token-file", token, "--listen", "0.0.0.0:0") as (url, _):
        url = url.replace("0.0.0.0", "127.0.0.1")
        assert url.startswith("https://")
        run = limier("share", "pull", url, "-o", folder / "out", "--token-file", token)
        assert run.status == FAILED and "certificate" in one_line(run) and not (folder / "out").exists()
        run = limier("share", "pull", url, "-o", folder / "out", "--token-file", token, "--ca", cert)
        assert run.status in (DONE, PARTLY), run.err


# ---- servers that mean no good


def a_server_that_hangs_is_left(folder):
    def hangs(h):
        time.sleep(60)

    def drips(h):
        h.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: 1000\r\n\r\n" % MEDIA.encode())
        for _ in range(300):
            h.wfile.write(b" ")
            h.wfile.flush()
            time.sleep(0.2)
    for rude in (hangs, drips):
        with Server(only_objects(rude)) as s:
            run = pull(s.url, folder / "out.json", patience=2)
            assert run.status == FAILED and "within 2 seconds" in one_line(run), run.err
        assert left(folder) == []


def an_answer_that_breaks_off_or_lies_about_its_size_is_none(folder):
    def lies(h):
        h.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: 100000\r\nConnection: close\r\n\r\n{}"
                      % MEDIA.encode())
        h.close_connection = True

    def huge(h):
        h.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: 1073741824\r\n\r\n" % MEDIA.encode())
        for _ in range(1024):
            h.wfile.write(b" " * (1 << 20))

    def endless(h):
        h.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nConnection: close\r\n\r\n" % MEDIA.encode())
        for _ in range(1024):
            h.wfile.write(b" " * (1 << 20))

    def heads(h):
        h.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for n in range(100000):
            h.wfile.write(b"X-%d: a\r\n" % n)
    for rude, why in ((lies, "broke off"), (huge, "longer than"), (endless, "longer than"), (heads, "head does not end")):
        with Server(only_objects(rude)) as s:
            run = pull(s.url, folder / "out.json")
            assert run.status == FAILED and why in one_line(run), (rude.__name__, run.err)
        assert left(folder) == [], rude.__name__


def a_secret_never_goes_to_another_host(folder):
    (folder / "p").write_text("hunter2")
    secret = ("--user", "me", "--password-file", folder / "p")
    with Server() as other:
        def leads_away(h):
            say(h, b"", 302, Location=other.url + "/api/x/")
        with Server(only_objects(leads_away)) as s:
            run = pull(s.url, folder / "out.json", *secret)
            assert run.status == FAILED and "another host" in one_line(run), run.err
            assert "hunter2" not in run.err
            assert s.headers[0]["Authorization"]
        with Server(lambda h: about(h, roots=[other.url + "/api/"])) as s:
            run = pull(s.url, folder / "out.json", *secret)
            assert run.status == FAILED and "another host" in run.err, run.err
        with Server(lambda h: say(h, b"", 302, Location="/taxii2/")) as s:
            run = pull(s.url, folder / "out.json", *secret)
            assert "again and again" in one_line(run), run.err
        assert other.asked == []
    for url in ("http://127.evil.example/", "http://ally.example/", "ftp://127.0.0.1/", "http://me:x@127.0.0.1/"):
        assert limier("share", "pull", url, "-o", folder / "out").status == USAGE, url
    assert left(folder) == ["p"]


def other_answers_are_named_in_one_line(folder):
    for status, word in ((401, "401"), (403, "403"), (404, "404"), (406, "406"), (500, "500")):
        with Server(only_objects(lambda h, status=status: say(h, {"title": "e"}, status))) as s:
            run = pull(s.url, folder / "out.json")
            assert run.status == FAILED and word in one_line(run), run.err
    for body, media, why in ((b"<html>", "text/html\x1b[31m", "text/html"), (b"{", MEDIA, "JSON"), (b"\xff\x00", MEDIA, "JSON"),
                             (b"[" * 100000, MEDIA, "JSON")):
        with Server(only_objects(lambda h, body=body, media=media: say(h, body, media=media))) as s:
            run = pull(s.url, folder / "out.json")
            assert run.status == FAILED and why in one_line(run) and "\x1b" not in run.err, run.err
    with Server(lambda h: say(h, {"title": "t"})) as s:
        assert "there is no collection" in one_line(pull(s.url, folder / "out.json"))
    with Server(lambda h: about(h, can_read=False)) as s:
        assert "can_read" in one_line(pull(s.url, folder / "out.json"))
    assert left(folder) == []


def pages_that_never_end_are_seen_through(folder):
    def same(h):
        say(h, {"more": True, "next": "n1", "objects": [indicator(1)]}, **{LAST: stamp(1)})

    def nowhere(h):
        say(h, {"more": True, "objects": [indicator(1)]})

    def empty(h):
        say(h, {"more": True, "next": str(time.time())})
    for rude in (same, nowhere, empty):
        with Server(only_objects(rude)) as s:
            run = pull(s.url, folder / (rude.__name__ + ".json"))
            assert run.status == FAILED and "do not end" in one_line(run), run.err
            assert len(s.asked) < 20 and not (folder / (rude.__name__ + ".json")).exists()


def a_pull_that_broke_off_goes_on(folder):
    out, calls = folder / "out.json", []

    def dies(h):
        calls.append(h.path)
        if len(calls) == 3:
            h.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: 1000\r\n\r\n{" % MEDIA.encode())
            h.close_connection = True
            return
        at = len(calls) if len(calls) < 3 else len(calls) - 1
        say(h, {"more": at < 4, "next": "p%d" % at, "objects": [indicator(at)]}, **{LAST: stamp(at)})
    with Server(only_objects(dies)) as s:
        run = pull(s.url, out)
        assert run.status == FAILED and not out.exists(), run.err
        assert json.loads((folder / "out.json.resume").read_text())["added_after"] == stamp(2)
        assert pull(s.url, out).status == DONE
        assert "added_after=2021-03-02T00%3A00%3A00.000002Z" in calls[3], calls[3]
        assert ids(out) == [indicator(n)["id"] for n in (1, 2, 3, 4)]
        assert left(folder) == ["out.json", "out.json.resume"]
    with Server() as s:
        run = pull(s.url, out)
        assert run.status == USAGE and "another collection" in one_line(run)


def a_newer_version_takes_the_place_of_the_old(folder):
    now = [indicator(1), indicator(2)]
    with Server(only_objects(lambda h: say(h, {"objects": now}, **{LAST: stamp(1)}))) as s:
        assert pull(s.url, folder / "out.json").status == DONE
        now[:] = [indicator(1, name="better", modified="2022-01-01T00:00:00.000Z"), indicator(2, modified="2020-01-01T00:00:00.000Z", created="2020-01-01T00:00:00.000Z")]
        assert "2 objects, 1 of them new" in pull(s.url, folder / "out.json").text()
    first, second = json.loads((folder / "out.json").read_text())["objects"]
    assert first["name"] == "better" and second["modified"].startswith("2021")


def one_bad_object_is_set_aside_and_the_rest_used(folder):
    no_pattern = {k: v for k, v in indicator(3).items() if k != "pattern"}
    objects = [indicator(1), no_pattern, 7, {"type": "indicator"}, None, [[]], "x", indicator(2, x_custom={"kept": [1]})]
    with Server(only_objects(lambda h: say(h, json.dumps({"objects": objects}, indent=1).encode(), **{LAST: stamp(1)}))) as s:
        run = pull(s.url, folder / "out.json")
        assert run.status == PARTLY and "6 objects" in run.text(), run.text()
    assert ids(folder / "out.json") == [indicator(1)["id"], indicator(2)["id"]]
    assert "x_custom" in (folder / "out.json").read_text()
    bad = [json.loads(line) for line in (folder / "out.json.bad").read_text().splitlines()]
    assert len(bad) == 6 and bad[0]["property"] == "pattern" and bad[0]["object"] == no_pattern
    assert all(b["kind"] and b["why"] for b in bad)


def what_is_too_much_is_not_taken(folder):
    big = {"objects": [indicator(1, description="x" * 2000000)], "more": True, "next": "n"}
    with Server(only_objects(lambda h: say(h, dict(big, next=h.path[-20:] + "1"), **{LAST: stamp(1)}))) as s:
        run = pull(s.url, folder / "out.json", "--max-size", "5")
        assert run.status == FAILED and "--max-size" in one_line(run) and not (folder / "out.json").exists()


def the_id_of_a_collection_cannot_lead_out_of_the_folder(folder):
    def tricks(h):
        if h.path == "/api/collections/":
            say(h, {"collections": [{"id": "../../x", "title": "c", "can_read": True, "can_write": False}]})
        else:
            usual(h)
    with Server(tricks) as s:
        run = limier("share", "pull", s.url + "/taxii2/", "-o", folder / "d")
        assert run.status == FAILED and "id of this collection" in one_line(run)
    assert left(folder) == []


# ---- sending


class Taker(Server):
    """Takes what is sent; pending at first."""

    def __init__(self, bad=0, **told):
        self.taken, self.polls = [], 0

        def answer(h):
            if about(h, **told):
                return
            if h.command == "POST":
                self.taken.append(json.loads(h.rfile.read(int(h.headers["Content-Length"]))))
                self.media = h.headers["Content-Type"]
                say(h, self.status(pending=1), 202)
            else:
                self.polls += 1
                say(h, self.status(bad=bad))
        super().__init__(answer)

    def status(self, bad=0, pending=0):
        total = len(self.taken[-1]["objects"])
        return {"id": "2d086da7-4bdc-4f91-900e-d77486753710", "status": "pending" if pending else "complete",
                "total_count": total, "success_count": 0 if pending else total - bad, "failure_count": bad,
                "pending_count": total if pending else 0}


def what_is_sent_arrives_whole_and_under_its_mark(folder):
    case = folder / "x.case"
    assert limier("scan", scenario("proxylogon"), "-o", case).status in (DONE, PARTLY)
    with Taker() as s:
        run = limier("share", "push", s.url + "/taxii2/", case, "-c", COLLECTION, "--tlp", "green")
        assert run.status == DONE and s.polls == 1 and s.media == MEDIA, run.err
        sent = [o for e in s.taken for o in e["objects"]]
        assert "203.0.113.77" in str(sent) and "mail01" not in str(sent)
        green = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
        assert all(o["object_marking_refs"] == [green] for o in sent if o["type"] == "indicator")
        before = len(s.taken)
        run = limier("share", "push", s.url + "/taxii2/", case, "-c", COLLECTION, "--max-tlp", "green")
        assert run.status == FAILED and "--max-tlp" in one_line(run)
        red = bundle(folder / "red.json", [indicator(1, object_marking_refs=[
            "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"])])
        run = limier("share", "push", s.url + "/taxii2/", red, "-c", COLLECTION, "--max-tlp", "amber")
        assert run.status == FAILED and "TLP:RED" in one_line(run) and len(s.taken) == before


def a_large_bundle_is_sent_in_pieces(folder):
    many = bundle(folder / "b.json", [indicator(n) for n in range(500)])
    with Taker(longest=20000) as s:
        run = limier("share", "push", s.url + "/taxii2/", many, "-c", COLLECTION)
        assert run.status == DONE, run.err
        sent = [o["id"] for e in s.taken for o in e["objects"]]
        assert len(s.taken) > 5 and sent == ids(many)
    with Taker(longest=100) as s:
        assert "larger" in one_line(limier("share", "push", s.url + "/taxii2/", many, "-c", COLLECTION)) and not s.taken


def nothing_is_sent_where_nothing_may_be_written(folder):
    one = bundle(folder / "b.json", [indicator(1)])
    with Taker(can_write=False) as s:
        run = limier("share", "push", s.url + "/taxii2/", one, "-c", COLLECTION)
        assert run.status == FAILED and "can_write" in one_line(run)
        assert not [a for a in s.asked if a.startswith("POST")]
    with Taker(bad=1) as s:
        run = limier("share", "push", s.url + "/taxii2/", one, "-c", COLLECTION)
        assert run.status == PARTLY and "1 were refused" in run.text(), run.text()
    with Server(lambda h: about(h) or say(h, b"", 307, Location="/api/other/")) as s:
        run = limier("share", "push", s.url + "/taxii2/", one, "-c", COLLECTION)
        assert run.status == FAILED and "redirected" in one_line(run)
    (folder / "no.json").write_text("not a bundle")
    assert limier("share", "push", "http://127.0.0.1:1/", folder / "no.json", "-c", "x").status == FAILED


if __name__ == "__main__":
    sys.exit(run_tests([
        what_one_serves_another_pulls_and_finds,
        a_second_pull_fetches_what_is_new,
        the_server_lets_in_whom_it_should,
        what_is_served_can_only_be_read,
        rude_callers_do_not_keep_the_server_from_others,
        over_tls_with_a_certificate_of_ones_own,
        a_server_that_hangs_is_left,
        an_answer_that_breaks_off_or_lies_about_its_size_is_none,
        a_secret_never_goes_to_another_host,
        other_answers_are_named_in_one_line,
        pages_that_never_end_are_seen_through,
        a_pull_that_broke_off_goes_on,
        a_newer_version_takes_the_place_of_the_old,
        one_bad_object_is_set_aside_and_the_rest_used,
        what_is_too_much_is_not_taken,
        the_id_of_a_collection_cannot_lead_out_of_the_folder,
        what_is_sent_arrives_whole_and_under_its_mark,
        a_large_bundle_is_sent_in_pieces,
        nothing_is_sent_where_nothing_may_be_written,
    ]))
