package import Foundation
import TensorCore

/// Reads a safetensors file into tensors that exist already, from pieces of its bytes in order.
/// Tensors of the file that nobody asks for are passed over.
package struct SafetensorsRestorer {
  private let file: String
  private let targets: [TensorInFile]
  /// Bytes that are not used up: the header until it is complete, later a part of a value.
  private var rest = Data()
  private var header: SafetensorsHeader?
  private var places: [String: TensorInFile] = [:]
  /// The tensor whose values come next, and the number of its values that have come.
  private var next = 0
  private var done = 0

  /// - Parameters:
  ///   - targets: the tensors to fill; none of them transposed.
  ///   - file: the name of the bytes in errors.
  package init(_ targets: [TensorInFile], file: String) {
    precondition(targets.allSatisfy { !$0.isTransposed }, "values in the order of memory")
    self.targets = targets
    self.file = file
  }

  /// Takes the next bytes of the file.
  /// - Throws: `ModelFileError` if the header is malformed, or a tensor is missing or has another
  ///   shape; nothing has been changed then.
  package mutating func take(_ piece: Data, fileSize: Int) throws(ModelFileError) {
    rest.append(piece)
    if header == nil { try readHeader(fileSize: fileSize) }
    guard let header else { return }
    while next < header.entries.count {
      let entry = header.entries[next]
      let width = entry.format.bytesPerBlock
      let count = min(rest.count / width, entry.count - done)
      if count > 0, let target = places[entry.name] {
        let values = entry.format.values(decoding: Array(rest.prefix(count * width)))
        target.tensor.storage.copy(from: values, to: done)
      }
      rest.removeFirst(count * width)
      done += count
      guard done == entry.count else { break }
      next += 1
      done = 0
    }
    // A slice would keep the bytes before it.
    rest = Data(rest)
  }

  /// - Throws: `ModelFileError` if bytes are missing.
  package func finish() throws(ModelFileError) {
    guard let header, next == header.entries.count else {
      throw ModelFileError(file, .malformed("the file ends before its last tensor"))
    }
  }

  private mutating func readHeader(fileSize: Int) throws(ModelFileError) {
    guard rest.count >= min(8, fileSize) else { return }
    let length = try SafetensorsHeader.length(
      of: Array(rest.prefix(8)), fileSize: fileSize, file: file)
    guard rest.count >= length else { return }
    let header = try SafetensorsHeader(
      decoding: Array(rest.prefix(length)), fileSize: fileSize, file: file)
    let shapes = Dictionary(uniqueKeysWithValues: header.entries.map { ($0.name, $0.shape) })
    for target in targets {
      guard let found = shapes[target.name] else {
        throw ModelFileError(file, .missingTensor(target.name))
      }
      guard found == target.shape else {
        throw ModelFileError(
          file, .wrongShape(tensor: target.name, expected: target.shape, found: found))
      }
    }
    places = Dictionary(uniqueKeysWithValues: targets.map { ($0.name, $0) })
    rest.removeFirst(length)
    self.header = header
  }
}
