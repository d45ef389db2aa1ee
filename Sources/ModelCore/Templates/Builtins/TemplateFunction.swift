import Fields

/// A function that every template can call.
struct TemplateFunction: Sendable {
  let name: String
  let call: @Sendable (Rendering, CallArguments) throws(TemplateFault) -> TemplateValue

  /// Every function by its name. A new one is an entry in this list.
  static let all: [String: TemplateFunction] = Dictionary(
    uniqueKeysWithValues: [
      TemplateFunction(name: "range", call: range),
      TemplateFunction(name: "dict") { (rendering, arguments) throws(TemplateFault) in
        try rendering.map(try members(rendering, arguments))
      },
      TemplateFunction(name: "namespace", call: namespace),
      TemplateFunction(name: "raise_exception", call: raise),
      TemplateFunction(name: "strftime_now", call: time),
    ].map { ($0.name, $0) })

  private static func range(
    _ rendering: Rendering, _ arguments: CallArguments
  ) throws(TemplateFault) -> TemplateValue {
    var bounds: [Int] = []
    for argument in arguments.positional {
      if case .undefined(let reason) = argument { throw TemplateFault(.undefined, reason) }
      guard let bound = argument.integer else {
        throw .type("'range' needs integers, not \(argument.typeName)")
      }
      bounds.append(bound)
    }
    guard (1...3).contains(bounds.count), arguments.named.isEmpty else {
      throw .type("'range' takes one to three integers")
    }
    let step = bounds.count == 3 ? bounds[2] : 1
    guard step != 0 else { throw .type("the step of 'range' cannot be 0") }
    let (first, last) = bounds.count == 1 ? (0, bounds[0]) : (bounds[0], bounds[1])
    let isEmpty = step > 0 ? last <= first : last >= first
    guard !isEmpty else { return try rendering.list([], kind: .range) }
    let (distance, isFar) = last.subtractingReportingOverflow(first)
    let longest = rendering.limits.longestRange
    // The distance and the step have one sign, so the quotient is not negative.
    guard !isFar, step != .min, (distance - step.signum()) / step < longest else {
      throw TemplateFault(.limit, "a range may have at most \(longest) elements")
    }
    return try rendering.list(
      stride(from: first, to: last, by: step).map { .int($0) }, kind: .range)
  }

  /// The members that `dict` and `namespace` are given: those of a mapping or pairs, then the named
  /// arguments.
  private static func members(
    _ rendering: Rendering, _ arguments: CallArguments
  ) throws(TemplateFault) -> [(TemplateValue, TemplateValue)] {
    guard arguments.positional.count <= 1 else { throw .type("expected at most one mapping") }
    var members: [(TemplateValue, TemplateValue)] = []
    if case .map(let map)? = arguments.positional.first {
      members = Array(zip(map.keys, map.values))
    } else if let pairs = arguments.positional.first {
      for pair in try rendering.elements(of: pairs) {
        let parts = try rendering.elements(of: pair)
        guard parts.count == 2 else { throw .type("expected pairs of key and value") }
        members.append((parts[0], parts[1]))
      }
    }
    try rendering.charge(members.count)
    return members + arguments.named.map { (.string($0.name), $0.value) }
  }

  private static func namespace(
    _ rendering: Rendering, _ arguments: CallArguments
  ) throws(TemplateFault) -> TemplateValue {
    // A mapping first, so that a name given twice has the later value.
    guard case .map(let map) = try rendering.map(try members(rendering, arguments)) else {
      return .null
    }
    var named: [(name: String, value: TemplateValue)] = []
    for (key, value) in zip(map.keys, map.values) {
      guard let name = key.text else { throw .type("the members of a namespace have names") }
      try Rendering.checkMember(name)
      named.append((name, value))
    }
    return try rendering.object(.namespace(named))
  }

  private static func raise(
    _ rendering: Rendering, _ arguments: CallArguments
  ) throws(TemplateFault) -> TemplateValue {
    let bound = try arguments.bound(to: ["message"], of: "the function 'raise_exception'")
    throw TemplateFault(.raised, try rendering.shown(try bound.required(0)).shown)
  }

  private static func time(
    _ rendering: Rendering, _ arguments: CallArguments
  ) throws(TemplateFault) -> TemplateValue {
    let bound = try arguments.bound(to: ["format"], of: "the function 'strftime_now'")
    let format = try bound.text(0)
    guard let now = rendering.now else { return .undefined("'strftime_now' is undefined") }
    try rendering.chargeText(24 * format.utf8.count)
    return try rendering.string(try now.formatted(format))
  }
}
