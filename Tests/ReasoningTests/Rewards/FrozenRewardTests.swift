import Fields
import Reasoning
import Testing

/// Compares every reward term with the same formula in another language.
@Suite struct `Frozen rewards` {
  private struct Case {
    let term: any RewardTerm
    let batches: [[ResponseGroup]]
    let values: [[[Double]]]
    let virtual: [[[Double]]]?
  }

  private static func cases(of name: String) throws -> [Case] {
    let type = try #require(RewardTerms.all.first { $0.name == name })
    let all = try FrozenFormulas.section("rewards").listValue ?? []
    return all.filter { $0["term"].stringValue == name }.map { frozen in
      let batches = (frozen["batches"].listValue ?? []).map { batch in
        (batch.listValue ?? []).map { group(of: $0, in: frozen) }
      }
      return Case(
        term: type.init(decoding: frozen["fields"]), batches: batches,
        values: (frozen["values"].listValue ?? []).map(\.rows),
        virtual: frozen["virtual"].listValue?.map(\.rows))
    }
  }

  private static func group(of value: FieldValue, in frozen: FieldValue) -> ResponseGroup {
    let right = (value["correct"].listValue ?? []).map { $0 == .bool(true) }
    let stated = value["stated"].listValue?.map(\.intValue)
    return ResponseGroup(
      responses: zip(value["lengths"].doubles, right).enumerated().map { index, response in
        GradedResponse(
          tokenCount: Int(response.0), thinkingTokenCount: 0, isCorrect: response.1,
          isFinished: true,
          statedBudget: stated?[index])
      },
      tokens: value["tokens"].rows.map { $0.map { Int32($0) } },
      maxNewTokens: frozen["max_new_tokens"].intValue ?? 0,
      problemID: value["problem"].stringValue ?? "",
      problemFields: (value["fields"].mapValue ?? [:]).compactMapValues(\.doubleValue),
      progress: frozen["progress"].doubleValue)
  }

  @Test(
    arguments: RewardTerms.all.map { $0.name }.filter {
      ![Correctness.name, OverlongBuffer.name].contains($0)
    })
  func `are those of the formula`(_ name: String) throws {
    let cases = try Self.cases(of: name)
    #expect(!cases.isEmpty)
    for frozen in cases {
      let configuration = RewardConfiguration([frozen.term])
      var memory = RewardMemory()
      for (batch, values) in zip(frozen.batches, frozen.values) {
        let rewards = configuration.rewards(for: batch, memory: memory)
        for (rewards, values) in zip(rewards, values) {
          #expect(isClose(rewards.parts[name] ?? [], values), "\(frozen.term)")
        }
        configuration.remember(batch, in: &memory)
      }
      for (batch, virtual) in zip(frozen.batches, frozen.virtual ?? []) {
        for (group, virtual) in zip(batch, virtual) {
          let term = try #require(frozen.term as? any ReferencedTerm)
          #expect(isClose(term.referenceValues(for: group), virtual))
        }
      }
    }
  }
}
