#!/usr/bin/env python3
"""usage: compare.py EXPECTED.csv GOT.csv
Holds the figures of a program against R's; prints how many agree to 1e-9 and exits 1 where one does not.
GOT may be a peer's own table or `pencilmark analyse --format csv`."""
import csv, sys

NAMES = dict(n_pairs='n.pairs', n_pre_only='n.pre_only', n_post_only='n.post_only', ci_lo='change.ci_lo', ci_hi='change.ci_hi',
    t='t.stat', t_p='t.p', pct='pct.value', fieller_lo='pct.fieller_lo', fieller_hi='pct.fieller_hi', improved='improved.n',
    same='same.n', declined='declined.n', imp_lo='improved.wilson_lo', imp_hi='improved.wilson_hi', w_plus='wilcoxon.w_plus',
    w_p='wilcoxon.p', sign_p='sign.p', mc_b='top.b', mc_c='top.c', mc_p='mcnemar.p_exact', mc_mid='mcnemar.p_mid',
    cr1_se='cluster.se_cr1')

def table(path):
    with open(path, newline='') as file:
        return {(row.get('site') or row['group'], row['measure']): row for row in csv.DictReader(file)}

def holm(rows, measure):
    """Each site's signed-rank p within its measure; `analyse` corrects groups by Benjamini and Hochberg instead."""
    p = sorted((float(row[NAMES['w_p']]), site) for (site, m), row in rows.items() if m == measure)
    out, largest = {}, 0.
    for rank, (value, site) in enumerate(p):
        largest = max(largest, min(1., (len(p) - rank) * value))
        out[site] = largest
    return out

expected, got = table(sys.argv[1]), table(sys.argv[2])
agree, differ = 0, []
for (site, measure), row in expected.items():
    for name, value in row.items():
        if name in ('site', 'measure'): continue
        other = got[site, measure]
        if name == 'holm' and 'holm' not in other: found = holm(got, measure)[site]
        else: found = float(other[name] if name in other else other[NAMES.get(name, name.replace('_', '.', 1))])
        # R printed 15 digits
        if abs(found - float(value)) <= max(1e-300, 1e-9 * abs(float(value))): agree += 1
        else: differ.append(f'{site} {measure} {name}: {found}, R {value}')
print(f'{sys.argv[2].rsplit("/", 1)[-1]}: {agree} figures as R has them, {len(differ)} not', *differ[:10], sep='\n  ')
sys.exit(bool(differ))
