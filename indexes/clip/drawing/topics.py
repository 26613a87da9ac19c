"""What synthetic figures are about: coherent titles, quantities, categories and series."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quantity:
    """Something measured, with its unit and the range that its values usually have."""

    name: str
    unit: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Field:
    """A field that documents are about."""

    name: str
    quantities: tuple[Quantity, ...]
    categories: tuple[tuple[str, ...], ...]  # groups: any subset of one group makes sense
    series: tuple[tuple[str, ...], ...]
    parts: tuple[str, ...]  # components, steps, actors: for diagrams
    across: tuple[str, ...]  # other continuous quantities: the horizontal axis of a scatter plot


@dataclass(frozen=True, slots=True)
class Subject:
    """What one figure is about."""

    title: str
    measure: Quantity
    across: str  # a continuous quantity or "Year"
    categories: tuple[str, ...]
    series: tuple[str, ...]
    parts: tuple[str, ...]
    field: str


def subject(random_: random.Random, categories: int = 6, series: int = 3) -> Subject:
    """A subject with at most so many categories, series and parts, without repeats."""
    field = random_.choice(FIELDS)
    measure = random_.choice(field.quantities)
    group = random_.choice(field.categories)
    names = random_.choice(field.series)
    kept = _some(random_, group, categories)
    across = random_.choice(field.across)
    return Subject(
        title=_title(random_, field, measure, across),
        measure=measure,
        across=across,
        categories=kept,
        series=_some(random_, names, series),
        parts=_some(random_, field.parts, max(categories, 4)),
        field=field.name,
    )


def years(random_: random.Random, count: int) -> tuple[str, ...]:
    """So many years in a row, at a step of one to five."""
    step = random_.choice([1, 1, 1, 2, 5])
    last = random_.randint(1990, 2024)
    return tuple(str(last - step * (count - 1 - i)) for i in range(count))


def periods(random_: random.Random, count: int) -> tuple[str, ...]:
    """So many months, quarters, days or years in a row."""
    kind = random_.choice(["year", "year", "month", "quarter", "day", "number"])
    if kind == "month":
        start = random_.randrange(12)
        return tuple(MONTHS[(start + i) % 12] for i in range(count))
    if kind == "quarter":
        year = random_.randint(2005, 2020)
        return tuple(f"Q{i % 4 + 1} {year + i // 4}" for i in range(count))
    if kind == "day":
        return tuple(f"Day {i + 1}" for i in range(count))
    if kind == "number":
        step = random_.choice([1, 5, 10, 50, 100])
        return tuple(str(step * i) for i in range(count))
    return years(random_, count)


def _some(random_: random.Random, names: tuple[str, ...], most: int) -> tuple[str, ...]:
    count = min(most, len(names))
    chosen = sorted(random_.sample(range(len(names)), count))
    kept = [names[i] for i in chosen]
    if random_.random() < 0.3:
        random_.shuffle(kept)
    return tuple(kept)


def _title(random_: random.Random, field: Field, measure: Quantity, across: str) -> str:
    place = random_.choice(PLACES)
    beside = across[0].lower() + across[1:]
    year = random_.randint(1985, 2024)
    name = measure.name  # "CPU load" keeps its capitals
    lower = name[0].lower() + name[1:] if name[1:2].islower() else name
    return random_.choice(
        [
            measure.name,
            f"{measure.name} in {place}",
            f"{measure.name}, {year}",
            f"{measure.name} by {random_.choice(['region', 'group', 'category', 'year'])}",
            f"{measure.name} and {beside}",
            f"{field.name}: {lower}",
            f"{field.name}: {lower} in {place}",
            f"Change in {lower} since {year}",
            f"{measure.name} against {beside}",
            f"How {lower} changed, {year - random_.randint(3, 25)}–{year}",
            f"{place}: {lower}",
        ]
    )


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
PLACES = (
    "Europe", "the United States", "Japan", "Kenya", "Brazil", "the North Sea", "cities",
    "rural areas", "India", "Norway", "the Alps", "schools", "hospitals", "small firms",
    "Mexico", "South Korea", "the Pacific", "Canada", "Germany", "Lagos", "Tokyo",
)  # fmt: skip


def _q(*rows: tuple[str, str, float, float]) -> tuple[Quantity, ...]:
    return tuple(Quantity(*row) for row in rows)


def _n(*rows: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(name.strip() for name in row.split(",")) for row in rows)


_REGIONS = "North, South, East, West, Central"
_CONTINENTS = "Africa, Asia, Europe, North America, South America, Oceania"
_COUNTRIES = "France, Germany, Italy, Spain, Poland, Japan, China, India, Brazil, Canada, Kenya"
_AGES = "under 18, 18–29, 30–44, 45–64, 65 and over"
_LETTERS = "A, B, C, D, E, F, G, H, I, J"
_SEX = "men, women"
_METHODS = "baseline, ours, random, oracle, ablation"

FIELDS: tuple[Field, ...] = (
    Field(
        "Economy",
        _q(("Gross domestic product", "billion $", 100, 9000), ("Inflation", "%", -1, 12),
           ("Unemployment rate", "%", 2, 15), ("Exports", "million $", 10, 900),
           ("Household income", "$", 12000, 90000), ("Public debt", "% of GDP", 20, 140),
           ("Interest rate", "%", 0, 9), ("Price level", "index", 80, 160)),
        _n(_COUNTRIES, _CONTINENTS, "agriculture, industry, services, construction, trade"),
        _n(_COUNTRIES, "nominal, real", "exports, imports, balance"),
        ("Households", "Firms", "Government", "Banks", "Labour market", "Goods market",
         "Central bank", "Foreign trade"),
        ("Year", "Quantity", "Real GDP", "Labour", "Income per head"),
    ),
    Field(
        "Business",
        _q(("Revenue", "million $", 1, 500), ("Profit", "thousand $", 10, 900),
           ("Sales", "units", 100, 20000), ("Market share", "%", 1, 70),
           ("Customers", "thousands", 1, 900), ("Operating costs", "million €", 1, 80),
           ("Share price", "$", 5, 700), ("Orders", "per day", 10, 2000)),
        _n(_REGIONS, "hardware, software, services, licences, support", _LETTERS,
           "online, retail, wholesale, partners"),
        _n("2021, 2022, 2023", "budget, actual, forecast", _REGIONS,
           "Product A, Product B, Product C"),
        ("Marketing", "Sales", "Production", "Finance", "Human resources", "Logistics",
         "Research", "Customer service", "Board", "Purchasing"),
        ("Price", "Advertising spend", "Year", "Company size", "Quarter"),
    ),
    Field(
        "Climate",
        _q(("Temperature", "°C", -10, 38), ("Rainfall", "mm", 0, 300),
           ("CO2 emissions", "Mt", 1, 900), ("Sea level", "mm", -20, 90),
           ("Wind speed", "m/s", 0, 25), ("Snow depth", "cm", 0, 120),
           ("Air quality index", "", 10, 200), ("Humidity", "%", 20, 100)),
        _n(", ".join(MONTHS), _CONTINENTS, "spring, summer, autumn, winter",
           "transport, industry, housing, farming, energy, waste"),
        _n("minimum, mean, maximum", "observed, modelled", "Oslo, Cairo, Lima, Delhi, Perth"),
        ("Atmosphere", "Ocean", "Ice sheet", "Land surface", "Vegetation", "Clouds", "Sun",
         "Rivers", "Soil"),
        ("Year", "Altitude", "Latitude", "Day of the year", "Distance from the coast"),
    ),
    Field(
        "Health",
        _q(("Life expectancy", "years", 50, 88), ("Cases", "per 100,000", 1, 900),
           ("Vaccination rate", "%", 10, 99), ("Blood pressure", "mmHg", 60, 180),
           ("Hospital stays", "days", 1, 20), ("Mortality", "deaths per 1,000", 1, 40),
           ("Body mass", "kg", 30, 130), ("Waiting time", "weeks", 1, 40)),
        _n(_AGES, "cancer, heart disease, stroke, diabetes, injuries, infections", _CONTINENTS,
           "placebo, low dose, medium dose, high dose"),
        _n(_SEX, "treatment, control", "placebo, drug", "first wave, second wave, third wave"),
        ("Patient", "General practitioner", "Hospital", "Laboratory", "Pharmacy", "Insurance",
         "Emergency room", "Screening", "Diagnosis", "Treatment", "Follow-up"),
        ("Age", "Dose", "Weeks since the start", "Body mass index", "Income per head"),
    ),
    Field(
        "Education",
        _q(("Test score", "points", 200, 800), ("Enrolment", "thousands", 5, 500),
           ("Class size", "pupils", 10, 40), ("Literacy", "%", 40, 100),
           ("Spending per pupil", "$", 1000, 15000), ("Graduates", "", 100, 9000)),
        _n("primary, secondary, vocational, university", "maths, reading, science, history, music",
           _COUNTRIES, "Mon, Tue, Wed, Thu, Fri"),
        _n(_SEX, "public, private", "2010, 2020", "maths, reading, science"),
        ("Pupil", "Teacher", "Curriculum", "Examination", "Course", "Library", "Assignment",
         "Feedback", "Lecture", "Seminar"),
        ("Hours of study", "Class size", "Year", "Age", "Attendance"),
    ),
    Field(
        "Energy",
        _q(("Electricity generation", "TWh", 1, 900), ("Power", "MW", 1, 2000),
           ("Oil price", "$ per barrel", 15, 140), ("Consumption", "kWh", 50, 9000),
           ("Efficiency", "%", 5, 98), ("Capacity", "GW", 1, 400), ("Voltage", "V", 0, 240)),
        _n("coal, gas, nuclear, hydro, wind, solar, biomass", _COUNTRIES,
           "heating, lighting, cooling, transport, cooking"),
        _n("coal, gas, nuclear, wind, solar", "supply, demand", "day, night", "winter, summer"),
        ("Generator", "Transformer", "Grid", "Battery", "Inverter", "Solar panel", "Turbine",
         "Consumer", "Substation", "Meter"),
        ("Hour of the day", "Outside temperature", "Year", "Load", "Wind speed"),
    ),
    Field(
        "Machine learning",
        _q(("Accuracy", "%", 40, 99), ("Loss", "", 0.05, 4), ("F1 score", "", 0.2, 0.98),
           ("Training time", "hours", 0.5, 90), ("Latency", "ms", 1, 400),
           ("Perplexity", "", 5, 80), ("Recall", "", 0.1, 1), ("Throughput", "images/s", 10, 3000)),
        _n("CNN, LSTM, Transformer, SVM, k-NN, random forest", _METHODS,
           "train, validation, test", "cat, dog, bird, car, ship, plane, frog"),
        _n(_METHODS, "train, validation", "small, base, large", "with pre-training, from scratch"),
        ("Input", "Embedding", "Encoder", "Decoder", "Attention", "Softmax", "Convolution",
         "Pooling", "Output", "Loss", "Tokenizer", "Feature extractor", "Classifier", "Memory"),
        ("Epoch", "Training steps", "Number of parameters", "Learning rate", "Batch size"),
    ),
    Field(
        "Computing",
        _q(("Response time", "ms", 1, 900), ("Requests", "per second", 10, 9000),
           ("Memory use", "MB", 50, 16000), ("CPU load", "%", 1, 100),
           ("Downloads", "thousands", 1, 900), ("Bugs", "", 0, 120),
           ("Lines of code", "k", 1, 300)),
        _n("Python, Java, C++, Rust, Go, JavaScript", "Linux, Windows, macOS, Android, iOS",
           "frontend, backend, database, cache, network", _LETTERS),
        _n("read, write", "cold, warm", "version 1, version 2, version 3", "p50, p95, p99"),
        ("User", "Browser", "Load balancer", "Web server", "Database", "Cache", "Queue", "Worker",
         "API", "Storage", "Firewall", "Client", "Scheduler", "Logger"),
        ("Number of threads", "Users", "File size", "Time of day", "Week"),
    ),
    Field(
        "Physics",
        _q(("Velocity", "m/s", 0, 60), ("Pressure", "kPa", 1, 400), ("Force", "N", 0, 90),
           ("Current", "mA", 0, 500), ("Amplitude", "mV", 0, 50), ("Stress", "MPa", 0, 600),
           ("Intensity", "a.u.", 0, 1000), ("Absorbance", "", 0, 2)),
        _n("steel, copper, aluminium, glass, wood, concrete", _LETTERS,
           "run 1, run 2, run 3, run 4, run 5"),
        _n("theory, experiment", "sample 1, sample 2, sample 3", "10 K, 100 K, 300 K"),
        ("Laser", "Lens", "Mirror", "Detector", "Amplifier", "Oscillator", "Sensor", "Filter",
         "Pump", "Valve", "Motor", "Controller"),
        ("Time (s)", "Distance (m)", "Frequency (Hz)", "Wavelength (nm)", "Strain",
         "Temperature (K)"),
    ),
    Field(
        "Biology",
        _q(("Population", "individuals", 10, 9000), ("Species richness", "species", 1, 120),
           ("Growth rate", "% per day", 0, 9), ("Expression level", "", 0, 40),
           ("Flipper length", "mm", 170, 235), ("Leaf area", "cm²", 1, 90),
           ("Yield", "t/ha", 1, 12), ("Concentration", "µM", 0, 80)),
        _n("wheat, maize, rice, barley, oats, soya", "forest, meadow, wetland, dune, river",
           "Adelie, Chinstrap, Gentoo", "gene A, gene B, gene C, gene D, gene E"),
        _n("control, fertilised", "wild type, mutant", "male, female", "site 1, site 2, site 3"),
        ("Cell", "Nucleus", "Protein", "Enzyme", "Membrane", "Receptor", "Predator", "Prey",
         "Plant", "Decomposer", "Gene", "RNA"),
        ("Body mass (g)", "Time (days)", "Temperature (°C)", "Rainfall (mm)", "Bill length (mm)"),
    ),
    Field(
        "Society",
        _q(("Population", "millions", 1, 300), ("Share of respondents", "%", 1, 80),
           ("Approval", "%", 20, 75), ("Crime rate", "per 1,000", 1, 60),
           ("Internet users", "%", 5, 99), ("Housing costs", "$ per month", 300, 3000),
           ("Voter turnout", "%", 30, 92), ("Migration", "thousands", 1, 800)),
        _n(_AGES, "strongly agree, agree, neutral, disagree, strongly disagree", _COUNTRIES,
           "email, social media, phone, post", "very often, often, sometimes, rarely, never"),
        _n(_SEX, "urban, rural", "2002, 2012, 2022", "college graduates, others",
           "Democrats, Republicans, Independents"),
        ("Citizens", "Parliament", "Courts", "Press", "Ministry", "Council", "Voters", "Agency"),
        ("Age", "Year", "Household income", "Years of schooling", "Population density"),
    ),
    Field(
        "Transport",
        _q(("Passengers", "millions", 1, 400), ("Traffic volume", "vehicles per hour", 50, 4000),
           ("Delay", "minutes", 0, 60), ("Fuel economy", "miles per gallon", 8, 50),
           ("Accidents", "", 5, 400), ("Freight", "million t", 1, 200), ("Fares", "€", 1, 200)),
        _n("car, bus, train, bicycle, walking, plane, ship", "Line 1, Line 2, Line 3, Line 4",
           "Mon, Tue, Wed, Thu, Fri, Sat, Sun", "Europe, Japan, USA"),
        _n("weekday, weekend", "before, after", "road, rail, air", "Europe, Japan, USA"),
        ("Station", "Depot", "Control centre", "Signal", "Vehicle", "Driver", "Ticket office",
         "Platform", "Warehouse", "Port", "Customs"),
        ("Horsepower", "Weight", "Distance (km)", "Hour of the day", "Speed"),
    ),
    Field(
        "Project",
        _q(("Progress", "%", 0, 100), ("Effort", "person-days", 1, 90), ("Cost", "k€", 5, 900),
           ("Open issues", "", 0, 200), ("Satisfaction", "points", 1, 10)),
        _n("planning, design, implementation, testing, documentation, roll-out, training",
           "Team A, Team B, Team C, Team D", "Work package 1, Work package 2, Work package 3"),
        _n("planned, actual", "Team A, Team B, Team C", "high, medium, low"),
        ("Kick-off", "Requirements", "Design", "Prototype", "Implementation", "Review", "Testing",
         "Release", "Training", "Acceptance", "Planning", "Maintenance", "Approval", "Audit"),
        ("Week", "Sprint", "Month", "Team size"),
    ),
    Field(
        "Quantities",
        _q(("Value", "", 0, 100), ("Count of records", "", 0, 400), ("Frequency", "", 0, 90),
           ("y", "", -10, 10), ("Measurement", "", 0, 1), ("b", "", 0, 100), ("Score", "", 0, 10)),
        _n(_LETTERS, "1, 2, 3, 4, 5, 6, 7, 8", "a, b, c, d, e, f", "x1, x2, x3, x4, x5"),
        _n("a, b, c", "Series 1, Series 2, Series 3", "x, y, z", "f(x), g(x)"),
        ("Start", "Step 1", "Step 2", "Step 3", "Check", "End", "A", "B", "C", "D", "Input",
         "Output"),
        ("x", "a", "index", "n", "t", "step"),
    ),
)  # fmt: skip
