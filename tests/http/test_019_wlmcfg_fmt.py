"""wlmcfg fmt: one layout, which means what the file meant, and is the same when it is made again."""

import json
import os
import re
import stat
import subprocess
import time

import pytest

from wlmtest import BUILD, ROOT, SAMPLES, WITHOUT_SAMPLES

WLMCFG = BUILD / "wlmcfg"
DATA = sorted((ROOT / "tests" / "data").glob("*/*.xml"))
# of these nothing is known that could be formatted
REFUSED = re.compile(r"\[(not-well-formed|doctype|too-deep|too-large|empty|not-a-plugin-cfg|unreadable)\]$", re.M)


def wlmcfg(*args, **kwargs):
    return subprocess.run([WLMCFG, *args], capture_output=True, timeout=120, check=False, **kwargs)


def formatted(text):
    r = wlmcfg("fmt", "-", input=text if isinstance(text, bytes) else text.encode())
    assert (r.returncode, r.stderr) == (0, b"")
    return r.stdout if isinstance(text, bytes) else r.stdout.decode()


def without_lines(shown):
    """What `wlmcfg show --json` prints, without lines and the file's name; None: the file has errors."""
    if isinstance(shown, dict):
        return {k: without_lines(v) for k, v in shown.items() if k not in ("line", "file", "findings", "message")}
    return [without_lines(item) for item in shown] if isinstance(shown, list) else shown


UGLY = "<Config><UriGroup Name='u'>\n<Uri Name='/a'/></UriGroup></Config>"
NEAT = '<Config>\n  <UriGroup Name="u">\n    <Uri Name="/a"/>\n  </UriGroup>\n</Config>\n'


# -- the layout, of which tests/unit/tools/wlmcfg/fmt/ tells the rest ---------------------------------------------------

def test_layout():
    assert formatted(UGLY) == NEAT and formatted(NEAT) == NEAT


@pytest.mark.parametrize("encoding, declared", [("utf-16", "UTF-16"), ("utf-16-be", "UTF-16"), ("latin-1", "ISO-8859-1"),
                                                ("shift-jis", "Shift_JIS")])
def test_the_encoding_stays(encoding, declared):
    begin = "\ufeff" if encoding == "utf-16-be" else ""
    letter = "表" if encoding == "shift-jis" else "é"
    text = begin + f'<?xml version="1.0" encoding="{declared}"?>\n<Config><!--{letter}--><A b="{letter}"/></Config>'
    expected = begin + f'<?xml version="1.0" encoding="{declared}"?>\n<Config>\n  <!--{letter}-->\n  <A b="{letter}"/>\n</Config>\n'
    assert formatted(text.encode(encoding)).decode(encoding) == expected


# -- the meaning ---------------------------------------------------------------------------------------------------------

def check_meaning(path, tmp_path):
    first, second = tmp_path / "first.xml", tmp_path / "second.xml"
    r = wlmcfg("fmt", path)
    told = wlmcfg("check", path).stdout.decode()
    if REFUSED.search(told):
        assert (r.returncode, r.stdout) == (1, b"") and REFUSED.search(r.stderr.decode())
        return 0
    assert (r.returncode, r.stderr) == (0, b"")
    first.write_bytes(r.stdout)
    second.write_bytes(wlmcfg("fmt", first).stdout)
    assert second.read_bytes() == first.read_bytes()
    ids = [sorted(re.findall(r"(error|warning|note): .*\[([a-z-]+)\]$", text, re.M)) for text in (told, wlmcfg("check", first).stdout.decode())]
    assert [i for i in ids[0] if i[1] != "blank-before-declaration"] == ids[1]
    shown = [wlmcfg("show", "--json", file) for file in (path, first)]
    assert shown[0].returncode == shown[1].returncode
    if shown[0].returncode == 0:
        assert wlmcfg("diff", path, first).stdout == b"no change\n"
        assert without_lines(json.loads(shown[0].stdout)) == without_lines(json.loads(shown[1].stdout))
    return 1


def test_files_mean_the_same(tmp_path):
    assert sum(check_meaning(path, tmp_path) for path in DATA) > 70


@pytest.mark.skipif(not SAMPLES, reason=WITHOUT_SAMPLES.kwargs["reason"])
def test_real_files_mean_the_same(tmp_path):
    assert sum(check_meaning(path, tmp_path) for path in SAMPLES) == len(SAMPLES)


# -- files ---------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("option", ["-w", "--write"])
def test_write_replaces_the_file_behind_a_link(tmp_path, option):
    path, link = tmp_path / "plugin-cfg.xml", tmp_path / "link.xml"
    path.write_text(UGLY)
    path.chmod(0o640)
    link.symlink_to(path)
    r = wlmcfg("fmt", option, link)
    assert (r.returncode, r.stdout, r.stderr) == (0, b"", b"")
    assert link.is_symlink() and path.read_text() == NEAT and stat.S_IMODE(path.stat().st_mode) == 0o640
    assert sorted(os.listdir(tmp_path)) == ["link.xml", "plugin-cfg.xml"]
    before = path.stat()
    assert wlmcfg("fmt", option, path).returncode == 0
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


# codec, declared, with a byte order mark: is it formatted? libxml2 reads all of them but some of UTF-32
ENCODINGS = {
    "UTF-8": ("utf-8", "UTF-8", False, True),
    "UTF-8 with a mark": ("utf-8", "UTF-8", True, True),
    "UTF-8, not declared": ("utf-8", None, False, True),
    "UTF-16LE with a mark": ("utf-16-le", "UTF-16", True, True),
    "UTF-16BE with a mark": ("utf-16-be", "UTF-16", True, True),
    "UTF-16BE, not declared": ("utf-16-be", None, False, True),
    "ISO-8859-1": ("latin-1", "ISO-8859-1", False, True),
    "UTF-32LE with a mark": ("utf-32-le", "UTF-32", True, False),
    "UTF-32BE with a mark": ("utf-32-be", "UTF-32", True, False),
    "UTF-32LE, not declared": ("utf-32-le", None, False, False),
    "UTF-32BE, not declared": ("utf-32-be", None, False, False),
    "UCS-4LE": ("utf-32-le", "ISO-10646-UCS-4", False, False),
    "UCS-4BE": ("utf-32-be", "ISO-10646-UCS-4", False, False),
    "EBCDIC": ("cp037", "IBM037", False, False),
    "EBCDIC, not declared": ("cp037", None, False, False),
}


@pytest.mark.parametrize("what", ENCODINGS)
def test_a_file_is_formatted_or_refused_and_never_destroyed(tmp_path, what):
    codec, declared, has_mark, is_formatted = ENCODINGS[what]
    path, other = tmp_path / "plugin-cfg.xml", tmp_path / "formatted.xml"
    declaration = f"<?xml version='1.0' encoding='{declared}'?>\n" if declared else "<?xml version='1.0'?>\n"
    before = (("\ufeff" if has_mark else "") + declaration + UGLY).encode(codec)
    path.write_bytes(before)
    printed = wlmcfg("fmt", path)
    assert path.read_bytes() == before
    if is_formatted:
        other.write_bytes(printed.stdout)
        assert (printed.returncode, printed.stderr) == (0, b"") and printed.stdout != before
        assert wlmcfg("diff", path, other).stdout == b"no change\n"
    else:
        assert (printed.returncode, printed.stdout) == (1, b"")
        if wlmcfg("check", path).returncode == 0:
            assert re.fullmatch(re.escape(str(path)) + r": error: cannot be formatted, nothing is changed: .*; convert it .*iconv.*\n",
                                printed.stderr.decode())
    written = wlmcfg("fmt", "--write", path)
    assert (written.returncode, written.stdout, written.stderr) == (printed.returncode, b"", printed.stderr)
    assert path.read_bytes() == (printed.stdout if is_formatted else before)


def test_a_file_that_could_not_be_read_any_more_stays(tmp_path):
    path = tmp_path / "plugin-cfg.xml"
    comment = "<!--" + "x" * (8 * 1024 * 1024 - 1000) + "-->"
    before = f"<Config>{comment}{comment}{'<A/>' * 450}</Config>"  # below the largest size, and above it with indentation
    path.write_text(before)
    assert wlmcfg("check", path).returncode == 0
    r = wlmcfg("fmt", "--write", path)
    assert r.returncode == 1 and path.read_text() == before
    assert b"error: cannot be formatted, nothing is changed: the result could not be read" in r.stderr


def test_a_file_that_is_not_well_formed_stays_and_the_others_are_written(tmp_path):
    bad, good = tmp_path / "bad.xml", tmp_path / "good.xml"
    bad.write_text("<Config>\n<A></Config>")
    good.write_text(UGLY)
    r = wlmcfg("fmt", "-w", bad, good)
    assert r.returncode == 1 and f"{bad}:2: error: not well-formed XML" in r.stderr.decode()
    assert bad.read_text() == "<Config>\n<A></Config>" and good.read_text() == NEAT


def test_check_names_files_and_changes_nothing(tmp_path):
    ugly, neat = tmp_path / "ugly.xml", tmp_path / "neat.xml"
    ugly.write_text(UGLY)
    neat.write_text(NEAT)
    r = wlmcfg("fmt", "--check", neat, ugly)
    assert (r.returncode, r.stdout.decode(), r.stderr) == (1, f"{ugly}: not formatted\n", b"")
    assert ugly.read_text() == UGLY
    assert wlmcfg("fmt", "--check", neat).returncode == 0


@pytest.mark.parametrize("args", [[], ["-w"], ["-w", "--check", "FILE"], ["-w", "-"], ["--strict", "FILE"]], ids=" ".join)
def test_a_wrong_call(args):
    r = wlmcfg("fmt", *args)
    assert (r.returncode, r.stdout) == (2, b"") and b"--help" in r.stderr


def test_a_large_file_takes_seconds_at_most(tmp_path):
    path = tmp_path / "large.xml"
    uris = "".join(f'<Uri AffinityCookie="JSESSIONID" AffinityURLIdentifier="jsessionid" Name="/{n}/*"/>\n' for n in range(60000))
    path.write_text(f'<Config><UriGroup Name="u">{uris}</UriGroup></Config>')
    assert path.stat().st_size > 5_000_000
    begin = time.monotonic()
    assert wlmcfg("fmt", "-w", path).returncode == 0
    assert time.monotonic() - begin < 30
    assert path.read_text().count("\n") == 60004
