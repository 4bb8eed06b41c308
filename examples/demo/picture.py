#!/usr/bin/python3
"""Makes docs/images/demo.png for the README out of out/demo/index.html: some of its cards, side by side.

    make demo && examples/demo/picture.py

Needs Chromium and Pillow; `make demo` itself needs neither.
"""
import pathlib
import subprocess
import tempfile
import xml.etree.ElementTree as ET

from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parents[2]
SMALL = ["The galaxy", "XDF 3", "XDF 2", "HD 219829"]
LARGE = ["QSO, MJD 57082", "QSO, MJD 57859"]
WIDTH, HEIGHT = 1180, 726

ET.register_namespace("", "http://www.w3.org/2000/svg")
ET.register_namespace("xlink", "http://www.w3.org/1999/xlink")
page = ET.fromstring((ROOT / "out/demo/index.html").read_text().removeprefix("<!DOCTYPE html>"))
cards = {text.text: figure for figure in page.iter("figure") for text in figure.iter("{http://www.w3.org/2000/svg}text") if text.get("class") == "title"}


def grid(titles):
    cells = "".join(ET.tostring(cards[t], encoding="unicode") for t in titles)
    return f'<div class="cards" style="grid-template-columns:repeat({len(titles)},1fr)">{cells}</div>'


style = page.find("head/style").text + "main{max-width:none;padding:16px 16px 0} dl,figcaption{display:none}"
html = f'<!DOCTYPE html><meta charset="utf-8"><style>{style}</style><main>{grid(SMALL)}{grid(LARGE)}</main>'
with tempfile.TemporaryDirectory() as folder:
    source, shot = pathlib.Path(folder, "picture.html"), pathlib.Path(folder, "picture.png")
    source.write_text(html)
    subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                    "--disable-component-update", "--disable-sync", "--hide-scrollbars", f"--user-data-dir={folder}/profile",
                    f"--window-size={WIDTH},{HEIGHT}", f"--screenshot={shot}", source.as_uri()], check=True, stderr=subprocess.DEVNULL)
    picture = Image.open(shot).convert("RGB")
target = ROOT / "docs/images/demo.png"
target.parent.mkdir(parents=True, exist_ok=True)
picture.save(target, optimize=True)
print(target, target.stat().st_size, "bytes")
