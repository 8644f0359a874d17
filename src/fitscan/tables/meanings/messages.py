"""What may stand in the column ``message`` of results.csv, what it means, and what to do.

A test holds this list to the code: a text of an engine that is not here fails it
(tests/unit/tables/meanings/test_messages.py). Several texts of a row are joined by semicolons.
"""

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["MESSAGES", "Message", "explained"]


@dataclass(frozen=True)
class Message:
    """A text that may be in a row.

    Attributes:
        text: Its words; ``…`` stands for names and numbers.
        meaning: What it means, as Markdown.
        do: What to do about it.
    """

    text: str
    meaning: str
    do: str


_INSPECT = "Look at the point with `detail_point`, and at pyhf's answer with `audit.refits`."
_REPORT = (
    "Compare with `engine: pyhf`; if pyhf fits the point, please report it with the likelihood."
)

WARNINGS = (
    Message(
        "flat in … direction…",
        "Some combination of parameters changes nothing, for example two free normalisations of "
        "the same sample.",
        "Nothing: CLs and limits do not depend on it. Pulls and uncertainties of these parameters"
        " mean nothing.",
    ),
    Message(
        "the free fit is … in NLL above the … fit",
        "From the default initial values the fit of all parameters ends above a fit with fewer, so"
        " not at the global minimum; pyhf may end elsewhere. Its signal strength and CLs are those"
        " of that higher minimum.",
        "Take the columns of the lowest minima; a scan with `minima: default` has none, so repeat"
        " it without.",
    ),
    Message(
        "the sign of … is undecided in the background fit, and equally low minima give …",
        "Several background minima have exactly the same NLL, and different Asimov data. The "
        "columns hold one of the results. `from … to …` is their range, `from … to none` that of "
        "limits of which one does not exist.",
        "Quote the range. If it decides about exclusion, the likelihood does not decide. The "
        "point is in `flagged.csv`.",
    ),
    Message(
        "the signal is negative in bin … of channel … (… events) and … more",
        "The signal yields of all samples with the parameter of interest, added, are below 0 "
        "there. The first three bins are named.",
        "Check the patch. Interference can be negative; so can a background subtracted twice.",
    ),
    Message(
        "the signal has no events, so CLs says nothing about it",
        "No sample with the parameter of interest has a yield or a variation, so CLs is 1.",
        "Check the patch: its channel, its bins, and its number of events.",
    ),
    Message(
        "toys are thrown and compared at the lowest minima found, up to … in NLL below those from"
        " the initial values",
        "A fit has a lower minimum than the default one, and a scan of toys has one result only.",
        "Compare with `minima: default` if you need pyhf's minima.",
    ),
    Message(
        "toys are thrown where yields are odd: …",
        "At these lowest minima a sample has a negative yield, or over ten times its nominal one: "
        "the minimum is unphysical. It is `odd_yields_lowest` of an asymptotic scan.",
        "Repeat the toys with `minima: default` and quote these.",
    ),
    Message(
        "… is at its upper bound, …",
        "The fitted signal strength would be larger without the bound that you or the workspace "
        "set.",
        "Extend `poi_bounds` of the scan, if a larger strength has a meaning.",
    ),
    Message(
        "… is at its upper bound, …, the default of …",
        "The fitted signal strength is at pyhf's default bound, and the fit beyond it has not "
        "converged.",
        "Set `poi_bounds` of the scan.",
    ),
    Message(
        "… lies above …, the default upper bound of …",
        "The bound is only pyhf's default, so the strength was fitted beyond it. pyhf stops at "
        "the bound.",
        "Nothing. A strength far above 1 says that the signal is small at this point.",
    ),
    Message(
        "above …, the default upper bound of …",
        "The named limits are above pyhf's default bound, and were searched beyond it.",
        "Nothing.",
    ),
    Message(
        "CLs jumps at …: fits change their minimum there",
        "As a function of the signal strength, CLs is discontinuous, and jumps across 1 − `level`"
        " there. The limit is the position of the jump.",
        f"{_INSPECT} Compare with the limit at the lowest minima.",
    ),
    Message(
        "more than one crossing: at …, and near …",
        "CLs crosses 1 − `level` more than once. The limit is the first that is named.",
        "Draw CLs along the signal strength: the figure `mu_scan` of this `detail_point`.",
    ),
    Message(
        "lower minima change …",
        "The named limits, or the significance, differ by more than 0.1 % at the lowest minima.",
        "Compare the columns with and without `_lowest`. The latter count where "
        "`odd_yields_lowest` is empty.",
    ),
    Message(
        "toys and asymptotics disagree by … sigma",
        "CLs from toys and from the asymptotic formulae differ by more than three standard "
        "deviations.",
        "Quote the toys: the asymptotic formulae do not hold at this point. If the message says "
        "that yields are odd, repeat the toys with `minima: default` first.",
    ),
    Message(
        "fitted by pyhf: …",
        "The compiled engine does not compute such a model, for the reason that follows, and "
        "`fallback: pyhf` fitted the point.",
        "Nothing. Such points have no `_lowest` columns.",
    ),
    Message(
        "…: …; then …: converged",
        "pyhf's first minimiser failed with the text that is given, and `pyhf.retry` converged.",
        "Nothing.",
    ),
)

NO_LIMIT = (
    Message(
        "no crossing below …",
        "Up to 10⁴ times pyhf's default bound CLs stays above 1 − `level`: the signal is too small "
        "for a limit.",
        "Nothing: the point has no sensitivity.",
    ),
    Message(
        "…: a higher upper bound of poi_bounds extends the search",
        "CLs stays above 1 − `level` up to the bound that you or the workspace set, or up to the "
        "default one with toys, which are not thrown beyond it.",
        "Extend `poi_bounds` of the scan.",
    ),
    Message(
        "no crossing was found in … steps",
        "The search for the limit did not end.",
        f"{_INSPECT} {_REPORT}",
    ),
    Message(
        "the free fit still fell after … searches",
        "Each fit on the way found a lower minimum than the free fit, so the search began anew.",
        f"{_INSPECT} {_REPORT}",
    ),
    Message(
        "fit at mu = …: …",
        "A fit at this signal strength has not converged, for the reason that follows.",
        f"{_INSPECT} {_REPORT}",
    ),
    Message(
        "fit of the Asimov data at mu = …: …",
        "The same of a fit to the Asimov data, from which the expected limits come.",
        f"{_INSPECT} {_REPORT}",
    ),
    Message(
        "the background fit, or the free fit without upper bound, has not converged",
        "p₀ and the significance compare these two fits.",
        _INSPECT,
    ),
    Message(
        "no limits at lowest minima: fits from the initial values have not converged",
        "The search for lower minima starts at the default ones, which do not exist.",
        _INSPECT,
    ),
    Message(
        "no … from toys: …",
        "There are too few toys near the limit (`more toys are needed`), or too many of their "
        "fits failed.",
        "Raise `toys.signal` and `toys.background`.",
    ),
    Message(
        "the fallback pyhf computes no limits",
        "The point has CLs by pyhf, but no limits, so its status is `failed`.",
        "Scan it with `kind: asymptotic`.",
    ),
    Message(
        "CLs_obs_theory_…: …",
        "The test with the cross-section moved has not converged, for the reason that follows. "
        "Only this column is empty.",
        _INSPECT,
    ),
)

NO_NUMBERS = (
    Message(
        "the minimiser took too many steps",
        "The named fit (`background`, `signal`, `free` or `asimov`) did not reach a minimum, "
        "even with 100 000 more steps.",
        _REPORT,
    ),
    Message(
        "the minimiser stopped at a point that is not a minimum",
        "The named fit ended where the estimated distance to the minimum is not small, or the "
        "Hessian not positive.",
        _REPORT,
    ),
    Message(
        "the likelihood is 0 where the fit starts",
        "No start has a likelihood: a bin with events expects none.",
        "Look at the yields of the bin that is named next.",
    ),
    Message(
        "bin … of channel … expects … events and has … (samples: …)",
        "The bin, numbered from 1, that makes the likelihood 0.",
        "Give the bin an expectation, or leave it out of the workspace.",
    ),
    Message(
        "free: the NLL is …, too large for CLs to be computed from it: …",
        "The data are so far from any expectation that the digits of a double do not hold the test "
        "statistic. The bin or the parameter that is farthest off is named: `bin … of channel … "
        "expects … events and has …`, or `parameter … is far from its auxiliary measurement`.",
        "Look at the yields and the observed events of the bin, or at the parameter's constraint.",
    ),
    Message(
        "no background toy is as extreme as the data: more toys are needed",
        "CLb would be 0 of n toys, and CLs is undefined.",
        "Raise `toys.background`.",
    ),
    Message(
        "… of … … toys could not be fitted",
        "More toys failed than `toys.max_failed_fraction` allows.",
        f"Raise it if so many may fail. {_REPORT}",
    ),
    Message(
        "… of … … could not be fitted",
        "The same of experiments and toys of a study of coverage.",
        f"Raise `coverage.max_failed_fraction` if so many may fail. {_REPORT}",
    ),
    Message(
        "not finite: …",
        "The engine returned numbers that are infinite or none, in the named columns.",
        f"With pyhf use `engine: compiled`, or another `pyhf.optimizer`. {_REPORT}",
    ),
    Message(
        "…Error: …",
        "An error inside pyhf, with the first line of its text; a text without the name of an "
        "error is of pyhf's minimiser.",
        "Use `engine: compiled`, or set `pyhf.retry`.",
    ),
    Message(
        "its worker was lost … times: …",
        "Every worker that fitted this point alone died, did not answer (`no answer for … s`), or"
        " gave an answer that is none (`GarbledAnswer`), while others live.",
        "Look at the log of the workers. The point may need more memory or time than they have.",
    ),
    Message(
        "no answer for … s",
        "The task was out for longer than `lease_s` of the executor.",
        "Raise `lease_s` if points may take so long.",
    ),
    Message(
        "… Hint: …",
        "The point was refused before any fit: its patch or its model is faulty, or holds what "
        "the engine does not compute. The text names the sample or modifier.",
        "Do what the hint says. Some models are fitted with `fallback: pyhf`.",
    ),
)

GROUPS = {
    "Warnings: `status` is `ok`, all numbers are there": WARNINGS,
    "A limit or another column is empty": NO_LIMIT,
    "No numbers: `status` is `not_converged` or `failed`": NO_NUMBERS,
}
"""The messages by the heading of their table."""

MESSAGES = tuple(message for group in GROUPS.values() for message in group)
"""All of them."""


def explained(said: Iterable[str]) -> list[Message]:
    """Return what is known of the messages of rows, each once and in the order of the list.

    Of texts that fit the same words, the one that says most is taken.

    Args:
        said: The messages.
    """
    found = set()
    for part in {part for text in {*said} for part in text.split("; ")}:
        fits = [message for message in MESSAGES if _fits(message, part)]
        found |= {one for one in fits if not any(_fits(one, o.text) for o in fits if o is not one)}
    return [message for message in MESSAGES if message in found]


def _fits(message: Message, words: str) -> bool:
    """Tell whether words are those of a message, which may be a part of it after a semicolon."""
    return all(piece in words for piece in message.text.rpartition("; ")[2].split("…"))
