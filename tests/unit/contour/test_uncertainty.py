"""How uncertain lines are by interpolation: against surfaces whose line is known."""

import numpy as np
import pytest
from contourpy import contour_generator
from matplotlib.tri import LinearTriInterpolator, Triangulation
from scipy.stats import norm

from fitscan import contour
from fitscan.contour import LOG_LIMIT, SIGNIFICANCE, SPACES, line_uncertainty, triangulate
from fitscan.contour.triangles import mesh
from fitscan.contour.uncertainty import FEWEST, MOST, PART, residuals_left_out

LEVEL = norm.isf(0.05)


def grid(nx=9, ny=7):
    x, y = np.meshgrid(np.linspace(100.0, 900.0, nx), np.linspace(0.0, 600.0, ny))
    return x.ravel(), y.ravel()


def scattered():
    x, y = np.random.default_rng(5).uniform(0.0, 1000.0, (2, 150))
    return x[y < x], y[y < x]


def triangular():
    """Coarse at high masses and fine at low ones, below the line of equal masses."""
    fine = np.meshgrid(np.arange(150.0, 400.0, 25.0), np.arange(0.0, 125.0, 25.0))
    coarse = np.meshgrid(np.arange(400.0, 1100.0, 50.0), np.arange(0.0, 500.0, 50.0))
    x, y = (np.concatenate([a.ravel(), b.ravel()]) for a, b in zip(fine, coarse, strict=True))
    return x[y < x - 100.0], y[y < x - 100.0]


GRIDS = {
    "regular": grid(12, 9),
    "oblong": grid(17, 7),
    "scattered": scattered(),
    "triangular": triangular(),
}


def two_regions(random, x_range, y_range):
    """Two selections whose signal falls with the mass, and fades where masses are near."""
    width = x_range[1] - x_range[0]
    falls, fades, starts = (
        width * random.uniform(low, high, 2) for low, high in ((0.12, 0.35), (0.08, 0.3), (0, 0.1))
    )

    def signal(x, y, noise=(0.0, 0.0)):
        parts = [
            (1.0 + noise[k])
            * np.exp(-(x - x_range[0]) / falls[k])
            * -np.expm1(-((np.maximum(x - y - starts[k], 0.0) / fades[k]) ** 2))
            for k in range(2)
        ]
        return np.hypot(parts[0], 0.7 * parts[1])

    reach = signal(x_range[0] + width * random.uniform(0.35, 0.65), y_range[0])
    return lambda x, y, noise=(0.0, 0.0): (LEVEL + 0.3) / reach * signal(x, y, noise) - 0.3


def waves(random, x_range, y_range):
    """A slope with waves of several lengths; noise adds to it."""
    extent = np.array([x_range[1] - x_range[0], y_range[1] - y_range[0]])
    turns, phases = random.normal(0.0, 2.2, (6, 2)) / extent, random.uniform(0.0, 6.3, 6)
    heights, slope = random.normal(0.0, 0.6, 6), random.uniform(3.0, 6.0)

    def height(x, y, noise=(0.0, 0.0)):
        wave = sum(
            size * np.cos(turn[0] * x + turn[1] * y + phase)
            for size, turn, phase in zip(heights, turns, phases, strict=True)
        )
        return LEVEL + slope * (0.5 - (x - x_range[0]) / extent[0]) + wave + 3.0 * noise[0]

    return height


def held(x, y, surface, noise):
    """The part of the true line that lies in the band, and the length of it that was tested."""
    found = line_uncertainty(x, y, SIGNIFICANCE.CLs(surface(x, y, noise)))
    across, up = np.linspace(x.min(), x.max(), 300), np.linspace(y.min(), y.max(), 300)
    truth = contour_generator(across, up, surface(*np.meshgrid(across, up))).lines(LEVEL)
    if found is None or not truth:
        return np.nan
    middles = np.concatenate([(line[1:] + line[:-1]) / 2.0 for line in truth])
    lengths = np.concatenate([np.hypot(*np.diff(line, axis=0).T) for line in truth])
    plane = triangulate(x, y, surface(x, y, noise))
    field = LinearTriInterpolator(Triangulation(*plane.points.T, plane.triangles), plane.values)(
        *middles.T
    )
    inside = ~np.ma.getmaskarray(field)
    within = np.abs(field.filled(np.inf) - LEVEL) <= found.height
    return lengths[inside & within].sum() / lengths[inside].sum() if inside.any() else np.nan


def test_the_band_holds_60_to_75_percent_of_known_lines():
    """On average, whatever the noise of the signal; of one line it may be a half or all of it."""
    shares = {
        (noise, number, family, seed): held(x, y, surface, random.normal(0.0, noise, (2, len(x))))
        for noise in (0.0, 0.05, 0.15)
        for number, (x, y) in enumerate(GRIDS.values())
        for family in (two_regions, waves)
        for seed in range(3)
        for random in [np.random.default_rng([seed, number])]
        for surface in [family(random, (x.min(), x.max()), (y.min(), y.max()))]
    }
    known = {case: share for case, share in shares.items() if np.isfinite(share)}
    assert len(known) > 0.9 * len(shares)
    assert 0.60 <= np.mean(list(known.values())) <= 0.75
    for noise in (0.0, 0.05, 0.15):
        of_noise = [share for case, share in known.items() if case[0] == noise]
        assert 0.55 <= np.mean(of_noise) <= 0.80


def test_residual_is_what_a_point_is_above_the_others():
    x, y = grid()
    bump = np.zeros(len(x))
    bump[31] = 0.8
    residuals = residuals_left_out(
        mesh(np.column_stack([x, y])), 0.01 * x - 0.02 * y + bump, np.array([31, 13])
    )
    np.testing.assert_allclose(residuals, [0.8, 0.0], atol=1e-9)


def test_corners_of_the_grid_are_not_surrounded_but_points_along_its_edges_are():
    x, y = grid()
    residuals = residuals_left_out(mesh(np.column_stack([x, y])), x, np.arange(len(x)))
    corners = np.isin(x, [100.0, 900.0]) & np.isin(y, [0.0, 600.0])
    np.testing.assert_array_equal(np.isnan(residuals), corners)


def test_several_curves_are_predicted_at_once():
    x, y = grid()
    joined, values = mesh(np.column_stack([x, y])), np.column_stack([x**2, y**2])
    both = residuals_left_out(joined, values, np.arange(20, 40))
    for column, alone in enumerate(values.T):
        np.testing.assert_allclose(
            both[:, column], residuals_left_out(joined, alone, np.arange(20, 40))
        )


@pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)
def test_band_has_the_width_that_the_slope_gives_it(space):
    """Heights fall by 0.01 a unit, and those of every other point are 0.02 higher."""
    x, y = grid(17, 13)
    odd = (np.round(x / 50.0) + np.round(y / 50.0)) % 2
    heights = space.height(0.05) + (500.0 - x) / 100.0 + 0.02 * (odd - 0.5)
    found = line_uncertainty(x, y, space.CLs(heights), space=space)
    # A point that is left out lies between four of the other kind.
    assert found.height == pytest.approx(PART * 0.02, rel=0.05)
    assert found.half_width == pytest.approx(100.0 * found.height, rel=0.1)


def test_sides_of_the_band_are_the_lines_of_shifted_heights():
    x, y = grid()
    heights = LEVEL + (520.0 - x) / 100.0 + 0.1 * np.random.default_rng(2).normal(size=len(x))
    found = line_uncertainty(x, y, norm.sf(heights))
    for side, shift in ((found.inner, -found.height), (found.outer, found.height)):
        expected = contour.exclusion_lines(x, y, norm.sf(heights + shift))
        assert contour.line_distance(side, expected).largest < 1e-6
    assert np.concatenate(found.inner)[:, 0].mean() < np.concatenate(found.outer)[:, 0].mean()


def test_limits_have_one_too():
    x, y = grid()
    limits = np.exp((x - 510.0) / 200.0 + 0.1 * np.random.default_rng(3).normal(size=len(x)))
    found = line_uncertainty(x, y, limits, test_size=1.0, space=LOG_LIMIT)
    assert found.half_width == pytest.approx(200.0 * found.height, rel=0.3)


def test_surface_without_curvature_or_noise_has_no_uncertainty():
    x, y = grid()
    found = line_uncertainty(x, y, norm.sf(LEVEL + (520.0 - x) / 100.0))
    assert (found.height, found.half_width) == pytest.approx((0.0, 0.0), abs=1e-9)


@pytest.mark.parametrize(
    ("x", "y", "Z"),
    [
        (*grid(), np.full(63, 3.0)),
        (*grid(), np.full(63, np.nan)),
        (np.arange(5.0), np.zeros(5), np.arange(5.0)),
        (*(a[:4] for a in grid(2, 2)), np.array([1.0, 3.0, 1.0, 3.0])),
    ],
    ids=["no_line", "failed", "no_plane", "few"],
)
def test_where_it_cannot_be_told_there_is_none(x, y, Z):
    assert line_uncertainty(x, y, norm.sf(Z)) is None
    assert FEWEST > 4


def test_of_many_points_those_nearest_to_the_line_are_left_out():
    x, y = grid(60, 60)
    heights = LEVEL + np.sin(x / 20.0) + np.random.default_rng(2).normal(size=len(x))
    assert line_uncertainty(x, y, norm.sf(heights)).points <= MOST


def test_failed_points_are_left_out():
    x, y = grid()
    CLs = norm.sf(LEVEL + (520.0 - x) / 100.0 + np.random.default_rng(4).normal(size=len(x)) / 9.0)
    failed = np.where(np.arange(len(x)) % 7 == 0, np.nan, CLs)
    kept = np.isfinite(failed)
    with_nan, without = (
        line_uncertainty(x, y, failed),
        line_uncertainty(x[kept], y[kept], CLs[kept]),
    )
    assert with_nan.half_width == without.half_width


@pytest.mark.parametrize("image", [(-1.0, 1.0), (1.0, -1.0), (1e-3, 1e-3)])
def test_mirrors_and_units_do_not_change_it(image):
    x, y = grid()
    Z = LEVEL + (520.0 - x) / 100.0 + np.random.default_rng(6).normal(size=len(x)) / 5.0
    one = line_uncertainty(x, y, norm.sf(Z))
    other = line_uncertainty(image[0] * x, image[1] * y, norm.sf(Z))
    assert other.height == pytest.approx(one.height, rel=1e-9)
    assert other.half_width == pytest.approx(one.half_width * abs(image[0]), rel=1e-6)
