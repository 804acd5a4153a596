"""The code of an analysis as a page whose lines can be linked to."""

from __future__ import annotations

from html import escape

__all__ = ["source_html"]

STYLE = (
    "pre{font:13px/1.5 ui-monospace,Consolas,monospace;tab-size:4}"
    "a{color:#5b6570;text-decoration:none}:target{background:#fff3b0}"
)


def source_html(title: str, text: str) -> str:
    """Every line of the text with its number; `#L12` is line 12."""
    lines = "\n".join(
        f'<span id="L{number}"><a href="#L{number}">{number:>4}</a>  {escape(line)}</span>'
        for number, line in enumerate(text.removesuffix("\n").split("\n"), 1)  # as Python counts
    )
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head>\n<body><h1>{escape(title)}</h1>\n<pre>{lines}</pre></body>\n</html>\n"
    )
