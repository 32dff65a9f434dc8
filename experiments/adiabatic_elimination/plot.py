#!/usr/bin/env python3
"""plot.py TABLE.csv PICTURE.png: errors of App. B and Eq. (1) against gamma_r, a panel for each delta."""
import csv
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt


def main(table, picture):
    with open(table) as file:
        rows = [{key: float(value) for key, value in row.items()} for row in csv.DictReader(file)]
    detunings = sorted({row["delta_over_n_gamma_r"] for row in rows})
    figure, panels = plt.subplots(1, len(detunings), figsize=(3.2 * len(detunings), 3.2), sharey=True)
    for panel, detuning in zip(panels, detunings):
        for color, atoms in zip(("C0", "C1", "C2", "C3"), sorted({row["atoms"] for row in rows})):
            chosen = [row for row in rows if row["atoms"] == atoms and row["delta_over_n_gamma_r"] == detuning]
            x = [row["gamma_r_over_n"] for row in chosen]
            panel.loglog(x, [row["eq_1_error"] for row in chosen], "o--", color=color, mfc="none")
            panel.loglog(x, [row["app_b_error"] for row in chosen], "o-", color=color, label=f"N = {atoms:.0f}")
        panel.set_title(rf"$\delta = {detuning:g}\, N \gamma_r$")
        panel.set_xlabel(r"$\gamma_r / N\gamma$")
    panels[0].set_ylabel(r"max $|\Delta\langle J_z\rangle|/N$")
    figure.suptitle("distance from the three-level atoms: App. B solid, Eq. (1) dashed", fontsize="medium")
    panels[0].legend()
    figure.tight_layout()
    figure.savefig(picture, dpi=150)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
