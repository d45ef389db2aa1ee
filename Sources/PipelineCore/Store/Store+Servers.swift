import Fields
import Foundation

/// The identities that servers gave when they were last asked: one line each in
/// `objects/servers.txt`, a digest of the address and the identity in base64; the last line of an
/// address counts. With them, finished work is found while its server is away.
extension Store {
  private var serversPath: String { path(.objects, StoreLayout.servers) }
  /// The largest file that is read.
  private static var mostServerBytes: Int { 16 << 20 }

  /// The identity that the server of a subject gave last; nil if it never was asked from here.
  func knownServer(_ subject: FieldValue) -> Data? {
    let name = subject.digest
    guard let status = files.status(serversPath), status.size <= Self.mostServerBytes,
      let bytes = try? files.read(serversPath).bytes
    else { return nil }
    for line in bytes.split(separator: UInt8(ascii: "\n")).reversed() {
      let words = line.split(separator: UInt8(ascii: " "))
      guard words.count == 2, words[0].elementsEqual(name.utf8) else { continue }
      return Data(base64Encoded: Data(words[1]))
    }
    return nil
  }

  /// Keeps an identity of a server that is not the known one. Losing it costs one question.
  func know(server subject: FieldValue, identity: Data) {
    guard !isReadOnly else { return }
    let line = "\(subject.digest) \(identity.base64EncodedString())\n"
    // In a store that a group shares, a file appears with its mode.
    if files.status(serversPath) == nil {
      guard let temporary = try? temporaryPath() else { return }
      try? files.replace(serversPath, Data(line.utf8), through: temporary, sync: false)
    } else {
      try? files.append(serversPath, Data(line.utf8))
    }
  }
}
