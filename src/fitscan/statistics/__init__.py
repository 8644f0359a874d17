"""Statistics on arrays: CLs from asymptotic formulae and from toys, histograms, coverage."""
