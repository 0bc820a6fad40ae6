"""A GPU that is a folder: who holds how much of it, and memory that comes back late.

`gpu=FOLDER:MIB:SECONDS` makes the worker take MIB; `python gpu.py FOLDER` prints what is held, a line `PID, MIB` for each
holder, as `nvidia-smi --query-compute-apps=pid,used_memory --format=csv,noheader,nounits` does. A holder that is gone holds
its memory for SECONDS after it was first seen gone, under pid 0."""
import os
import sys
import time


def take(faults):
    text = faults.text("gpu")
    if not text:
        return
    folder, mib, late = (text.split(":") + ["0", "0"])[:3]
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, str(os.getpid())), "w", encoding="ascii") as file:
        file.write("%s %s %s\n" % (mib, late or "0", start_of(os.getpid())))


def start_of(pid):
    """When a process began, in clock ticks since boot; None where it is gone or a zombie."""
    try:
        with open("/proc/%d/stat" % pid, encoding="utf-8", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields[19]


def holders(folder):
    for name in sorted(os.listdir(folder) if os.path.isdir(folder) else []):
        if not name.isdigit():
            continue
        path, gone = os.path.join(folder, name), os.path.join(folder, name + ".gone")
        with open(path, encoding="ascii") as file:
            mib, late, start = file.read().split()
        if start_of(int(name)) == start:
            yield int(name), int(mib)
            continue
        if not os.path.exists(gone):
            with open(gone, "w", encoding="ascii") as file:
                file.write(str(time.time()))
        if time.time() - os.path.getmtime(gone) < float(late):
            yield 0, int(mib)
        else:
            os.remove(gone)
            os.remove(path)


if __name__ == "__main__":
    for holder, used in holders(sys.argv[1]):
        print("%d, %d" % (holder, used))
