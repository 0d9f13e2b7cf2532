"""What the completions of tools/completion offer, in bash and in zsh."""
import os
import pty
import select
import shutil
import subprocess
import time

import pytest

from wlmtest import BUILD, ROOT

SCRIPTS = {
    "bash": '. "$0"; n=$(($# - 1)); COMP_WORDS=("$@"); COMP_CWORD=$n; _$1_complete; printf "%s\\n" "${COMPREPLY[@]}"',
    # what zsh itself provides in a function for completion; the last argument of compadd is the name of an array
    "zsh": '''compadd() { printf "%s\\n" "${(@P)argv[-1]}" }
              _files() { local file; for file in ${words[CURRENT]}*(N); do printf "%s\\n" $file; done }
              words=("$@"); CURRENT=$#; . "$0"''',
}


def need(shell):
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed (tools/setup.sh)")


def offered(shell, words, **environ):
    """@param words: what has been typed, the last word unfinished"""
    need(shell)
    r = subprocess.run([shell, *(["-f"] if shell == "zsh" else []), "-c", SCRIPTS[shell], ROOT / "tools/completion" / words[0], *words],
                       capture_output=True, text=True, timeout=20, env={"PATH": f"{BUILD}:/usr/bin:/bin", **environ}, check=False)
    assert r.stderr == ""
    return set(r.stdout.splitlines())


def zsh_terminal(tmp_path, tool, typed, wanted):
    """A zsh completes what is typed: waits until its terminal shows the wanted text. The tool's file lies where zsh finds it by
    its name."""
    need("zsh")
    (tmp_path / f"_{tool}").write_bytes((ROOT / "tools/completion" / tool).read_bytes())
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(shutil.which("zsh"), ["zsh", "-f", "-i"], {
            "PATH": f"{BUILD}:/usr/bin:/bin", "TERM": "dumb", "FPATH": f"{tmp_path}:" + subprocess.run(
                ["zsh", "-fc", "echo $FPATH"], capture_output=True, text=True, check=True).stdout.strip(), "HOME": str(tmp_path)})
    shown = ""
    try:
        os.write(terminal, b"autoload -U compinit; compinit -u -D; echo READY-$((1 + 1))\n")
        shown, end = _read(terminal, shown, "READY-2", 20)
        os.write(terminal, typed.encode())
        _read(terminal, shown[end:], wanted, 20)
    finally:
        os.close(terminal)  # which ends zsh
        os.waitpid(pid, 0)


def _read(terminal, shown, wanted, seconds):
    """@return what the terminal shows, as soon as that has the wanted text, and where that ends in it"""
    deadline = time.monotonic() + seconds
    while wanted not in shown:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([terminal], [], [], left)[0]:
            pytest.fail(f"{wanted!r} is not in {shown!r}")
        shown += os.read(terminal, 65536).decode(errors="replace").replace("\r", "")
    return shown, shown.index(wanted) + len(wanted)
