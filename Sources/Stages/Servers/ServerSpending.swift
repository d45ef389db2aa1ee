import Fields
import Foundation
import PipelineCore
import Reasoning
import Servers

/// The money that a stage's responses cost, and its limit: `prices` and `max_cost`.
///
/// A request is sent only if it could be paid at its dearest: with as many prompt tokens as its
/// text has bytes, and `max_new_tokens`. Tries that fail are not seen here.
final class ServerSpending {
  private let prices: ServerPrices?
  private let limit: Double
  private(set) var spent = 0.0

  init(_ configuration: ServerConfiguration, for stored: some Sequence<ResponseRecord>) {
    prices = configuration.prices
    limit = configuration.maxCost ?? .infinity
    for record in stored {
      add(prompt: record.promptTokenCount ?? 0, completion: record.tokenCount)
    }
  }

  func add(prompt: Int, completion: Int) {
    spent += prices?.money(prompt: prompt, completion: completion) ?? 0
  }

  /// The number of the first requests that can all be sent.
  /// - Throws: `StageFailure` if there are requests and not one can.
  func affordable(_ requests: ArraySlice<ServerRequest>) throws -> Int {
    guard let prices, limit.isFinite, let first = requests.first else { return requests.count }
    func most(_ request: ServerRequest) -> Double {
      prices.money(prompt: request.prompt.mostTokens, completion: request.maxTokens)
    }
    var sum = spent
    let count = requests.prefix { request in
      sum += most(request)
      return sum <= limit
    }.count
    guard count == 0 else { return count }
    throw StageFailure(
      "max_cost \(Self.text(limit)) would be passed: \(Self.text(spent)) is spent, and the next "
        + "response may cost \(Self.text(most(first))); \(requests.count) "
        + "response\(requests.count == 1 ? " is" : "s are") missing, all others are kept")
  }

  /// An amount of money with as many digits as it needs.
  static func text(_ amount: Double) -> String {
    NumberFormat.fixed(amount, digits: amount < 1 ? 6 : 2)
  }
}

extension ServerPrompt {
  /// The most tokens that it can have: a token has at least one byte, and a template writes some
  /// text around messages, which is known to the server alone.
  var mostTokens: Int {
    switch self {
    case .tokens(let ids): ids.count
    case .text(let text): text.utf8.count + Self.textAround
    case .chat(let messages):
      messages.reduce(Self.templateText) { $0 + $1.content.utf8.count + Self.textAround }
    }
  }

  /// Tokens around a text, such as that which begins a sequence.
  private static let textAround = 16
  /// Tokens that a template may write by itself: a system prompt, a date.
  private static let templateText = 256
}
