"""Which names does the package offer, and which papers does it cite, for the pages of the docs?

The sources are read as text: nothing is imported, so the pages need no backend.
"""

import ast
import re
import textwrap
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "keras_halluc"
TITLE = re.compile(r"^([A-Z][A-Za-z ]*):$", re.MULTILINE)
# A citation ends in its address, or in a semicolon before the next one.
CITATION = re.compile(r"\s*(.+?)(?:,\s+(https?://\S+?);?(?=\s|$)|;\s|$)")


def public_names():
    """Folder -> name in its `__all__` -> where that is defined."""
    found = {}
    for init in sorted(PACKAGE.glob("*/__init__.py")):
        folder, tree = f"keras_halluc.{init.parent.name}", ast.parse(init.read_text("utf-8"))
        origins = {
            alias.asname or alias.name: f"{node.module}.{alias.name}"
            for node in ast.walk(tree)  # what is loaded on first use stands inside a function
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        names = {name: origins.get(name, f"{folder}.{name}") for name in _all_of(tree)}
        if names:
            found[init.parent.name] = names
    return found


def api_pages():
    """Path of a page -> its text for mkdocstrings: a page a folder, a heading a public name."""
    pages = {}
    for folder, names in public_names().items():
        init = PACKAGE / folder / "__init__.py"
        parts = [f"# {folder}\n", ast.get_docstring(ast.parse(init.read_text("utf-8"))) + "\n"]
        parts += [f"::: {origin}\n" for origin in names.values()]
        pages[f"api/{folder}.md"] = "\n".join(parts)
    return pages


def papers_table():
    """Every paper the docstrings cite, and who cites it, as Markdown."""
    public = {
        origin: f"{folder}.{name}"
        for folder, names in public_names().items()
        for name, origin in names.items()
    }
    cited = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        module = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, (ast.ClassDef, ast.FunctionDef)):
                continue
            origin = f"{module}.{node.name}"
            for text, url in papers(ast.get_docstring(node) or ""):
                fullest, users, _ = cited.get(url or text, ("", [], url))
                name = public.get(origin, module.removeprefix("keras_halluc."))
                cited[url or text] = (max(fullest, text, key=len), [*users, name], url)
    lines = ["| paper | in |", "|---|---|"]
    for text, users, url in sorted(cited.values()):
        shown = ", ".join(f"`{user}`" for user in dict.fromkeys(users))
        lines.append(f"| {linked(text, url)} | {shown} |")
    return "\n".join(lines)


def papers(docstring):
    """What a docstring cites: list of `(text, address or "")`."""
    return [
        citation
        for title, body in sections(docstring)
        if title == "References"
        for citation in CITATION.findall(" ".join(body.split()))
    ]


def linked(text, url):
    address = url.replace("<", "%3C").replace(">", "%3E")
    return f"[{text}]({address})" if url else text


def sections(docstring):
    """List of `(title, body)`; the text before the first title has the title ""."""
    parts = TITLE.split(docstring)
    return [("", parts[0]), *zip(parts[1::2], parts[2::2])]


def for_the_site(docstring):
    """The docstring in the form that mkdocstrings reads: examples as code, lists as lists."""
    shown = []
    for title, body in sections(docstring):
        if title == "Example":
            body = "Examples:\n" + textwrap.indent(body.strip("\n"), "    ") + "\n\n"
        elif title == "Call arguments":
            items = re.sub(r"^ {4}(\w+|\*+\w+):", r"- `\1`:", body.strip("\n"), flags=re.MULTILINE)
            body = f"**Call arguments**\n\n{items}\n\n"
        elif title == "References":
            items = "".join(f"- {linked(*paper)}\n" for paper in papers(f"{title}:\n{body}"))
            body = f"**References**\n\n{items}\n"
        elif title:
            body = f"{title}:{body}"
        shown.append(re.sub(r"^\.\. math:: ", "    ", body, flags=re.MULTILINE))  # TeX, as code
    return "".join(shown)


def _all_of(tree):
    for node in tree.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
            return ast.literal_eval(node.value)
    return []
