"""The switches for faults: from STOKER_PRACTICE, and from a control file that is read anew while the server runs.

Both hold `name` or `name=value`, one a line, or all on one line separated by `;`. The file is the one that STOKER_PRACTICE_CONTROL names;
where it names a folder, the file in it that is called like the port. What the file says holds over the environment.
docs/practice-engine.md lists every switch; a name that is unknown is refused, so that no test is silently harmless."""
import os

KNOWN = {
    "slow", "crash", "engine-death", "hang", "term", "orphan", "stray", "hold-port", "never-listen",
    "wrong-model", "flood", "slow-health", "token-delay", "gpu",
}


def parse(text):
    found = {}
    # Of several lines each is an entry, and may hold semicolons.
    for entry in text.split("\n") if "\n" in text else text.split(";"):
        name, _, value = entry.strip().partition("=")
        if not name or name.startswith("#"):
            continue
        if name not in KNOWN:
            raise SystemExit("practice engine: unknown fault '%s'; there are: %s" % (name, ", ".join(sorted(KNOWN))))
        found[name] = value
    return found


class Faults:
    """What is wrong with this server now."""

    def __init__(self, port):
        self.given = parse(os.environ.get("STOKER_PRACTICE", ""))
        control = os.environ.get("STOKER_PRACTICE_CONTROL", "")
        self.control = os.path.join(control, str(port)) if control and os.path.isdir(control) else control
        self.read_at = None
        self.controlled = {}

    def _now(self):
        if not self.control:
            return self.given
        try:
            stamp = os.stat(self.control)
            key = (stamp.st_mtime_ns, stamp.st_size, stamp.st_ino)
            if key != self.read_at:
                self.read_at = key
                with open(self.control, encoding="utf-8") as file:
                    self.controlled = parse(file.read())
        except SystemExit as problem:
            # Of a running server a wrong name ends nothing; what held before holds on.
            os.write(2, (str(problem) + "\n").encode())
        except OSError:
            self.controlled, self.read_at = {}, None
        return {**self.given, **self.controlled}

    def has(self, name):
        return name in self._now()

    def text(self, name):
        """The value of a switch, None where it is not set."""
        return self._now().get(name)

    def of_phase(self, name, phase):
        """The value behind `name=PHASE:value`, "" for `name=PHASE` alone, None where another phase is meant."""
        wanted, _, value = (self.text(name) or "").partition(":")
        return value if self.has(name) and wanted == phase else None

    def number(self, name, default):
        value = self.text(name)
        return default if value in (None, "") else float(value)
