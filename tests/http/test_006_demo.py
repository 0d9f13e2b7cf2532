"""What `make demo` shows: shares while members come and go. It counts itself, and says when something is not as it should be."""
import subprocess

from wlmtest import ROOT


def test_006_01_the_demonstration_is_as_it_should_be():
    r = subprocess.run([ROOT / "tools" / "demo.sh"], capture_output=True, text=True, timeout=120, check=False)
    assert r.returncode == 0 and r.stdout.rstrip().endswith("all as it should be"), r.stdout + r.stderr
