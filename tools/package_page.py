"""Makes PACKAGE.md, what a package index shows, from README.md.

    python tools/package_page.py

A package index shows one page and none of the files it links to. Where `project_urls` of setup.cfg
has a `Source`, links to files become addresses below it. Without one they become the path of the
file, which stands in the source distribution, and pictures are left out.
"""

import configparser
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
README, PAGE = ROOT / "README.md", ROOT / "PACKAGE.md"
NOTE = "*Paths such as `docs/audit.md` are those of the source distribution.*\n"
PICTURE = re.compile(r"!\[[^\]]*\]\((?P<to>[^)]+)\)\n(?:\n\*[^*\n]+\*\n)?")
LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]+)\]\((?P<to>[^)]+)\)")
COMMENT = re.compile(r"<!--.*?-->\n")
ABSOLUTE = re.compile(r"https?://")


def source_url():
    """The address of the source in setup.cfg, without a slash at its end; None for none."""
    config = configparser.ConfigParser(interpolation=None)
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    lines = config.get("metadata", "project_urls", fallback="").splitlines()
    urls = dict(re.split(r"\s*=\s*", line.strip(), maxsplit=1) for line in lines if "=" in line)
    return urls["Source"].rstrip("/") if "Source" in urls else None


def package_page(text, url=None):
    """The page of a package index.

    Args:
        text: str, README.md.
        url: str or None, the address of the source; files are below `<url>/blob/HEAD/`.
    """
    text = COMMENT.sub("", text)

    def picture(found):
        to = found["to"]
        if ABSOLUTE.match(to):
            return found[0]
        return found[0].replace(f"({to})", f"({url}/raw/HEAD/{to})") if url else ""

    def link(found):
        to, words = found["to"], found["text"]
        if ABSOLUTE.match(to):
            return found[0]
        if to.startswith("#"):
            return words
        if url:
            return f"[{words}]({url}/blob/HEAD/{to})"
        path = to.partition("#")[0]
        return f"`{path}`" if words.strip("`") == path else f"{words} (`{path}`)"

    text = LINK.sub(link, PICTURE.sub(picture, text))
    text = re.sub(r"\n{3,}", "\n\n", text)
    title, _, rest = text.partition("\n")
    return f"{title}\n\n{NOTE}{rest}" if not url else text


def main():
    text = README.read_text(encoding="utf-8")
    PAGE.write_text(package_page(text, source_url()), encoding="utf-8")


if __name__ == "__main__":
    main()
