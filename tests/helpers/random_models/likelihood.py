"""The negative log-likelihood of a HistFactory workspace, for many parameter points at a time.

Written from CERN-OPEN-2012-016 and pyhf's documentation, without code of fitscan or pyhf:
histosys code 4p, normsys code 4, normfactor, lumi, staterror, shapesys; constraints, bounds and
initial values as pyhf's. In each cell (a bin of a sample) the rate is

    N M,   N = nominal + sum_k (alpha_k S_k + g(alpha_k) A_k),   M = prod_j m_j(theta_j)

NLLs are relative to the saturated ones, bin by bin and constraint by constraint, so that they are 0
or more, and exactly 0 for Asimov data at the parameters that made them. Where a rate is negative,
or 0 in a bin with events, the NLL is infinite.

Shapes: B parameter points, P parameters, C cells, K bins.
"""

from dataclasses import dataclass

import numpy as np

__all__ = ["Data", "Likelihood", "read"]

FREE, GAUSSIAN, POISSON = 0, 1, 2

# A rate this far below 0 is 0: what rounding leaves of lo = 0 at alpha = -1, or a penalty's slack.
ROUNDING = 1e-8

# Stands for a factor of 0, so that derivatives can be products divided by it.
TINY = 1e-30

# A rate that is no more than what TINY leaves has no likelihood in a bin with events.
NOTHING = 1e-25


@dataclass(frozen=True)
class Data:
    """What is fitted to: events of the bins, (K,), and of the constraints, (P,)."""

    main: np.ndarray
    aux: np.ndarray


@dataclass(frozen=True)
class Likelihood:
    """A model with its data.

    Attributes:
        names: Parameters; those of several bins as ``name[bin]``.
        poi: Which of them is the parameter of interest.
        init, lower, upper: Initial values and bounds; equal bounds hold a parameter.
        kind: FREE, GAUSSIAN or POISSON constraint.
        width: Sigma of Gaussian, tau of Poisson constraints.
        nominal: Yields of the cells.
        odd, bend: S and A of histosys, (P, C).
        factor: Whether a parameter multiplies a cell, (P, C).
        norm: normsys: up and down, (P, C), NaN where there is none.
        bin_of: Which bin each cell is in.
        data: Observed and auxiliary data.
    """

    names: list[str]
    poi: int
    init: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    kind: np.ndarray
    width: np.ndarray
    nominal: np.ndarray
    odd: np.ndarray
    bend: np.ndarray
    factor: np.ndarray
    norm: np.ndarray
    bin_of: np.ndarray
    data: Data

    def __post_init__(self):
        """Keep what evaluations need again and again."""
        bins = len(self.data.main)
        keep = object.__setattr__
        keep(self, "into_bin", (self.bin_of[:, None] == np.arange(bins)).astype(float))
        keep(self, "shapes", np.flatnonzero(np.any((self.odd != 0) | (self.bend != 0), axis=1)))
        keep(self, "norms", np.flatnonzero(~np.isnan(self.norm[0]).all(axis=1)))
        keep(self, "factors", np.flatnonzero(self.factor.any(axis=1)))
        keep(self, "code4", _code4(self.norm[:, self.norms]))
        # Bins whose rate may reach 0 or fall below it.
        cells = np.any(self.odd[self.shapes] != 0, axis=0) | np.any(self.bend != 0, axis=0)
        keep(self, "open_bins", ((cells | (self.nominal < 0)) @ self.into_bin) > 0)

    def rates(self, theta):
        """Return the rates of the bins, (B, K)."""
        return self._cells(theta)[0] @ self.into_bin

    def nll(self, theta, data, penalty=0.0):
        """Return the NLL, (B,).

        Args:
            theta: Parameters, (B, P).
            data: What is fitted to.
            penalty: With a positive number rates of 0 in bins without events are a smooth
                obstacle, see ``_obstacle``; with 0 they are a wall.
        """
        rates = self.rates(theta)
        return self._main(rates, data, penalty)[0] + self._constraints(theta, data)[0]

    def derivatives(self, theta, data, penalty=0.0):
        """Return the NLL, its gradient (B, P) and its Hessian (B, P, P)."""
        cells, by, cross, diagonal = self._cells(theta, derivatives=True)
        value, slope, curve = self._main(cells @ self.into_bin, data, penalty)
        held, g, h = self._constraints(theta, data)
        pars = theta.shape[1]
        # Of the rates of bins: (B, P, K).
        jacobian = by @ self.into_bin
        gradient = np.einsum("bpk,bk->bp", jacobian, slope) + g
        hessian = (jacobian * curve[:, None, :]) @ jacobian.transpose(0, 2, 1)
        r = (slope @ self.into_bin.T)[:, None, :]
        first, second, both = cross
        mixed = (first * r) @ second.transpose(0, 2, 1)
        outer = (both * r) @ second.transpose(0, 2, 1)
        mixed = mixed + mixed.transpose(0, 2, 1) + outer
        every = np.arange(pars)
        mixed[:, every, every] = np.einsum("bpc,bc->bp", diagonal, r[:, 0, :]) + h
        return value + held, gradient, hessian + mixed

    def asimov(self, theta):
        """Return the Asimov data of one parameter point, (P,)."""
        rates = np.maximum(self.rates(theta[None])[0], 0.0)
        aux = np.where(self.kind == POISSON, self.width * theta, theta)
        return Data(np.where(rates < 10 * ROUNDING, 0.0, rates), aux)

    def _cells(self, theta, derivatives=False):
        """Return the rates of cells, (B, C), and what derivatives are made of."""
        n = self.nominal + np.zeros((len(theta), 1))
        alpha = theta[:, self.shapes]
        b = np.clip(alpha, -1.0, 1.0)
        q = b * b
        g = q * (15 - 10 * q + 3 * q * q) + 8 * np.abs(alpha - b)
        odd, bend = self.odd[self.shapes], self.bend[self.shapes]
        n = n + alpha @ odd + g @ bend
        f, df, ddf = self._norms(theta, derivatives)
        by_norm = f.prod(axis=1)
        held = self.factor[self.factors][None]
        at = theta[:, self.factors, None]
        scale = np.where(held, np.where(at == 0.0, TINY, at), 1.0)
        m = by_norm * scale.prod(axis=1)
        if not derivatives:
            return (n * m,)
        points, pars = theta.shape
        cells = len(self.nominal)
        # Logarithmic derivatives of the factors, and derivatives of the sums.
        log = np.zeros((points, pars, cells))
        log[:, self.norms] = df / f
        log[:, self.factors] += held / scale
        dn = np.zeros_like(log)
        inside = np.abs(alpha) < 1
        dg = np.where(inside, b * (30 - 40 * q + 18 * q * q), 8 * np.sign(alpha))
        ddg = np.where(inside, 30 - 120 * q + 90 * q * q, 0.0)
        dn[:, self.shapes] = odd + dg[:, :, None] * bend
        second = np.zeros_like(log)
        second[:, self.norms] = n[:, None] * ddf / f
        second[:, self.shapes] += ddg[:, :, None] * bend
        m = m[:, None]
        diagonal = m * (second + 2 * dn * log)
        value = n * m[:, 0]
        return value, m * dn + value[:, None] * log, (m * dn, log, value[:, None] * log), diagonal

    def _norms(self, theta, derivatives):
        """Return the factors of normsys, (B, norms, C), and two derivatives by their alphas."""
        alpha = theta[:, self.norms, None]
        b = np.clip(alpha, -1.0, 1.0)
        c = self.code4  # (6, norms, C)
        inside = 1 + b * (c[0] + b * (c[1] + b * (c[2] + b * (c[3] + b * (c[4] + b * c[5])))))
        up, down = np.log(self.norm[:, self.norms])
        with np.errstate(invalid="ignore"):
            slope = np.where(alpha > 0, up, -down)
        outside = np.abs(alpha) > 1
        slope = np.where(np.isnan(slope), 0.0, slope)
        f = np.where(outside, np.exp(slope * alpha), inside)
        if not derivatives:
            return f, None, None
        df = c[0] + b * (2 * c[1] + b * (3 * c[2] + b * (4 * c[3] + b * (5 * c[4] + b * 6 * c[5]))))
        ddf = 2 * c[1] + b * (6 * c[2] + b * (12 * c[3] + b * (20 * c[4] + b * 30 * c[5])))
        return (
            f,
            np.where(outside, slope * f, df),
            np.where(outside, slope * slope * f, ddf),
        )

    def _main(self, rates, data, penalty):
        """Return the NLL of the bins, (B,), and two derivatives by the rates, (B, K)."""
        events = data.main
        none = events <= 0
        wrong = np.where(none, rates < -ROUNDING, rates <= NOTHING)
        safe = np.where(rates > 0, rates, 1.0)
        parts = np.where(none, np.maximum(rates, 0.0), rates - events)
        x = (safe - events) / np.where(none, 1.0, events)
        near = np.where(np.abs(x) < 0.5, np.log1p(np.where(np.abs(x) < 0.5, x, 0.0)), 0.0)
        log = np.where(np.abs(x) < 0.5, near, np.log(safe / np.where(none, 1.0, events)))
        parts = parts - np.where(none, 0.0, events * log)
        slope = 1 - events / safe
        curve = events / safe**2
        if penalty > 0.0:
            closed = none & self.open_bins
            wrong &= ~closed
            more, d, dd = _obstacle(rates, penalty)
            parts = np.where(closed, rates + more, parts)
            slope, curve = slope + np.where(closed, d, 0.0), curve + np.where(closed, dd, 0.0)
        total = parts.sum(axis=1)
        return np.where(wrong.any(axis=1), np.inf, total), slope, curve

    def _constraints(self, theta, data):
        """Return the NLL of the constraints, (B,), and two derivatives, (B, P)."""
        gauss, poisson = self.kind == GAUSSIAN, self.kind == POISSON
        pull = np.where(gauss, (theta - data.aux) / self.width, 0.0)
        expected = np.where(poisson, self.width * theta, 1.0)
        ratio = np.where(poisson, data.aux, 1.0) / expected
        part = np.where(poisson, expected * (1 - ratio + ratio * np.log(ratio)), 0.5 * pull**2)
        slope = np.where(poisson, self.width * (1 - ratio), pull / self.width)
        curve = np.where(
            poisson,
            data.aux / np.where(poisson, theta, 1.0) ** 2,
            np.where(gauss, 1 / self.width**2, 0.0),
        )
        return part.sum(axis=1), slope, curve


def _obstacle(rates, t):
    """Return -t ln(rate), continued below t / 2 by a parabola, and two derivatives."""
    far = rates > t / 2
    safe = np.where(far, rates, t / 2)
    below = np.where(far, 0.0, rates - t / 2)
    value = -t * np.log(safe) - 2 * below + 2 * below**2 / t
    slope = np.where(far, -t / safe, -2 + 4 * below / t)
    return value, slope, np.where(far, t / safe**2, 4 / t)


def _code4(norm):
    """Return the coefficients of alpha, alpha^2 ... alpha^6 inside [-1, 1], (6, norms, C)."""
    up, down = np.where(np.isnan(norm), 1.0, norm)
    conditions, values = [], []
    power = np.arange(1, 7)
    for sign, kappa in ((1.0, up), (-1.0, down)):
        log = sign * np.log(kappa)
        conditions += [
            sign**power,
            power * sign ** (power - 1),
            power * (power - 1) * sign**power,
        ]
        values += [kappa - 1, log * kappa, log**2 * kappa]
    return np.einsum("kv,vnc->knc", np.linalg.inv(np.array(conditions)), np.array(values))


def read(workspace):
    """Return the likelihood of a complete workspace; its measurement is the first."""
    return _Reader(workspace).likelihood()


class _Reader:
    """Collects parameters and their effects, sample by sample."""

    def __init__(self, workspace):
        self.workspace = workspace
        config = workspace["measurements"][0]["config"]
        self.poi = config["poi"]
        self.set = {parameter["name"]: parameter for parameter in config["parameters"]}
        self.pars = {}
        self.effects = []
        self.nominal, self.bin_of = [], []
        self.stat = {}

    def likelihood(self):
        events = {each["name"]: each["data"] for each in self.workspace["observations"]}
        main = []
        for channel in self.workspace["channels"]:
            for sample in channel["samples"]:
                cells = len(self.nominal) + np.arange(len(sample["data"]))
                self.nominal += sample["data"]
                self.bin_of += (len(main) + np.arange(len(sample["data"]))).tolist()
                for modifier in sample["modifiers"]:
                    getattr(self, f"_{modifier['type']}")(modifier, sample, cells)
            main += events[channel["name"]]
        for name, (errors, total) in self.stat.items():
            width = np.sqrt(errors) / np.where(total > 0, total, 1.0)
            for number, sigma in enumerate(width):
                exact = sigma == 0 or total[number] <= 0
                self._par(
                    f"{name}[{number}]", GAUSSIAN, 1.0, (1e-10, 10.0), sigma or 1.0, held=exact
                )
        return self._assembled(np.array(main, dtype=float))

    def _assembled(self, main):
        names = list(self.pars)
        columns = [
            np.array(column, dtype=float) for column in zip(*self.pars.values(), strict=True)
        ]
        kind, init, lower, upper, width = columns
        cells = len(self.nominal)
        odd, bend = np.zeros((2, len(names), cells))
        factor = np.zeros((len(names), cells), dtype=bool)
        norm = np.full((2, len(names), cells), np.nan)
        nominal = np.array(self.nominal, dtype=float)
        for name, what, where, value in self.effects:
            row = names.index(name)
            if what == "factor":
                factor[row, where] = True
            elif what == "norm":
                norm[:, row, where] = np.array(value)[:, None]
            else:
                up, down = np.array(value, dtype=float)
                odd[row, where] = (up - down) / 2
                bend[row, where] = (up + down - 2 * nominal[where]) / 16
        aux = np.where(kind == POISSON, width, init)
        return Likelihood(
            names, names.index(self.poi), init, lower, upper, kind, width,
            nominal, odd, bend, factor, norm, np.array(self.bin_of), Data(main, aux),
        )  # fmt: skip

    def _par(self, name, kind, init, bounds, width, *, held=False):
        low, high = (init, init) if held else bounds
        self.pars.setdefault(name, (kind, init, low, high, width))

    def _alpha(self, name):
        self._par(name, GAUSSIAN, 0.0, (-5.0, 5.0), 1.0)

    def _normfactor(self, modifier, _sample, cells):
        self._par(modifier["name"], FREE, 1.0, (0.0, 10.0), 1.0)
        self.effects.append((modifier["name"], "factor", cells, None))

    def _lumi(self, modifier, _sample, cells):
        known = self.set[modifier["name"]]
        (centre,), (sigma,), (bounds,) = known["auxdata"], known["sigmas"], known["bounds"]
        self._par(modifier["name"], GAUSSIAN, centre, bounds, sigma)
        self.effects.append((modifier["name"], "factor", cells, None))

    def _normsys(self, modifier, _sample, cells):
        self._alpha(modifier["name"])
        sides = modifier["data"]["hi"], modifier["data"]["lo"]
        self.effects.append((modifier["name"], "norm", cells, sides))

    def _histosys(self, modifier, _sample, cells):
        self._alpha(modifier["name"])
        sides = modifier["data"]["hi_data"], modifier["data"]["lo_data"]
        self.effects.append((modifier["name"], "shape", cells, sides))

    def _staterror(self, modifier, sample, cells):
        errors, total = self.stat.setdefault(modifier["name"], np.zeros((2, len(cells))))
        errors += np.array(modifier["data"], dtype=float) ** 2
        total += np.array(sample["data"], dtype=float)
        for number, cell in enumerate(cells):
            self.effects.append((f"{modifier['name']}[{number}]", "factor", [cell], None))

    def _shapesys(self, modifier, sample, cells):
        for number, (cell, error) in enumerate(zip(cells, modifier["data"], strict=True)):
            content, name = sample["data"][number], f"{modifier['name']}[{number}]"
            exact = content <= 0 or error <= 0
            tau = 1.0 if exact else (content / error) ** 2
            self._par(name, POISSON, 1.0, (1e-10, 10.0), tau, held=exact)
            self.effects.append((name, "factor", [cell], None))
