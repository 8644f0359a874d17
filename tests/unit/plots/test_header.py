"""The texts above the data."""

import pytest
from drawn import grid, plane, texts

from fitscan.errors import FitscanError


@pytest.mark.parametrize("where", ["x_title", "title", "method"])
def test_faulty_math_text_is_refused(where):
    with pytest.raises(FitscanError, match="matplotlib cannot read the math"):
        plane(*grid(), **{where: r"$m_{\tilde{\chi}$ [GeV]"})


def test_dollar_sign_alone_is_text():
    assert texts(plane(*grid(), title="5 $ a point"))[0] == "5 $ a point"


def test_each_part_of_text_with_math_is_a_row():
    method = r"CLs, $\tilde{q}_\mu$; default initial values"
    rows = texts(plane(*grid(), title="A search", method=method))
    assert rows[2:4] == [r"CLs, $\tilde{q}_\mu$", "Default initial values"]
