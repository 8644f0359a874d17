"""The one function that is ever sent to an endpoint, as its source."""

__all__ = ["call"]


def call(payload: bytes) -> bytes:
    """Answer a request with the package that is installed where this runs.

    Args:
        payload: A request, compressed.

    Returns:
        The response; an error where fitscan is missing or the response is too large to travel.
    """
    # Everything is imported here: only the text of this function travels.
    import json  # noqa: PLC0415
    import socket  # noqa: PLC0415
    import zlib  # noqa: PLC0415

    try:
        from fitscan.worker.run import run  # noqa: PLC0415
    except ImportError as error:
        kind, message = "MissingPackage", f"{error} on {socket.gethostname()}"
    else:
        response = run(zlib.decompress(payload))
        # The service takes 10 MiB, which are 7.4 MB before they are encoded.
        if len(response) < 7_000_000:
            return response
        kind, message = "ResponseTooLarge", f"{len(response)} bytes; use fewer points_per_task"
    failure = {"format": 3, "ok": False, "kind": kind, "message": message, "traceback": ""}
    return json.dumps(failure).encode()
