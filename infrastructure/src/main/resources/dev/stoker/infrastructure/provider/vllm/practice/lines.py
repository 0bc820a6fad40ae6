"""What the server prints, in the form and order of vLLM 0.32.0 on a CPU: each process with its prefix, its own program on
standard output, libraries and the HTTP server's own words on standard error."""
import os
import sys
import time

VERSION = "0.32.0"


class Speaker:
    """One process's voice."""

    def __init__(self, name):
        self.name = name

    def _log(self, level, place, text):
        stamp = time.strftime("%m-%d %H:%M:%S")
        out("(%s pid=%d) %s %s [%s] %s" % (self.name, os.getpid(), level, stamp, place, text))

    def info(self, place, text):
        self._log("INFO", place, text)

    def warning(self, place, text):
        self._log("WARNING", place, text)

    def error(self, place, text):
        for line in text.split("\n"):
            self._log("ERROR", place, line)


def out(text, end="\n"):
    write(1, text + end)


def err(text, end="\n"):
    write(2, text + end)


def write(descriptor, text):
    """One write call a line: the lines of three processes share a file, and must not be mixed."""
    data = text.encode("utf-8", "replace")
    while data:
        try:
            data = data[os.write(descriptor, data):]
        except OSError:
            return


def import_noise():
    err("Triton is installed, but doesn't include CPU backend. Disabling Triton.")


def banner(api, model, arguments):
    place = "api_utils.py:347"
    for line in ("", "       █     █     █▄   ▄█",
                 " ▄▄ ▄█ █     █     █ ▀▄▀ █  version " + VERSION,
                 "  █▄█▀ █     █     █     █  model   " + model,
                 "   ▀▀  ▀▀▀▀▀ ▀▀▀▀▀ ▀     ▀", ""):
        api.info(place, line)
    api.info("api_utils.py:286", "non-default args: %r" % (arguments,))
    api.warning("practice.py:1", "this is Stoker's practice engine: it plays vLLM and is no model")


def resolved(api):
    api.info("model.py:733", "Resolved architecture: LlamaForCausalLM")
    api.info("model.py:2152", "Using max model len 2048")
    api.info("scheduler.py:307", "Chunked prefill is enabled with max_num_batched_tokens=1024.")


def engine_starts(core, model):
    core.info("core.py:133", "Initializing a V1 LLM engine (v%s) with config: model='%s', speculative_config=None, "
              "tokenizer='%s'" % (VERSION, model, model))


def worker_starts(worker, rendezvous):
    worker.info("parallel_state.py:1906", "world_size=1 rank=0 local_rank=0 distributed_init_method=file://%s "
                "backend=gloo" % rendezvous)


def weights_begin(worker, model):
    worker.info("cpu_model_runner.py:68", "Starting to load model %s..." % model)


def shards(done, total):
    share = 100 * done // total
    speed = "?, ?it/s" if done == 0 else "00:00, 422.20it/s"
    end = "\n\n" if done == total else "\n"
    err("\rLoading safetensors checkpoint shards: %3d%% Completed | %d/%d [00:00<%s]" % (share, done, total, speed), end)


def weights_end(worker):
    worker.info("default_loader.py:501", "Loading weights took 0.01 seconds")


def cache_ready(core):
    core.info("kv_cache_utils.py:2327", "CPU KV cache size: 131,072 tokens, Maximum concurrency for 2,048 tokens per "
              "request: 64.00x")


def engine_ready(core):
    core.info("core.py:402", "init engine (profile, create kv cache, warmup model) took 0.10 s")


def serving(api, port, routes):
    api.info("entry.py:136", "Supported tasks: ['generate']")
    api.info("entry.py:140", "Starting vLLM server on http://127.0.0.1:%d" % port)
    api.info("launcher.py:186", "Available routes are:")
    for path, methods in routes:
        api.info("launcher.py:195", "Route: %s, Methods: %s" % (path, ", ".join(methods)))


def uvicorn(text):
    err("INFO:     " + text)


def access(client, request, status):
    out('INFO:     %s:%d - "%s" %s' % (client[0], client[1], request, status))
