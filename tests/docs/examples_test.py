#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the examples and checks what they do.

usage: examples_test.py output PROGRAM SOURCE    PROGRAM prints what the comment "// Output:" in SOURCE says
       examples_test.py NAME FOLDER              the conversation NAME below, with the programs in FOLDER

Everything stays on 127.0.0.1, on ports that the system chooses.
"""

import contextlib
import pathlib
import re
import socket
import subprocess
import sys
import threading

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
    def server(self, name, *arguments):
        """Starts a server and gives the port that it says it is at; in the end it must end by itself."""
        command = [self.folder / name, *map(str, arguments)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            said = process.stdout.readline()
            found = re.fullmatch(r"(?:listening on|bound to) 127\.0\.0\.1:(\d+)\n", said)
            if not found:
                sys.exit(f"{name} said {said!r}")
            yield int(found[1])
            process.communicate(timeout=TIMEOUT)
            expect(f"exit code of {name}", 0, process.returncode)
        finally:
            process.kill()
            process.wait()


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


CONVERSATIONS = {each.__name__: each for each in (echo_server, tcp_client, udp_echo, http_get, wait_many)}


def main(arguments):
    if len(arguments) == 3 and arguments[0] == "output":
        check_output(*arguments[1:])
    elif len(arguments) == 2 and arguments[0] in CONVERSATIONS:
        CONVERSATIONS[arguments[0]](Programs(arguments[1]))
    else:
        sys.exit(__doc__)


main(sys.argv[1:])
