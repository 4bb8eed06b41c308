#!/usr/bin/python3
"""Makes docs/images/demo.png for the README: the first screen of out/demo/index.html.

    make demo && examples/demo/picture.py

Needs Chromium and Pillow; `make demo` itself needs neither.
"""
import pathlib
import subprocess
import tempfile

from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parents[2]
WIDTH, HEIGHT = 1240, 1290

with tempfile.TemporaryDirectory() as folder:
    shot = pathlib.Path(folder, "picture.png")
    subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                    "--disable-component-update", "--disable-sync", "--hide-scrollbars", f"--user-data-dir={folder}/profile",
                    f"--window-size={WIDTH},{HEIGHT}", f"--screenshot={shot}", (ROOT / "out/demo/index.html").as_uri()], check=True,
                   stderr=subprocess.DEVNULL)
    picture = Image.open(shot).convert("RGB")
target = ROOT / "docs/images/demo.png"
picture.save(target, optimize=True)
print(target, target.stat().st_size, "bytes")
