"""The documentation site; version, release and the path of Doxygen's XML come from the build."""
from sphinx.domains.cpp import CPPFunctionObject
from sphinx.util.docfields import GroupedField

project = 'dickejump'
author = 'the authors of dickejump'
copyright = author
extensions = ['myst_parser', 'breathe']
html_theme = 'furo'
html_title = 'dickejump'
exclude_patterns = ['CMakeLists.txt', 'Doxyfile.in', 'escape.sed', 'namespaces.dox', '*.py']
myst_enable_extensions = ['deflist']
myst_heading_anchors = 3
breathe_default_project = 'dickejump'
primary_domain = 'cpp'
highlight_language = 'none'
# Names of the standard library and of Eigen are nobody's to link here.
nitpicky = False

# What is thrown is told as text: looking up a word there that is no name ends Sphinx 5 with a traceback.
CPPFunctionObject.doc_field_types = [
    GroupedField(field.name, names=field.names, label=field.label, can_collapse=field.can_collapse)
    if isinstance(field, GroupedField) and 'throws' in field.names else field
    for field in CPPFunctionObject.doc_field_types]
