"""A result in a notebook."""
from html import escape

from ._records import Quantity, Table

COLUMNS = ('name', 'estimator', 'direction', 'detector', 'pool', 'mean', 'std', 'missing', 'delta_w')


def cell(value):
    return '' if value is None else f'{value:.6g}' if isinstance(value, float) else str(value)


def table(rows, columns):
    head = ''.join(f'<th>{escape(column)}</th>' for column in columns)
    lines = (''.join(f'<td>{escape(cell(row[column]) if column in row else "")}</td>' for column in columns) for row in rows)
    return f'<table><thead><tr>{head}</tr></thead><tbody>{"".join(f"<tr>{line}</tr>" for line in lines)}</tbody></table>'


def page(result):
    """What was asked, a table of the estimators if there are any, single numbers, and the command line's own table."""
    parts = [f'<p><b>dickejump {escape(result.verb)}</b></p>']
    if isinstance(result._fields.get('estimators'), Table) and result.estimators:
        columns = [column for column in COLUMNS if any(column in row for row in result.estimators)]
        parts.append(table(result.estimators, columns))
    single = {key: value for key, value in result.items() if isinstance(value, (int, float, Quantity))}
    if single:
        parts.append(table([single], list(single)))
    parts.append(f'<details><summary>table</summary><pre>{escape(str(result))}</pre></details>')
    if result.to_toml():
        parts.append(f'<details><summary>config.toml</summary><pre>{escape(result.to_toml())}</pre></details>')
    return ''.join(parts)
