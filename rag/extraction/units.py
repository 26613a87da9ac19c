"""The words and signs that stand beside numbers: units, currencies, and scales."""

from __future__ import annotations

import re

_SPELLED = {
    "mm": "millimetres? millimeters?",
    "cm": "centimetres? centimeters?",
    "km": "kilometres? kilometers?",
    "m": "metres? meters?",
    "µm": "μm um microns?",
    "nm": "nanometres? nanometers?",
    "inch": "inches",
    "ft": "feet foot",
    "yd": "yards?",
    "mi": "miles?",
    "mg": "milligrams?",
    "kg": "kilograms? kilos?",
    "g": "grams? grammes?",
    "t": "tonnes?",
    "ton": "tons",
    "lb": "lbs",
    "oz": "ounces?",
    "ml": "mL millilitres? milliliters?",
    "l": "L litres? liters?",
    "gal": "gallons?",
    "ns": "nanoseconds?",
    "µs": "μs us microseconds?",
    "ms": "milliseconds? msec",
    "s": "secs? seconds?",
    "min": "mins minutes?",
    "h": "hrs? hours?",
    "day": "days",
    "week": "weeks wks?",
    "month": "months mos",
    "year": "years yrs?",
    "decade": "decades",
    "°C": "℃ degC",
    "°F": "℉ degF",
    "°": "degrees?",
    "K": "kelvins?",
    "Hz": "hertz",
    "W": "watts?",
    "kW": "kilowatts?",
    "MW": "megawatts?",
    "GW": "gigawatts?",
    "V": "volts?",
    "J": "joules?",
    "cal": "calories",
    "kB": "KB kilobytes?",
    "MB": "megabytes?",
    "GB": "gigabytes?",
    "TB": "terabytes?",
    "byte": "bytes",
    "bit": "bits",
    "px": "pixels?",
    "pt": "",
    "m²": "m2 sqm",
    "m³": "m3",
    "km²": "km2",
    "ft²": "ft2 sqft",
    "ha": "hectares?",
    "acre": "acres",
    "mph": "",
    "%": "percent per\\ cent pct",
    "pp": "percentage[ -]points? %-points? pp\\.",
    "bp": "bps basis\\ points?",
    "×": "x X times",
}
_SIGNS = """
    kHz MHz GHz rpm mA mAh Ah kWh MWh GWh Wh kJ MJ kcal mV kV Ω kΩ Pa kPa MPa hPa bar psi mmHg
    KiB MiB GiB Mbps Gbps kbps MB/s GB/s Mbit/s Gbit/s fps dpi km/h m/s dB dBm mol ppm ppb lm lx
    ‰ ″
"""
CURRENCIES = {
    "US$": "USD",
    "C$": "CAD",
    "A$": "AUD",
    "NZ$": "NZD",
    "HK$": "HKD",
    "S$": "SGD",
    "R$": "BRL",
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "Rs.": "INR",
    "Rs": "INR",
    "₩": "KRW",
    "₽": "RUB",
    "₺": "TRY",
}
_CODES = """
    USD EUR GBP JPY CHF CAD AUD NZD CNY INR KRW BRL MXN SEK NOK DKK PLN CZK HUF TRY ZAR SGD HKD
    RUB ILS AED SAR THB IDR MYR PHP
"""
_CURRENCY_WORDS = {"USD": "dollars?", "EUR": "euros?", "GBP": "pounds sterling", "INR": "rupees?"}
_SCALE_WORDS = {
    1e2: "hundreds?",
    1e3: "thousands?",
    1e5: "lakhs? lacs?",
    1e6: "millions? mn mln mio Mn",
    1e7: "crores?",
    1e9: "billions? bn bln Bn mrd",
    1e12: "trillions? tn trn",
}
SCALE_LETTERS = {
    "k": 1e3,
    "K": 1e3,
    "m": 1e6,
    "M": 1e6,
    "mm": 1e6,
    "MM": 1e6,
    "b": 1e9,
    "B": 1e9,
    "T": 1e12,
}


def _unit_patterns() -> dict[str, str]:
    """Regular expression of each spelling, and the unit's sign."""
    patterns = {re.escape(sign): sign for sign in (*_SPELLED, *_SIGNS.split())}
    for sign, spelled in _SPELLED.items():
        patterns |= dict.fromkeys(re.findall(r"(?:\\ |\[ -\]|\S)+", spelled), sign)
    return patterns


_UNITS = {re.compile(pattern): sign for pattern, sign in _unit_patterns().items()}
_SCALES = {
    re.compile(pattern, re.IGNORECASE): scale
    for scale, spelled in _SCALE_WORDS.items()
    for pattern in spelled.split()
}
_RATE = r"[a-zA-Z]{2,12}/(?:s|sec|min|h|hr|hour|day|month|year)"
_ONE = "|".join(sorted((unit.pattern for unit in _UNITS), key=len, reverse=True))
UNIT = rf"{_RATE}|(?:{_ONE})(?:/(?:{_ONE}))?"
CURRENCY_SIGN = "|".join(re.escape(sign) for sign in CURRENCIES)
CURRENCY_CODE = "|".join(_CODES.split())
CURRENCY_WORD = "|".join(["U\\.?S\\.? dollars", *_CURRENCY_WORDS.values()])
SCALE = "(?i:" + "|".join(sorted((s.pattern for s in _SCALES), key=len, reverse=True)) + ")"


def unit_of(text: str) -> str:
    """The sign of a unit: "kilometres" gives "km", "percent" gives "%"; "" if it is none."""
    text = text.strip()
    if re.fullmatch(_RATE, text):
        return text
    known = next((sign for unit, sign in _UNITS.items() if unit.fullmatch(text)), "")
    if known or "/" not in text:
        return known
    over, _, under = text.partition("/")
    return f"{unit_of(over)}/{unit_of(under)}" if unit_of(over) and unit_of(under) else ""


def currency_of(text: str) -> str:
    """The ISO code of a currency: "$", "USD" and "dollars" give "USD"; "" if it is none.

    A bare dollar sign counts as the US dollar.
    """
    text = text.strip()
    if text in CURRENCIES:
        return CURRENCIES[text]
    if text in _CODES.split():
        return text
    if re.fullmatch(r"U\.?S\.? dollars", text, re.IGNORECASE):
        return "USD"
    words = _CURRENCY_WORDS.items()
    return next((code for code, word in words if re.fullmatch(word, text, re.IGNORECASE)), "")


def scale_of(text: str) -> float:
    """What a scale stands for: "million" gives 1e6; 1 if it is none."""
    return next((scale for word, scale in _SCALES.items() if word.fullmatch(text.strip())), 1.0)
