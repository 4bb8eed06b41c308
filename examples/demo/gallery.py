#!/usr/bin/python3
"""Writes docs/gallery.md and its pictures out of out/demo: each picture with the command that drew it.

    make demo && examples/demo/gallery.py
"""
import pathlib
import re
import shutil
import xml.etree.ElementTree as ET

ROOT = pathlib.Path(__file__).resolve().parents[2]
page = ET.fromstring((ROOT / "out/demo/index.html").read_text().removeprefix("<!DOCTYPE html>"))
target = ROOT / "docs/images/gallery"
shutil.rmtree(target, ignore_errors=True)
target.mkdir(parents=True)
lines = ["# Gallery", "",
         "Pictures of the demo (`make demo`), each with the command that drew it. `examples/demo/gallery.py` writes this page.", ""]
for figure in page.iter("figure"):
    command = next((d.text for d in figure.iter("dd") if d.text and d.text.startswith("pile plot")), None)
    if command is None:
        continue
    name = re.search(r"/([^/]+)\.svg$", command).group(1)
    shutil.copyfile(ROOT / f"out/demo/pictures/{name}.svg", target / f"{name}.svg")
    caption = figure.find("figcaption").text
    shown = command.replace("out/demo/pictures/", "").replace("out/demo/", "")
    lines += [f"## {caption}", "", f"    {shown}", "", f"![{caption}](images/gallery/{name}.svg)", ""]
(ROOT / "docs/gallery.md").write_text("\n".join(lines).rstrip() + "\n")
print(sum(f.stat().st_size for f in target.iterdir()), "bytes of pictures")
