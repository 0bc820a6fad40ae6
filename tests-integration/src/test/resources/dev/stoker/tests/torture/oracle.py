"""Looks at the operating system, and at nothing that Stoker says of it.

Until it is sent SIGTERM it looks again and again who carries the mark of a home, and notes when two
main processes of one service live at once. Then it prints, as JSON, what it saw and what is left.
"""
import json
import os
import signal
import sys
import time

HOME = sys.argv[1]
ENDED = []
signal.signal(signal.SIGTERM, lambda *_: ENDED.append(1))


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def living():
    """Every living process of the home: (pid, lease, is it a main process)."""
    found = []
    for pid in os.listdir("/proc"):
        if not pid.isdigit():
            continue
        environment = read("/proc/%s/environ" % pid)
        if b"STOKER_LEASE=" not in environment or HOME.encode() not in environment:
            continue
        stat = read("/proc/%s/stat" % pid)
        if stat[stat.rfind(b")") + 2:][:1] in (b"Z", b"X", b""):
            continue
        lease = environment.split(b"STOKER_LEASE=", 1)[1].split(b"\0", 1)[0].decode()
        # The session's leader is the process that was launched.
        fields = stat[stat.rfind(b")") + 2:].split()
        found.append((int(pid), lease, int(fields[3]) == int(pid) and b"api_server" in read("/proc/%s/cmdline" % pid)))
    return found


doubles, looks, most = set(), 0, 0
while not ENDED:
    now = living()
    looks += 1
    most = max(most, len(now))
    mains = {}
    for pid, lease, main in now:
        if main:
            service = lease.split(":")[1]
            mains.setdefault(service, set()).add(lease)
    for service, leases in mains.items():
        if len(leases) > 1:
            doubles.add(service + " " + " ".join(sorted(leases)))
    time.sleep(0.02)
left = living()
print(json.dumps({"looks": looks, "most": most, "doubles": sorted(doubles), "left": [pid for pid, _, _ in left]}))
