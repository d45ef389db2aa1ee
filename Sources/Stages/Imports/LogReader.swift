import Fields
import Foundation
import OrderedCollections
import PipelineCore
import Reasoning

/// A sample of a log with what the pipeline's `fields` add to it, and its place for messages.
struct LocatedSample: Sendable {
  var sample: ImportedSample
  /// The byte of the file at which its record begins.
  let place: Int
  let variant: String?
  var family: String?
  var difficulty: Int?
  var fields: [String: ProblemField] = [:]
}

/// Reads the samples of one log.
struct LogReader {
  /// The most mistakes of a file that are reported.
  static let mistakeLimit = 100
  /// The maximum length of a record in bytes, which is in memory as a whole.
  static let recordLimit = 256 << 20

  private let configuration: ImportKind.Configuration
  private let file: LogFile
  private(set) var format: (any LogFormat)?
  /// The members of the whole file beside its list of samples.
  private(set) var header = JSONText.object([])
  private(set) var samples: [LocatedSample] = []
  private(set) var mistakes: [Diagnostic] = []

  /// Reads a whole file.
  init(_ bytes: Data, named name: String, _ configuration: ImportKind.Configuration) {
    self.configuration = configuration
    file = LogFile(name: name, bytes: bytes)
    format = configuration.logFormat.flatMap(LogFormats.named)
    read()
    if mistakes.isEmpty, samples.isEmpty {
      report("the log holds no sample", atByte: 0)
    }
    chooseVariant()
  }

  mutating func report(_ message: String, atByte place: Int, help: String? = nil) {
    guard mistakes.count < Self.mistakeLimit else { return }
    mistakes.append(file.mistake(message, atByte: place, help: help))
  }

  // MARK: Records

  private mutating func read() {
    if let other = file.otherForm {
      report(other.message, atByte: 0, help: other.help)
      return
    }
    let lines = file.lines
    guard let first = lines.first else { return }
    // A log in one object may lie on one line or on many; lines are whole objects each.
    let isWhole = !isObject(first) || lines.count == 1
    let startsList = file.bytes.dropFirst(first.lowerBound).first == UInt8(ascii: "[")
    let members: Set<String>
    do {
      let range = isWhole ? first.lowerBound..<file.bytes.count : first
      members = Set(try Self.members(of: range, in: file).map(\.name))
    } catch {
      report(
        "not valid JSON: \(error.reason)", atByte: error.offset,
        help: startsList
          ? "a log is one object a line, or one object" : "the log was not written to its end")
      return
    }
    guard let format = format ?? LogFormats.recognised(by: members) else {
      report(
        "this is not a log that is known", atByte: first.lowerBound,
        help: LogFormats.hint(about: members)
          ?? "write 'format' (\(LogFormats.all.map(\.name).joined(separator: ", "))); the file "
          + "begins with an object of "
          + members.sorted().prefix(8).map(\.quoted).joined(separator: ", "))
      return
    }
    self.format = format
    guard format.recognises(members) else {
      report(
        "this is not a log of '\(format.name)'", atByte: first.lowerBound,
        help: LogFormats.hint(about: members)
          ?? LogFormats.recognised(by: members).map { "it looks like one of '\($0.name)'" })
      return
    }
    if let list = format.listMember {
      readList(list, from: first.lowerBound)
    } else {
      for line in lines where mistakes.count < Self.mistakeLimit { readRecord(line) }
    }
  }

  private func isObject(_ range: Range<Int>) -> Bool {
    (try? Self.members(of: range, in: file)) != nil
  }

  /// The members of an object with the places of their values.
  private static func members(
    of range: Range<Int>, in file: LogFile
  ) throws(JSONTextError) -> [(name: String, value: Range<Int>)] {
    try file.skim(range) { (skimmer) throws(JSONTextError) in
      var members: [(name: String, value: Range<Int>)] = []
      try skimmer.members { (skimmer, name, _) throws(JSONTextError) in
        members.append((name, try skimmer.skipValue()))
      }
      return members
    }
  }

  /// Reads the samples of a log that is one object.
  private mutating func readList(_ list: String, from start: Int) {
    do {
      let members = try Self.members(of: start..<file.bytes.count, in: file)
      let whole = try LogRecord(
        file, start..<file.bytes.count, skipping: [list, "reductions", "log_updates"])
      header = whole.json
      if let obstacle = format?.obstacle(header) {
        mistakes.append(whole.mistake(obstacle.message, in: obstacle.path, help: obstacle.help))
        return
      }
      guard let samples = members.first(where: { $0.name == list })?.value else { return }
      let places = try file.skim(samples) { (skimmer) throws(JSONTextError) in
        var places: [Range<Int>] = []
        guard skimmer.peek() == UInt8(ascii: "[") else { return places }
        try skimmer.elements { (skimmer) throws(JSONTextError) in
          places.append(try skimmer.skipValue())
        }
        return places
      }
      for place in places where mistakes.count < Self.mistakeLimit { readRecord(place) }
    } catch let error as JSONTextError {
      report("not valid JSON: \(error.reason)", atByte: error.offset)
    } catch let mistake as Diagnostic {
      mistakes.append(mistake)
    } catch {
      report(error.inWords, atByte: start)
    }
  }

  private mutating func readRecord(_ range: Range<Int>) {
    guard let format else { return }
    guard range.count <= Self.recordLimit else {
      report(
        "the sample is longer than \(Self.recordLimit >> 20) MiB", atByte: range.lowerBound)
      return
    }
    let record: LogRecord
    do {
      record = try LogRecord(file, range, skipping: format.skippedMembers)
    } catch {
      var mistake = error
      if format.listMember == nil, file.endsInside(range) {
        mistake.help = "the last line is not whole: the run may still be writing; remove the line"
      }
      mistakes.append(mistake)
      return
    }
    let reading = format.read(record, header: header)
    for found in reading.mistakes where mistakes.count < Self.mistakeLimit {
      mistakes.append(record.mistake(found.message, in: found.path, help: found.help))
    }
    guard reading.mistakes.isEmpty else { return }
    for sample in reading.samples {
      var located = LocatedSample(
        sample: sample, place: range.lowerBound, variant: reading.variant)
      addFields(of: record, to: &located)
      if located.sample.prompt.isEmpty {
        mistakes.append(
          record.mistake(
            "the sample has no prompt", help: "write under 'fields' where it is, 'prompt: NAME'"))
      }
      samples.append(located)
    }
  }

  // MARK: Fields

  /// Takes the values that `fields` asks for from the record.
  private mutating func addFields(of record: LogRecord, to located: inout LocatedSample) {
    for (field, source) in configuration.fields.sorted(by: { $0.key < $1.key }) {
      let path = record.path(named: source)
      guard let value = record.value(path) else {
        // A sample that failed may lack what others have.
        if located.sample.error == nil, ImportKind.Configuration.needed.contains(field) {
          mistakes.append(
            record.mistake(
              "missing member '\(source)' for the \(field)",
              help: "the sample has "
                + record.json.members.prefix(12).map(\.name.quoted).joined(separator: ", ")))
        }
        continue
      }
      take(value, as: field, at: path, of: record, &located)
    }
  }

  private mutating func take(
    _ value: JSONText, as field: String, at path: [String], of record: LogRecord,
    _ located: inout LocatedSample
  ) {
    func mismatch(_ expected: String) {
      mistakes.append(
        record.mistake(
          "expected \(expected) for the \(field), found \(value.described)", in: path))
    }
    switch field {
    case "prompt", "answer", "id", "family":
      guard let text = value.textValue else { return mismatch("text") }
      switch field {
      case "prompt": located.sample.prompt = text
      case "answer": located.sample.target = text
      case "id": located.sample.id = text
      default: located.family = text
      }
    case "difficulty":
      guard let number = value.intValue, (1...6).contains(number) else {
        return mismatch("a whole number from 1 to 6")
      }
      located.difficulty = number
    default:
      guard let kept = ProblemField(value) else { return mismatch("text, a number or a flag") }
      located.fields[field] = kept
    }
  }

  // MARK: Variants

  /// Keeps the samples of one filter, where a log grades every response by several.
  private mutating func chooseVariant() {
    let variants = Array(OrderedSet(samples.compactMap(\.variant)))
    guard let first = samples.first, !variants.isEmpty else { return }
    if let asked = configuration.filter {
      guard variants.contains(asked) else {
        report(
          "the log has no grades by the filter \(asked.quoted)", atByte: first.place,
          help: UnknownName("filter", asked, among: variants).help)
        return
      }
      samples.removeAll { $0.variant != asked }
    } else if variants.count > 1 {
      report(
        "the log grades every response by \(variants.count) filters: "
          + variants.map(\.quoted).joined(separator: ", "), atByte: first.place,
        help: "write 'filter: \(variants[0])' or another of them")
    }
  }
}
