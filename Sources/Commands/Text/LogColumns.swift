package import Fields
import Foundation

/// The columns that a user chose: names, and patterns in which `*` stands for any characters and
/// `?` for one.
package struct LogColumns {
  package let patterns: [String]

  /// The patterns of a list such as `step,rewards/*`.
  package init(_ list: String) {
    patterns = list.split(separator: ",", omittingEmptySubsequences: false).map {
      $0.trimmingCharacters(in: .whitespaces)
    }
  }

  package init(patterns: [String]) { self.patterns = patterns }

  /// The names that were chosen, in the order of the patterns; those of one pattern in the order of
  /// the log.
  package func names(among known: [String]) -> [String] {
    var names: [String] = []
    for pattern in patterns {
      // A name in its own right may contain a star.
      let matched =
        known.contains(pattern) ? [pattern] : known.filter { Self.matches($0, pattern) }
      names += matched.filter { !names.contains($0) }
    }
    return names
  }

  /// The first pattern that no column matches; nil if all match.
  package func unknown(among known: [String]) -> UnknownName? {
    patterns.first { pattern in
      !known.contains { $0 == pattern || Self.matches($0, pattern) }
    }.map { UnknownName("column", $0, among: known) }
  }

  /// Matches in linear space and at most quadratic time: after a mismatch only the last star takes
  /// one character more.
  private static func matches(_ name: String, _ pattern: String) -> Bool {
    let name = Array(name.unicodeScalars)
    let pattern = Array(pattern.unicodeScalars)
    var (place, at) = (0, 0)
    var retry: (place: Int, at: Int)?
    while place < name.count {
      if at < pattern.count, pattern[at] == "*" {
        retry = (place, at)
        at += 1
      } else if at < pattern.count, pattern[at] == "?" || pattern[at] == name[place] {
        place += 1
        at += 1
      } else if let last = retry {
        retry = (last.place + 1, last.at)
        (place, at) = (last.place + 1, last.at + 1)
      } else {
        return false
      }
    }
    return pattern[at...].allSatisfy { $0 == "*" }
  }
}
