"""Stoker's practice engine: seen from outside it is vLLM 0.32.0 on a CPU; it has no model, and says so in every answer.

One contract test class runs the same assertions against it and against the real server; where they differ, this is wrong.
Only Python's standard library is used. Faults: faults.py."""
import os
import signal
import socket
import sys
import tempfile
import threading
import time

import flags
import lines
from engine import Child, Link, Phases, run_engine, unix_socket
from faults import Faults
from http_api import ROUTES, Server
from state import State

USUAL_PHASE = 0.05
LOOK_AT_ENGINE = 5.0
AFTER_FAILED_REQUEST = 0.4
PATIENCE_WITH_ENGINE = 0.3


class Signals:
    """SIGTERM while loading is swallowed once, as the real one does; the second ends it. SIGINT ends it at once."""

    def __init__(self, faults):
        self.faults = faults
        self.terms = 0
        self.is_serving = False
        self.end = threading.Event()

    def install(self):
        signal.signal(signal.SIGTERM, self.on_term)
        signal.signal(signal.SIGINT, self.on_interrupt)

    def on_term(self, *_):
        how = self.faults.text("term")
        self.terms += 1
        if how == "ignore" or (how == "swallow" and not self.is_serving):
            return
        if self.is_serving or self.terms > 1:
            self.on_interrupt()

    def on_interrupt(self, *_):
        if not self.is_serving:
            raise KeyboardInterrupt
        self.end.set()


class ApiServer:
    """The main process: loads, serves, ends."""

    def __init__(self, options, faults):
        self.options, self.faults = options, faults
        self.voice = lines.Speaker("APIServer")
        self.signals = Signals(faults)
        self.phases = Phases(faults, USUAL_PHASE)
        names = options.served_model_name or [options.model]
        self.state = State(faults, names, options.model, os.environ.get("VLLM_API_KEY", ""))
        self.sock = socket.socket()
        self.held = []
        self.engine = None
        self.worker = 0
        self.began = time.monotonic()

    def run(self):
        self.signals.install()
        try:
            self.load()
            self.listen()
            self.serve()
        except KeyboardInterrupt:
            lines.err("Traceback (most recent call last):\nKeyboardInterrupt: terminated")
            self.kill_engine()
            os._exit(130)
        except (OSError, RuntimeError) as problem:
            fail(problem)
        self.shut_down()

    def load(self):
        given = {name: value for name, value in vars(self.options).items() if value is not None}
        lines.banner(self.voice, self.options.model, given)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.sock.bind((self.options.host or "127.0.0.1", self.options.port))
        self.phases.spend("configuration")
        lines.resolved(self.voice)
        os.makedirs(os.path.join(tempfile.gettempdir(), "torchinductor_practice"), exist_ok=True)
        self.held = [unix_socket(), unix_socket()]
        self.begin_faults()
        start_tracker()
        ours, theirs = Link.pair()
        pid = os.fork()
        if pid == 0:
            self.sock.close()
            ours.sock.close()
            run_engine(theirs, self.faults, USUAL_PHASE, self.options.model)
        theirs.sock.close()
        self.engine = Child(pid)
        ready = ours.receive()
        if ready is None:
            self.engine_failed()
        self.state.link, self.worker = ours, ready["worker"]
        self.phases.spend("api_start")

    def engine_failed(self):
        if os.WIFSIGNALED(self.engine.wait()) and self.signals.terms:
            # SIGTERM to the whole group while loading: the real one waits for its dead engine for ever.
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            while True:
                time.sleep(3600)
        raise RuntimeError("Engine core initialization failed. See root cause above. Failed core proc(s): {}")

    def begin_faults(self):
        if self.faults.has("orphan"):
            linger(lambda: self.sock.close())
        if self.faults.has("stray"):
            linger(lambda: (self.sock.close(), os.setsid()))
        if self.faults.has("hold-port"):
            linger(lambda: None)
        threading.Thread(target=self.flood, daemon=True).start()

    def flood(self):
        count = 0
        while True:
            speed = self.faults.number("flood", 0)
            for _ in range(int(speed / 20)):
                count += 1
                self.voice.info("practice.py:1", "flood line %d of a server that talks too much" % count)
            time.sleep(0.05)

    def listen(self):
        lines.serving(self.voice, self.options.port, ROUTES)
        lines.uvicorn("Started server process [%d]" % os.getpid())
        lines.uvicorn("Waiting for application startup.")
        lines.uvicorn("Application startup complete.")
        self.signals.is_serving = True
        threading.Thread(target=self.state.listen_to_engine, daemon=True).start()
        if self.faults.has("never-listen"):
            return
        try:
            self.sock.listen(2048)
        except OSError:
            # Another that was started on this port at the same time listens. The real one says nothing, and stays.
            return
        server = Server(self.sock, self.state)
        threading.Thread(target=lambda: server.serve_forever(0.02), daemon=True).start()

    def serve(self):
        while not self.signals.end.wait(0.05):
            if self.state.engine_is_dead:
                self.voice.error("async_llm.py:906", "vllm.v1.engine.exceptions.EngineDeadError: EngineCore encountered an "
                                 "issue. See stack trace (above) for the root cause.")
                # The real one looks at its engine every five seconds, unless a request finds it dead.
                since = (time.monotonic() - self.began) % LOOK_AT_ENGINE
                self.signals.end.wait(AFTER_FAILED_REQUEST if self.state.died_in_flight else LOOK_AT_ENGINE - since)
                return

    def shut_down(self):
        self.voice.info("launcher.py:254", "[shutdown] API server: shutdown triggered")
        self.sock.close()
        self.kill_engine()
        self.voice.info("launcher.py:304", "[shutdown] API server: shutting down FastAPI HTTP server")
        lines.uvicorn("Shutting down")
        if self.state.open_requests:
            lines.uvicorn("Waiting for connections to close. (CTRL+C to force quit)")
        while self.state.open_requests or self.faults.text("term") == "wait":
            time.sleep(0.02)
        lines.uvicorn("Waiting for application shutdown.")
        lines.uvicorn("Application shutdown complete.")
        if not self.signals.end.is_set():
            lines.uvicorn("Finished server process [%d]" % os.getpid())
        os._exit(0)

    def kill_engine(self):
        if self.engine is None:
            return
        if not self.engine.is_gone():
            os.kill(self.engine.pid, signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE_WITH_ENGINE
        while not self.engine.is_gone() and time.monotonic() < deadline:
            time.sleep(0.01)
        self.engine.kill()
        kill(self.worker)


def kill(pid):
    if pid:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def linger(prepare):
    """A process that outlives all others of the tree."""
    if os.fork() == 0:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        prepare()
        while True:
            time.sleep(3600)


def start_tracker():
    from multiprocessing import resource_tracker
    resource_tracker.ensure_running()


def fail(problem):
    lines.err("Traceback (most recent call last):\n  File \"practice\", line 1\n%s: %s" % (type(problem).__name__, problem))
    os._exit(1)


def main():
    faults = Faults(flags.port_of(sys.argv))
    try:
        Phases(faults, 0).spend("launch")
        lines.import_noise()
        Phases(faults, USUAL_PHASE).spend("import")
    except RuntimeError as problem:
        fail(problem)
    ApiServer(flags.parse(sys.argv[1:]), faults).run()


if __name__ == "__main__":
    main()
