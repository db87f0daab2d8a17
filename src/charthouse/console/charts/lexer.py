"""How a chart's YAML is coloured, with the Go templates in it.

Of our own, because it is given strangers' texts: each rule takes linear time, which Pygments' own for YAML do not.
"""

from __future__ import annotations

from typing import ClassVar

from pygments.lexer import RegexLexer, bygroups
from pygments.token import Comment, Keyword, Name, Number, Operator, Punctuation, String, Text

_BLOCKS = "if|else|end|range|with|define|template|block|break|continue"


class ChartLexer(RegexLexer):
    """YAML with actions between double braces; what is neither is text."""

    name = "Helm chart"
    tokens: ClassVar = {
        "root": [
            (r"\{\{-?", Punctuation, "action"),
            (r"(?<!\S)#[^\n]*", Comment),
            (
                r"^([ \t]*)((?:-[ ]{1,8}){0,8})([^\s:#{}\[\]\"'&*!|>%@`,-][^:\n{#]{0,200})(:)(?=\s)",
                bygroups(Text, Punctuation, Name.Tag, Punctuation),  # type: ignore[no-untyped-call]  # of Pygments
            ),
            (r"\"(?:\\.|[^\"\\\n{]|\{(?!\{))*\"?", String),
            (r"'(?:[^'\n{]|\{(?!\{))*'?", String),
            (r"(?<!\S)(?:true|false|null|yes|no|on|off|~)(?=\s)", Keyword.Constant),
            (r"(?<!\S)-?\d{1,30}(?:\.\d{1,30})?(?=[\s,\]}])", Number),
            (r"(?<!\S)[&*!][\w.-]{1,100}", Name.Label),
            (r"[^\s\"'#{]+", Text),
            (r"\n|[^\S\n]+|.", Text),
        ],
        "action": [
            (r"-?\}\}", Punctuation, "#pop"),
            (r"/\*", Comment, "comment"),
            (r"`", String, "raw"),
            (r"\"(?:\\.|[^\"\\\n])*\"?", String),
            (rf"(?:{_BLOCKS})\b", Keyword),
            (r"\$\w*", Name.Variable),
            (r"\.[\w.]*", Name.Attribute),
            (r"\d+", Number),
            (r":=|[=|]", Operator),
            (r"\w+", Name.Function),
            (r"\s+|.", Text),
        ],
        "comment": [(r"\*/", Comment, "#pop"), (r"[^*]+|\*", Comment)],
        "raw": [(r"`", String, "#pop"), (r"[^`]+", String)],
    }
