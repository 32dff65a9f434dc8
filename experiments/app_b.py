"""App. B: three-level atoms against App. B at finite detuning and Eq. (1)."""
import matplotlib.pyplot as plt
import numpy as np
from experiment import DOWN, EXACT, GREEN, INK, PAPER, UP, Row, array, number, percent, points

TITLE = 'From three-level atoms to Eq. (1): where adiabatic elimination holds (Eq. 2, App. B)'
N = 4
CASES = ((20, 1), (200, 1), (200, 3), (200, 10), (200, 30), (2000, 1), (2000, 10))


def jz(result):
    return array(result['observables']['jz']['mean'])


def errors(results):
    """Largest distance of <J_z>/N from the three-level atoms over 1/gamma, of App. B and of Eq. (1)."""
    eq1 = jz(results['eq_1'])
    for case, full, reduced in zip(CASES, results['three_level'], results['app_b']):
        yield case, np.abs(jz(reduced) - jz(full)).max() / N, np.abs(eq1 - jz(full)).max() / N


def rows(results):
    table = []
    for (case, app_b, eq1), full, run in zip(errors(results), results['three_level'], results['runs']):
        g, d = case
        o = run['observables']['jz']
        paper = jz(results['eq_1'])[-1]
        exact = jz(full)[-1]
        word = 'confirmed' if eq1 < 0.002 else 'approximate'
        table.append(Row(f'⟨J_z⟩ of three-level atoms at t = 1/γ, N = 4, γ_r = {g} Nγ, δ = {d} Nγ_r', f'{number(paper, 5)} (Eq. 1)', exact,
                         (o['mean'][-1], o['error'][-1]), f'{word}: Eq. 1 within {percent(eq1)} of N, App. B within {percent(app_b)}'
                         + (' (δ ≫ Nγ_r not met)' if d < 10 else ''), tolerance=1e-5))
    return table


def finding(results):
    e = {case: (b, eq) for case, b, eq in errors(results)}
    return f"""Confirmed inside the window Nγ ≪ γ_r ≪ δ/N of (B14), with the exception of one printed shift (below). At γ_r = 200 Nγ and
δ = 30 Nγ_r Eq. (1) reproduces ⟨J_z⟩(t) of the three-level atoms within {percent(e[(200, 30)][1])} of N, App. B at finite detuning within
{percent(e[(200, 30)][0])}. At δ = Nγ_r, where (B14) fails, Eq. (1) is off by {percent(e[(200, 1)][1])} however large γ_r is ({percent(e[(2000, 1)][1])} at
γ_r = 2000 Nγ), while App. B keeps {percent(e[(200, 1)][0])} and {percent(e[(2000, 1)][0])}: its error is that of eliminating |r⟩ and falls as Nγ/γ_r,
whatever the detuning. The whole window, N = 2..10, with fitted powers: [adiabatic_elimination](adiabatic_elimination/README.md)."""


def draw(results):
    fig, (left, right) = plt.subplots(1, 2, figsize=(10.2, 4.2))
    k = CASES.index((200, 1))
    full, reduced, run, eq1 = results['three_level'][k], results['app_b'][k], results['runs'][k], results['eq_1']
    t = array(full['times'])
    left.plot(t, jz(full) / N, color=INK, label='Eq. (2), three levels, exact', **EXACT)
    left.plot(t, jz(reduced) / N, color=GREEN, ls=(0, (4, 2)), lw=1.6, label='App. B at finite detuning', zorder=4)
    left.plot(t, jz(eq1) / N, label='Eq. (1)', **PAPER | {'color': DOWN, 'lw': 1.3})
    o = run['observables']['jz']
    left.errorbar(t, array(o['mean']) / N, array(o['error']) / N, **points(label=f"{run['ensemble']['trajectories']} trajectories of Eq. (2)"))
    left.set(xlabel=r'time  $\gamma t$', ylabel=r'$\langle\hat J_z\rangle/N$', xlim=(-0.02, 1.02),
             title=r'(a)  $N = 4$, $\gamma_r = 200\,N\gamma$, $\delta = N\gamma_r$')
    left.legend(loc='lower right')
    e = list(errors(results))
    chosen = [(c[1], b, q) for c, b, q in e if c[0] == 200]
    right.plot([c for c, _, _ in chosen], [b for _, b, _ in chosen], 'o-', color=GREEN, ms=5, label=r'App. B, $\gamma_r = 200\,N\gamma$')
    right.plot([c for c, _, _ in chosen], [q for _, _, q in chosen], 's-', color=DOWN, ms=5, label=r'Eq. (1), $\gamma_r = 200\,N\gamma$')
    chosen = [(c[1], b, q) for c, b, q in e if c[0] == 2000]
    right.plot([c for c, _, _ in chosen], [b for _, b, _ in chosen], 'o--', color=GREEN, ms=5, mfc='white', label=r'App. B, $\gamma_r = 2000\,N\gamma$')
    right.plot([c for c, _, _ in chosen], [q for _, _, q in chosen], 's--', color=DOWN, ms=5, mfc='white', label=r'Eq. (1), $\gamma_r = 2000\,N\gamma$')
    x = np.array([1, 10])
    right.plot(x, 0.06 * x ** -2.0, **PAPER)
    right.text(2.6, 0.011, r'$(N\gamma_r/\delta)^2$', color='#777777')
    right.set(xscale='log', yscale='log', xlabel=r'$\delta/(N\gamma_r)$', ylabel=r'largest error of $\langle\hat J_z\rangle/N$', title='(b)', ylim=(8e-6, 0.1))
    right.legend(loc='lower left', fontsize=8)
    return fig
