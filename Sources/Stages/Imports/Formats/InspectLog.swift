import Fields
import ModelCore

/// A log of inspect_ai (UK AI Security Institute) as JSON, version 2 of its schema.
///
/// `samples` lists the samples, each with `id`, `epoch`, `input`, `target`, `messages`, `output`
/// and `scores` (`log/_log.py`, `EvalLog` and `EvalSample`). An `.eval` file holds the same in a
/// zip archive; `inspect log convert` writes it as JSON.
struct InspectLog: LogFormat {
  let name = "inspect"
  let meaning = "a log of inspect_ai as JSON: --log-format json, or 'inspect log convert'"
  let listMember: String? = "samples"
  let skippedMembers: Set<String> = [
    "events", "events_data", "transcript", "store", "attachments", "timelines", "error_retries",
  ]
  /// The first scorer, whatever its name, unless there are several.
  let gradeNames: [String] = []

  /// The versions of the schema that have samples in this form.
  private static let versions = 1...2

  func recognises(_ members: Set<String>) -> Bool {
    members.isSuperset(of: ["eval", "samples"]) && !members.contains("doc_id")
  }

  func obstacle(_ header: JSONText) -> (message: String, path: [String], help: String?)? {
    guard let version = header["version"]?.intValue else {
      return ("missing member 'version'", [], nil)
    }
    guard Self.versions.contains(version) else {
      return (
        "the log has version \(version) of inspect's schema; 1 and 2 are known", ["version"],
        "convert it with the version of inspect that wrote it"
      )
    }
    return nil
  }

  func read(_ record: LogRecord, header: JSONText) -> RecordReading {
    var reading = RecordReading()
    guard let id = record.json["id"]?.textValue else {
      reading.report("missing member 'id' of the sample", at: [])
      return reading
    }
    var sample = ImportedSample(id: id)
    sample.repetition = record.json["epoch"]?.intValue
    sample.target =
      record.json["target"].flatMap { $0.textValue ?? $0.arrayValue?.first?.textValue }
    guard let input = record.json["input"], let asked = Self.prompt(input) else {
      reading.report("expected text or messages for 'input'", at: ["input"])
      return reading
    }
    sample.prompt = asked.text
    reading.report(otherParts: asked.otherParts, of: "the input", at: ["input"])
    if let error = record.value(["error"]) {
      sample.error = error["message"]?.stringValue ?? error.stringValue ?? "an error"
    }
    sample.grades = record.json["scores"]?.members.flatMap { Self.grades($0.name, $0.value) } ?? []
    if sample.grades.isEmpty, let score = record.value(["score"]) {
      sample.grades = Self.grades("score", score)
    }
    readOutput(record, header, &sample, &reading)
    reading.samples = [sample]
    return reading
  }

  /// The question of an input: its text, or the last message of a user.
  private static func prompt(_ input: JSONText) -> Messages.Message? {
    if let text = input.stringValue { return Messages.Message(role: "user", text: text) }
    return Messages(input)?.lastOfUser
  }

  /// The value of a score; a score of several values has one for each of their names.
  private static func grades(
    _ name: String, _ score: JSONText
  ) -> [(name: String, value: JSONText)] {
    guard let value = score["value"] else { return [] }
    guard case .object = value else { return [(name, value)] }
    return value.members.map { ("\(name).\($0.name)", $0.value) }
  }

  private func readOutput(
    _ record: LogRecord, _ header: JSONText, _ sample: inout ImportedSample,
    _ reading: inout RecordReading
  ) {
    let choice = record.value(["output", "choices", "0"])
    let turns = record.json["messages"].flatMap(Messages.init)?.ofAssistant ?? []
    let message = choice?.value("message").flatMap(Messages.Message.init) ?? turns.last
    if let message {
      sample.text = message.text
      sample.thinking = message.thinking
      reading.report(otherParts: message.otherParts, of: "the output", at: ["output"])
    } else if sample.error == nil {
      reading.report(
        "a sample without a response and without an error", at: ["output"],
        help: "the run was interrupted; finish it, or remove the sample")
    }
    let scores = record.json["scores"]?.members.map(\.value) ?? []
    sample.answer = scores.compactMap { $0["answer"]?.textValue }.first
    readStop(choice?["stop_reason"]?.stringValue, limit: record.value(["limit"]), &sample)
    readUsage(record, header, turns: turns.count, &sample)
  }

  private func readStop(_ reason: String?, limit: JSONText?, _ sample: inout ImportedSample) {
    switch reason {
    case "stop"?: sample.stop = StopReason.stopToken.rawValue
    case "max_tokens"?, "model_length"?, "length"?:
      sample.stop = StopReason.length.rawValue
      sample.isFinished = false
    case "content_filter"?:
      sample.stop = reason
      sample.isFinished = false
    default: sample.stop = reason
    }
    guard let limit else { return }
    sample.stop = "limit: " + (limit["type"]?.stringValue ?? limit.stringValue ?? "unknown")
    sample.isFinished = false
  }

  /// Counts the tokens of all generations of the evaluated model, where there are several.
  private func readUsage(
    _ record: LogRecord, _ header: JSONText, turns: Int, _ sample: inout ImportedSample
  ) {
    sample.earlierTurns = max(0, turns - 1)
    let model = header.value("eval", "model")?.stringValue ?? ""
    let all = turns > 1 ? record.value(["model_usage", model]) : nil
    guard let usage = all ?? record.value(["output", "usage"]),
      let output = usage["output_tokens"]?.countValue, output > 0 || sample.text.isEmpty
    else { return }
    let reasoning = usage["reasoning_tokens"]?.countValue
    // Some servers count reasoning apart.
    sample.tokenCount = max(output, reasoning ?? 0) == output ? output : output + (reasoning ?? 0)
    sample.thinkingTokenCount = reasoning
  }
}
