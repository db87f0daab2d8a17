"""Numbers as Go writes them."""

from __future__ import annotations

import math
import struct


def float_text(number: float) -> str:
    """Return a number as Helm writes one that stands where a text belongs (``version: 1.10`` is ``1.1``).

    That is Go's ``strconv.FormatFloat(number, 'g', -1, 32)``: the shortest text that a 32 bit float is read back from,
    with an exponent when that is below -4 or above 5.
    """
    try:
        single = struct.unpack("f", struct.pack("f", number))[0]
    except OverflowError:
        single = math.copysign(math.inf, number)
    if math.isnan(single):
        return "NaN"
    if math.isinf(single):
        return "+Inf" if single > 0 else "-Inf"
    digits, exponent = _shortest(abs(single))
    sign = "-" if math.copysign(1, single) < 0 else ""
    return sign + (
        _scientific(digits, exponent) if exponent < -4 or exponent >= 6 else _fixed(digits, exponent)
    )


def _shortest(single: float) -> tuple[str, int]:
    """Return the fewest digits that name a 32 bit float, and the decimal exponent of the first."""
    if single == 0:
        return "0", 0
    for precision in range(9):
        text = f"{single:.{precision}e}"
        try:
            back = struct.unpack("f", struct.pack("f", float(text)))[0]
        except OverflowError:
            continue
        if back == single:
            break
    mantissa, _, exponent = text.partition("e")
    return mantissa.replace(".", "").rstrip("0") or "0", int(exponent)


def _scientific(digits: str, exponent: int) -> str:
    mantissa = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
    return f"{mantissa}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def _fixed(digits: str, exponent: int) -> str:
    if exponent < 0:
        return "0." + "0" * (-exponent - 1) + digits
    whole = digits[: exponent + 1].ljust(exponent + 1, "0")
    rest = digits[exponent + 1 :]
    return f"{whole}.{rest}" if rest else whole
