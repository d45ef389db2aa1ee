import ModelCore
import Synchronization

/// The formats and the tokenizers that this process used last, so that a file that hundreds of
/// stages name is read once. A file that has changed is read again.
enum FormatCache {
  private struct Key: Hashable {
    var configuration: FormatConfiguration
    var files: [FileStamp]
  }

  private struct CheckpointKey: Hashable {
    var path: String
    var files: [FileStamp]
  }

  private static let formats = RecentValues<Key, any ResponseFormat>(most: 16)
  /// Few, because the tokenizer of a large vocabulary takes a hundred megabytes.
  private static let checkpoints = RecentValues<CheckpointKey, CheckpointText>(most: 4)

  static func format(
    of configuration: FormatConfiguration,
    make: () throws(FormatError) -> any ResponseFormat
  ) throws(FormatError) -> any ResponseFormat {
    let files = CheckpointText.stamps(of: configuration.model)
    return try formats.value(of: Key(configuration: configuration, files: files), make: make)
  }

  static func checkpoint(_ path: String) throws(ModelFileError) -> CheckpointText {
    let key = CheckpointKey(path: path, files: CheckpointText.stamps(of: path))
    return try checkpoints.value(of: key) { () throws(ModelFileError) in
      try CheckpointText(path: path)
    }
  }
}

/// The values that were asked for last, a few of them. Each is made once, also if several threads
/// ask for it.
final class RecentValues<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private let most: Int
  /// The one asked for last is at the end.
  private let entries = Mutex<[(key: Key, value: Value)]>([])

  init(most: Int) { self.most = most }

  func value<Failure: Error>(
    of key: Key, make: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    try entries.withLock { entries throws(Failure) in
      if let place = entries.firstIndex(where: { $0.key == key }) {
        entries.append(entries.remove(at: place))
      } else {
        entries.append((key, try make()))
        if entries.count > most { entries.removeFirst() }
      }
      return entries[entries.count - 1].value
    }
  }
}
