def render_comparison(found): return ""
