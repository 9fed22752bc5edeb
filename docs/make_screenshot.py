"""Makes docs/images/notebook.png: a wrong answer in JupyterLab, and what is said about it.

python docs/make_screenshot.py     needs Chromium and its driver
"""

import io
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.support.browser import chromium, lab_server
from tests.support.lab import Lab

TOP = "return arguments[0].getBoundingClientRect().top"
BOTTOM = "return arguments[0].getBoundingClientRect().bottom"
PICTURE = Path(__file__).parent / "images" / "notebook.png"
ANSWER = """\
def train_batch(model, images, labels, loss_fn, optimizer):
    loss = loss_fn(model(images), labels)
    loss.backward()
    optimizer.step()
    return loss.item()"""


def main() -> None:
    """Write the picture."""
    with tempfile.TemporaryDirectory() as folder:
        course = Path(folder) / "my-course"
        command = [sys.executable, "-m", "fashion_course", "start", str(course)]
        subprocess.run(command, check=True, capture_output=True)
        with lab_server(course) as address, chromium() as browser:
            lab = Lab(browser, address)
            lab.open("exercises/03_training.ipynb")
            lab.run("%load_ext fashion_course")
            lab.write("def train_batch(", ANSWER)
            answer = lab.run("def train_batch(")
            check = lab.run('check("train_batch")')
            lab.output(check, "failed", "Next:")
            lab.show(answer)
            left, top = answer.rect["x"], browser.execute_script(TOP, answer)
            bottom = browser.execute_script(BOTTOM, check)
            shot = Image.open(io.BytesIO(browser.get_screenshot_as_png())).convert("RGB")
    shot = shot.crop((int(left), int(top), 1140, int(bottom)))
    shot.quantize(64).save(PICTURE, optimize=True)
    print(f"wrote {PICTURE} ({PICTURE.stat().st_size // 1024} KB)")


if __name__ == "__main__":
    main()
