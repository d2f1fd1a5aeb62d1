#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the examples and checks what they do.

usage: examples_test.py output PROGRAM SOURCE    PROGRAM prints what the comment "// Output:" in SOURCE says
       examples_test.py NAME FOLDER              the conversation NAME below, with the programs in FOLDER

Everything stays on 127.0.0.1, on ports that the system chooses.
"""

import contextlib
import datetime
import errno
import os
import pathlib
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

TIMEOUT = 30


def expected_output(source):
    lines = pathlib.Path(source).read_text().splitlines()
    if "// Output:" not in lines:
        sys.exit(f"{source}: there is no line '// Output:'")
    said = lines[lines.index("// Output:") + 1:]
    for line in said:
        if not line.startswith("//"):
            sys.exit(f"{source}: after '// Output:' come only comments, not: {line}")
    return [line[3:] for line in said]


def expect(what, wanted, got):
    if wanted != got:
        sys.exit(f"{what}:\n  wanted {wanted!r}\n  got    {got!r}")


def check_output(program, source):
    run = subprocess.run([program], capture_output=True, text=True, timeout=TIMEOUT)
    sys.stderr.write(run.stderr)
    expect("output", expected_output(source), run.stdout.splitlines())
    expect("exit code", 0, run.returncode)


class Programs:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def run(self, name, *arguments, text="", code=0, complaint=""):
        """Runs a program to its end and returns what it prints. On its error output must be the complaint."""
        command = [self.folder / name, *map(str, arguments)]
        run = subprocess.run(command, input=text, capture_output=True, text=True, timeout=TIMEOUT)
        sys.stderr.write(run.stderr)
        expect(f"exit code of {name}", code, run.returncode)
        if complaint not in run.stderr:
            sys.exit(f"{name} does not complain of {complaint!r}")
        return run.stdout

    @contextlib.contextmanager
    def service(self, name, *arguments, code=0):
        """Starts a server and gives the process, with the port that it says it is at; in the end it must have ended."""
        command = [self.folder / name, *map(str, arguments)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            said = process.stdout.readline()
            found = re.fullmatch(r"(?:listening on|bound to) 127\.0\.0\.1:(\d+)\n", said)
            if not found:
                sys.exit(f"{name} said {said!r}")
            process.port = int(found[1])
            yield process
            process.communicate(timeout=TIMEOUT)
            expect(f"exit code of {name}", code, process.returncode)
        finally:
            process.kill()
            process.wait()

    @contextlib.contextmanager
    def server(self, name, *arguments):
        """Gives only the port of a server that ends by itself."""
        with self.service(name, *arguments) as process:
            yield process.port


def stop(process, which=signal.SIGTERM):
    """Asks a server to stop and returns what it still says."""
    process.send_signal(which)
    return process.communicate(timeout=TIMEOUT)[0]


def wait_until_refused(port):
    """Until nobody listens there any more. Who is still accepted at first, or left waiting, is turned away later."""
    end = time.monotonic() + TIMEOUT
    while time.monotonic() < end:
        with socket.socket() as caller:
            if caller.connect_ex(("127.0.0.1", port)) == errno.ECONNREFUSED:
                return
        time.sleep(0.01)
    sys.exit(f"somebody still listens at {port}")


class Netcat:
    """A netcat that talks to a server, line by line."""

    def __init__(self, port):
        command = ["nc.openbsd", "-N", "127.0.0.1", str(port)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def send(self, line):
        self.process.stdin.write(line + "\n")

    def expect_line(self, line):
        expect("line", line + "\n", self.process.stdout.readline())

    def leave(self):
        """Ends what it says, and expects that the server ends its side."""
        expect("last words", "", self.process.communicate(timeout=TIMEOUT)[0])


def curl(*arguments, code=0):
    """What curl writes: octets."""
    command = ["curl", "-q", "--silent", "--noproxy", "*", "--max-time", str(TIMEOUT), *arguments]
    run = subprocess.run(command, stdout=subprocess.PIPE, timeout=2 * TIMEOUT)
    expect(f"exit code of {command}", code, run.returncode)
    return run.stdout


class Client:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT)
        self.file = self.socket.makefile("rw", newline="\n")

    def send(self, text):
        self.file.write(text)
        self.file.flush()

    def expect_line(self, line):
        expect("line", line, self.file.readline())

    def expect_end(self):
        """The end of the stream, or a reset: the other side need not have read all that was sent."""
        with contextlib.suppress(ConnectionResetError):
            self.expect_line("")

    def close(self):
        self.file.close()
        self.socket.close()


def echo_server(programs):
    """Several clients at once; octets of any value come back unchanged."""
    with programs.server("echo_server", 0, 3) as port:
        first, second = Client(port), Client(port)
        second.send("second\n")
        second.expect_line("second\n")
        first.send("first, ")
        first.send("in two parts\n")
        first.expect_line("first, in two parts\n")
        first.close()
        second.send("still here\n")
        second.expect_line("still here\n")
        second.close()

        octets = bytes(range(256)) * 4096
        with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT) as third:
            sender = threading.Thread(target=lambda: (third.sendall(octets), third.shutdown(socket.SHUT_WR)))
            sender.start()
            with third.makefile("rb") as answer:
                expect("the octets", octets, answer.read())
            sender.join()


def tcp_client(programs):
    with programs.server("echo_server", 0, 1) as port:
        expect("answers", "one\ntwo\n", programs.run("tcp_client", "127.0.0.1", port, text="one\ntwo\n"))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def listen_and_leave():
            with listener.accept()[0] as connection:
                connection.recv(100)  # what is left unread at closing would reset the connection

        hang_up = threading.Thread(target=listen_and_leave)
        hang_up.start()
        programs.run("tcp_client", "127.0.0.1", port, text="anybody?\n", code=1, complaint="has closed")
        hang_up.join()
    programs.run("tcp_client", "127.0.0.1", "65536", code=1, complaint="invalid argument")
    programs.run("tcp_client", code=2, complaint="usage")


def udp_echo(programs):
    with programs.server("udp_echo", "serve", 0, 2) as port:
        answer = f"127.0.0.1:{port} answers with 5 octets: hello\n"
        expect("answer", answer, programs.run("udp_echo", "ask", "127.0.0.1", port, "hello"))
        answer = f"127.0.0.1:{port} answers with 0 octets: \n"
        expect("answer", answer, programs.run("udp_echo", "ask", "127.0.0.1", port, ""))

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as forgetful:
        forgetful.bind(("127.0.0.1", 0))
        forgetful.settimeout(TIMEOUT)

        def answer_the_second():
            forgetful.recvfrom(100)
            data, sender = forgetful.recvfrom(100)
            forgetful.sendto(data, sender)

        thread = threading.Thread(target=answer_the_second)
        thread.start()
        port = forgetful.getsockname()[1]
        answer = f"no answer to attempt 1\n127.0.0.1:{port} answers with 5 octets: again\n"
        expect("answer", answer, programs.run("udp_echo", "ask", "127.0.0.1", port, "again"))
        thread.join()


def http_get(programs):
    body = "<p>hello</p>\n" * 10000
    answers = {
        "/": f"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n{body}",
        "/gone": "HTTP/1.0 404 Not Found\r\n\r\nsorry\n",
        "/endless": "HTTP/1.0 200 OK\r\nX: " + "x" * 10000 + "\r\n\r\n",
    }
    requests = []

    def serve(listener):
        for _ in answers:
            connection, _ = listener.accept()
            with connection, connection.makefile("rw", newline="") as file:
                request = list(iter(file.readline, "\r\n"))
                requests.append(request)
                # A client that hangs up on an endless line is what is wanted.
                with contextlib.suppress(ConnectionError):
                    file.write(answers[request[0].split()[1]])
                    file.flush()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        port = listener.getsockname()[1]
        expect("page", body, programs.run("http_get", "127.0.0.1", port, "/"))
        expect("error page", "sorry\n", programs.run("http_get", "127.0.0.1", port, "/gone", code=1))
        expect("endless header", "", programs.run("http_get", "127.0.0.1", port, "/endless", code=1, complaint="line too long"))
        thread.join()
    expect("request", ["GET / HTTP/1.0\r\n", "Host: 127.0.0.1\r\n"], requests[0])


def wait_many(programs):
    with programs.server("wait_many", 0, 3) as port:
        guests = []
        for others in range(3):
            guests.append(Client(port))
            guests[-1].expect_line(f"others here: {others}\n")
        guests[0].send("begin")  # not a line yet
        guests[1].send("one\n")
        guests[2].expect_line("one\n")
        guests[0].expect_line("one\n")
        guests[0].send(" and end\ntwo\n")
        for listener in (guests[1], guests[2]):
            listener.expect_line("begin and end\n")
            listener.expect_line("two\n")
        guests[2].close()
        guests[1].send("three\n")
        guests[0].expect_line("three\n")
        guests[0].send("x" * 2000)  # a line too long: thrown out
        guests[0].expect_end()
        guests[0].close()
        guests[1].close()


def server_echo(programs):
    """Stops on either signal; clients it still has are served meanwhile; a second signal ends it at once."""
    with programs.service("server_echo") as server:
        with Netcat(server.port) as client:
            client.send("one")
            client.expect_line("one")
            client.leave()
        with Netcat(server.port) as client:
            client.send("two")
            client.expect_line("two")
            server.send_signal(signal.SIGTERM)
            expect("answer to the signal", "stopping\n", server.stdout.readline())
            wait_until_refused(server.port)
            client.send("still here")
            client.expect_line("still here")
            client.leave()
        report = server.communicate(timeout=TIMEOUT)[0]
        if not re.search(r"^served \d+ \([1-9]\d* while stopping\), failed 0, cancelled 0$", report, re.M):
            sys.exit(f"the report is {report!r}")
        expect("octets", "received 19 octets, sent 19", report.splitlines()[-1])

    with programs.service("server_echo") as server:
        report = [
            "stopping",
            "accepted 0, refused 0",
            "served 0 (0 while stopping), failed 0, cancelled 0",
            "received 0 octets, sent 0",
        ]
        expect("report", report, stop(server, signal.SIGINT).splitlines())

    with programs.service("server_echo", code=-signal.SIGTERM) as server, Netcat(server.port) as client:
        client.send("stay")
        client.expect_line("stay")
        server.send_signal(signal.SIGTERM)
        expect("answer to the signal", "stopping\n", server.stdout.readline())
        expect("more", "", stop(server))


def chat_room(programs):
    with programs.service("chat_room") as server:
        with Netcat(server.port) as ann, Netcat(server.port) as bob:
            for each, name in ((ann, "ann"), (bob, "bob")):
                each.expect_line("your name?")
                each.send(name)
                each.expect_line(f"* {name} joins")
            ann.expect_line("* bob joins")
            ann.send("hello")
            bob.expect_line("ann: hello")
            bob.send("\x1b[2Jhi")
            ann.expect_line("bob: [2Jhi")
            for name, answer in (("bob", "that name is taken\n"), ("not a name", "")):
                third = Client(server.port)
                third.send(name + "\n")
                third.expect_line("your name?\n")
                third.expect_line(answer)
                third.close()
            bob.leave()
            ann.expect_line("* bob leaves")
            slow_member(server.port, ann)
            expect("report", "6 came\n", stop(server))
            ann.expect_line("* the room closes")
            ann.leave()


def slow_member(port, other):
    """Who does not listen is shut out, and the others get every line."""
    slow = Client(port)
    slow.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    slow.expect_line("your name?\n")
    slow.send("slow\n")
    other.expect_line("* slow joins")

    speaker = Client(port)
    speaker.expect_line("your name?\n")
    speaker.send("speaker\n")
    other.expect_line("* speaker joins")
    speech = 30000  # more than the system keeps for one that does not listen
    thread = threading.Thread(target=lambda: speaker.send((500 * "x" + "\n") * speech))
    thread.start()
    heard = 0
    left = False
    while heard < speech or not left:
        line = other.process.stdout.readline()
        if line == "* slow leaves\n":
            left = True
        else:
            expect("line", "speaker: " + 500 * "x" + "\n", line)
            heard += 1
    thread.join()
    speaker.close()
    other.expect_line("* speaker leaves")
    slow.close()


@contextlib.contextmanager
def web_folder():
    """A folder to be shown, with something beside it that is not."""
    with tempfile.TemporaryDirectory() as name:
        top = pathlib.Path(name)
        root = top / "root"
        (root / "sub" / "deep").mkdir(parents=True)
        (root / "list").mkdir()
        (root / "hidden").mkdir()
        (top / "root2").mkdir()
        for secret in (top / "secret.txt", top / "root2" / "secret.txt"):
            secret.write_text("secret")
        (root / "page.html").write_text("<p>page</p>\n")
        (root / "octets.bin").write_bytes(bytes(range(256)) * 10)
        (root / "large.bin").write_bytes(random.Random(1).randbytes(20_000_000))
        (root / "empty.txt").write_text("")
        (root / "a b%#?.txt").write_text("odd name")
        (root / "sub" / "index.html").write_text("index\n")
        (root / "list" / "<i>&'x.txt").write_text("odd")
        (root / "list" / "folder").mkdir()
        (root / "inside").symlink_to("sub/index.html")
        (root / "outside").symlink_to("../secret.txt")
        (root / "outside_folder").symlink_to(top)
        (root / "circle").symlink_to("circle")
        (root / "nowhere").symlink_to("missing")
        (root / "hidden" / "index.html").symlink_to("../../secret.txt")
        os.mkfifo(root / "pipe")
        yield root


def http_files(programs):
    with web_folder() as root, programs.service("http_files", root) as server:
        where = f"http://127.0.0.1:{server.port}"
        files(root, where)
        other_answers(where)
        outside(where, root)
        bad_requests(server.port)
        said = stop(server)
        if not re.fullmatch(r"[1-9]\d* requests served\n", said):
            sys.exit(f"http_files said {said!r}")
    programs.run("http_files", code=2, complaint="usage")
    programs.run("http_files", "/no/such/folder", code=1, complaint="No such file")


def files(root, where):
    kinds = {
        "page.html": "text/html; charset=utf-8",
        "octets.bin": "application/octet-stream",
        "empty.txt": "text/plain; charset=utf-8",
    }
    for name, kind in kinds.items():
        octets = (root / name).read_bytes()
        header, _, body = curl("-i", f"{where}/{name}").partition(b"\r\n\r\n")
        expect(name, octets, body)
        lines = header.decode().split("\r\n")
        expect("status", "HTTP/1.0 200 OK", lines[0])
        if f"Content-Length: {len(octets)}" not in lines or f"Content-Type: {kind}" not in lines:
            sys.exit(f"the header of {name} is {header!r}")
        expect(f"HEAD of {name}", header + b"\r\n\r\n", curl("--head", f"{where}/{name}"))
    expect("the large file", True, (root / "large.bin").read_bytes() == curl(f"{where}/large.bin"))
    expect("an odd name", b"odd name", curl(f"{where}/a%20b%25%23%3f.txt?query"))
    expect("a link inside", b"index\n", curl(f"{where}/inside"))
    expect("an index", b"index\n", curl(f"{where}/sub/"))
    expect("a folder without slash", b"index\n", curl("--location", f"{where}/sub"))
    expect("dots inside", b"index\n", curl("--path-as-is", f"{where}/sub/deep/../../sub/./index.html"))
    listing = curl(f"{where}/list/").decode()
    for line in (
        "<li><a href=\"./%3Ci%3E%26%27x.txt\">&lt;i&gt;&amp;&#39;x.txt</a>",
        "<li><a href=\"./folder/\">folder/</a>",
    ):
        if line not in listing.splitlines():
            sys.exit(f"the listing is {listing}")


def told_by_curl(what, *arguments):
    return curl("--path-as-is", "--output", "/dev/null", "--write-out", f"%{{{what}}}", *arguments).decode()


def status_of(*arguments):
    return told_by_curl("http_code", *arguments)


def other_answers(where):
    statuses = {
        "301": ("/sub", "//sub"),
        "400": ("/%", "/%4", "/%zz", "/%-1", "/page.html%00.txt"),
        "403": ("/pipe",),
        "404": ("/gone", "/gone/page.html", "/nowhere", "/page.html/", "/circle"),
    }
    for status, paths in statuses.items():
        for path in paths:
            expect(f"status of {path}", status, status_of(where + path))
    expect("HEAD of what is missing", "404", status_of("--head", f"{where}/gone"))
    expect("redirection", f"{where}/sub/", told_by_curl("redirect_url", f"{where}//sub"))
    answer = curl("-i", "--data", "x" * 1000, f"{where}/page.html").decode()
    if not answer.startswith("HTTP/1.0 405 ") or "\r\nAllow: GET, HEAD\r\n" not in answer:
        sys.exit(f"the answer to POST is {answer!r}")


def outside(where, root):
    plain = ("/../secret.txt", "/sub/../../secret.txt", "/gone/../../secret.txt", "/../root2/secret.txt", "/..", "/../",
             "/../../../../../../../../etc/passwd")
    encoded = ("/%2e%2e/secret.txt", "/%2e%2e%2fsecret.txt", "/sub%2f..%2f..%2fsecret.txt")
    links = ("/outside", "/outside_folder/secret.txt", "/outside_folder/", "/outside_folder/gone", "/hidden/")
    for path in plain + encoded + links:
        expect(f"status of {path}", "403", status_of(where + path))
    # An absolute path is one in the folder.
    expect("status of an absolute path", "404", status_of(f"{where}/{root.parent}/secret.txt"))
    # Out and in again is inside.
    expect("dots out and in", b"<p>page</p>\n", curl("--path-as-is", f"{where}/../root/page.html"))


def bad_requests(port):
    header = "GET /page.html HTTP/1.0\r\n"
    for request in (
        "\r\n\r\n",
        "GET\r\n\r\n",
        "GET /page.html\r\n\r\n",
        "GET page.html HTTP/1.0\r\n\r\n",
        "GET /" + "x" * 100_000 + " HTTP/1.0\r\n\r\n",
        header + "X: " + "x" * 100_000 + "\r\n\r\n",
        header + 101 * "X: y\r\n" + "\r\n",
    ):
        expect("status", "HTTP/1.0 400 Bad Request", answer_to(port, request)[0])
    expect("status", "HTTP/1.0 200 OK", answer_to(port, header + 100 * "X: y\r\n" + "\r\n")[0])
    expect("last line for HEAD", "", answer_to(port, "HEAD /page.html HTTP/1.0\r\n\r\n")[-1])
    expect("answer to nothing", [""], answer_to(port, ""))


def answer_to(port, request):
    """The lines of the answer, which ends cleanly even if the request was not read to its end."""
    client = Client(port)
    client.send(request)
    client.socket.shutdown(socket.SHUT_WR)
    answer = client.file.read()
    client.close()
    return answer.split("\r\n")


def time_service(programs):
    with programs.service("time_service") as server:
        before = int(time.time())
        for request in ("", "what is the time?\n"):
            answer = ask_for_time(server.port, request)
            told = datetime.datetime.strptime(answer, "%Y-%m-%d %H:%M:%S UTC\n").replace(tzinfo=datetime.timezone.utc)
            if not before <= told.timestamp() <= time.time():
                sys.exit(f"the time told is {answer!r}")
        expect("report", "told the time 2 times\n", stop(server))


def ask_for_time(port, request):
    if request:
        command = ["nc.openbsd", "-u", "-W", "1", "-w", str(TIMEOUT), "127.0.0.1", str(port)]
        return subprocess.run(command, input=request, capture_output=True, text=True, timeout=2 * TIMEOUT).stdout
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:  # netcat sends no empty datagram
        client.settimeout(TIMEOUT)
        client.sendto(b"", ("127.0.0.1", port))
        return client.recv(100).decode()


CONVERSATIONS = {
    each.__name__: each
    for each in (
        echo_server, tcp_client, udp_echo, http_get, wait_many, server_echo, chat_room, http_files, time_service
    )
}


def main(arguments):
    if len(arguments) == 3 and arguments[0] == "output":
        check_output(*arguments[1:])
    elif len(arguments) == 2 and arguments[0] in CONVERSATIONS:
        CONVERSATIONS[arguments[0]](Programs(arguments[1]))
    else:
        sys.exit(__doc__)


main(sys.argv[1:])
