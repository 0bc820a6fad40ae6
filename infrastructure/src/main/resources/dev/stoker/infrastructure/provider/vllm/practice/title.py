"""The title of a process, as setproctitle gives it: the kernel's name (15 bytes of it) and the whole command line."""
import ctypes
import os

PR_SET_NAME = 15


def set_title(title):
    """Where the areas cannot be told the kernel's name alone is set, as setproctitle does too."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_NAME, ctypes.c_char_p(title.encode()), 0, 0, 0)
    try:
        with open("/proc/self/stat", encoding="utf-8", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
        arguments, arguments_end, environment, environment_end = (int(fields[i]) for i in (45, 46, 47, 48))
    except (OSError, ValueError, IndexError):
        return
    overwrite(arguments, arguments_end, title)
    if "SPT_NOENV" not in os.environ:
        # What others see of the environment goes with it: so does the real one's.
        overwrite(environment, environment_end, "")


def overwrite(begin, end, text):
    room = end - begin
    if begin and room > 1:
        ctypes.memmove(begin, text.encode()[:room - 1].ljust(room, b"\0"), room)
