"""The page in a real browser: run.py LIMIER MAKE_EXAMPLE CHROMIUM NODE NPM FOLDER. Makes the pages, has npm
put what package.json names into FOLDER, and lets page.js look at them; screenshots stay in FOLDER. What
is missing here is said, and the test skipped."""

import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "system"))
import html_page  # noqa: E402
import kit  # noqa: E402

SKIPPED = 77
CHROMIUM, NODE, NPM = sys.argv[3:6]
FOLDER = pathlib.Path(sys.argv[6])


def skip(why):
    print(f"SKIPPED: {why}; nobody looked at the page in a browser")
    return SKIPPED


def install():
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = (HERE / "package.json").read_text(encoding="utf-8")
    there = FOLDER / "package.json"
    if (FOLDER / "node_modules").exists() and there.exists() and there.read_text(encoding="utf-8") == wanted:
        return True
    there.write_text(wanted, encoding="utf-8")
    done = subprocess.run([NPM, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"],
                          cwd=FOLDER, capture_output=True, text=True)
    if done.returncode:
        there.unlink()
        print(done.stderr)
    return done.returncode == 0


def pages():
    """The same case in both languages, and the one whose every name is hostile."""
    case = html_page.breached().with_suffix(".case")
    (FOLDER / "hostile.html").write_bytes(html_page.hostile().read_bytes())
    for language in ("en", "fr"):
        kit.ENVIRONMENT["LIMIER_LANG"] = language
        assert kit.limier("report", case, "--format", "html", "-o", FOLDER / f"{language}.html").status == kit.DONE
    kit.ENVIRONMENT["LIMIER_LANG"] = "en"
    html_page.many(FOLDER / "many")


def main():
    for name, path in (("chromium", CHROMIUM), ("node", NODE), ("npm", NPM)):
        if not path or not os.path.exists(path):
            return skip(f"{name} is not installed")
    if not install():
        return skip("npm could not get playwright-core and axe-core")
    pages()
    environment = dict(os.environ, NODE_PATH=str(FOLDER / "node_modules"))
    return subprocess.run([NODE, str(HERE / "page.js"), CHROMIUM, str(FOLDER)], env=environment).returncode


sys.exit(main())
