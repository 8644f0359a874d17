"""The audit: pyhf is asked about a sample of points, in every run.

Takes the likelihood, the settings of a scan, and its results, which say where pyhf's own fits are
needed most (``fitscan.audit.choice``). Points are fitted anew, so that what is written is checked
as well. Gives audit.csv, one row a comparison:

    check        quantity              fitscan                   pyhf
    log_density  a fit of the test     NLL as fitscan has it     the same by pyhf, at the same place
    minimum      a fit of the test     NLL of fitscan's minimum  NLL of pyhf's minimum, both by pyhf
    CLs          CLs_obs, CLs_exp_*    CLs                       CLs by pyhf alone
    model        a modifier            what pyhf was asked in another form

``difference`` is fitscan - pyhf. ``outcome`` is ``agrees`` or ``differs`` by the ``tolerance``; of
a minimum whose is lower, ``fitscan``, ``pyhf`` or ``equal``; ``failed`` where something was not
compared, or ``refused`` where the engine does not fit such a likelihood at all, and ``message``
says why; or ``remark``, and ``message`` says in which form (``audit.differences``). Every point
of the sample has the first check; the others are made of the points that pyhf fits itself, which
takes it seconds to minutes.

An NLL here is minus the full log-density, constant terms included. The Asimov data of the first
check are pyhf's own at fitscan's background fit, so they are compared as well. Those of the second
are of pyhf's background fit, and fitscan fits them too: minima of different data do not compare.
"""

from fitscan.audit.choice import choose_points
from fitscan.audit.scan import audit_scan, one_sided_points
from fitscan.audit.table import audit_table

__all__ = ["audit_scan", "audit_table", "choose_points", "one_sided_points"]
