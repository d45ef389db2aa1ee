import Fields

/// The samples of lm-evaluation-harness (EleutherAI), `samples_TASK_DATE.jsonl` of `--log_samples`.
///
/// A line for every document and filter: `doc`, `target`, `arguments` (the requests), `resps` (of
/// each request its repeats), `filtered_resps`, `filter`, `metrics` (their names) and the metrics
/// themselves (`evaluator.py`). Before version 0.4.4 `arguments` was a list of lists; before 0.4.6
/// lines had neither `filter` nor `metrics`.
struct LMEvalSamples: LogFormat {
  let name = "lm_eval"
  let meaning = "lines of lm-evaluation-harness: samples_TASK_DATE.jsonl of --log_samples"
  let gradeNames = [
    "exact_match", "math_verify", "acc", "acc_norm", "pass@1", "pass_at_1", "score",
  ]

  /// The text that a filter writes where it finds no answer.
  private static let noAnswer = "[invalid]"
  /// The members that are not metrics.
  private static let own: Set<String> = [
    "doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "filter", "metrics",
    "doc_hash", "prompt_hash", "target_hash",
  ]

  func recognises(_ members: Set<String>) -> Bool {
    members.isSuperset(of: ["doc_id", "resps"])
  }

  func read(_ record: LogRecord, header: JSONText) -> RecordReading {
    var reading = RecordReading()
    reading.variant = record.json["filter"]?.stringValue
    guard let id = record.json["doc_id"]?.textValue else {
      reading.report("missing member 'doc_id'", at: [])
      return reading
    }
    guard let requests = Self.requests(record.json["arguments"]) else {
      reading.report(
        "expected the requests of a document in 'arguments'", at: ["arguments"],
        help: "this layout of lm-evaluation-harness is not known")
      return reading
    }
    guard let responses = record.json["resps"]?.arrayValue, !responses.isEmpty else {
      reading.report("expected a list of responses in 'resps'", at: ["resps"])
      return reading
    }
    var sample = ImportedSample(id: id)
    sample.prompt = Self.prompt(requests.first?.first)
    sample.target = Self.target(record.json["target"])
    sample.grades = Self.grades(record.json)
    if let choice = Self.likeliest(responses) {
      sample.text = requests.indices.contains(choice) ? requests[choice].last?.textValue ?? "" : ""
      sample.answer = String(choice)
      sample.stop = "loglikelihood"
      reading.samples = [sample]
      return reading
    }
    // A generation is one request with its repeats.
    let repeats = responses[0].arrayValue ?? responses
    guard responses.count == 1 || responses[0].arrayValue == nil else {
      reading.report(
        "\(responses.count) requests for one document, which are not log-likelihoods",
        at: ["resps"])
      return reading
    }
    reading.samples = Self.samples(sample, repeats, record.json["filtered_resps"]?.arrayValue ?? [])
    if let place = repeats.firstIndex(where: { $0.textValue == nil }) {
      reading.report(
        "expected text, found \(repeats[place].described)", at: ["resps", "0", String(place)])
    }
    return reading
  }

  /// The samples of a document: one for each repeat, with the grade that is its own.
  private static func samples(
    _ sample: ImportedSample, _ repeats: [JSONText], _ filtered: [JSONText]
  ) -> [ImportedSample] {
    // A filter that keeps every repeat has a list of answers, and metrics a list of values.
    let answers = filtered.first?.arrayValue ?? filtered
    let isOneEach = answers.count == repeats.count
    return repeats.enumerated().map { index, text in
      var own = sample
      own.text = text.textValue ?? ""
      own.repetition = repeats.count > 1 ? index + 1 : nil
      if isOneEach {
        let answer = answers[index].textValue
        own.foundNoAnswer = answer == noAnswer
        own.answer = own.foundNoAnswer ? "" : answer
      }
      guard repeats.count > 1 else { return own }
      own.grades = sample.grades.compactMap { name, value in
        guard let values = value.arrayValue, values.count == repeats.count else { return nil }
        return (name, values[index])
      }
      return own
    }
  }

  /// The requests of a document, each with its arguments; nil for another layout.
  private static func requests(_ json: JSONText?) -> [[JSONText]]? {
    func arguments(_ json: JSONText) -> [JSONText] {
      json.arrayValue ?? json.members.map(\.value)
    }
    guard let json else { return nil }
    if case .object = json { return json.members.map { arguments($0.value) } }
    return json.arrayValue.map { $0.map(arguments) }
  }

  /// The prompt of a request; of a conversation, which is kept as JSON, the last user's message.
  private static func prompt(_ argument: JSONText?) -> String {
    let text = argument?.textValue ?? argument?.arrayValue?.first?.textValue ?? ""
    guard text.hasPrefix("["), let json = try? JSONText(parsingPython: text.utf8),
      let question = Messages(json)?.lastOfUser
    else { return text }
    return question.text
  }

  private static func target(_ json: JSONText?) -> String? {
    json.flatMap { $0.textValue ?? $0.arrayValue?.first?.textValue }
  }

  /// The values of the metrics that a line names, or of all numbers in a line that names none.
  private static func grades(_ json: JSONText) -> [(name: String, value: JSONText)] {
    if let names = json["metrics"]?.arrayValue {
      return names.compactMap(\.stringValue).compactMap { name in
        json[name].map { (name, $0) }
      }
    }
    return json.members.filter { name, value in
      !own.contains(name) && (value.numberValue != nil || value.boolValue != nil)
    }
  }

  /// The choice with the greatest log-likelihood; nil if the responses are texts. Each request's
  /// response is a log-likelihood and a flag.
  private static func likeliest(_ responses: [JSONText]) -> Int? {
    let values = responses.map { response -> Double? in
      let pair = response.arrayValue.flatMap { $0.first?.arrayValue ?? $0 } ?? []
      guard pair.count == 2, ["True", "False", "true", "false"].contains(pair[1].textValue ?? "")
      else { return nil }
      return pair[0].numberValue ?? pair[0].stringValue.flatMap(Double.init)
    }
    let known = values.compactMap { $0 }
    guard !known.isEmpty, known.count == responses.count else { return nil }
    return known.indices.max { known[$0] < known[$1] || (known[$0] == known[$1] && $0 > $1) }
  }
}
