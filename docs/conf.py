"""How Sphinx makes the pages of this folder into ``build/site``: ``make site``."""

from __future__ import annotations

from pipeline import __version__

project = "hypnic"
author = "The hypnic developers"
copyright = author  # noqa: A001 - the name that Sphinx wants
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
source_suffix = {".md": "markdown"}
myst_heading_anchors = 4  # so that #some-heading can be linked to, as on a forge
nitpicky = True
nitpick_ignore_regex = [("py:.*", ".*")]  # types of other libraries: no other site is asked

html_theme = "furo"
html_title = f"hypnic {version}"
html_show_copyright = False
html_copy_source = False
html_show_sourcelink = False

autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
napoleon_google_docstring = False
napoleon_use_rtype = False
