"""Plays vLLM for tests of Stoker: the same order of output, the same port manners, a child process, and
faults by VLLM_FAKE. It is not vLLM and proves nothing about it."""
import http.server
import json
import os
import signal
import socket
import sys
import time

fault = os.environ.get("VLLM_FAKE", "")
args = sys.argv[2:]
model = args[0]


def value(flag, default):
    return args[args.index(flag) + 1] if flag in args else default


port = int(value("--port", "8000"))
served = value("--served-model-name", model)


def say(line, end="\n"):
    sys.stdout.write(line + end)
    sys.stdout.flush()


def info(line):
    say("(APIServer pid=%d) INFO 11-22 05:37:28 [api.py:1] %s" % (os.getpid(), line))


if "--no-such-flag" in args:
    say("usage: vllm serve [-h]\nvllm serve: error: unrecognized arguments: --no-such-flag")
    sys.exit(2)
if fault == "silent":
    time.sleep(600)
if fault == "deaf":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)

info("non-default args: {}")
sock = socket.socket()
sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
sock.bind(("127.0.0.1", port))

child = os.fork()
if child == 0:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    sock.close()
    while fault == "orphan" or os.getppid() != 1:
        time.sleep(0.05)
    os._exit(0)

terms = 0


def on_term(number, frame):
    global terms
    terms += 1
    if terms > 1 or fault != "swallow":
        os.kill(child, signal.SIGKILL)
        os._exit(0)


if fault != "deaf":
    signal.signal(signal.SIGTERM, on_term)
open(os.path.join(os.environ["TMPDIR"], "socket-of-the-engine"), "w").close()
info("Initializing a V1 LLM engine (v0.32.0) with config: x")
info("Starting to load model " + model)
say("\x1b[31m\rLoading safetensors checkpoint shards:  50% Completed | 1/2 [00:00<00:00, 4it/s]", end="")
say("\rLoading safetensors checkpoint shards: 100% Completed | 2/2 [00:00<00:00, 4it/s]\n")
if fault == "die":
    say("(Worker pid=1) ERROR 11-22 05:37:28 [w.py:1] ValueError: the weights \x1b]0;evil\x07are \x1b[31mbad")
    say("RuntimeError: Engine core initialization failed. See root cause above.")
    os.kill(child, signal.SIGKILL)
    sys.exit(1)
time.sleep(0.5)
while fault in ("swallow", "never"):
    time.sleep(0.05)
info("CPU KV cache size: 1 tokens")
info("Starting vLLM server on http://127.0.0.1:%d" % port)
say("INFO:     Application startup complete.")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        if self.path == "/health":
            self.answer(200, {})
        elif self.path == "/v1/models":
            self.answer(200, {"object": "list", "data": [{"id": served, "object": "model", "root": model}]})
        else:
            self.answer(404, {})

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.answer(200, {"choices": [{"text": "x", "message": {"role": "assistant", "content": "fake \x1b[31manswer"}}]})

    def log_message(self, *ignored):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler, bind_and_activate=False)
server.socket.close()
server.socket = sock
sock.listen(16)
server.serve_forever()
