/// A function of a value and arguments: a filter, `value | name(arguments)`, or a method,
/// `value.name(arguments)`.
struct ValueFunction: Sendable {
  typealias Body =
    @Sendable (Rendering, TemplateValue, BoundArguments) throws(TemplateFault) -> TemplateValue

  let name: String
  /// The names of the arguments after the value; nil if any are taken.
  private let parameters: [String]?
  private let body: Body

  init(_ name: String, _ parameters: [String]? = [], _ body: @escaping Body) {
    self.name = name
    self.parameters = parameters
    self.body = body
  }

  /// The same function by another name.
  func named(_ other: String) -> ValueFunction { ValueFunction(other, parameters, body) }

  /// - Parameter callee: the function in messages, such as `the filter 'trim'`.
  func call(
    _ rendering: Rendering, on value: TemplateValue, _ arguments: CallArguments, callee: String
  ) throws(TemplateFault) -> TemplateValue {
    guard let parameters else {
      let all = BoundArguments(values: [], parameters: [], callee: callee, all: arguments)
      return try body(rendering, value, all)
    }
    return try body(rendering, value, try arguments.bound(to: parameters, of: callee))
  }

  static func byName(_ functions: [ValueFunction]) -> [String: ValueFunction] {
    Dictionary(uniqueKeysWithValues: functions.map { ($0.name, $0) })
  }
}
