from __future__ import annotations

import pytest

from indexes.lexical import MAX_QUERY_TERMS, query_terms, terms


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Running studies RUN", ["run", "studi", "run"]),
        ("naïve Café STRASSE Straße", ["naiv", "cafe", "strass", "strass"]),
        ("Łódź smørrebrød", ["lodz", "smorrebrod"]),
        ("eﬃcient", ["effici"]),
        ("inter\u00adnational", ["internat"]),
        ("GPT-4", ["gpt4", "gpt", "4"]),
        ("GPT4", ["gpt4", "gpt", "4"]),
        ("e-mail", ["email", "mail"]),
        ("snake_case", ["snakecas", "snake", "case"]),
        ("CamelCase", ["camelcas", "camel", "case"]),
        ("3.14", ["3.14"]),
        ("1,234 1,234,567.89", ["1234", "1234567.89"]),
        ("$4.5", ["$4.5", "4.5"]),
        ("$1,200", ["$1200", "1200"]),
        ("45%", ["45%", "45"]),
        ("2019-03-04", ["2019-03-04", "2019", "03", "04"]),
        ("2019\u20132020", ["2019-2020", "2019", "2020"]),
        ("v1.2.3", ["v1.2.3", "v1", "2", "3"]),
        ("x86-64", ["x86-64", "x86", "64", "86"]),
        ("10:30", ["10:30", "10", "30"]),
        ("COVID-19", ["covid19", "covid", "19"]),
        ("U.S. AT&T R&D", ["us", "att", "at", "rd"]),
        ("C++ and C#", ["c++", "c", "and", "c#", "c"]),
        ("company's", ["compani"]),
        ("company\u2019s", ["compani"]),
        ("(see: Smith)", ["see", "smith"]),
        ("2010s Q3 5G", ["2010s", "2010", "q3", "5g"]),
        ("CO\u2082 m\u00b2 revenue\u00b9", ["co2", "co", "2", "m", "2", "revenu", "1"]),
        ("日本語です", ["日本", "本語", "語で", "です"]),
        ("中", ["中"]),
        ("GPU的速度", ["gpu", "的速", "速度"]),
        ("한국어", ["한국", "국어"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("-- ... ' _ \x00 \ud800", []),
        ("", []),
    ],
)
def test_terms(text: str, wanted: list[str]) -> None:
    assert terms(text) == wanted


def test_an_email_address_is_found_whole_and_by_parts() -> None:
    found = terms("Write to jane.doe@mail.example.com.")
    assert found == [
        "write",
        "to",
        "janedoe@mailexamplecom",
        "jane",
        "doe",
        "mail",
        "exampl",
        "com",
    ]


def test_the_composed_and_the_decomposed_form_are_one() -> None:
    assert terms("re\u0301sume\u0301") == terms("résumé") == ["resum"]
    assert terms("か\u3099く") == terms("がく") == ["がく"]


def test_encoded_data_does_not_make_endless_terms() -> None:
    assert max(map(len, terms("A1b2" * 100_000))) <= 256


def test_query_drops_stop_words() -> None:
    assert query_terms("What is the revenue of the company in 2019?") == [
        "revenu",
        "compani",
        "2019",
    ]


def test_query_of_stop_words_alone_keeps_them() -> None:
    assert query_terms("To be or not to be") == ["to", "be", "or", "not"]


def test_query_terms_are_few_and_different() -> None:
    assert query_terms("growth growth grows") == ["growth", "grow"]
    assert len(query_terms(" ".join(f"word{n}" for n in range(10_000)))) == MAX_QUERY_TERMS
    assert query_terms("?! --") == []
