"""Texts that try to be more than text, and the characters that steer a terminal."""

from __future__ import annotations

PAYLOADS = (
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</style><svg onload=a>"),
    *('"><b onclick=x>', "'><a href=//e.example>", "<!--", "]]>", "</title>", "<iframe src=//e>"),
    *("{{7*7}}", "{% raw %}", "${7*7}", "#{7*7}", "%n%s%x", "&lt;b&gt;", "&#60;i&#62;"),
    *("=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", "=cmd|' /C calc'!A0", "\x00=1"),
    *("\x1b[31mred", "\x1b]0;title\x07", "\x1b[2J", "\x9b31m", "\x08\x08\x08", "\x7f"),
    *("[red]x[/red]", "[link=//e]x", "[/]", ":skull:", "a\nb", "\x0b\x0c"),
    *("../../x", "/etc/passwd", "C:\\x", "CON", "'; DROP TABLE x;--", "\xe2\x80\xaeabc"),
)
STEERING = {*map(chr, range(32)), *map(chr, range(0x7F, 0xA0)), "\u202e"} - {"\n"}
