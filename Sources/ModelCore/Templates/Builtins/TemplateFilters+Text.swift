extension TemplateFilters {
  /// Filters that make texts of anything that has one.
  static let text: [ValueFunction] = [
    ValueFunction("string") { (rendering, value, _) throws(TemplateFault) in
      if case .markup = value { return value }
      return try rendering.string(try rendering.shown(value))
    },
    ValueFunction("safe") { (rendering, value, _) throws(TemplateFault) in
      .markup(try rendering.shown(value))
    },
    escape, escape.named("e"),
    ValueFunction("trim", ["chars"]) { (rendering, value, arguments) throws(TemplateFault) in
      let text = try rendering.shown(value)
      try rendering.charge(bytes: text.utf8.count)
      let scalars = try arguments.scalars(0)
      return try rendering.string(text.stripped(of: scalars), like: value)
    },
    ValueFunction("upper") { (rendering, value, _) throws(TemplateFault) in
      try rendering.cased(try rendering.shown(value), like: value) { $0.uppercasedScalars }
    },
    ValueFunction("lower") { (rendering, value, _) throws(TemplateFault) in
      try rendering.cased(try rendering.shown(value), like: value) { $0.lowercasedScalars }
    },
    ValueFunction("capitalize") { (rendering, value, _) throws(TemplateFault) in
      try rendering.cased(try rendering.shown(value), like: value) { $0.pythonCapitalized }
    },
    ValueFunction("title") { (rendering, value, _) throws(TemplateFault) in
      try rendering.cased(try rendering.shown(value), like: .null) { titled($0) }
    },
    ValueFunction("replace", ["old", "new", "count"]) {
      (rendering, value, arguments) throws(TemplateFault) in
      .string(
        try rendering.replaced(
          try rendering.shown(value), try rendering.shown(try arguments.required(0)),
          with: try rendering.shown(try arguments.required(1)),
          limit: try arguments.integer(2, standard: -1)))
    },
    ValueFunction("join", ["d", "attribute"]) {
      (rendering, value, arguments) throws(TemplateFault) in
      let separator = try rendering.shown(arguments[0] ?? "")
      var text = ""
      for (index, element) in try rendering.elements(of: value).enumerated() {
        let part = try rendering.shown(try rendering.member(arguments[1], of: element))
        try rendering.chargeText(
          separator.utf8.count + part.utf8.count, after: text.utf8.count)
        text += index > 0 ? separator + part : part
      }
      return .string(text)
    },
    ValueFunction("indent", ["width", "first", "blank"]) {
      (rendering, value, arguments) throws(TemplateFault) in
      try indented(rendering, value, arguments)
    },
    ValueFunction("format", nil) { (rendering, value, arguments) throws(TemplateFault) in
      let values = TemplateList(arguments.all.positional, kind: .tuple)
      return try rendering.string(
        try rendering.formatted(try rendering.shown(value), .list(values)), like: value)
    },
  ]

  private static let escape = ValueFunction("escape") {
    (rendering, value, _) throws(TemplateFault) in
    if case .markup = value { return value }
    let text = rendering.escaped(try rendering.shown(value))
    try rendering.chargeText(text.utf8.count)
    return .markup(text)
  }

  /// The first letter of each word large, where words begin after blanks, hyphens and brackets.
  private static func titled(_ text: String) -> String {
    var result = ""
    var isFirst = true
    for scalar in text.unicodeScalars {
      let isBetween = scalar.isPythonSpace || ["-", "(", "{", "[", "<"].contains(scalar)
      if isBetween {
        result.unicodeScalars.append(scalar)
      } else {
        result +=
          isFirst ? scalar.properties.uppercaseMapping : scalar.properties.lowercaseMapping
      }
      isFirst = isBetween
    }
    return result
  }

  private static func indented(
    _ rendering: Rendering, _ value: TemplateValue, _ arguments: BoundArguments
  ) throws(TemplateFault) -> TemplateValue {
    guard let text = value.text else { throw .type("'indent' needs a string") }
    let width = max(0, try arguments[0]?.text == nil ? arguments.integer(0, standard: 4) : 0)
    try rendering.chargeText(width)
    let indentation = arguments[0]?.text ?? String(repeating: " ", count: width)
    let isFirst = arguments.isTrue(1)
    let isBlank = arguments.isTrue(2)
    try rendering.charge(bytes: text.utf8.count)
    let lines = (text + "\n").pythonLines(atMost: rendering.stepsLeft + 1)
    try rendering.charge(lines.count)
    try rendering.chargeText(text.utf8.count + lines.count * (indentation.utf8.count + 1))
    var result = ""
    for (index, line) in lines.enumerated() {
      if index > 0 { result += "\n" }
      let isIndented = index > 0 ? isBlank || !line.isEmpty : isFirst
      result += isIndented ? indentation + line : line
    }
    return try rendering.string(result, like: value)
  }
}

extension BoundArguments {
  /// The scalars of an argument that lists those to strip; nil means white space.
  func scalars(_ index: Int) throws(TemplateFault) -> Set<Unicode.Scalar>? {
    guard let value = self[index], !value.isNull else { return nil }
    return Set(try text(index).unicodeScalars)
  }
}

extension Rendering {
  /// Changes the case of letters, which takes longer beyond ASCII.
  func cased(
    _ text: String, like value: TemplateValue, _ change: (String) -> String
  ) throws(TemplateFault) -> TemplateValue {
    try charge(bytes: 16 * text.utf8.count)
    return try string(change(text), like: value)
  }

  /// Replaces a part from the left, all or as many times as given. An empty part stands before each
  /// scalar and at the end.
  func replaced(
    _ text: String, _ part: String, with new: String, limit: Int
  ) throws(TemplateFault) -> String {
    let limit = limit < 0 ? Int.max : limit
    try charge(bytes: text.utf8.count + part.utf8.count)
    let bytes = Array(text.utf8)
    var offsets: [Int]
    if part.isEmpty {
      offsets = Array(bytes.indices.lazy.filter { bytes[$0] & 0xC0 != 0x80 }.prefix(limit))
      if offsets.count < limit { offsets.append(bytes.count) }
    } else {
      offsets = TextSearch(part).offsets(in: bytes, limit: limit)
    }
    let (added, isOverflow) = offsets.count.multipliedReportingOverflow(by: new.utf8.count)
    try chargeText(isOverflow ? .max / 2 : bytes.count + added)
    var result: [UInt8] = []
    var start = 0
    for offset in offsets {
      result += bytes[start..<offset]
      result += new.utf8
      start = offset + part.utf8.count
    }
    result += bytes[start...]
    return String(decoding: result, as: UTF8.self)
  }
}
