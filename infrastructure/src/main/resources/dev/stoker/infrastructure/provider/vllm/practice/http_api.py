"""The endpoints of vLLM's API server, in its words. What is not here answers as an unknown path does there."""
import hmac
import http.server
import json
import queue
import socket
import time
import uuid

import lines
from engine import WORDS

CONTEXT = 2048
DEFAULT_TOKENS = 16
FINGERPRINT = "practice"
GET, POST, BOTH = ["GET"], ["POST"], ["GET", "POST"]
ROUTES = [("/load", GET), ("/version", GET), ("/health", GET), ("/metrics", GET), ("/v1/models", GET), ("/ping", BOTH),
          ("/v1/chat/completions", POST), ("/v1/completions", POST)]
UNLOGGED = ("/health", "/metrics", "/ping")


class Problem(Exception):
    """An answer that is none."""

    def __init__(self, status, body, allow=None):
        super().__init__(status)
        self.status, self.body, self.allow = status, body, allow


def bad_request(message, param=None, kind="BadRequestError"):
    return Problem(400, {"error": {"message": message, "type": kind, "param": param, "code": 400}})


class Server(http.server.ThreadingHTTPServer):
    """Answers on a socket that was bound long before."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, sock, state):
        super().__init__(sock.getsockname(), Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = sock
        self.state = state

    def handle_error(self, request, client_address):
        """A client that hung up is no error."""


class Handler(http.server.BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"

    def version_string(self):
        return "uvicorn"

    def log_message(self, *ignored):
        pass

    def do_GET(self):
        self.dispatch()

    do_POST = do_HEAD = do_PUT = do_DELETE = do_GET

    def dispatch(self):
        state = self.server.state
        path = self.path.partition("?")[0]
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with state.open_request():
            try:
                self.route(path, body)
            except Problem as problem:
                self.answer(problem.status, problem.body, problem.allow)
            except (BrokenPipeError, ConnectionError):
                self.close_connection = True

    def route(self, path, body):
        state = self.server.state
        if path.startswith("/v1") and not self.is_authorised(state.key):
            raise Problem(401, {"error": "Unauthorized"})
        methods = dict(ROUTES).get(path)
        if methods is None:
            raise Problem(404, {"detail": "Not Found"})
        if self.command not in methods:
            raise Problem(405, {"detail": "Method Not Allowed"}, ", ".join(methods))
        if path == "/health":
            time.sleep(state.faults.number("slow-health", 0))
        if path in ("/health", "/ping"):
            self.answer(503 if state.engine_is_dead else 200, None)
        elif path == "/metrics":
            self.answer_text(state.metrics())
        elif path == "/v1/models":
            self.answer(200, state.models())
        elif path == "/version":
            self.answer(200, {"version": lines.VERSION})
        elif path == "/load":
            self.answer(200, {"server_load": 0})
        else:
            self.complete(state, body, chat=path.endswith("chat/completions"))

    def is_authorised(self, key):
        scheme, _, given = (self.headers.get("Authorization") or "").partition(" ")
        return not key or (scheme.lower() == "bearer" and hmac.compare_digest(given.encode(), key.encode()))

    def answer(self, status, body, allow=None):
        data = b"" if body is None else json.dumps(body, separators=(",", ":")).encode()
        self.begin(status, allow)
        self.send_header("content-length", str(len(data)))
        if body is not None:
            self.send_header("content-type", "application/json")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def answer_text(self, text):
        data = text.encode()
        self.begin(200)
        self.send_header("content-length", str(len(data)))
        self.send_header("content-type", "text/plain; version=1.0.0; charset=utf-8")
        self.end_headers()
        self.wfile.write(data)

    def begin(self, status, allow=None):
        if self.path.partition("?")[0] not in UNLOGGED:
            phrase = self.responses.get(status, ("",))[0]
            lines.access(self.client_address, self.requestline, "%d %s" % (status, phrase))
        self.send_response(status)
        if status != 401:
            self.send_header("vary", "Origin")
        if allow:
            self.send_header("allow", allow)

    def complete(self, state, body, chat):
        wanted = self.checked(state, body, chat)
        if state.engine_is_dead:
            raise engine_dead()
        given = self.headers.get("X-Request-Id")
        request = ("chatcmpl-" if chat else "cmpl-") + (given or uuid.uuid4().hex[:16])
        tokens = wanted.get("max_tokens") or wanted.get("max_completion_tokens") or (len(WORDS) if chat else DEFAULT_TOKENS)
        ends = tokens >= len(WORDS) and not wanted.get("ignore_eos")
        words = state.ask(request, len(WORDS) if ends else tokens, "stop" if ends else "length")
        try:
            if wanted.get("stream"):
                usage = (wanted.get("stream_options") or {}).get("include_usage")
                self.stream(request, state.served, words, chat, usage)
            else:
                self.whole(request, state.served, words, chat)
        finally:
            state.forget(request)

    def checked(self, state, body, chat):
        if self.headers.get_content_type() != "application/json":
            raise bad_request("1 validation error:\n  Unsupported Media Type: Only 'application/json' is allowed",
                              None, "Bad Request")
        try:
            wanted = json.loads(body)
        except ValueError as problem:
            raise bad_request("1 validation error:\n  {'type': 'json_invalid', 'msg': 'JSON decode error', 'ctx': "
                              "{'error': %r}}" % str(problem), "body", "Bad Request") from problem
        if chat and "messages" not in wanted:
            raise bad_request("1 validation error:\n  {'type': 'missing', 'loc': 'body.messages', 'msg': 'Field required'}",
                              "body.messages", "Bad Request")
        if chat and not wanted["messages"]:
            raise bad_request("Cannot apply chat template to an empty conversation. Provide at least one message.")
        if not chat and not wanted.get("prompt"):
            raise bad_request("Either prompt or prompt_embeds must be provided and non-empty. (parameter=prompt)", "prompt")
        model = wanted.get("model") or state.served
        if model not in state.names:
            raise Problem(404, {"error": {"message": "The model `%s` does not exist. Valid aliases: %s."
                                          % (model, ", ".join(state.names)), "type": "NotFoundError", "param": "model", "code": 404}})
        tokens = wanted.get("max_tokens")
        if tokens is not None and not isinstance(tokens, int):
            raise bad_request("1 validation error:\n  {'type': 'int_parsing', 'loc': 'body.max_tokens', 'msg': 'Input should "
                              "be a valid integer'}", "body.max_tokens", "Bad Request")
        if isinstance(tokens, int) and tokens < 1:
            raise bad_request("max_tokens must be at least 1, got %d. (parameter=max_tokens, value=%d)" % (tokens, tokens),
                              "max_tokens")
        if isinstance(tokens, int) and tokens > CONTEXT:
            raise bad_request("max_tokens=%d cannot be greater than max_model_len=%d. Please request fewer output tokens. "
                              "(parameter=max_tokens, value=%d)" % (tokens, CONTEXT, tokens), "max_tokens")
        return wanted

    def whole(self, request, model, words, chat):
        text, count, finish = "", 0, None
        while finish is None:
            step = self.next_step(words)
            text, count, finish = text + step["word"], count + 1, step["finish"]
        if finish == "abort":
            # The real server answers this one never, and waits until the client has hung up.
            self.wait_for_hang_up()
            return
        choice = {"index": 0, "logprobs": None, "finish_reason": finish, "stop_reason": None}
        choice.update({"message": {"role": "assistant", "content": text}} if chat else {"text": text})
        self.answer(200, {"id": request, "object": "chat.completion" if chat else "text_completion",
                          "created": int(time.time()), "model": model, "choices": [choice],
                          "system_fingerprint": FINGERPRINT,
                          "usage": {"prompt_tokens": 4, "total_tokens": 4 + count, "completion_tokens": count}})

    def stream(self, request, model, words, chat, usage):
        step = self.next_step(words)
        self.begin(200)
        self.send_header("content-type", "text/event-stream; charset=utf-8")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        head = {"id": request, "object": "chat.completion.chunk" if chat else "text_completion",
                "created": int(time.time()), "model": model}
        count = 0
        if chat:
            self.event(dict(head, choices=[{"index": 0, "delta": {"role": "assistant", "content": ""},
                                            "logprobs": None, "finish_reason": None}]))
        while True:
            count += 1
            part = {"delta": {"content": step["word"]}} if chat else {"text": step["word"]}
            choice = {"index": 0, **part, "logprobs": None, "finish_reason": step["finish"]}
            self.event(dict(head, choices=[choice]))
            if step["finish"]:
                break
            step = self.next_step(words)
        if usage:
            self.event(dict(head, choices=[], usage={"prompt_tokens": 4, "total_tokens": 4 + count,
                                                     "completion_tokens": count}))
        self.chunk(b"data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def next_step(self, words):
        """The next word; hangs for as long as the engine does, unless the client hangs up."""
        while True:
            try:
                step = words.get(timeout=0.1)
            except queue.Empty:
                if self.client_is_gone():
                    raise ConnectionError from None
                continue
            if step is None:
                raise engine_dead()
            return step

    def client_is_gone(self):
        try:
            return self.connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True

    def wait_for_hang_up(self):
        while not self.client_is_gone():
            time.sleep(0.05)
        self.close_connection = True

    def event(self, data):
        self.chunk(b"data: " + json.dumps(data, separators=(",", ":")).encode() + b"\n\n")

    def chunk(self, data):
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))


def engine_dead():
    return Problem(500, {"error": {"message": "EngineCore encountered an issue. See stack trace (above) for the root "
                                   "cause.", "type": "InternalServerError", "param": None, "code": 500}})
