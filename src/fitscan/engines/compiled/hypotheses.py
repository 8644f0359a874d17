"""The signal hypotheses of one analysis, and what their background tells about other minima.

Takes a workspace and the settings of a scan once, and then hypotheses; gives their models. What
belongs to a background and not to a hypothesis is found when it is first asked for, and kept.
"""

from collections.abc import Mapping
from typing import Any

from fitscan.engines.compiled.fits.starts import BackgroundStarts, background_starts
from fitscan.engines.cross_section import with_parameter_held
from fitscan.model import Analysis, Model

__all__ = ["Hypotheses"]


class Hypotheses:
    """The hypotheses of one analysis.

    Args:
        workspace: The background-only workspace.
        settings: ``measurement``, ``interpolation``, ``poi_bounds`` and ``test_stat``, of which
            qtilde bounds the signal strength at 0; ``signal_xsec_uncertainty`` for a shift.
        shift: Where that parameter is held, in standard deviations; None fits it.
    """

    def __init__(
        self,
        workspace: Mapping[str, Any],
        settings: Mapping[str, Any],
        *,
        shift: float | None = None,
    ) -> None:
        self._measurements = workspace["measurements"]
        self._held = None if shift is None else (settings["signal_xsec_uncertainty"], shift)
        if self._held is not None:
            workspace = with_parameter_held(workspace, *self._held)
        self._workspace = workspace
        bounds = settings["poi_bounds"]
        self._analysis = Analysis(
            workspace,
            measurement=settings["measurement"],
            **settings["interpolation"],
            poi_bounds=None if bounds is None else (float(bounds[0]), float(bounds[1])),
            nonnegative=settings["test_stat"] == "qtilde",
        )
        self._starts: dict[Model, BackgroundStarts] = {}

    def model(self, hypothesis: Mapping[str, Any]) -> Model:
        """Return the model of a hypothesis; see ``fitscan.model.Analysis.model``.

        Raises:
            ModelError: The model holds what the engine does not compute, or nothing could.
        """
        if self._held is not None:
            # What a patch leaves alone is one object for all hypotheses, and compiled once.
            if hypothesis["measurements"] is self._measurements:
                ours = {"measurements": self._workspace["measurements"]}
                hypothesis = {**hypothesis, **ours}
            else:
                hypothesis = with_parameter_held(hypothesis, *self._held)
        return self._analysis.model(hypothesis)

    def background(self) -> Model | None:
        """Return the model of the background alone; see ``fitscan.model.Analysis.background``."""
        return self._analysis.background()

    def other_starts(self, model: Model) -> BackgroundStarts | None:
        """Return what the background of a hypothesis tells about other minima."""
        background = model.background
        if background is None:
            return None
        if background not in self._starts:
            self._starts[background] = background_starts(background)
        return self._starts[background]
