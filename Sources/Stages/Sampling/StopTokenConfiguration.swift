package import Fields
package import ModelCore
package import Reasoning

/// Changes the logit of an ending token, such as that of thinking, as the response grows. The
/// change is a piecewise linear function of the length through given points, constant before the
/// first and after the last.
package struct StopTokenConfiguration: FieldGroup {
  package var token = Ending.thinking
  package var operation = StopTokenOperation.add
  package var positions: [Int] = []
  package var values: [Double] = []

  package init() {}

  package static let meaning = "Change of a stop token's logit with the length of the response"

  package static var fields: [Field<StopTokenConfiguration>] {
    [
      .choice("token", \.token, "The token whose logit changes", .semantic),
      .choice("operation", \.operation, "Operation of a value on the logit", .semantic),
      .ints(
        "positions", \.positions, each: 0...65_536, count: 1...64, unit: .tokens,
        "Places in the response, from 0, ascending", .semantic, required: true),
      .floats(
        "values", \.values, each: FloatRange(-1e6, 1e6), count: 1...64,
        "The value at each of these places; linear between two", .semantic, required: true),
    ]
  }

  package func issues() -> [FieldIssue] {
    var issues = FieldIssue.unlessAscending(positions, at: "positions", called: "positions")
    if positions.count != values.count {
      issues.append(
        FieldIssue(
          ["values"], "\(values.count) values do not match \(positions.count) positions",
          help: "give one value for every position"))
    }
    return issues
  }

  /// The issue, as sampling settings see it, of a part that no token of its own ends.
  package func issues(in format: any ResponseFormat) -> [FieldIssue] {
    guard token.id(in: format) == nil else { return [] }
    return [
      FieldIssue(
        ["stop_token_scale", "token"],
        "thinking ends in the text '\(format.thinkingMark)', which several tokens spell",
        help: "only a token has a logit that can change: choose '\(Ending.response.rawValue)'")
    ]
  }

  /// The change of the logit; nil if the format has no such token.
  package func scale(in format: any ResponseFormat) -> StopTokenScale? {
    token.id(in: format).map { id in
      StopTokenScale(
        token: id, operation: operation.operation,
        knots: zip(positions, values).map { StopTokenScale.Knot(position: $0, value: $1) })
    }
  }
}

/// The tokens that end a part of the response.
package enum Ending: String, FieldChoice {
  case thinking = "</t>"
  case response = "<eos>"

  package var meaning: String {
    switch self {
    case .thinking: "the end of thinking"
    case .response: "the end of the response"
    }
  }

  /// The token that ends the part; nil if a text of several tokens may end it.
  func id(in format: any ResponseFormat) -> Int32? {
    switch self {
    case .thinking: format.endOfThinking?.token
    case .response: format.endOfResponse
    }
  }
}

package enum StopTokenOperation: String, FieldChoice {
  case add, multiply

  package var meaning: String {
    switch self {
    case .add: "it is added to the logit"
    case .multiply: "it multiplies the logit"
    }
  }

  var operation: StopTokenScale.Operation {
    switch self {
    case .add: .add
    case .multiply: .multiply
    }
  }
}
