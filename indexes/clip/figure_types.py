"""The types of figures: their names, and the words that people use for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FigureType:
    """A type of figure, and the ways to say it, each a singular noun phrase without an article."""

    name: str
    wordings: tuple[str, ...]


FIGURE_TYPES: tuple[FigureType, ...] = tuple(
    FigureType(name, (name, *others))
    for name, others in {
        "bar chart": ("bar graph", "column chart", "bar plot", "chart with bars"),
        "line chart": ("line graph", "line plot", "time series plot", "graph with lines"),
        "area chart": ("area graph", "stacked area chart", "area plot", "stream graph"),
        "scatter plot": ("scatterplot", "scatter chart", "dot plot", "bubble chart", "point cloud"),
        "pie chart": ("pie graph", "donut chart", "pie diagram", "chart with slices"),
        "histogram": ("frequency histogram", "histogram of a distribution", "binned histogram"),
        "box plot": ("boxplot", "box and whisker plot", "box-and-whisker diagram"),
        "violin plot": ("violin chart", "violin diagram"),
        "heatmap": ("heat map", "matrix heatmap", "grid of coloured cells", "confusion matrix"),
        "contour plot": ("contour map", "contour diagram", "filled contour plot"),
        "surface plot": ("3D surface", "three-dimensional surface plot", "3D mesh plot"),
        "radar chart": ("spider chart", "radar plot", "star plot"),
        "curve diagram": (
            "diagram of curves",
            "supply and demand graph",
            "textbook diagram with curves on two axes",
            "theoretical curve",
        ),
        "map": ("geographical map", "choropleth map", "map of regions"),
        "table": ("data table", "table of values", "table with rows and columns"),
        "flow chart": ("flowchart", "flow diagram", "process diagram", "workflow"),
        "block diagram": (
            "architecture diagram",
            "diagram of components",
            "system diagram",
            "layer diagram",
        ),
        "tree diagram": ("tree", "hierarchy", "organization chart", "dendrogram"),
        "network graph": ("graph of nodes and edges", "network diagram", "node-link diagram"),
        "Gantt chart": ("project schedule", "Gantt diagram", "schedule with bars"),
        "timeline": ("time line", "timeline of events", "chronology"),
        "Venn diagram": ("diagram of overlapping circles", "set diagram", "Venn chart"),
        "circuit diagram": ("electrical circuit", "schematic", "wiring diagram"),
        "equation": ("formula", "mathematical equation", "mathematical expression"),
        "code listing": ("source code", "program code", "code snippet"),
        "text": ("page of text", "paragraph of text", "printed text", "text excerpt"),
        "screenshot": ("screen shot", "user interface", "screenshot of a program", "web page"),
        "drawing": ("line drawing", "illustration", "icon", "sketch of an object"),
        "photograph": ("photo", "photograph of a scene", "picture taken with a camera"),
    }.items()
)

BY_NAME: Mapping[str, FigureType] = {figure_type.name: figure_type for figure_type in FIGURE_TYPES}
