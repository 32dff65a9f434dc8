#!/usr/bin/env python3
"""A page of every public Python name, from the package's stubs and sources, which need not be built or imported.
usage: python_reference.py PACKAGE FILE"""
import ast
import inspect
import re
import sys
from pathlib import Path

from cpp_reference import definition, escaped

KEYWORD = re.compile(r'(\w+): (.*)')


def parsed(path):
    return ast.parse(path.read_text(encoding='utf-8'))


def names_of(package, module):
    """{public name: the node that defines it} of a stub, names that it takes from elsewhere in the package too."""
    found = {}
    for node in parsed(package / module).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found[node.name] = node
        elif isinstance(node, ast.ImportFrom) and node.level == 1 and node.module:
            tree = parsed(package / f'{node.module}.py')
            for alias in node.names:
                if alias.asname:
                    found[alias.asname] = defined(tree, alias.name)
    return found


def defined(tree, name):
    """A function or class; of a name that is assigned, a class with the comment that it is given."""
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name == name:
            return node
    comment = next(node.value for node in tree.body if isinstance(node, ast.Assign)
                   and ast.unparse(node.targets[0]) == f'{name}.__doc__')
    return ast.ClassDef(name=name, bases=[], keywords=[], body=[ast.Expr(comment)], decorator_list=[])


def paragraphs_of(text):
    return [escaped(' '.join(paragraph.split())) for paragraph in re.split(r'\n\s*\n', text or '') if paragraph.strip()]


def keywords_of(function):
    """{keyword: (type, what it says)}, and the text before them: a stub tells keys a line each."""
    types = {one.arg: ast.unparse(one.annotation) for one in function.args.kwonlyargs if one.annotation}
    words, text = {}, []
    for line in (ast.get_docstring(function) or '').splitlines():
        told = KEYWORD.fullmatch(line)
        if told and told[1] in types:
            words[told[1]] = re.sub(r'^Optional\[(.*)\]$', r'\1', types[told[1]]), told[2]
        else:
            text.append(line)
    return words, '\n'.join(text)


def signature(function):
    """With its keywords in short, where they are told below."""
    if keywords_of(function)[0]:
        return f'{function.name}(config=None, /, *, ..)'
    return f'{function.name}({ast.unparse(function.args)})'


def function_text(name, function):
    words, text = keywords_of(function)
    lines = [f'### {escaped(name)}', '', f'`{signature(function)}`', '']
    lines += [line for paragraph in paragraphs_of(text) for line in (paragraph, '')]
    return '\n'.join(lines + [definition(f'{word}: {type_}', [escaped(what)]) for word, (type_, what) in words.items()])


def class_text(name, node):
    bases = ', '.join(ast.unparse(base) for base in node.bases)
    lines = [f'### {escaped(name)}', '', f'`class {name}{f"({bases})" if bases else ""}`', '']
    lines += [line for paragraph in paragraphs_of(inspect.cleandoc(ast.get_docstring(node) or '')) for line in (paragraph, '')]
    for member in node.body:
        if isinstance(member, ast.FunctionDef) and not member.name.startswith('_'):
            is_property = any(isinstance(one, ast.Name) and one.id == 'property' for one in member.decorator_list)
            arguments = '' if is_property else f'({ast.unparse(member.args).removeprefix("self").removeprefix(", ")})'
            lines.append(definition(f'{member.name}{arguments}', paragraphs_of(ast.get_docstring(member))))
    return '\n'.join(lines)


def main(package, target):
    page = ['# Every Python name', '', 'Configurations (`ScanConfig`, ..) are dataclasses of the keywords of the function of their name.', '']
    for module, title in (('__init__.pyi', 'dickejump'), ('exact.pyi', 'dickejump.exact'), ('compare.pyi', 'dickejump.compare')):
        page += [f'## {title}', '']
        for name, node in sorted(names_of(package, module).items(), key=lambda item: item[0].lower()):
            if isinstance(node, ast.FunctionDef):
                page.append(function_text(name, node))
            elif not name.endswith('Config'):
                page.append(class_text(name, node))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text('\n'.join(page), encoding='utf-8')


if __name__ == '__main__':
    main(Path(sys.argv[1]), Path(sys.argv[2]))
