#!/usr/bin/env python3
"""Pages of every public C++ name, a page a layer, from Doxygen's XML. usage: cpp_reference.py XML FOLDER"""
import re
import sys
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from pathlib import Path

LAYERS = {'model': 'Atoms, pumps and operators', 'random': 'Random numbers', 'trajectory': 'Samplers of populations',
          'wavefunction': 'Samplers of wavefunctions', 'record': 'Photons and detectors', 'estimate': 'Estimates and statistics',
          'exact': 'Master equations and bounds', 'ensemble': 'Blocks, parts and threads', 'study': 'Studies',
          'io': 'Files and reports'}
# Lists in a comment that stand in paragraphs of their own.
PARTS = {'param': 'Takes', 'templateparam': 'Of types', 'exception': 'Throws', 'return': 'Returns', 'note': 'Note'}


def plain(node):
    return ' '.join(''.join(node.itertext()).split()) if node is not None else ''


def escaped(text):
    return re.sub(r'([!-/:-@\[-`{-~])', r'\\\1', text)


def told(node):
    """A comment as Markdown, one paragraph a string."""
    if node is None:
        return []
    paragraphs = ['']

    def walk(at):
        if at.tag == 'computeroutput':
            paragraphs[-1] += f'`{"".join(at.itertext())}`'
        elif at.tag in ('parameterlist', 'simplesect'):
            for item in at.findall('parameteritem') or [at]:
                name = ', '.join(plain(one) for one in item.iter('parametername'))
                name = name if at.get('kind') == 'exception' and not name[:1].isupper() and '::' not in name else name and f'`{name}`'
                what = ' '.join(text for one in item.findall('parameterdescription') or item.findall('para') for text in told(one))
                paragraphs.append(f'{PARTS.get(at.get("kind"), "Note")}: {f"{name} " if name else ""}{what}')
            paragraphs.append('')
        else:
            if at.tag == 'para' and paragraphs[-1].strip():
                paragraphs.append('')
            paragraphs[-1] += escaped(at.text or '')
            for inner in at:
                walk(inner)
                paragraphs[-1] += escaped(inner.tail or '')

    walk(node)
    return [' '.join(paragraph.split()) for paragraph in paragraphs if paragraph.strip()]


def comment_of(entry):
    return told(entry.find('briefdescription')) + told(entry.find('detaileddescription'))


def tidied(code):
    return re.sub(r'\s*(::|[&*]+)\s*(?=\w)', lambda at: at[1] if at[1] == '::' else at[1] + ' ', code) \
        .replace('< ', '<').replace(' >', '>').replace(' &', '&').replace(' *', '*').replace('`', "'").strip()


def template_of(entry):
    parameters = [' '.join(filter(None, (plain(one.find('type')), plain(one.find('declname')))))
                  for one in entry.findall('./templateparamlist/param')]
    return f'template <{", ".join(parameters)}> ' if parameters else ''


def signature(member):
    """How a name is declared, in one line."""
    kind, name, type_ = member.get('kind'), plain(member.find('name')), plain(member.find('type'))
    if kind == 'typedef':
        return f'using {name} = {tidied(type_)}'
    if kind == 'enum':
        return f'enum {name}'
    initial = plain(member.find('initializer'))
    initial = f' {initial}' if kind == 'variable' and len(initial) < 60 else ''
    static = 'static ' if member.get('static') == 'yes' and 'static' not in type_ else ''
    return tidied(f'{template_of(member)}{static}{type_} {name}{plain(member.find("argsstring"))}{initial}')


def definition(term, paragraphs):
    """A term and what it means; a definition list of Markdown."""
    paragraphs = paragraphs or ['']
    return '\n'.join([f'`{term}`', f': {paragraphs[0]}', *(f'\n  {paragraph}' for paragraph in paragraphs[1:]), ''])


def member_text(member):
    paragraphs = comment_of(member)
    values = {f'`{plain(value.find("name"))}`': ' '.join(comment_of(value)) for value in member.findall('enumvalue')}
    if any(values.values()):
        paragraphs += [f'{name}: {meaning}' if meaning else name for name, meaning in values.items()]
    elif values:
        paragraphs.append(', '.join(values))
    return definition(signature(member), paragraphs)


def place(entry):
    """The header, and the line there."""
    location = entry.find('location')
    return location.get('file'), int(location.get('line'))


def entries(xml):
    """{header: [(line, Markdown)]} of all that is public."""
    found = defaultdict(list)
    for file in sorted(xml.glob('*.xml')):
        if not file.name.startswith(('class', 'struct', 'namespace', 'concept')):
            continue
        for compound in ElementTree.parse(file).getroot().findall('compounddef'):
            members = [member for section in compound.findall('sectiondef') for member in section.findall('memberdef')
                       if member.get('prot') == 'public']
            name = plain(compound.find('compoundname')).removeprefix('dickejump::')
            if compound.get('kind') == 'namespace':
                for member in members:
                    header, line = place(member)
                    found[header].append((line, member_text(member)))
            elif comment_of(compound):
                header, line = place(compound)
                lines = [f'### {escaped(name)}', '', f'`{tidied(template_of(compound))} {compound.get("kind")} {name}`'.replace('` ', '`'),
                         '', *(text for paragraph in comment_of(compound) for text in (paragraph, ''))]
                lines += [member_text(member) for member in sorted(members, key=lambda one: place(one)[1])]
                found[header].append((line, '\n'.join(lines)))
    return found


def main(xml, folder):
    folder.mkdir(parents=True, exist_ok=True)
    found = entries(xml)
    for layer, title in LAYERS.items():
        headers = sorted(header for header in found if header.startswith(f'dickejump/{layer}/'))
        page = [f'# {title}', '', f'Layer `{layer}`: {len(headers)} headers.', '']
        for header in headers:
            page += [f'## {escaped(header.removeprefix("dickejump/"))}', '']
            page += [text + '\n' for _, text in sorted(found[header], key=lambda one: one[0])]
        (folder / f'{layer}.md').write_text('\n'.join(page), encoding='utf-8')


if __name__ == '__main__':
    main(Path(sys.argv[1]), Path(sys.argv[2]))
