"""Financial measures, and the statements that hold what they are computed from.

"Return on capital employed" stands in few reports: they give operating income in one statement and
total assets in another. A question that names such a measure, or a line item, is also about
the pages that hold those statements. Definitions: White, Sondhi and Fried, "The Analysis and Use
of Financial Statements" (Wiley, 3rd edition, 2003), chapter 4.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Statement(StrEnum):
    """A primary statement of a financial report."""

    BALANCE = "balance sheet"
    INCOME = "income statement"
    CASH_FLOW = "cash flow statement"


# Titles and line items: a page that holds many of a statement's is that statement.
LINE_ITEMS: dict[Statement, tuple[str, ...]] = {
    Statement.BALANCE: (
        *("balance sheet", "statement of financial position", "total assets", "total liabilities"),
        *("total current assets", "total current liabilities", "cash and cash equivalents"),
        *("accounts receivable", "trade receivables", "prepaid expenses"),
        *("property and equipment", "intangible assets", "accounts payable"),
        *("accrued liabilities", "deferred revenue", "long-term debt", "retained earnings"),
        *("total equity", "stockholders equity", "shareholders equity", "common stock"),
        *("additional paid-in capital", "accumulated other comprehensive income"),
    ),
    Statement.INCOME: (
        *("income statement", "statements of operations", "statements of income"),
        *(
            "statements of earnings",
            "profit and loss",
            "total revenue",
            "net sales",
            "cost of sales",
        ),
        *("cost of revenues", "cost of goods sold", "gross profit", "operating expenses"),
        *("selling general and administrative", "research and development"),
        *("operating income", "interest expense", "income before income taxes"),
        *("earnings before income tax", "provision for income taxes", "income tax expense"),
        *("net income", "net earnings", "per share", "weighted average"),
    ),
    Statement.CASH_FLOW: (
        *("statements of cash flows", "cash flow statement", "operating activities"),
        *("investing activities", "financing activities", "depreciation and amortization"),
        *("additions to property", "purchases of property", "capital expenditures"),
        *("dividends paid", "repurchase of common stock", "changes in operating assets"),
        *("cash at beginning of", "cash at end of", "supplemental disclosure"),
    ),
}

_B, _I, _C = Statement.BALANCE, Statement.INCOME, Statement.CASH_FLOW
# Not bare "equity" and "debt": of those, schools and courts speak too.
_HOLDERS = r"(?:share|stock)holders?['’]?"
_EQUITY = rf"(?:(?:common |total |{_HOLDERS} |average )+equity|equity ratio)"
_DEBT = r"(?:average |total |long.term |net )+debt"
_MEASURES: tuple[tuple[str, tuple[Statement, ...]], ...] = (
    (r"return on (?:\w+ ){0,2}(?:capital|assets?|investments?|equity|sales)", (_B, _I)),
    (r"\b(?-i:ROA|ROE|ROCE|ROIC|ROI)\b", (_B, _I)),  # no roe deer
    (r"(?:asset|inventory|receivables?|payables?|capital|equity) turnover", (_B, _I)),
    (r"\bdays?['’]? (?:sales|inventory|payables?) (?:outstanding|in|held)\b", (_B, _I)),
    (r"\bcash conversion cycle|\bDSO\b|\bDPO\b", (_B, _I)),
    (rf"\b(?:to|per|of|over) (?:total assets|{_EQUITY}|working capital|{_DEBT})\b", (_B, _I)),
    (r"\b(?:gross|operating|profit|net|EBITDA?) (?:(?:profit|income|%) ){0,2}margins?\b", (_I,)),
    (r"\b(?:interest|fixed.charge) (?:cover|coverage)\b|times interest earned", (_I,)),
    (r"\beffective (?:income )?tax (?:rate|ratio)|income tax expense", (_I,)),
    (r"\bEBITDA\b", (_I, _C)),
    (
        r"\bEBIT\b|operating (?:income|profit)|gross profit|\bnet (?:income|earnings|profit|sales)",
        (_I,),
    ),
    (r"earnings per share|cost of (?:goods sold|sales|revenues?)|\bSG&A\b", (_I,)),
    (
        r"\b(?:current|quick|cash|acid.test|capitali[sz]ation|gearing|leverage|solvency) ratio",
        (_B,),
    ),
    (r"\bdebt.to.(?:equity|assets?|capital|total|EBITDA)\b|\bdebt ratio", (_B,)),
    (r"working capital|invested capital|capital employed", (_B,)),
    (r"\b(?:current|total|non.?current|net|fixed) (?:assets|liabilities)", (_B,)),
    (rf"\b(?:retained earnings|{_HOLDERS} (?:common |total )?equity)", (_B,)),
    (r"cash and cash equivalents|accounts? (?:receivable|payable)", (_B,)),
    (r"free cash flow|capital expenditures?|\bcapex\b|cash flows?\b", (_C,)),
    (r"(?:operating|investing|financing) activities|depreciation", (_C,)),
)
_COMMON: tuple[tuple[str, tuple[Statement, ...]], ...] = (  # of reports of a period only
    (r"\b(?:goodwill|inventor(?:y|ies)|intangible assets|deferred revenues?)\b|\bequity\b", (_B,)),
    (r"\b(?:to|per|of|over) (?:equity|debt)\b", (_B, _I)),
    (
        r"\b(?:revenues?|sales|profits?|earnings|expenses?|dividends?|EPS|net loss|tax rate)\b",
        (_I,),
    ),
)
_PERIOD = re.compile(
    r"\bfiscal\b|\bFY\s?['’]?\d{2,4}\b|\byear end(?:ed|ing)\b|\b10-?[KQ]\b|\bannual report\b", re.I
)


def statements_for(question: str) -> tuple[Statement, ...]:
    """The statements that a question's measures and line items stand in; () for none."""
    measures = _MEASURES + (_COMMON if _PERIOD.search(question) else ())
    found = (statements for pattern, statements in measures if re.search(pattern, question, re.I))
    return tuple(dict.fromkeys(statement for statements in found for statement in statements))
