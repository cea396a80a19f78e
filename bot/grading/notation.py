"""Tables of notation: symbols, Greek, LaTeX and abbreviations, each with its plain wording."""

SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵀᵗᵏ"
PLAIN_SUPERSCRIPTS = str.maketrans(SUPERSCRIPTS, "0123456789+-=()niTtk")

GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ϵ": "epsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "ϑ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu",
    "ξ": "xi", "ο": "o", "π": "pi", "ρ": "rho", "σ": "sigma", "ς": "sigma", "τ": "tau", "υ": "upsilon",
    "φ": "phi", "ϕ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
}  # fmt: skip
GREEK_NAMES = frozenset(GREEK.values())

ASCII_SYMBOLS = {":=": "=", "<-": "=", "==": "="}
SYMBOLS = {
    "√": " sqrt ", "∫": " integral ", "∑": " sum ", "∏": " product ", "∇": " grad ", "∂": " partial ",
    "∞": " infinity ", "∝": " proportional to ", "≃": "≈", "∼": "~", "≤": "<=", "≥": ">=", "≠": "!=",
    "→": "->", "⟶": "->", "↦": "->", "⇒": "=>", "⟹": "=>", "←": "=", "≔": "=",
    "·": "*", "⋅": "*", "∙": "*", "×": "*", "⊙": " elementwise * ", "∘": " elementwise * ", "∈": " in ",
    "∀": " for all ", "⊕": "+", "−": "-", "‖": "|", "∥": "|", "½": " 1/2 ", "¼": " 1/4 ", "↑": " up ", "↓": " down ",
    "’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "–": " – ", "—": " – ", "…": ", ",
    "∧": " and ", "¬": " not ", "≪": "<<", "≫": ">>", "±": "+-", "•": ", ",
}  # fmt: skip

ACCENTS = {"\u0302": "hat", "\u0303": "tilde", "\u0304": "mean"}

LOOKALIKES = str.maketrans(
    "аеорсухіјѕһԁԛԝвкмнтАЕОРСУХІЈЅВКМНТοΟΑΒΕΗΙΚΜΝΡΤΥΧ",
    "aeopcyxijshdqwbkmhtAEOPCYXIJSBKMHToOABEHIKMNPTYX",
)

LATEX = {
    "cdot": "*", "times": "*", "odot": "elementwise *", "circ": "elementwise *", "le": "<=", "leq": "<=", "ge": ">=",
    "geq": ">=", "ne": "!=", "neq": "!=", "approx": "≈", "sim": "~", "to": "->", "rightarrow": "->", "gets": "=",
    "leftarrow": "=", "infty": "infinity", "nabla": "grad", "propto": "proportional to", "int": "integral",
    "prod": "product", "varepsilon": "epsilon", "vartheta": "theta", "varphi": "phi", "ell": "l", "top": "t",
    "mid": "|", "left": "", "right": "", "quad": ",", "qquad": ",", "mathrm": "", "mathbf": "", "mathcal": "",
    "mathbb": "", "text": "", "boldsymbol": "", "operatorname": "", "displaystyle": "", "bar": "mean",
}  # fmt: skip

# Words after or before which a hyphen is a minus.
QUANTITIES = frozenset(
    {
        "hat",
        "tilde",
        "sqrt",
        "sum",
        "log",
        "exp",
        "ln",
        "mean",
        "var",
        "lam",
        "eps",
        "^",
        "=",
        "*",
        "/",
        "+",
        "(",
    }
)

ABBREVIATIONS = {
    r"w\.\s?p\.": "with probability", r"\bw/?p(?=\s+[a-z0-9]\b)": "with probability", r"\bw\.?r\.?t\.?(?=\W|$)": "with respect to",
    r"\bw/o\b": "without", r"\bw/(?=\s)": "with", r"\be\.\s?g\.": "for example", r"\bi\.\s?e\.": "that is",
    r"\bprob\.?(?=\s|$)": "probability", r"\bresp\.": "respectively", r"\bapprox\.?(?=\s)": "≈", r"\bvs?\.(?=\s)": "versus",
    r"\bi\.i\.d\.?": "iid", r"\bs\.t\.": "such that", r"\biff\b": "if and only if", r"\bsquared\b": "^2",
    r"\bsquare[- ]root( of)?\b": "sqrt", r"\btype[- ]?(?:ii|2|two)\b": "type2", r"\btype[- ]?(?:i|1|one)\b": "type1",
}  # fmt: skip
