"""The text of docs/field-guide.pdf. Numbers that can be computed are computed here."""

from __future__ import annotations

from math import log

from . import charts, diagrams
from .layout import Block, Picture, Setter, Table, Text

TITLE = "How a document becomes evidence: a field guide"

# element, rank among words, rank among meanings; an invented example
EXAMPLE: list[tuple[str, int | None, int | None]] = [
    ("Passage A", 1, 9),
    ("Passage B", 3, 2),
    ("Passage C", 2, None),
    ("Passage D", None, 1),
    ("Passage E", 5, 5),
]


def _fused(words: int | None, meaning: int | None) -> float:
    return sum(1 / (60 + rank) for rank in (words, meaning) if rank)


def _pages() -> Table:
    sizes = [
        ("A5", 419.53, 595.28),
        ("A4", 595.28, 841.89),
        ("A3", 841.89, 1190.55),
        ("US Letter", 612, 792),
        ("US Legal", 612, 1008),
        ("Slide, 16:9", 960, 540),
        ("Slide, 4:3", 720, 540),
    ]
    rows = [
        (name, f"{w:.0f} × {h:.0f}", f"{w / 72 * 150:,.0f} × {h / 72 * 150:,.0f}")
        for name, w, h in sizes
    ]
    return Table(
        "Table 1: Page sizes in points, and the pixels of a full-page crop at 150 dpi. Slides are "
        "PowerPoint’s own sizes.",
        ("Page", "Points", "Pixels at 150 dpi"),
        rows,
        (1.2, 1, 1.3),
    )


def _labels() -> Table:
    rows = [
        ("English", "Figure, Fig., Chart, Exhibit", "Table"),
        ("German", "Abbildung, Abb.", "Tabelle, Tab."),
        ("French", "Figure, Fig.", "Tableau"),
        ("Spanish", "Figura", "Tabla, Cuadro"),
        ("Italian", "Figura", "Tabella"),
        ("Portuguese", "Figura", "Tabela, Quadro"),
        ("Dutch", "Figuur, Afbeelding", "Tabel"),
        ("Polish", "Rysunek, Rys.", "Tabela, Tab."),
        ("Swedish", "Figur", "Tabell"),
    ]
    return Table(
        "Table 2: Words that open a caption, in nine languages.",
        ("Language", "Of a figure", "Of a table"),
        rows,
        (0.9, 1.7, 1.1),
        left=(0, 1, 2),
    )


def _bm25() -> Table:
    rows = [
        (str(count), *(f"{count * (k1 + 1) / (count + k1):.2f}" for k1 in (0.5, 1.2, 2.0)))
        for count in (1, 2, 4, 8, 16)
    ]
    return Table(
        "Table 3: BM25’s weight of a term that occurs in a passage of average length, by the "
        "number of occurrences.",
        ("Occurrences", "k1 = 0.5", "k1 = 1.2", "k1 = 2.0"),
        rows,
        (1.2, 1, 1, 1),
    )


def _rarity() -> Table:
    rows = [
        (
            f"{holding:,}",
            f"{holding / 10_000:.2%}",
            f"{log((10_000.5 - holding) / (holding + 0.5)):.2f}",
        )
        for holding in (1, 10, 100, 1_000, 4_000)
    ]
    return Table(
        "Table 4: Inverse document frequency of a term in a collection of 10,000 passages.",
        ("Passages with the term", "Share", "idf"),
        rows,
        (1.5, 1, 1),
    )


def _fusion_example() -> Table:
    ranked = sorted(EXAMPLE, key=lambda row: -_fused(row[1], row[2]))
    rows = [
        (name, str(words or "–"), str(meaning or "–"), f"{_fused(words, meaning):.5f}")
        for name, words, meaning in ranked
    ]
    return Table(
        "Table 5: Five invented elements, their ranks in two channels, and their fused scores with "
        "k = 60.",
        ("Element", "Words", "Meaning", "Fused"),
        rows,
        (1.3, 1, 1, 1),
    )


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f}" if size >= 1e6 else f"{size / 1e6:.2f}"


def _bytes() -> Table:
    rows = [
        (f"{count:,}", *(_megabytes(count * size) for size in (1536, 768, 384, 48)))
        for count in (1_000, 10_000, 100_000, 1_000_000)
    ]
    return Table(
        "Table 6: Megabytes (10⁶ bytes) of vectors with 384 dimensions, without any index "
        "structure. PQ: product quantisation, 48 bytes a vector.",
        ("Vectors", "float32", "float16", "8-bit", "PQ"),
        rows,
        (1.2, 1, 1, 1, 1),
    )


def _measures() -> Table:
    rows = [
        ("Recall@k", "share of questions with a true page in the first k"),
        ("nDCG@k", "gain of true pages, discounted by log2(rank + 1)"),
        ("MRR", "mean of 1 / rank of the first true page"),
        ("Citation precision", "share of citations that support their sentence"),
        ("Refusal F1", "harmonic mean of refusal precision and recall"),
    ]
    return Table(
        "Table 7: Measures of retrieval and of answers.",
        ("Measure", "What it says"),
        rows,
        (0.85, 2),
        left=(0, 1),
    )


def _receipt() -> Table:
    rows = [
        ("Pages", "24", "2 of them by character recognition"),
        ("Passages", "131", ""),
        ("Tables", "5", "5 with a caption"),
        ("Figures", "9", "8 with a caption"),
        ("Missing", "1", "Figure 7, mentioned on page 9"),
    ]
    return Table(
        "Table 8: The receipt of an invented report.",
        ("Counted", "Number", "Remark"),
        rows,
        (0.8, 0.6, 1.8),
        left=(0, 2),
    )


def _glossary() -> Table:
    rows = [
        ("Element", "a passage, a table or a figure: what is found and cited"),
        ("Box", "where it stands on its page, in points"),
        ("Label", "what the document calls it, such as Table 2"),
        ("Channel", "one way of searching: words, meaning, labels"),
        ("Evidence", "an element, numbered for one answer"),
        ("Receipt", "what was read of a document, and what was not"),
    ]
    return Table(
        "Table 9: The words of this guide.",
        ("Word", "Meaning"),
        rows,
        (0.6, 2),
        left=(0, 1),
    )


def blocks() -> list[Block]:
    """Give the guide, block by block."""
    return [
        Text(
            f"<h1>{TITLE}</h1><p class='lead'>What happens between a folder of files and a "
            "sentence with a citation, in eleven short sections. Charts are drawn from the stated "
            "formulas; wherever data are synthetic, the caption says so.</p>",
            wide=True,
        ),
        Text(
            "<h2>1 A page is a drawing</h2>"
            "<p>A PDF page holds no paragraphs. It holds instructions: move here, choose a font, "
            "paint these glyphs, stroke this line, place this picture. Lengths are given in "
            "points. One point is 1/72 inch, or 0.353 mm, so that an A4 page measures 595 by 842 "
            "points (Table 1). In the file, y grows upwards from the bottom left corner; this "
            "project reports boxes the way a reader looks, from the top left corner downwards, "
            "as Figure 1 shows.</p>"
            "<p>Words have to be won back from glyphs. Glyphs that share a baseline make a line; "
            "lines at the usual distance make a paragraph; paragraphs are read down one column "
            "before the next. A hyphen at the end of a line is joined to the word’s second half. "
            "Running heads and page numbers return on every page at the same height, and are "
            "dropped, since nobody asks for them.</p>"
        ),
        _pages(),
        Picture(
            "Figure 1: The anatomy of a two-column page. Boxes are measured in points from the "
            "top left corner.",
            diagrams.page_anatomy,
        ),
        Text(
            "<p>A scanned page is one large picture. Its words can only come from optical "
            "character recognition, which costs far more than reading text that is already "
            "there. Recognition therefore pays on pages with next to no text, and on pictures "
            "that carry words; everywhere else the file’s own text is both quicker and "
            "exact.</p>"
            "<h2>2 Passages</h2>"
            "<p>A whole report is too much to cite, and a sentence too little to find. The unit "
            "between is the passage: 120 to 200 words that lie under one heading. A passage "
            "never crosses a heading, because the heading is the best short description that "
            "its words have; it is kept with the passage as a path, for example "
            "“Methods › Sampling”.</p>"
            "<p>There is a second reason for the limit. The text model all-MiniLM-L6-v2 reads at "
            "most 256 word pieces and ignores what follows. English prose has roughly 1.3 word "
            "pieces per word, so that 200 words just about fill the window. A longer text is "
            "better cut into windows, each with a vector of its own, than cut off.</p>"
            "<p>Tables are kept whole. A row says little without its header, and a number says "
            "nothing without both. Written out as rows with bars between the cells, a table "
            "remains readable by people, by word search, and by language models.</p>"
            "<h2>3 Figures and their captions</h2>"
            "<p>A figure is rarely one object in the file. A chart may be four thousand strokes; "
            "a photograph may be placed as twelve strips. To find the figure, neighbouring "
            "strokes and rasters are clustered, and each cluster is compared with the captions "
            "on the page: a caption is expected just below or above its figure, or beside it, "
            "with no text between the two. Working from captions to regions is the idea of "
            "pdffigures2 [1], and it has a second benefit: a caption whose figure cannot be "
            "found is noticed, and can be reported.</p>"
            "<p>A caption gives itself away by its start: a word such as “Figure”, a number, and "
            "a colon, a full stop or a change of typeface. Table 2 lists such words. The same "
            "start may open an ordinary sentence (“Figure 3 shows that …”), so the style that "
            "most captions of a document share decides the doubtful cases.</p>"
        ),
        _labels(),
        Text(
            "<p>Labels also tie text to pictures. A passage that says “see Figure 3” explains "
            "that figure, often better than its caption does. The reference is followed both "
            "ways: from the passage to the figure as evidence, and from the figure to the "
            "passage as its description.</p>"
            "<h2>4 Searching for words</h2>"
            "<p>BM25 [2] scores a passage by the words it shares with the question. Three things "
            "count. A rare word weighs more than a common one. A second occurrence adds less "
            "than the first. A long passage has to say a word more often than a short one.</p>"
            "<p class='formula'>score = Σ idf(t) · tf · (k1 + 1) / (tf + k1 · (1 − b + b · L/L̄))"
            "</p>"
            "<p>Here tf is the number of occurrences of a term t, L the passage’s length, and L̄ "
            "the average length. SQLite’s full-text index FTS5 fixes k1 = 1.2 and b = 0.75. "
            "With k1 = 1.2, a term’s weight can never exceed 2.2 times that of a single "
            "occurrence, however often it is repeated; Figure 2 shows how soon the curve "
            "bends, and Table 3 gives its values.</p>"
        ),
        Picture(
            "Figure 2: BM25 saturates. The weight of a term by its occurrences in a passage of "
            "average length; dotted lines are the limits k1 + 1.",
            charts.saturation,
        ),
        _bm25(),
        Text(
            "<p>Rarity is measured by the inverse document frequency, ln((N − n + 0.5) / "
            "(n + 0.5)) for a term that occurs in n of N passages. In a collection of 10,000 "
            "passages, a term found in a single passage weighs 8.80, and one found in a tenth "
            "of them 2.20 (Table 4).</p>"
            "<p>Word search is exact where it matters most: part numbers, names, statute "
            "references, figures in the literal sense. It is blind to synonyms. Somebody who "
            "asks about “staff turnover” will not find “employees who left”.</p>"
        ),
        _rarity(),
        Picture(
            "Figure 4: The modality gap, with synthetic data: 40 topics in 64 dimensions, each "
            "with one text and one picture, joined by a line; projected on the first two principal "
            "axes. (a) Texts and pictures form two separate clouds. (b) After each modality is "
            "centred, partners lie together.",
            charts.modality_gap,
            wide=True,
        ),
        Text(
            "<h2>5 Searching for meaning</h2>"
            "<p>An embedding model maps a text to a direction in a space of a few hundred "
            "dimensions, trained so that texts of like meaning point alike. The model "
            "all-MiniLM-L6-v2 has six layers, 22.7 million parameters, and 384 dimensions. Two "
            "texts are compared by the cosine of the angle between their vectors. When the "
            "vectors have length one, the cosine is simply their dot product.</p>"
            "<p>What is a high cosine? In many dimensions, random directions are nearly at right "
            "angles: their cosine has mean 0 and standard deviation 1/√d. For d = 384 that is "
            "0.051, as Figure 3 makes plain. Real texts are not random directions, however: "
            "even unrelated sentences of one language tend to lie above zero, and every model "
            "has a level of its own. A cosine can be compared only with cosines of the same "
            "model.</p>"
        ),
        Picture(
            "Figure 3: Cosines of random directions in 8, 64 and 384 dimensions (exact densities).",
            charts.random_cosines,
        ),
        Text(
            "<h2>6 The modality gap</h2>"
            "<p>A model such as CLIP places texts and pictures in one space, so that a sentence "
            "can find a photograph. The two kinds do not mix there: all texts lie in one narrow "
            "cone and all pictures in another, with a gap between the cones [3]. Figure 4 draws "
            "this with synthetic data. In panel (a), nearly every text is closer to every other "
            "text than to the picture that it describes. Sorting by raw cosine would rank all "
            "passages above all pictures, whatever the question.</p>"
            "<p>Subtracting each modality’s own mean removes most of the gap, as panel (b) shows: "
            "what remains is the topic. A second limit is harder to move: CLIP’s text encoder "
            "reads at most 77 tokens, fewer than half of a passage. Captions and the words "
            "inside a figure are therefore indexed as text as well, and a figure is found by "
            "its words even where no picture model is at hand.</p>"
        ),
        Text(
            "<h2>7 Fusing the channels</h2>"
            "<p>BM25 scores have no upper bound; cosines lie between −1 and 1. Adding the two "
            "would let one channel drown the other, and any rescaling depends on the question. "
            "Reciprocal rank fusion [4] needs no calibration, because it looks only at ranks:</p>"
            "<p class='formula'>fused = Σ weight / (k + rank)</p>"
            "<p>The sum runs over the channels that found the element. The constant k = 60 comes "
            "from the original paper. It decides how much the very top counts: with k = 60, rank "
            "10 still earns 87% of what rank 1 earns, with k = 1 only 18% (Figure 6). "
            "Agreement between channels therefore beats a single high rank.</p>"
            "<p>Some questions name what they want: “What does Figure 3 show?”, “the total on page "
            "12”. Such labels are looked up rather than searched for, and what they find "
            "joins the ranking beside the hits of the other channels (Figure 5).</p>"
        ),
        Picture(
            "Figure 5: From a question to numbered evidence. Two channels search (green), two look "
            "up (orange).",
            diagrams.retrieval,
            wide=True,
        ),
        Picture(
            "Figure 6: What a rank is worth, relative to rank 1, for three values of k.",
            charts.fusion,
        ),
        Text(
            "<p>Table 5 and Figure 7 work through an invented example. Passage B is first "
            "in neither channel, yet it wins, since both channels place it high. Passage D is the "
            "first hit of one channel and unknown to the other, and comes below Passage E, which "
            "is fifth in both.</p>"
        ),
        _fusion_example(),
        Picture(
            "Figure 7: The fused scores of Table 5, by channel (invented example).",
            lambda: charts.fused_ranking(EXAMPLE),
        ),
        Picture(
            "Figure 9: An index folder. Only the catalogue and the crops cannot be computed again "
            "without the documents.",
            diagrams.storage,
            wide=True,
        ),
        Text(
            "<h2>8 Keeping it</h2>"
            "<p>A float32 takes 4 bytes, so that a vector with 384 dimensions takes 1,536 bytes. "
            "One hundred thousand passages, some five hundred long reports, need 153.6 MB "
            "(Table 6). That still fits in memory and can be searched exactly: every vector is "
            "compared, and nothing is missed. Only beyond about a million vectors does it pay to "
            "give up exactness for structures that look at a part of them, or for codes that are "
            "smaller (Figure 8).</p>"
            "<p>An index has to survive a power cut. Documents, elements and vectors are written "
            "to SQLite in one transaction per document: a reader sees all of a document or none "
            "of it. With a write-ahead log, readers carry on while a writer works. Whatever can "
            "be computed again, such as the files of the vector search, is a cache, and can be "
            "thrown away (Figure 9).</p>"
        ),
        _bytes(),
        Picture(
            "Figure 8: Memory of n vectors with 384 dimensions, by the form in which they are "
            "kept. PQ is product quantisation with 48 bytes a vector.",
            charts.vector_storage,
        ),
        Text(
            "<h2>9 An honest no</h2>"
            "<p>Retrieval always returns something: the nearest passage is the nearest even when "
            "it is far away. An answer is worth giving only if the evidence supports it. When "
            "the evidence does not, saying so is the right answer, and the nearest passages "
            "let the reader judge.</p>"
            "<p>How good is a system? Table 7 lists the usual measures. They have to be computed "
            "on questions with known answers, some of which cannot be answered at all; a system "
            "that never refuses looks good only where every question has an answer.</p>"
        ),
        _measures(),
        Picture(
            "Figure 10: The whole way. Above, what happens once to each file; below, what happens "
            "to each question.",
            diagrams.flow,
            wide=True,
        ),
        Text(
            "<h2>10 A question, step by step</h2>"
            "<p>Suppose that somebody asks this guide for the size of A4. Word search splits the "
            "question into terms; “A4” is rare, the other words are common and weigh little. "
            "Table 1 holds the term in one of its rows, and Section 1 holds it in one sentence. "
            "The text model places the question near the same two elements. Both channels agree, "
            "so that fusion puts the two first and second.</p>"
            "<p>The question asks for a size, so the answer has to hold numbers. The sentence and "
            "the table’s row both do, and they agree. Each is quoted as it stands, with the "
            "number of its source in brackets; below the answer the reader finds document, page "
            "and box, and can look.</p>"
            "<p>Ask instead who invented that format, and the same two elements come first "
            "again, for they are still the nearest. No sentence in them names a person. The "
            "answer is then that these documents do not say.</p>"
        ),
        Text(
            "<h2>11 What was read, and what was not</h2>"
            "<p>An index that silently misses a tenth of its documents gives wrong answers with "
            "confidence. The cure is bookkeeping. For each document a receipt counts pages, "
            "passages, tables and figures, and how many of them carry the document’s own "
            "caption. It then compares the labels that the text mentions with the elements that "
            "were found: if a sentence on page 9 refers to Figure 7 and no Figure 7 was found, "
            "the receipt says exactly that. Table 8 gives an example.</p>"
            "<p>The same holds for pages whose words came from character recognition, and for "
            "files that were left out: an encrypted file, a file of a type that nobody can read, "
            "a page that is blank. A gap that is known can be closed, or at least allowed "
            "for.</p>"
        ),
        _receipt(),
        Text(
            "<p>Figure 10 puts the pieces together. The upper row runs once for each new or "
            "changed file; a file whose bytes have not changed costs nothing. The lower row runs "
            "for every question, and touches no document at all: whatever it needs has been "
            "written to the index before.</p>"
            "<p>Three properties hold along the whole way. Every element knows its document, "
            "page and box, from the parser to the answer. Nothing that a model invents is ever "
            "quoted as the document’s own words. And the same files give the same index, "
            "so that an answer can be checked again tomorrow.</p>"
        ),
        _glossary(),
        Text(
            "<h2>References</h2>"
            "<p class='reference'>[1] C. Clark and S. Divvala. PDFFigures 2.0: Mining figures from "
            "research papers. JCDL, 2016.</p>"
            "<p class='reference'>[2] S. Robertson and H. Zaragoza. The probabilistic relevance "
            "framework: BM25 and beyond. Foundations and Trends in Information Retrieval 3(4), "
            "2009.</p>"
            "<p class='reference'>[3] W. Liang, Y. Zhang, Y. Kwon, S. Yeung and J. Zou. Mind the "
            "gap: Understanding the modality gap in multi-modal contrastive representation "
            "learning. NeurIPS, 2022.</p>"
            "<p class='reference'>[4] G. Cormack, C. Clarke and S. Büttcher. Reciprocal rank "
            "fusion outperforms Condorcet and individual rank learning methods. SIGIR, 2009.</p>"
        ),
    ]


def make() -> bytes:
    """Give the guide as a PDF."""
    setter = Setter(TITLE)
    for block in blocks():
        setter.add(block)
    return setter.finish(TITLE)
