// The tree that a template is parsed into. Operators of one rank are kept as lists, so that long
// chains are not deep.

indirect enum TemplateExpression: Sendable {
  case constant(TemplateValue)
  case name(String, at: Int)
  case list([TemplateExpression], kind: TemplateList.Kind)
  case map([(key: TemplateExpression, value: TemplateExpression)], at: Int)
  /// A value and what is done to it, one after the other: `message.content.split('x')[0] | trim`.
  case chain(TemplateExpression, [TemplateLink])
  /// Operators of one rank, from left to right.
  case arithmetic(
    TemplateExpression, [(operation: ArithmeticOperator, operand: TemplateExpression, at: Int)])
  case concatenation([TemplateExpression], at: Int)
  case comparison(
    TemplateExpression, [(operation: ComparisonOperator, operand: TemplateExpression, at: Int)])
  case sign(isMinus: Bool, TemplateExpression, at: Int)
  case not(TemplateExpression)
  case and([TemplateExpression])
  case or([TemplateExpression])
  /// `value if condition else other`; without `else` it is undefined when the condition is false.
  case conditional(
    condition: TemplateExpression, value: TemplateExpression, other: TemplateExpression?)
}

/// A step of a chain, with its place.
struct TemplateLink: Sendable {
  enum Kind: Sendable {
    case attribute(String)
    case item(TemplateExpression)
    case slice(TemplateExpression?, TemplateExpression?, TemplateExpression?)
    case call(TemplateArguments)
    case filter(String, TemplateArguments)
    case test(String, TemplateArguments, isNegated: Bool)
  }

  let kind: Kind
  let position: Int
}

struct TemplateArguments: Sendable {
  var positional: [TemplateExpression] = []
  var named: [(name: String, value: TemplateExpression)] = []
  /// The sequence after `*`, whose elements are further arguments, and the mapping after `**`.
  var sequence: TemplateExpression?
  var mapping: TemplateExpression?
}

enum ArithmeticOperator: String, Sendable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case floorDivide = "//"
  case modulo = "%"
  case power = "**"
}

enum ComparisonOperator: String, Sendable {
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case isIn = "in"
  case isNotIn = "not in"
}

indirect enum TemplateStatement: Sendable {
  case text(String, at: Int)
  case output(TemplateExpression, at: Int)
  case branches(
    [(condition: TemplateExpression, body: [TemplateStatement])], otherwise: [TemplateStatement])
  case loop(TemplateLoop)
  case assignment(TemplateTarget, TemplateExpression, at: Int)
  /// `{% set x | filter %}…{% endset %}`
  case captured(TemplateTarget, filters: [TemplateLink], body: [TemplateStatement], at: Int)
  case macro(TemplateMacro, at: Int)
  /// `{% call(x) name(…) %}…{% endcall %}`: the body is the macro `caller` inside the one called.
  case call(TemplateExpression, caller: TemplateMacro, at: Int)
  case filtered(filters: [TemplateLink], body: [TemplateStatement], at: Int)
  case scoped([(target: TemplateTarget, value: TemplateExpression)], [TemplateStatement], at: Int)
  /// Text that the assistant generated: the part of a training text that carries loss.
  case generation([TemplateStatement], at: Int)
  case breakLoop
  case continueLoop
}

struct TemplateLoop: Sendable {
  let target: TemplateTarget
  let sequence: TemplateExpression
  let condition: TemplateExpression?
  let body: [TemplateStatement]
  let otherwise: [TemplateStatement]
  let position: Int
}

struct TemplateMacro: Sendable {
  let name: String
  let parameters: [(name: String, standard: TemplateExpression?)]
  let body: [TemplateStatement]
  /// The special names that the body uses: `varargs`, `kwargs`, `caller`.
  let uses: Set<String>
}

/// Something that a value can be assigned to.
indirect enum TemplateTarget: Sendable {
  case name(String)
  case member(of: String, String)
  case unpacked([TemplateTarget])
}
