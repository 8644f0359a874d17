from fitscan import infer as infer
from fitscan.api.likelihood import Likelihood as Likelihood
from fitscan.api.results import Band as Band
from fitscan.api.results import FitResult as FitResult
from fitscan.api.results import HypotestResult as HypotestResult
from fitscan.api.results import LimitsResult as LimitsResult
from fitscan.api.results import ToysResult as ToysResult
from fitscan.errors import ConfigError as ConfigError
from fitscan.errors import FitError as FitError
from fitscan.errors import FitscanError as FitscanError
from fitscan.errors import LikelihoodError as LikelihoodError
from fitscan.errors import ModelError as ModelError
from fitscan.likelihood.yields import SignalYields as SignalYields

__version__: str
