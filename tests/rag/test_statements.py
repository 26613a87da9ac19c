from __future__ import annotations

import pytest

from rag.statements import Statement, statements_for

BALANCE, INCOME, CASH = Statement.BALANCE, Statement.INCOME, Statement.CASH_FLOW


@pytest.mark.parametrize(
    ("question", "statements"),
    [
        ("What is the return on average equity?", {BALANCE, INCOME}),
        ("ROCE in 2020?", {BALANCE, INCOME}),
        ("What is the roe deer?", set()),
        ("the current ratio at year end", {BALANCE}),
        ("What is the EBITDA margin?", {INCOME, CASH}),
        ("sales to working capital", {BALANCE, INCOME}),
        ("interest coverage ratio", {INCOME}),
        ("free cash flow of the year", {CASH}),
        ("What was goodwill in FY2021?", {BALANCE}),
        ("How did goodwill among neighbours grow?", set()),
        ("How much were advertising expenses in fiscal 2015?", {INCOME}),
        ("Which sales channel did respondents prefer?", set()),
        ("How many people use the internet?", set()),
        ("debt to equity ratio", {BALANCE, INCOME}),
        ("What is the commitment to equity in schools?", set()),
        ("Is the debt to be paid by the heirs?", set()),
        ("the net loss of wetlands", set()),
        ("What is the sales tax rate in Texas?", set()),
        ("What percentage of net carbs is it, in net carb %?", set()),
        ("the gross negligence margin", set()),
        ("How is income distributed over the towns?", set()),
    ],
)
def test_statements(question: str, statements: set[Statement]) -> None:
    assert set(statements_for(question)) == statements


def test_each_statement_is_named_once() -> None:
    assert statements_for("total assets, current assets and working capital") == (BALANCE,)
