extension TemplateMethods {
  /// The methods of texts that templates use, out of those of Python.
  static let text: [ValueFunction] = stripping + searching + splitting + casing

  // MARK: - Ends

  private static let stripping: [ValueFunction] = [
    stripping("strip", left: true, right: true), stripping("lstrip", left: true, right: false),
    stripping("rstrip", left: false, right: true),
    ValueFunction("removeprefix", ["prefix"]) {
      (rendering, value, arguments) throws(TemplateFault) in
      let text = value.text ?? ""
      let prefix = try arguments.text(0)
      guard text.utf8.starts(with: prefix.utf8) else { return value }
      return try rendering.string(
        String(decoding: Array(text.utf8.dropFirst(prefix.utf8.count)), as: UTF8.self), like: value)
    },
    ValueFunction("removesuffix", ["suffix"]) {
      (rendering, value, arguments) throws(TemplateFault) in
      let text = value.text ?? ""
      let suffix = try arguments.text(0)
      guard text.utf8.reversed().starts(with: suffix.utf8.reversed()) else { return value }
      return try rendering.string(
        String(decoding: Array(text.utf8.dropLast(suffix.utf8.count)), as: UTF8.self), like: value)
    },
    ValueFunction("startswith", ["prefix"]) {
      (rendering, value, arguments) throws(TemplateFault) in
      try hasEnd(rendering, value, arguments) { $0.utf8.starts(with: $1.utf8) }
    },
    ValueFunction("endswith", ["suffix"]) {
      (rendering, value, arguments) throws(TemplateFault) in
      try hasEnd(rendering, value, arguments) {
        $0.utf8.reversed().starts(with: $1.utf8.reversed())
      }
    },
  ]

  private static func stripping(_ name: String, left: Bool, right: Bool) -> ValueFunction {
    ValueFunction(name, ["chars"]) { (rendering, value, arguments) throws(TemplateFault) in
      let text = value.text ?? ""
      try rendering.charge(bytes: text.utf8.count)
      let scalars = try arguments.scalars(0)
      return try rendering.string(
        text.stripped(of: scalars, left: left, right: right), like: value)
    }
  }

  /// True if the text has the end that is given, or one of a tuple of them.
  private static func hasEnd(
    _ rendering: Rendering, _ value: TemplateValue, _ arguments: BoundArguments,
    _ isEnd: (String, String) -> Bool
  ) throws(TemplateFault) -> TemplateValue {
    let text = value.text ?? ""
    var ends = [try arguments.required(0)]
    if case .list(let list) = ends[0], list.kind == .tuple { ends = list.elements }
    for end in ends {
      guard let end = end.text else { throw arguments.wrong(0, "a string", end) }
      try rendering.charge(bytes: end.utf8.count)
      if isEnd(text, end) { return true }
    }
    return false
  }

  // MARK: - Search

  private static let searching: [ValueFunction] = [
    ValueFunction("find", ["sub"]) { (rendering, value, arguments) throws(TemplateFault) in
      .int(try place(rendering, value, arguments, fromRight: false) ?? -1)
    },
    ValueFunction("rfind", ["sub"]) { (rendering, value, arguments) throws(TemplateFault) in
      .int(try place(rendering, value, arguments, fromRight: true) ?? -1)
    },
    ValueFunction("index", ["sub"]) { (rendering, value, arguments) throws(TemplateFault) in
      guard let place = try place(rendering, value, arguments, fromRight: false) else {
        throw .type("the string does not contain what 'index' looks for")
      }
      return .int(place)
    },
    ValueFunction("count", ["sub"]) { (rendering, value, arguments) throws(TemplateFault) in
      let text = value.text ?? ""
      let part = try arguments.text(0)
      try rendering.charge(bytes: text.utf8.count + part.utf8.count)
      guard !part.isEmpty else { return .int(text.unicodeScalars.count + 1) }
      return .int(TextSearch(part).offsets(in: Array(text.utf8)).count)
    },
    ValueFunction("replace", ["old", "new", "count"]) {
      (rendering, value, arguments) throws(TemplateFault) in
      let text = try rendering.replaced(
        value.text ?? "", try arguments.text(0), with: try arguments.text(1),
        limit: try arguments.integer(2, standard: -1))
      return try rendering.string(text, like: value)
    },
  ]

  /// Returns the offset of a part in scalars.
  private static func place(
    _ rendering: Rendering, _ value: TemplateValue, _ arguments: BoundArguments, fromRight: Bool
  ) throws(TemplateFault) -> Int? {
    let text = Array((value.text ?? "").utf8)
    let part = try arguments.text(0)
    try rendering.charge(bytes: text.count + part.utf8.count)
    let offset: Int?
    if part.isEmpty {
      offset = fromRight ? text.count : 0
    } else {
      let search = TextSearch(part)
      offset =
        (fromRight
        ? search.offsetsFromRight(in: text, limit: 1) : search.offsets(in: text, limit: 1)).first
    }
    return offset.map { text[..<$0].count { $0 & 0xC0 != 0x80 } }
  }

  // MARK: - Parts

  private static let splitting: [ValueFunction] = [
    splitting("split", fromRight: false), splitting("rsplit", fromRight: true),
    partitioning("partition", fromRight: false), partitioning("rpartition", fromRight: true),
    ValueFunction("splitlines") { (rendering, value, _) throws(TemplateFault) in
      let text = value.text ?? ""
      try rendering.chargeText(text.utf8.count)
      return try rendering.list(
        text.pythonLines(atMost: rendering.stepsLeft + 1).map { .string($0) })
    },
    ValueFunction("join", ["iterable"]) { (rendering, value, arguments) throws(TemplateFault) in
      let separator = value.text ?? ""
      var text = ""
      for (index, element) in try rendering.elements(of: try arguments.required(0)).enumerated() {
        guard let part = element.text else {
          throw .type(
            "'join' needs strings; element \(index) is \(element.typeName)",
            help: "the filter 'join' takes any values: elements | join(separator)")
        }
        try rendering.chargeText(
          separator.utf8.count + part.utf8.count, after: text.utf8.count)
        text += index > 0 ? separator + part : part
      }
      return try rendering.string(text, like: value)
    },
  ]

  private static func splitting(_ name: String, fromRight: Bool) -> ValueFunction {
    ValueFunction(name, ["sep", "maxsplit"]) {
      (rendering, value, arguments) throws(TemplateFault) in
      let text = value.text ?? ""
      let most = try arguments.integer(1, standard: -1)
      // No more parts are made than can be paid for.
      let limit = min(most < 0 ? Int.max : most, rendering.stepsLeft + 1)
      try rendering.chargeText(text.utf8.count)
      guard let separator = arguments[0], !separator.isNull else {
        return try rendering.list(
          words(of: text, limit: limit, fromRight: fromRight).map { .string($0) })
      }
      let part = try arguments.text(0)
      guard !part.isEmpty else { throw .type("the separator of '\(name)' is empty") }
      try rendering.charge(bytes: part.utf8.count)
      let bytes = Array(text.utf8)
      let search = TextSearch(part)
      let offsets =
        fromRight
        ? search.offsetsFromRight(in: bytes, limit: limit) : search.offsets(in: bytes, limit: limit)
      var parts: [TemplateValue] = []
      var start = 0
      for offset in offsets + [bytes.count] {
        parts.append(.string(String(decoding: bytes[start..<offset], as: UTF8.self)))
        start = offset + part.utf8.count
      }
      return try rendering.list(parts)
    }
  }

  /// The parts between white space. The last part of a limited split keeps the rest as it is.
  private static func words(of text: String, limit: Int, fromRight: Bool) -> [String] {
    var scalars = Array(text.unicodeScalars)
    if fromRight { scalars.reverse() }
    var words: [ArraySlice<Unicode.Scalar>] = []
    var rest = scalars[...].drop(while: \.isPythonSpace)
    while !rest.isEmpty {
      if words.count == limit {
        words.append(rest)
        break
      }
      let word = rest.prefix { !$0.isPythonSpace }
      words.append(word)
      rest = rest.dropFirst(word.count).drop(while: \.isPythonSpace)
    }
    func string(_ word: some Sequence<Unicode.Scalar>) -> String {
      String(String.UnicodeScalarView(word))
    }
    return fromRight ? words.reversed().map { string($0.reversed()) } : words.map { string($0) }
  }

  private static func partitioning(_ name: String, fromRight: Bool) -> ValueFunction {
    ValueFunction(name, ["sep"]) { (rendering, value, arguments) throws(TemplateFault) in
      let text = value.text ?? ""
      let part = try arguments.text(0)
      guard !part.isEmpty else { throw .type("the separator of '\(name)' is empty") }
      try rendering.chargeText(text.utf8.count + part.utf8.count)
      let bytes = Array(text.utf8)
      let search = TextSearch(part)
      let found =
        fromRight
        ? search.offsetsFromRight(in: bytes, limit: 1) : search.offsets(in: bytes, limit: 1)
      guard let offset = found.first else {
        let parts: [TemplateValue] = fromRight ? ["", "", value] : [value, "", ""]
        return try rendering.list(parts, kind: .tuple)
      }
      let after = bytes[(offset + part.utf8.count)...]
      return try rendering.list(
        [
          .string(String(decoding: bytes[..<offset], as: UTF8.self)), .string(part),
          .string(String(decoding: after, as: UTF8.self)),
        ], kind: .tuple)
    }
  }

  // MARK: - Case

  private static let casing: [ValueFunction] = [
    casing("upper") { $0.uppercasedScalars }, casing("lower") { $0.lowercasedScalars },
    casing("capitalize") { $0.pythonCapitalized },
    casing("title") { text in
      var isInWord = false
      return text.unicodeScalars.reduce(into: "") { result, scalar in
        let properties = scalar.properties
        result += isInWord ? properties.lowercaseMapping : properties.titlecaseMapping
        isInWord = properties.isCased
      }
    },
    testing("isupper") { $0.isAllCase { $0.isUppercase } },
    testing("islower") { $0.isAllCase { $0.isLowercase } },
    testing("isdigit") { text in
      !text.isEmpty
        && text.unicodeScalars.allSatisfy {
          $0.properties.numericType == .decimal || $0.properties.numericType == .digit
        }
    },
    testing("isalpha") { text in
      !text.isEmpty && text.unicodeScalars.allSatisfy { $0.isLetter }
    },
    testing("isalnum") { text in
      !text.isEmpty
        && text.unicodeScalars.allSatisfy { $0.isLetter || $0.properties.numericType != nil }
    },
    testing("isspace") { text in
      !text.isEmpty && text.unicodeScalars.allSatisfy(\.isPythonSpace)
    },
  ]

  private static func casing(
    _ name: String, _ change: @escaping @Sendable (String) -> String
  ) -> ValueFunction {
    ValueFunction(name) { (rendering, value, _) throws(TemplateFault) in
      try rendering.cased(value.text ?? "", like: value, change)
    }
  }

  private static func testing(
    _ name: String, _ test: @escaping @Sendable (String) -> Bool
  ) -> ValueFunction {
    ValueFunction(name) { (rendering, value, _) throws(TemplateFault) in
      let text = value.text ?? ""
      try rendering.charge(bytes: 16 * text.utf8.count)
      return .bool(test(text))
    }
  }
}

extension Unicode.Scalar {
  fileprivate var isLetter: Bool {
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }
}
