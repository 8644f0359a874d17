"""The sections of the report, each a module and a template of the same name.

The module ``name`` says its ``TITLE`` and has ``show``, which takes the run and gives what the
template ``name.html.j2`` finds as ``section``: anything, and nothing (what is false) where the page
leaves the section out. The template also has ``run``. The page puts it below its title, into an
element with the name as its id (``-`` for ``_``), to which the table of contents leads. Macros are
in ``macros.html.j2``.

A new section is these two files and a line in ``fitscan.report.sections.order``. A figure of a scan
is there without more: ``part.figure("limits")`` is an image,
and ``part.reported.files["figures/limits.csv"]`` the bytes of a table. Inputs of write_report that
belong to no scan are in ``run.files``, by their path in ``results``.
"""
