import io

from fontTools import subset
from fontTools.ttLib import TTFont
from matplotlib.font_manager import findfont

from fitscan.plots.pdf_fonts import LAYOUT, letters_only


def embedded(text):
    """The tables of a font of a few letters, as matplotlib asks for one."""
    options = subset.Options(glyph_names=True, recommended_glyphs=True)
    with subset.load_font(findfont("DejaVu Sans"), options) as font:
        subsetter = subset.Subsetter(options=options)
        subsetter.populate(text=text)
        subsetter.subset(font)
        buffer = io.BytesIO()
        font.save(buffer)
    with TTFont(buffer) as font:
        return set(font.keys()), {chr(code) for code in font.getBestCmap()}


def test_letters_stay_and_tables_that_set_text_go():
    tables, letters = embedded("CLs")
    with letters_only():
        fewer, same = embedded("CLs")
    assert same == letters >= {"C", "L", "s"}
    assert fewer == tables - set(LAYOUT) != tables
    assert embedded("CLs")[0] == tables
