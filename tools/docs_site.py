"""What does MkDocs add to the pages in `docs/`: the API, the papers, the notebooks.

`mkdocs.yml` names this file under `hooks`, and `ReadableDocstrings` as an extension of griffe.
"""

import re
import sys
from pathlib import Path

import griffe
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File
from nbconvert import MarkdownExporter

sys.path.append(str(Path(__file__).parent))

import api_pages

NOTEBOOKS = Path(__file__).parents[1] / "examples/notebooks"
PAPERS = "<!-- papers -->"
OUTSIDE = re.compile(r"<(?:script|link|img|iframe)\b[^>]*?(?:src|href)=\"?(?:https?:)?//[^>]*>")


class ReadableDocstrings(griffe.Extension):
    """Turns each docstring into the form that mkdocstrings reads, as it is found."""

    def on_instance(self, *, obj, **kwargs):
        if obj.docstring is not None:
            obj.docstring.value = api_pages.for_the_site(obj.docstring.value)


def on_config(config):
    """Adds to the navigation what no list is kept of."""
    named = re.findall(r"[\w.]+\.md", str(config.nav))
    rest = {path.name for path in Path(config.docs_dir).glob("*.md")} - set(named)
    config.nav += sorted(rest)
    notebooks = [f"notebooks/{path.stem}.md" for path in sorted(NOTEBOOKS.glob("*.ipynb"))]
    config.nav += [{"Notebooks": notebooks}, {"API": list(api_pages.api_pages())}]
    return config


def on_files(files, config):
    """Adds the pages of the API and of the notebooks."""
    for path, text in api_pages.api_pages().items():
        files.append(File.generated(config, path, content=text))
    for notebook in sorted(NOTEBOOKS.glob("*.ipynb")):
        settings = {"unique_key": notebook.stem, "output_files_dir": f"{notebook.stem}_files"}
        text, resources = MarkdownExporter().from_filename(str(notebook), resources=settings)
        files.append(File.generated(config, f"notebooks/{notebook.stem}.md", content=text))
        for name, picture in resources["outputs"].items():
            files.append(File.generated(config, f"notebooks/{name}", content=picture))
    return files


def on_page_markdown(markdown, page, config, files):
    return markdown.replace(PAPERS, api_pages.papers_table()) if PAPERS in markdown else markdown


def on_post_build(config):
    """No page may fetch anything from elsewhere when it is read."""
    for path in Path(config.site_dir).rglob("*.html"):
        found = OUTSIDE.search(path.read_text(encoding="utf-8"))
        if found:
            raise PluginError(f"{path} loads something from outside: {found[0]}")
