"""Files that the Rust tests leave for these readers (crates/documents/tests/it/samples.rs), and what reads them."""

import pathlib
import re
import subprocess

from demo import ROOT

FOLDER = ROOT / "target/reader-samples"
PICTURES = ROOT / "target/screenshots"


def sample(name):
    file = FOLDER / name
    if not file.exists():
        raise FileNotFoundError(f"{file}: `cargo nextest run -p documents samples` writes it; `make test` does so before")
    return file


def squeeze(text):
    return re.sub(r"\s+", "", text)


def run(*command):
    return subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True, timeout=180).stdout


def pages(pdf, *options):
    """The text of every page."""
    return run("pdftotext", *options, str(pdf), "-").split("\f")[:-1]


def printed(file, folder):
    """The file as LibreOffice prints it."""
    run("soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf",
        "--outdir", str(folder / file.suffix[1:]), str(file))
    return folder / file.suffix[1:] / f"{file.stem}.pdf"


def picture(pdf, name, last=2):
    PICTURES.mkdir(parents=True, exist_ok=True)
    run("pdftoppm", "-r", "60", "-l", str(last), "-png", str(pdf), str(PICTURES / name))


def fonts(pdf):
    """Of every font: its name, and whether it is embedded, subset and has its characters named."""
    lines = run("pdffonts", str(pdf)).splitlines()[2:]
    return [(line.split()[0], re.search(r" (yes|no) +(yes|no) +(yes|no) ", line).groups()) for line in lines]
