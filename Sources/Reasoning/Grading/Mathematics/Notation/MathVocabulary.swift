/// The words and commands of mathematical texts, each under the one name the parser knows.
enum MathVocabulary {
  /// Commands that change the looks of what follows, and nothing else.
  static let ignored: Set<String> = [
    "left", "right", "middle", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr",
    "biggl", "biggr", "Biggl", "Biggr", "displaystyle", "textstyle", "scriptstyle", "limits",
    "nolimits", "boxed", "fbox", "rm", "bf", "it", "mathbf", "boldsymbol", "bm", "mathit",
    "hfill", "null", "mathstrut", "strut", "textcolor", "nonumber", "bold", "mathop", "mathord",
    "hspace", "smash", "underbrace", "overbrace", "ensuremath",
  ]

  /// Commands that are spaces.
  static let spaces: Set<String> = [
    "quad", "qquad", "space", "thinspace", "medspace", "thickspace", "enspace", "newline",
  ]

  /// Commands whose group is text.
  static let texts: Set<String> = [
    "text", "textbf", "textit", "textrm", "textsf", "texttt", "textnormal", "textup", "mbox",
    "hbox", "mathrm", "mathsf", "mathtt", "operatorname", "emph", "textmd", "textsc",
  ]

  /// Other names of commands.
  static let aliases: [String: String] = [
    "dfrac": "frac", "tfrac": "frac", "cfrac": "frac", "leq": "le", "leqslant": "le",
    "leqq": "le", "geq": "ge", "geqslant": "ge", "geqq": "ge", "neq": "ne", "dbinom": "binom",
    "tbinom": "binom", "approxeq": "approx", "simeq": "approx", "thickapprox": "approx",
    "doteq": "approx", "lvert": "|", "rvert": "|", "vert": "|", "lVert": "‖", "rVert": "‖",
    "Vert": "‖", "lbrack": "[", "rbrack": "]", "lbrace": "{", "rbrace": "}", "lparen": "(",
    "rparen": ")", "langle": "(", "rangle": ")", "backslash": "setminus",
    "smallsetminus":
      "setminus", "bigcup": "cup", "bigcap": "cap", "sqcup": "cup", "arcsec": "arcsec",
    "isin": "in", "Rightarrow": "implies", "rightarrow": "to", "longrightarrow": "to",
    "Longrightarrow": "implies", "iff": "implies", "Leftrightarrow": "implies",
    "land": "and", "wedge": "and", "lor": "or", "vee": "or", "mod": "bmod", "pmod": "bmod",
    "degree": "degree", "degrees": "degree", "deg": "degree", "percent": "%", "lt": "<",
    "gt": ">", "times": "*", "cdot": "*", "ast": "*", "centerdot": "*", "bullet": "*",
    "div": "/", "colon": ":", "arctg": "arctan", "tg": "tan", "ctg": "cot", "cosec": "csc",
    "asin": "arcsin", "acos": "arccos", "atan": "arctan", "infinity": "infty", "inf": "infty",
    "bar": "overline", "widehat": "hat", "widetilde": "tilde", "overrightarrow": "vec",
    "varnothing": "emptyset", "ldots": "dots", "cdots": "dots", "dotsc": "dots", "dotsb": "dots",
    "dotsm": "dots", "vdots": "dots", "ddots": "dots", "dfrak": "frac", "log10": "lg",
    "arsinh": "asinh", "arcosh": "acosh", "artanh": "atanh", "abs": "abs", "pct": "%",
    "percentage": "%", "leqslants": "le",
  ]

  /// Functions of one argument.
  static let functions: Set<String> = [
    "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "arccot", "arcsec",
    "arccsc", "sinh", "cosh", "tanh", "coth", "asinh", "acosh", "atanh", "ln", "log", "lg", "exp",
    "arg", "Re", "Im", "sgn", "det", "tr", "rank", "dim", "ker",
  ]

  /// Functions of several arguments, with parentheses.
  static let manyArgumentFunctions: Set<String> = ["gcd", "lcm", "min", "max", "abs"]

  /// Letters of functions: `f(x)` is a value of one, `x(x + 1)` is a product.
  static let functionLetters: Set<String> = ["f", "g", "h", "F", "G", "H"]

  /// Commands of sums, integrals and limits, which are compared by their parts alone.
  static let operators: Set<String> = ["sum", "prod", "int", "lim", "iint", "oint"]

  /// Marks above letters that make another name.
  static let accents: Set<String> = ["overline", "hat", "tilde", "vec", "dot", "underline"]

  static let greek: Set<String> = [
    "alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta",
    "vartheta", "iota", "kappa", "lambda", "mu", "nu", "xi", "rho", "varrho", "sigma", "tau",
    "upsilon", "phi", "varphi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi",
    "Pi", "Sigma", "Phi", "Psi", "Omega", "ell", "hbar", "angle", "triangle", "star", "square",
    "odot", "oplus", "otimes", "perp", "parallel", "prime", "partial", "nabla", "blacksquare",
    "aleph", "dagger", "forall", "exists", "subset", "subseteq", "top", "bot", "sim", "cong",
  ]

  /// Relations that chain expressions: `x = 1`, `0 < x`, `x \in S`.
  static let relations: [String: Relation] = [
    "le": .atMost, "ge": .atLeast, "ne": .unequal, "approx": .about, "in": .member,
    "equiv": .congruent, "to": .implies, "implies": .implies,
  ]

  /// Words that make another number of the one before them, so that they are not units.
  static let changing: Set<String> = [
    "plus", "minus", "times", "over", "mod", "point", "squared", "cubed", "half", "halves",
    "third", "thirds", "quarter", "quarters", "fifth", "fifths", "sixth", "sixths", "tenth",
    "tenths", "hundredths", "thousandths", "factorial", "less", "more", "not", "if", "except",
    "when", "where", "for", "modulo", "base", "to", "through", "root", "greater", "least", "most",
  ]

  /// Words that multiply the number before them by a power of ten.
  static let multipliers: [String: Int] = [
    "hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12,
  ]

  /// Words of two or three letters that are no products of names.
  static let shortWords: Set<String> = [
    "yes", "no", "odd", "red", "am", "pm", "and", "or", "is", "the", "not", "of", "to", "if", "all",
    "for", "are", "per", "any", "one", "two", "six", "ten", "day", "men", "now", "set", "mod",
    "min", "sum", "sun", "mon", "tue", "wed", "thu", "fri", "sat", "even", "none", "true",
    "blue", "east", "west",
  ]
}

/// A relation between two expressions of a chain.
enum Relation: Sendable, Hashable {
  case equal, unequal, less, atMost, greater, atLeast, about, member, congruent, implies

  /// True if it orders its two sides.
  var isOrder: Bool { [.less, .atMost, .greater, .atLeast].contains(self) }
  /// True if its two sides may not be equal.
  var isStrict: Bool { self == .less || self == .greater }
  /// True if the greater side is on the right.
  var ascends: Bool { self == .less || self == .atMost }
}
