import Fields
import ModelCore

/// An episode of verifiers' version 1 with its trace: a graph of messages, in which a node names
/// its parent, and the last branch is the conversation.
enum VerifiersTrace {
  /// The conditions that end a rollout at a limit.
  private static let limits: Set<String> = [
    "max_turns", "max_input_tokens", "max_output_tokens", "max_total_tokens", "context_length",
  ]

  static func read(_ record: LogRecord) -> RecordReading {
    var reading = RecordReading()
    let traces = record.json["traces"]?.arrayValue ?? [record.json]
    let path = record.json["traces"] == nil ? [] : ["traces", "0"]
    let task = record.json["task"] ?? traces.first?["task"]
    let data = task?["data"]
    guard
      let id = (task?["key"] ?? data?["name"] ?? data?["idx"] ?? task?["hash"])?.textValue
    else {
      reading.report("the task has no 'key', 'name' or 'idx'", at: ["task"])
      return reading
    }
    var sample = ImportedSample(id: id)
    sample.prompt = prompt(data?["prompt"]) ?? ""
    sample.target = (data?["answer"] ?? data?["target"])?.textValue
    guard traces.count < 2 else {
      reading.report(
        "the episode has \(traces.count) traces, of several agents", at: ["traces"],
        help: "only episodes of one agent are read as responses")
      return reading
    }
    if let trace = traces.first {
      readTrace(trace, at: path, &sample, &reading)
    }
    if record.json["ok"]?.boolValue == false || traces.first?["ok"]?.boolValue == false {
      let errors =
        (record.json["errors"]?.arrayValue ?? []) + (traces.first?["errors"]?.arrayValue ?? [])
      sample.error = errors.last?["message"]?.stringValue ?? "the episode did not complete"
    } else if traces.isEmpty {
      sample.error = "the episode has no trace"
    }
    reading.samples = [sample]
    return reading
  }

  private static func prompt(_ json: JSONText?) -> String? {
    json.flatMap { $0.stringValue ?? Messages($0)?.lastOfUser?.text }
  }

  private static func readTrace(
    _ trace: JSONText, at path: [String], _ sample: inout ImportedSample,
    _ reading: inout RecordReading
  ) {
    let version = trace["version"]?.intValue ?? 1
    guard version == 1 else {
      reading.report(
        "the trace has version \(version) of verifiers' schema; 1 is known", at: path + ["version"])
      return
    }
    let nodes = trace["nodes"]?.arrayValue ?? []
    guard let branch = lastBranch(of: nodes) else {
      reading.report("the parents of the nodes form no tree", at: path + ["nodes"])
      return
    }
    let messages = branch.compactMap { nodes[$0]["message"].flatMap(Messages.Message.init) }
    if sample.prompt.isEmpty {
      sample.prompt = messages.last { $0.role == "user" }?.text ?? ""
    }
    let said = branch.filter { nodes[$0]["sampled"]?.boolValue == true }
    let turns = said.compactMap { nodes[$0]["message"].flatMap(Messages.Message.init) }
    sample.take(turns)
    reading.report(
      otherParts: messages.flatMap(\.otherParts), of: "a message", at: path + ["nodes"])
    readGrades(trace, &sample)
    let calls = (trace["calls"]?.arrayValue ?? []).filter { $0.value("error") == nil }
    let usage = calls.compactMap { $0.value("usage") }
    if !usage.isEmpty, usage.count == calls.count {
      sample.tokenCount = sum(usage, "completion_tokens")
      if sample.tokenCount == 0, !sample.text.isEmpty { sample.tokenCount = nil }
      sample.thinkingTokenCount = sample.tokenCount.flatMap { count in
        sum(usage, "reasoning_tokens").map { min($0, count) }
      }
    }
    let condition = trace["stop_condition"]?.stringValue
    let reason = calls.last?["finish_reason"]?.stringValue
    if reason == "length" || condition.map(limits.contains) == true {
      sample.isFinished = false
      sample.stop = StopReason.length.rawValue
    } else {
      sample.stop = reason == "stop" ? StopReason.stopToken.rawValue : condition ?? reason
    }
  }

  /// The sum of a count over all calls; nil if one of them lacks it.
  private static func sum(_ usage: [JSONText], _ name: String) -> Int? {
    usage.reduce(Optional(0)) { sum, usage in
      sum.flatMap { sum in usage[name]?.countValue.map { sum + $0 } }
    }
  }

  /// The reward is Σ score · weight over the rewards that were scored (`Trace.reward`). Where none
  /// was, there is no reward.
  private static func readGrades(_ trace: JSONText, _ sample: inout ImportedSample) {
    let rewards = trace["rewards"]?.members ?? []
    let values = rewards.compactMap { name, reward in
      reward["score"]?.numberValue.map { (name, $0, reward["weight"]?.numberValue ?? 1) }
    }
    if !values.isEmpty {
      sample.grades.append(("reward", .double(values.reduce(0) { $0 + $1.1 * $1.2 })))
    }
    sample.grades += values.map { ($0.0, .double($0.1)) }
    sample.grades += trace["metrics"]?.members ?? []
  }

  /// The places of the nodes from a root to the last leaf; nil if the parents form no tree.
  private static func lastBranch(of nodes: [JSONText]) -> [Int]? {
    guard let last = nodes.indices.last else { return [] }
    var branch = [last]
    while let parent = nodes[branch[branch.count - 1]].value("parent") {
      // A node comes after its parent, so that this ends.
      guard let place = parent.intValue, place >= 0, place < branch[branch.count - 1] else {
        return nil
      }
      branch.append(place)
    }
    return branch.reversed()
  }
}
