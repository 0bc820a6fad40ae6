"""What the API server knows: its requests, its engine, its counters."""
import contextlib
import queue
import threading
import time
import uuid

from http_api import CONTEXT


class State:
    """For any thread."""

    def __init__(self, faults, names, root, key):
        self.faults, self.root, self.key = faults, root, key
        self.served = faults.text("wrong-model") or names[0]
        self.names = [self.served] + names[1:]
        self.engine_is_dead = self.died_in_flight = False
        self.link = None
        self.words_by_request = {}
        self.open_requests = 0
        self.running = self.generated = 0
        self.lock = threading.Lock()
        self.sending = threading.Lock()

    @contextlib.contextmanager
    def open_request(self):
        with self.lock:
            self.open_requests += 1
        try:
            yield
        finally:
            with self.lock:
                self.open_requests -= 1

    def ask(self, request, tokens, finish):
        """A queue of the answer's words; None in it: the engine is dead."""
        words = queue.Queue()
        with self.lock:
            self.words_by_request[request] = words
            if self.engine_is_dead:
                words.put(None)
        self.send({"request": request, "tokens": tokens, "finish": finish})
        return words

    def forget(self, request):
        with self.lock:
            known = self.words_by_request.pop(request, None) is not None
        if known:
            self.send({"abort": request})

    def send(self, message):
        """Not while anything else is locked: an engine that was stopped takes nothing any more."""
        try:
            with self.sending:
                self.link.send(message)
        except OSError:
            self.engine_is_dead = True

    def listen_to_engine(self):
        """Until its end."""
        while True:
            message = self.link.receive()
            if message is None:
                break
            if "request" in message:
                with self.lock:
                    words = self.words_by_request.get(message["request"])
                if words is not None:
                    words.put(message)
            else:
                self.running, self.generated = message["running"], message["generated"]
        with self.lock:
            self.died_in_flight = bool(self.words_by_request)
            self.engine_is_dead = True
            for words in self.words_by_request.values():
                words.put(None)

    def models(self):
        now = int(time.time())
        permission = {"id": "modelperm-" + uuid.uuid4().hex[:16], "object": "model_permission", "created": now,
                      "allow_create_engine": False, "allow_sampling": True, "allow_logprobs": True,
                      "allow_search_indices": False, "allow_view": True, "allow_fine_tuning": False,
                      "organization": "*", "group": None, "is_blocking": False}
        return {"object": "list", "data": [{"id": name, "object": "model", "created": now, "owned_by": "vllm",
                                            "root": self.root, "parent": None, "max_model_len": CONTEXT,
                                            "permission": [permission]} for name in self.names]}

    def metrics(self):
        labels = '{engine="0",model_name="%s"}' % self.served
        rows = [("num_requests_running", "gauge", self.running), ("num_requests_waiting", "gauge", 0),
                ("kv_cache_usage_perc", "gauge", 0), ("generation_tokens_total", "counter", self.generated),
                ("prompt_tokens_total", "counter", 0), ("iteration_tokens_total_count", "counter", self.generated)]
        return "".join("# HELP vllm:%s As in vLLM.\n# TYPE vllm:%s %s\nvllm:%s%s %s\n"
                       % (name, name, kind, name, labels, float(value)) for name, kind, value in rows)
