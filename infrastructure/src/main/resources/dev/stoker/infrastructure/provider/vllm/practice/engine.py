"""EngineCore and Worker: two processes that answer requests together, word by word, so that stopping or killing either
has the effects it has on the real ones. Both live on when the API server is killed, as the real ones do."""
import json
import os
import select
import signal
import socket
import tempfile
import time
import uuid

import gpu
import lines
from title import set_title

SENTENCE = "This is Stoker's practice engine: it answers every request with this sentence and is no model."
WORDS = [word if i == 0 else " " + word for i, word in enumerate(SENTENCE.split(" "))]
GLOO_LISTENERS = 13
AFTER_ENGINE = 2.0


class Link:
    """One end of a line of JSON messages between two processes."""

    def __init__(self, sock):
        self.sock = sock
        self.buffer = b""

    @staticmethod
    def pair():
        one, other = socket.socketpair()
        return Link(one), Link(other)

    def send(self, message):
        self.sock.sendall(json.dumps(message).encode() + b"\n")

    def receive(self):
        """The next message, None at the end of the line."""
        while b"\n" not in self.buffer:
            try:
                data = self.sock.recv(65536)
            except OSError:
                return None
            if not data:
                return None
            self.buffer += data
        message, _, self.buffer = self.buffer.partition(b"\n")
        return json.loads(message)

    def has_message(self, patience):
        return b"\n" in self.buffer or bool(select.select([self.sock], [], [], patience)[0])


class Phases:
    """Lets a phase take its time, and go wrong where it is told to."""

    def __init__(self, faults, usual):
        self.faults = faults
        self.usual = usual

    def spend(self, phase):
        slow = self.faults.of_phase("slow", phase)
        time.sleep(self.usual if slow is None else float(slow))
        text = self.faults.of_phase("crash", phase)
        if text is not None:
            raise RuntimeError(text or "the practice engine was told to crash in phase '%s'" % phase)


def unix_socket():
    """One of the sockets that are left in the temporary directory at every exit."""
    sock = socket.socket(socket.AF_UNIX)
    sock.bind(os.path.join(tempfile.gettempdir(), str(uuid.uuid4())))
    sock.listen(100)
    return sock


def report_death(speaker, title, problem):
    speaker.error("core.py:1510", "%s failed to start.\nTraceback (most recent call last):\n  File \"practice\", line 1\n"
                  "%s: %s" % (title, type(problem).__name__, problem))


def run_engine(link, faults, usual, model):
    """EngineCore; never returns."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    set_title("VLLM::EngineCore")
    core = lines.Speaker("EngineCore")
    phases = Phases(faults, usual)
    try:
        lines.import_noise()
        phases.spend("engine_start")
        held = [unix_socket() for _ in range(3)]
        lines.engine_starts(core, model)
        held += shared_memory()
        up, down = Link.pair()
        worker = os.fork()
        if worker == 0:
            up.sock.close()
            link.sock.close()
            run_worker(down, faults, usual, model)
        down.sock.close()
        ready = up.receive()
        if ready is None or "failed" in ready:
            os.waitpid(worker, 0)
            raise RuntimeError("WorkerProc initialization failed due to an exception in a background process. "
                               "See stack trace for root cause.")
        phases.spend("kv_cache")
        lines.cache_ready(core)
        lines.engine_ready(core)
    except Exception as problem:  # pylint: disable=broad-except
        report_death(core, "EngineCore", problem)
        lines.err("Process EngineCore:\nTraceback (most recent call last):\n%s: %s"
                  % (type(problem).__name__, problem))
        os._exit(1)
    link.send({"ready": True, "worker": worker})
    try:
        serve_requests(link, up, Child(worker), faults, core)
    finally:
        os._exit(1)


def shared_memory():
    """Two segments and a named semaphore, which are left in /dev/shm when the tree is killed."""
    import multiprocessing
    from multiprocessing import shared_memory
    segments = [shared_memory.SharedMemory(create=True, size=1 << 20) for _ in range(2)]
    return segments + [multiprocessing.get_context("spawn").Semaphore()]


def run_worker(link, faults, usual, model):
    """Worker; never returns."""
    set_title("VLLM::Worker")
    worker = lines.Speaker("Worker")
    phases = Phases(faults, usual)
    try:
        lines.import_noise()
        rendezvous = os.path.join(tempfile.gettempdir(), "vllm_dist_" + uuid.uuid4().hex)
        with open(rendezvous, "w", encoding="ascii"):
            pass
        held = [unix_socket() for _ in range(2)]
        for _ in range(GLOO_LISTENERS):
            held.append(socket.create_server(("127.0.0.1", 0)))
        lines.worker_starts(worker, rendezvous)
        lines.weights_begin(worker, model)
        lines.shards(0, 2)
        gpu.take(faults)
        phases.spend("weights")
        lines.shards(2, 2)
        lines.weights_end(worker)
    except Exception as problem:  # pylint: disable=broad-except
        report_death(worker, "WorkerProc", problem)
        link.send({"failed": str(problem)})
        os._exit(1)
    link.send({"ready": True})
    while True:
        step = link.receive()
        if step is None:
            # Its engine is gone: it tidies up, and goes too.
            time.sleep(AFTER_ENGINE)
            os.unlink(rendezvous)
            os._exit(0)
        time.sleep(faults.number("token-delay", 0.003))
        link.send({"words": {request: WORDS[at % len(WORDS)] for request, at in step["at"].items()}})


class Child:
    """A process of ours that may end by itself."""

    def __init__(self, pid):
        self.pid = pid
        self.status = None

    def is_gone(self):
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.status = status if pid else None
        return self.status is not None

    def wait(self):
        if self.status is None:
            self.status = os.waitpid(self.pid, 0)[1]
        return self.status

    def kill(self):
        if not self.is_gone():
            os.kill(self.pid, signal.SIGKILL)
            self.wait()


def stay():
    """The API server was killed: the real engine stays for ever, and so does this one."""
    while True:
        time.sleep(3600)


def tell(link, message):
    try:
        link.send(message)
    except OSError:
        stay()


def serve_requests(link, worker_link, worker, faults, core):
    """One step of the worker a word. What is running is told after each step only: the counters of a server whose worker
    was stopped before a request came know nothing of that request."""
    terminated = []
    signal.signal(signal.SIGTERM, lambda *_: terminated.append(True))
    active, at, generated = {}, {}, 0
    while not terminated:
        if faults.has("engine-death"):
            os.kill(os.getpid(), signal.SIGKILL)
        while not terminated and link.has_message(0 if active else 0.05):
            message = link.receive()
            if message is None:
                stay()
            elif "abort" in message:
                active.pop(message["abort"], None)
            elif faults.text("hang") != "uncounted":
                active[message["request"]] = message
                at[message["request"]] = 0
        if worker.is_gone():
            core.error("core.py:1611", "Worker proc VllmWorker-0 died unexpectedly, shutting down executor.")
            os._exit(1)
        if not active:
            continue
        if faults.text("hang") == "counted":
            tell(link, {"running": len(active), "generated": generated})
            time.sleep(0.05)
            continue
        worker_link.send({"at": {request: at[request] for request in active}})
        while not (terminated or worker.is_gone() or worker_link.has_message(0.05)):
            pass
        step = None if terminated or worker.is_gone() else worker_link.receive()
        if step is None:
            continue
        generated += len(step["words"])
        for request, word in step["words"].items():
            at[request] += 1
            finish = active[request]["finish"] if at[request] >= active[request]["tokens"] else None
            tell(link, {"request": request, "word": word, "finish": finish})
            if finish:
                del active[request]
        tell(link, {"running": len(active), "generated": generated})
    abort(link, worker, active, core)


def abort(link, worker, active, core):
    """What SIGTERM does: requests are given up, the worker is killed."""
    core.info("core.py:1454", "[shutdown] EngineCore: trigger received signal=SIGTERM")
    core.info("core.py:1635", "[shutdown] EngineCore: start mode=abort timeout=0s")
    if active:
        core.info("core.py:1644", "[shutdown] EngineCore: aborting in-flight requests count=%d" % len(active))
    for request in active:
        link.send({"request": request, "word": "", "finish": "abort"})
    worker.kill()
    os._exit(0)
