"""Where figures go: a file for other programs, and the manual."""
import csv
import dataclasses
import re

from wlmtest import BUILD


def save(cells, name):
    """All figures, for other programs."""
    with open(BUILD / name, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [f.name for f in dataclasses.fields(cells[0])])
        writer.writeheader()
        writer.writerows(dataclasses.asdict(cell) for cell in cells)


def write_into(path, parts):
    """Replace what stands between <!-- NAME --> and <!-- end of NAME -->."""
    text = path.read_text(encoding="utf-8")
    for name, part in parts.items():
        pattern = re.compile(rf"(?<=<!-- {name} -->\n).*?(?=<!-- end of {name} -->)", re.S)
        assert len(pattern.findall(text)) == 1, f"{path.name} has no marks for {name}"
        text = pattern.sub(lambda _, new=part: f"\n{new}\n", text)
    path.write_text(text, encoding="utf-8")
