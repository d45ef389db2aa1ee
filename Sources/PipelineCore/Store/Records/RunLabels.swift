import Fields
import Foundation

/// The note and tags that people write on a run to find it again. They lie beside its record and
/// may change at any time; no key and no result depends on them, and `gc` does not look at them.
package struct RunLabels: Sendable, Hashable {
  /// The most bytes of a note, and of a tag.
  package static let noteLimit = 2000
  package static let tagLimit = 64
  /// The most tags of one run.
  package static let tagCountLimit = 32

  package var note: String?
  /// In the order in which they were given, each once.
  package var tags: [String]

  package init(note: String? = nil, tags: [String] = []) {
    self.note = note
    self.tags = tags
  }

  package var isEmpty: Bool { note == nil && tags.isEmpty }

  /// The reason why a text cannot be a tag; nil if it can.
  package static func flaw(ofTag text: String) -> String? {
    let isWord =
      text.utf8.count <= tagLimit && (text.first.map { $0.isLetter || $0.isNumber } ?? false)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
          UInt8(ascii: "-"):
          true
        default: false
        }
      }
    return isWord
      ? nil
      : "\(text.quoted) cannot be a tag: begin with a letter or digit and use letters, digits, "
        + "'.', '_' and '-', at most \(tagLimit)"
  }

  /// The reason why a text cannot be a note; nil if it can.
  package static func flaw(ofNote text: String) -> String? {
    if text.allSatisfy(\.isWhitespace) { return "the note is empty" }
    guard text.utf8.count > noteLimit else { return nil }
    return "the note has \(text.utf8.count) bytes, and may have at most \(noteLimit)"
  }

  /// Adds tags that the run does not have yet.
  /// - Throws: `RunLabelError` for too many.
  package mutating func add(_ more: [String]) throws(RunLabelError) {
    for tag in more where !tags.contains(tag) { tags.append(tag) }
    guard tags.count <= Self.tagCountLimit else { throw .tooManyTags }
  }

  /// Removes tags.
  /// - Throws: `RunLabelError` for one that the run does not have.
  package mutating func remove(_ gone: [String]) throws(RunLabelError) {
    for tag in gone {
      guard let index = tags.firstIndex(of: tag) else { throw .noSuchTag(tag, tags) }
      tags.remove(at: index)
    }
  }
}

package enum RunLabelError: Error, Sendable, Hashable, CustomStringConvertible {
  case tooManyTags
  /// The run has no such tag, but these.
  case noSuchTag(String, [String])

  package var description: String {
    switch self {
    case .tooManyTags: "a run may have at most \(RunLabels.tagCountLimit) tags"
    case .noSuchTag(let tag, let tags):
      "the run has no tag \(tag.quoted)"
        + (UnknownName("tag", tag, among: tags).help.map { "; " + $0 } ?? "")
    }
  }
}

// MARK: - In the store

extension Store {
  /// The beginning of a run's name that is a tag: `tag:paper`.
  package static let tagPrefix = "tag:"

  static let labelsEnding = ".labels.json"
  private static let labelsSizeLimit = 64 << 10

  func labelsPath(_ id: String) -> String { path(.runs, id + Self.labelsEnding) }

  /// The labels of a run. A file that cannot be read counts as none, since they are for people.
  func labels(of id: String) -> RunLabels {
    let path = labelsPath(id)
    guard let size = files.status(path)?.size, size <= Self.labelsSizeLimit,
      let bytes = try? files.read(path).bytes,
      let stored = try? JSONDecoder().decode(StoredLabels.self, from: bytes)
    else { return RunLabels() }
    let tags = stored.tags.filter { RunLabels.flaw(ofTag: $0) == nil }
    return RunLabels(
      note: stored.note.flatMap { RunLabels.flaw(ofNote: $0) == nil ? $0 : nil },
      tags: Array(tags.prefix(RunLabels.tagCountLimit)))
  }

  /// Changes the labels of a run. A lock keeps a change at the same time from being lost.
  /// - Returns: the labels as they are now.
  @discardableResult
  package func changeLabels<Failure: Error>(
    of id: String, _ change: (inout RunLabels) throws(Failure) -> Void
  ) throws -> RunLabels {
    try withSharedLock {
      try lockingRuns {
        var labels = labels(of: id)
        try change(&labels)
        try write(labels, of: id)
        return labels
      }
    }
  }

  func write(_ labels: RunLabels, of id: String) throws {
    let place = labelsPath(id)
    if labels.isEmpty {
      try files.remove(place)
    } else {
      let bytes = try JSONEncoder.plain.encode(StoredLabels(note: labels.note, tags: labels.tags))
      try files.replace(place, bytes, through: try temporaryPath(), sync: true)
    }
    try files.syncDirectory(path(.runs))
  }

  /// The ids of the runs that have all of these tags, oldest first.
  package func runIDs(tagged tags: [String]) throws -> [String] {
    inOrder(
      try runNames().filter { id in
        let own = labels(of: id).tags
        return tags.allSatisfy(own.contains)
      })
  }

  /// The newest run with a tag.
  /// - Throws: `RunLookupError` if there is none.
  func newestRunID(tagged tag: String) throws -> String {
    if let id = try runIDs(tagged: [tag]).last { return id }
    let known = try runNames().flatMap { labels(of: $0).tags }
    throw RunLookupError.noTag(tag, Array(Set(known)).sorted())
  }
}

/// The file `runs/ID.labels.json`.
private struct StoredLabels: Codable {
  var note: String?
  var tags: [String]
}
