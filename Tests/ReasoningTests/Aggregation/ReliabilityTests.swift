import Foundation
import Reasoning
import Testing

/// Scores of k of n responses beside those of Reference/freeze_subsets.py, which counts subsets
/// with whole numbers or draws every one of them.
@Suite struct `Scores of k of n responses` {
  private struct Frozen: Decodable {
    struct Reliability: Decodable {
      var count: Int
      var right: Int
      var k: Int
      var pass: Double
      var allPass: Double
      /// The chance of at least 1, 2, 3 … right ones.
      var atLeast: [Double]

      init(from decoder: any Decoder) throws {
        var row = try decoder.unkeyedContainer()
        count = try row.decode(Int.self)
        right = try row.decode(Int.self)
        k = try row.decode(Int.self)
        pass = try row.decode(Double.self)
        allPass = try row.decode(Double.self)
        atLeast = try row.decode([Double].self)
      }
    }

    struct Best: Decodable {
      var scores: [Double?]
      var right: [Bool]
      /// By k, from 1.
      var values: [Double]
    }

    var reliability: [Reliability]
    var best: [Best]
  }

  private static let frozen = Result {
    let url = try #require(
      Bundle.module.url(forResource: "subsets", withExtension: "json", subdirectory: "Reference"))
    return try JSONDecoder().decode(Frozen.self, from: Data(contentsOf: url))
  }

  @Test func `agree with subsets that are counted`() throws {
    let rows = try Self.frozen.get().reliability
    #expect(rows.count > 30)
    for row in rows {
      let pass = try #require(SubsetScore.pass(row.right, of: row.count, drawing: row.k))
      let all = try #require(SubsetScore.allPass(row.right, of: row.count, drawing: row.k))
      #expect(abs(pass - row.pass) < 1e-10 && abs(all - row.allPass) < 1e-10, "\(row)")
      for (index, value) in row.atLeast.enumerated() {
        let found = try #require(
          SubsetScore.pass(atLeast: index + 1, row.right, of: row.count, drawing: row.k))
        #expect(abs(found - value) < 1e-9, "\(row), \(index + 1) at least")
      }
    }
  }

  @Test func `are pass@k and pass^k at the ends`() throws {
    for right in 0...9 {
      for k in 1...9 {
        let one = try #require(SubsetScore.pass(atLeast: 1, right, of: 9, drawing: k))
        let all = try #require(SubsetScore.pass(atLeast: k, right, of: 9, drawing: k))
        #expect(abs(one - (SubsetScore.pass(right, of: 9, drawing: k) ?? -1)) < 1e-12)
        #expect(abs(all - (SubsetScore.allPass(right, of: 9, drawing: k) ?? -1)) < 1e-12)
      }
    }
  }

  @Test func `take the best of every subset that is drawn`() throws {
    for row in try Self.frozen.get().best {
      for (index, value) in row.values.enumerated() {
        let found = try #require(
          SubsetScore.best(
            zip(row.scores, row.right).map { ($0, $1) }, drawing: index + 1))
        #expect(abs(found - value) < 1e-12, "\(row), k \(index + 1)")
      }
    }
  }

  @Test func `of too few responses do not exist`() {
    #expect(SubsetScore.allPass(1, of: 2, drawing: 3) == nil)
    #expect(SubsetScore.pass(atLeast: 1, 1, of: 2, drawing: 3) == nil)
    #expect(SubsetScore.best([(1, true)], drawing: 2) == nil)
    #expect(SubsetScore.best([], drawing: 0) == nil)
  }
}
