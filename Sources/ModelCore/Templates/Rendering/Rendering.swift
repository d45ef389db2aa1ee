import Fields

/// One rendering of a template: the variables, the text so far, and what is left of the limits.
///
/// Whatever a template can make costs steps or bytes before it is made, so that no template runs
/// long or takes much memory.
final class Rendering {
  let limits: TemplateLimits
  /// The time that `strftime_now` gives; nil if the function is not defined.
  let now: TemplateTime?
  /// The place of the operation at work, for errors.
  var position = 0
  var scope: TemplateScope
  /// The text of the template, then that of every macro or block whose text is being captured.
  var outputs = [""]
  /// The ranges of the text that the assistant generated, in UTF-8 bytes.
  var generated: [Range<Int>] = []
  /// Namespaces, loops, macros and iterators, by their numbers in values.
  var objects: [TemplateObject] = []
  private var depth = 0
  private var steps = 0
  private var textBytes = 0

  init(
    variables: [String: TemplateValue], now: TemplateTime?, limits: TemplateLimits
  ) throws(TemplateFault) {
    self.limits = limits
    self.now = now
    scope = TemplateScope(parent: nil)
    scope.names = variables
    for value in variables.values { _ = try checked(value) }
  }

  // MARK: - Limits

  /// Pays for work: a node evaluated, or elements visited.
  func charge(_ count: Int = 1) throws(TemplateFault) {
    // In this order, because a count may be as large as an Int.
    guard count >= 0, count <= stepsLeft else {
      throw TemplateFault(
        .limit, "the template needs more than \(limits.steps) steps",
        help: "a template this long is faulty, or there are very many messages")
    }
    steps += count
  }

  /// The number of steps that may still be paid for. Whatever would be split into more parts than
  /// this is only split so far that paying for the parts fails.
  var stepsLeft: Int { limits.steps - steps }

  /// Pays for bytes of text that an operation reads or makes.
  func charge(bytes: Int) throws(TemplateFault) {
    // In this order, because a product of lengths may be as large as an Int.
    guard bytes >= 0, bytes <= limits.textBytes - textBytes else {
      throw TemplateFault(
        .limit, "the template handles more than \(limits.textBytes >> 20) MiB of text")
    }
    textBytes += bytes
  }

  /// Pays for a text of this length before it is made, and added to one of the other length.
  func chargeText(_ bytes: Int, after length: Int = 0) throws(TemplateFault) {
    guard bytes <= limits.longestText - length else {
      throw TemplateFault(
        .limit, "a text would be longer than \(limits.longestText >> 20) MiB")
    }
    try charge(bytes: bytes)
  }

  /// Returns the value if it is not nested too deep.
  func checked(_ value: TemplateValue) throws(TemplateFault) -> TemplateValue {
    guard value.depth <= limits.valueDepth else {
      throw TemplateFault(
        .limit, "a value is nested deeper than \(limits.valueDepth) lists and mappings")
    }
    return value
  }

  func enter() throws(TemplateFault) {
    depth += 1
    guard depth <= limits.depth else {
      throw TemplateFault(
        .limit, "the template nests deeper than \(limits.depth) levels",
        help: "does a macro call itself without end?")
    }
    try charge()
  }

  func leave() { depth -= 1 }

  // MARK: - Values of this rendering

  func list(
    _ elements: [TemplateValue], kind: TemplateList.Kind = .list
  ) throws(TemplateFault) -> TemplateValue {
    try charge(elements.count)
    return try checked(.list(TemplateList(elements, kind: kind)))
  }

  func map(_ members: [(TemplateValue, TemplateValue)]) throws(TemplateFault) -> TemplateValue {
    try charge(members.count)
    var keyed: [(TemplateKey, TemplateValue, TemplateValue)] = []
    for (key, value) in members {
      guard let hashed = try self.key(key) else {
        throw .type("\(key.typeName) cannot be the key of a mapping")
      }
      keyed.append((hashed, key, value))
    }
    return try checked(.map(TemplateMap(keyed)))
  }

  func string(_ text: String) throws(TemplateFault) -> TemplateValue {
    try chargeText(text.utf8.count)
    return .string(text)
  }

  /// Like a text of Python's `Markup` class, the result of a safe text is safe.
  func string(_ text: String, like value: TemplateValue) throws(TemplateFault) -> TemplateValue {
    try chargeText(text.utf8.count)
    if case .markup = value { return .markup(text) }
    return .string(text)
  }

  func object(_ object: TemplateObject) throws(TemplateFault) -> TemplateValue {
    try charge()
    objects.append(object)
    return .object(objects.count - 1)
  }

  /// Returns an iterator, which can be gone through once, as filters such as `map` return it.
  func iterator(_ elements: [TemplateValue]) throws(TemplateFault) -> TemplateValue {
    try charge(elements.count)
    return try object(.iterator(elements[...]))
  }

  // MARK: - Output

  func write(_ text: String) throws(TemplateFault) {
    let bytes = text.utf8.count
    guard outputs[outputs.count - 1].utf8.count + bytes <= limits.longestText else {
      throw TemplateFault(.limit, "the text is longer than \(limits.longestText >> 20) MiB")
    }
    try charge(bytes: bytes)
    outputs[outputs.count - 1] += text
  }

  /// Returns the text that statements write.
  func captured(_ body: [TemplateStatement]) throws(TemplateFault) -> String {
    outputs.append("")
    _ = try run(body)
    return outputs.removeLast()
  }
}

/// The variables of a block. A name that it lacks is looked up in the block around it; `set` writes
/// into the innermost one.
final class TemplateScope {
  var names: [String: TemplateValue] = [:]
  let parent: TemplateScope?

  init(parent: TemplateScope?) { self.parent = parent }

  subscript(name: String) -> TemplateValue? {
    var scope: TemplateScope? = self
    while let found = scope {
      if let value = found.names[name] { return value }
      scope = found.parent
    }
    return nil
  }
}

/// Something that changes while a template is rendered, or belongs to a rendering.
enum TemplateObject {
  case namespace([(name: String, value: TemplateValue)])
  case loop(TemplateLoopState)
  case macro(TemplateMacro, scope: TemplateScope)
  case iterator(ArraySlice<TemplateValue>)
}

struct TemplateLoopState {
  let elements: [TemplateValue]
  var index = 0
  /// The last values given to `loop.changed`.
  var lastChanged: TemplateValue?
}
