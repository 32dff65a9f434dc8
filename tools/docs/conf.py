"""The documentation site; version, release and the path of Doxygen's XML come from the build."""
project = 'dickejump'
author = 'the authors of dickejump'
copyright = author
extensions = ['myst_parser', 'breathe']
html_theme = 'furo'
html_title = 'dickejump'
exclude_patterns = ['CMakeLists.txt', 'Doxyfile.in', 'escape.sed']
myst_enable_extensions = ['deflist']
myst_heading_anchors = 3
breathe_default_project = 'dickejump'
primary_domain = 'cpp'
highlight_language = 'none'
# Names of the standard library and of Eigen are nobody's to link here.
nitpicky = False
