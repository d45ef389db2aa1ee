import Fields
import ModelCore

/// The lines of verifiers (Prime Intellect): `results.jsonl` of versions before 0.2, and
/// `traces.jsonl` of its later versions.
///
/// A result has `example_id`, `prompt`, `completion`, `answer`, `reward`, `metrics`, `error`,
/// `is_truncated` and `token_usage` (`utils/save_utils.py`). A line of traces is an episode with
/// its `task` and `traces`, each a graph of messages with the model's `calls`, `rewards` and
/// `metrics` (`v1/trace.py`, `v1/episode.py`).
struct VerifiersLog: LogFormat {
  let name = "verifiers"
  let meaning = "lines of verifiers: results.jsonl, or traces.jsonl of its later versions"
  let gradeNames = ["reward"]
  let skippedMembers: Set<String> = ["trajectory", "tool_defs", "timing"]

  /// The members of a result that are numbers and not metrics.
  private static let own: Set<String> = [
    "example_id", "reward", "generation_ms", "scoring_ms", "total_ms",
  ]

  func recognises(_ members: Set<String>) -> Bool {
    members.isSuperset(of: ["example_id", "completion"])
      || members.isSuperset(of: ["task", "traces"]) || members.isSuperset(of: ["task", "nodes"])
  }

  func read(_ record: LogRecord, header: JSONText) -> RecordReading {
    record.json["traces"] != nil || record.json["nodes"] != nil
      ? VerifiersTrace.read(record) : Self.readResult(record)
  }

  private static func readResult(_ record: LogRecord) -> RecordReading {
    var reading = RecordReading()
    guard let id = record.json["example_id"]?.textValue else {
      reading.report("missing member 'example_id'", at: [])
      return reading
    }
    var sample = ImportedSample(id: id)
    sample.target = record.json["answer"]?.textValue
    if let text = record.json["prompt"]?.stringValue {
      sample.prompt = text
    } else if let messages = record.json["prompt"].flatMap(Messages.init) {
      sample.prompt = messages.lastOfUser?.text ?? ""
      reading.report(otherParts: messages.otherParts, of: "the prompt", at: ["prompt"])
    } else if record.value(["error"]) == nil {
      reading.report("expected text or messages for 'prompt'", at: ["prompt"])
    }
    if let text = record.json["completion"]?.stringValue {
      sample.text = text
    } else if let messages = record.json["completion"].flatMap(Messages.init) {
      sample.take(messages.ofAssistant)
      reading.report(
        otherParts: messages.ofAssistant.flatMap(\.otherParts), of: "the completion",
        at: ["completion"])
    }
    if let error = record.value(["error"]) {
      sample.error =
        error["error_chain_repr"]?.stringValue ?? error["message"]?.stringValue
        ?? error.stringValue ?? "an error"
    }
    sample.grades = grades(record.json)
    if record.json["is_truncated"]?.boolValue == true {
      sample.isFinished = false
      sample.stop = StopReason.length.rawValue
    } else {
      sample.stop = record.json["stop_condition"]?.stringValue
    }
    if let count = record.value(["token_usage", "output_tokens"])?.countValue,
      count > 0 || sample.text.isEmpty
    {
      sample.tokenCount = count
    }
    reading.samples = [sample]
    return reading
  }

  /// The reward and the metrics, which versions before 0.2 wrote among the other members.
  private static func grades(_ json: JSONText) -> [(name: String, value: JSONText)] {
    let others =
      json["metrics"]?.members
      ?? json.members.filter { !own.contains($0.name) && $0.value.numberValue != nil }
    return (json["reward"].map { [("reward", $0)] } ?? []) + others
  }
}

extension ImportedSample {
  /// Takes what a model said: the texts of all its turns, with the thinking of each.
  mutating func take(_ turns: [Messages.Message]) {
    text = turns.map(\.text).joined(separator: "\n\n")
    let thoughts = turns.compactMap(\.thinking)
    thinking = thoughts.isEmpty ? nil : thoughts.joined(separator: "\n\n")
  }
}
