"""The XSD and the RELAX NG of plugin-cfg.xml that wlmcfg prints: real files pass, and what the reader refuses, or passes over, for
the reason of a single element or attribute, they refuse."""

import re
import subprocess
import xml.sax.saxutils

import pytest

from wlmtest import BUILD, ROOT, SAMPLES

WLMCFG = BUILD / "wlmcfg"
GOOD = sorted((ROOT / "tests" / "data" / "good").glob("*.xml"))
BAD = {p.stem: p for p in (ROOT / "tests" / "data" / "bad").glob("*.xml")}


def printed(*args):
    r = subprocess.run([WLMCFG, "schema", *args], capture_output=True, text=True, timeout=60, check=False)
    assert (r.returncode, r.stderr) == (0, "")
    return r.stdout


@pytest.fixture(scope="module")
def schemas(tmp_path_factory):
    """{"xsd": path, "rng": path}"""
    folder = tmp_path_factory.mktemp("schema")
    for kind in "xsd", "rng":
        (folder / f"plugin-cfg.{kind}").write_text(printed(f"--{kind}"))
    return {kind: folder / f"plugin-cfg.{kind}" for kind in ("xsd", "rng")}


def run(*args):
    return subprocess.run(args, capture_output=True, text=True, timeout=300, check=False)


def refused(schema, paths):
    """Those of the files that a schema refuses. RELAX NG by jing, which editors use, too: libxml2's time grows with each attribute of
    an element by a factor of 2."""
    if schema.suffix == ".rng":
        r = run("jing", schema, *paths)
        assert r.returncode == (1 if r.stdout else 0), r.stderr
        told = {line.partition(":")[0] for line in r.stdout.splitlines()}
        assert told <= set(map(str, paths)), r.stdout[-2000:]
        return told
    r = run("xmllint", "--noout", "--schema", schema, *paths)
    told = dict(re.findall(r"^(.*) (validates|fails to validate)$", r.stderr, re.M))
    assert sorted(told) == sorted(map(str, paths)), r.stderr[-2000:]
    return {path for path, word in told.items() if word != "validates"}


@pytest.mark.parametrize("kind", ["xsd", "rng"])
def test_the_installed_file_is_what_wlmcfg_prints(kind):
    assert (ROOT / "docs" / "schema" / f"plugin-cfg.{kind}").read_text() == printed(f"--{kind}")


@pytest.mark.parametrize("args", [["--xsd", "--rng"], ["--xsd", "FILE"], ["--json"]], ids=" ".join)
def test_a_wrong_call(args):
    r = subprocess.run([WLMCFG, "schema", *args], capture_output=True, text=True, timeout=60, check=False)
    assert (r.returncode, r.stdout) == (2, "") and r.stderr


@pytest.mark.parametrize("kind", ["xsd", "rng"])
def test_good_files_pass(schemas, kind):
    assert refused(schemas[kind], GOOD) == set()


@pytest.mark.skipif(not SAMPLES, reason="../shared/plugin-cfg-samples is not there")
@pytest.mark.parametrize("kind", ["xsd", "rng"])
def test_real_files_pass(schemas, kind, tmp_path):
    for sample in SAMPLES:
        # one has an empty line before the XML declaration, which no XML has
        (tmp_path / sample.name).write_bytes(sample.read_bytes().lstrip())
    assert refused(schemas[kind], sorted(tmp_path.glob("*.xml"))) == set()


FAULTS = [
    ("unknown-element", "xsd rng"),
    ("unknown-element-place", "xsd rng"),
    ("unknown-attribute", "xsd rng"),
    ("unknown-property", "xsd rng"),
    ("transport-in-cluster", "xsd rng"),
    ("missing-attribute", "xsd rng"),
    ("missing-attribute-port", ""),  # a Unix domain socket has none
    ("missing-attribute-property", "xsd rng"),
    ("empty-name", "xsd rng"),
    ("empty-value", "xsd rng"),
    ("bad-boolean", "xsd rng"),
    ("bad-choice", "xsd rng"),
    ("bad-choice-log", "xsd rng"),
    ("bad-number", "xsd rng"),
    ("bad-number-unit", "xsd rng"),
    ("bad-number-port", "xsd rng"),
    ("bad-number-without-effect", "rng"),  # the value of a Property
    ("bad-host", "xsd rng"),
    ("name-case", "xsd rng"),
    ("text", "xsd rng"),
    ("not-a-plugin-cfg", "xsd rng"),
    ("duplicate-cluster", "xsd"),
    ("duplicate-server", "xsd"),
    ("element-twice", "rng"),
]


@pytest.mark.parametrize("kind", ["xsd", "rng"])
def test_faults_are_refused(schemas, kind):
    told = refused(schemas[kind], [BAD[name] for name, _kinds in FAULTS])
    assert told == {str(BAD[name]) for name, kinds in FAULTS if kind in kinds}


# what only the whole file shows, and elements that are not looked at
OTHERS = ["dangling-route", "unused", "cluster-address", "intelligent-management", "no-routes"]


@pytest.mark.parametrize("kind", ["xsd", "rng"])
def test_what_is_no_matter_of_an_element_passes(schemas, kind):
    assert refused(schemas[kind], [BAD[name] for name in OTHERS]) == set()


# -- the reader's table: each attribute with values of its type, and with others -------------------------------------------------

# what a single element or attribute is at fault for
OWN_FAULT = re.compile(r"\[(bad-\w+|empty-value|missing-attribute|unknown-(?:element|attribute|property)|misplaced)\]$")
INT_MAX = 2147483647


def table():
    """{(element, parent): {attribute: (values, default)}}, by the Markdown that `wlmcfg schema` prints; a Property's are its names"""
    elements = {}
    for section in re.split(r"^### ", printed(), flags=re.M)[1:]:
        name, _, parent = section.split("\n")[0].partition(" in ")
        other = re.search(r"Attributes: as those of (\w+) in (\w+)\.", section)
        rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) \|", section, re.M)
        elements[name, parent] = elements[other[1], other[2]] if other else {n: (v, d) for n, v, d in rows}
    return elements


def values_to_try(element, attribute, values):
    number = re.fullmatch(r"(-?\d+) (?:to (-?\d+)|or more)", values)
    if number:
        low, high = int(number[1]), int(number[2] or INT_MAX)
        return [str(low), f" {high}\t", f"+{high}", f"00{high}", str(low - 1), str(high + 1), "", " ", f"{low}s", "0x5", "1.0", "many"]
    words = re.findall("`([^`]+)`", values)
    if words == ["true", "false"]:
        return ["true", "FALSE", " True ", "yes", "1", "", "tru e"]
    if words:
        others = [w.upper() for w in words] + [w.replace(" ", "-") for w in words] + [w.replace(" ", "") for w in words]
        return words + others + [f" {words[0]} ", "", "no such", words[0] + words[-1]]
    assert values == "text"
    if (element, attribute) == ("VirtualHost", "Name"):
        return ["h", "h:1", "h:65535", "h:*", "*:*", "*", "[::1]:80", "[::1]", "::1", " h:80 ", "", "h:", ":80", "h:0", "h:65536", "h:x",
                "[]:80", "[]", "http://h:80/", "http://h", "h:123456"]
    return ["a", " a ", "a b/<c>&'\"", "*.jsp", "", "  "]


def tag(element, attributes, inside=""):
    return f"<{element}{''.join(f' {n}={xml.sax.saxutils.quoteattr(v)}' for n, v in attributes.items())}>{inside}</{element}>"


def required(element, attributes):
    """What an element must have, with values that it takes, a Transport those of a host."""
    usual = {"VirtualHost": "h:80", "filters": "URI"}
    return {n: "80" if v[0].isdigit() else usual.get(element, "a") for n, (v, d) in attributes.items()
            if d.startswith("required")}


def around(elements, element, parent, text):
    while parent:
        element = parent
        parent = next(p for e, p in elements if e == element)
        text = tag(element, required(element, elements[element, parent]), text)
    return text


def cases():
    """(what, text, in which schemas it shows)"""
    elements = table()
    for (element, parent), attributes in elements.items():
        own = {} if element == "Property" else required(element, attributes)
        for attribute, (values, _default) in attributes.items():
            for value in values_to_try(element, attribute, values):
                if element == "Property":
                    made = {"Name": attribute, "Value": value}
                else:
                    made = {**own, attribute: value}
                # the type of a Property's value depends on its name, which XML Schema 1.0 cannot say
                yield (f"{parent}/{element} {made}", around(elements, element, parent, tag(element, made)),
                       ["rng"] if element == "Property" else ["xsd", "rng"])
        for absent in (n for n in own if attributes[n][1] == "required"):
            made = {n: v for n, v in own.items() if n != absent}
            yield f"{parent}/{element} without {absent}", around(elements, element, parent, tag(element, made)), ["xsd", "rng"]
        if attributes:
            made = {"Name": "NoSuch", "Value": "a"} if element == "Property" else {**own, "NoSuch": "a"}
            yield f"{parent}/{element} NoSuch", around(elements, element, parent, tag(element, made)), ["xsd", "rng"]
            yield f"{parent}/{element}/NoSuch", around(elements, element, parent, tag(element, own or {"Name": "keyring"}, "<NoSuch/>")), \
                ["xsd", "rng"]


def test_schemas_refuse_what_the_reader_finds_in_a_single_attribute(schemas, tmp_path):
    made = list(cases())
    paths = [tmp_path / f"{n}.xml" for n in range(len(made))]
    for path, (_what, text, _kinds) in zip(paths, made):
        path.write_text(text)
    r = subprocess.run([WLMCFG, "check", *paths], capture_output=True, text=True, timeout=300, check=False)
    at_fault = {line.partition(":")[0] for line in r.stdout.splitlines() if OWN_FAULT.search(line)}
    by_schema = {kind: refused(schema, paths) for kind, schema in schemas.items()}
    differ = [f"{what}: the reader {'refuses' if str(path) in at_fault else 'takes'} it, the {kind} does not"
              for path, (what, _text, kinds) in zip(paths, made) for kind in kinds
              if (str(path) in at_fault) != (str(path) in by_schema[kind])]
    assert not differ, "\n".join(differ)
    assert len(at_fault) > 150 and len(paths) - len(at_fault) > 150, "hardly anything was tried"
