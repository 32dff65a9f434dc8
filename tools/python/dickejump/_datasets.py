"""Curves as xarray datasets."""
import numpy as np

UNITS = {'scaled_pump': 'transition widths', 'time': '1/gamma', 'jz_mean': '1', 'jz_variance': '1', 'j2_mean': '1'}


def on_one_grid(curves):
    """The curves of all legs by ascending s: {key: [leg][point]}, and s. Legs have the same points, one backwards."""
    legs = []
    for curve in curves:
        order = np.argsort(curve['scaled_pump'], kind='stable')
        legs.append({key: column[order] for key, column in curve.items()
                     if isinstance(column, np.ndarray) and column.shape == order.shape})
    grid = legs[0]['scaled_pump']
    keys = [key for key in legs[0] if key != 'scaled_pump' and all(key in leg for leg in legs)]
    for leg in legs:
        if not np.allclose(leg['scaled_pump'], grid, rtol=0, atol=1e-9 * max(1.0, np.abs(grid).max())):
            raise ValueError('the legs have different points, and no common grid')
    return grid, {key: np.array([leg[key] for leg in legs]) for key in keys}


def scan_dataset(result):
    import xarray
    grid, columns = on_one_grid(result.curves)
    directions = [curve.direction for curve in result.curves]
    data = {key: (('direction', 'scaled_pump'), column) for key, column in columns.items()}
    if 'exact' in result and 'curves' in result.exact and len(result.exact.curves) == len(directions):
        exact_grid, exact = on_one_grid(result.exact.curves)
        if exact_grid.shape == grid.shape:
            data |= {f'exact_{key}': (('direction', 'scaled_pump'), exact[key]) for key in exact if key != 'time'}
    return xarray.Dataset(data, {'direction': directions, 'scaled_pump': grid})


def ensemble_dataset(result):
    import xarray
    data = {}
    for name, observable in result.observables.items():
        data[name] = ('time', observable.mean)
        if isinstance(observable['error'] if 'error' in observable else None, np.ndarray):
            data[f'{name}_error'] = ('time', observable.error)
    return xarray.Dataset(data, {'time': result.times})


def dataset(result):
    if 'curves' in result and 'scaled_pump' in result.curves[0]:
        made = scan_dataset(result)
    elif 'observables' in result and 'times' in result:
        made = ensemble_dataset(result)
    else:
        raise TypeError(f'a result of {result.verb} has no curves: its keys are {", ".join(result)}')
    for name, variable in made.variables.items():
        unit = UNITS.get(name.removeprefix('exact_').removesuffix('_error'))
        if unit:
            variable.attrs['units'] = unit
    made.attrs = {'title': f'dickejump {result.verb}', 'config': result.to_toml()}
    return made
