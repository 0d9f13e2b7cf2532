"""The rules that the status page is held to: html-validate's for HTML, axe-core's for WCAG. But for two: a button without a type
submits its form, which is what HTML says; and a page that loads itself again does so since the user has asked for it, and has a link
that ends it (WCAG 2.2.1)."""
import shutil
import subprocess

import pytest

from . import BUILD, ROOT

NPM = BUILD / "npm"
ARE_THERE = (NPM / "complete").exists() and shutil.which("node") is not None
with_rules = pytest.mark.skipif(not ARE_THERE, reason="axe-core and html-validate are not there: tools/setup.sh installs them by npm")


def invalid_html(pages, folder):
    """What html-validate says about these pages, {name: text}, which it reads from this folder; "": nothing."""
    for name, text in pages.items():
        (folder / f"{name}.html").write_text(text)
    done = subprocess.run(["node", NPM / "node_modules/html-validate/bin/html-validate.mjs", "--config", ROOT / "tests/npm/.htmlvalidate.json",
                           "--formatter", "text", folder], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done
    return done.stdout + done.stderr


def violations(browser):
    """What axe-core says about the page that is open."""
    return browser.violations((NPM / "node_modules/axe-core/axe.min.js").read_text())
