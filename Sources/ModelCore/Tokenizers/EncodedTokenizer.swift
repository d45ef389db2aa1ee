import Crypto
import Fields
import Foundation
import Synchronization

/// The bytes of a `tokenizer.json`, and their digest once it has been asked for.
final class EncodedTokenizer: Sendable {
  let bytes: Data
  private let digest = Mutex<String?>(nil)

  init(_ bytes: Data) { self.bytes = bytes }

  var fingerprint: FieldValue {
    let text = digest.withLock { known in
      if let known { return known }
      let new = hexadecimal(SHA256.hash(data: bytes))
      known = new
      return new
    }
    return .map(["type": .string("tokenizer.json"), "sha256": .string(text)])
  }
}
