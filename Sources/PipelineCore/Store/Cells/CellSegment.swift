import Fields
package import Foundation

/// Cells that were committed together: a blob, and a small file that names it.
///
/// ```
/// cells/SPACE/00000001.json     {"blob": DIGEST, "cells": 64, "size": …, "sources": [DIGEST], …}
/// ```
package struct CellSegment: Sendable, Hashable {
  package let path: String
  /// The size of the file in bytes, without the blob.
  package let size: Int
  /// The digest of the blob that the segment keeps alive; nil if the file cannot be read.
  package let blob: String?
  /// The digests of the artifacts from which its cells were computed.
  package let sources: [String]
  package let cells: Int
  package let lastUse: Date

  /// The file's content.
  fileprivate struct Entry: Codable {
    let format: Int
    let space: String
    let blob: String
    let size: Int
    let cells: Int
    let sources: [String]
  }

  /// The largest size of a segment, in bytes; one that claims more is damaged.
  static let mostBytes = 1 << 30
  private static let magic = Data("LCELLS01".utf8)
  private static let keyBytes = 32

  /// Encodes the blob: a magic word, the number of cells, then for each cell, in the order of the
  /// keys, its key, the length of its value and the value. Numbers are little-endian, 32 bits.
  package static func encode(_ cells: [String: Data]) -> Data {
    var bytes = magic
    append(cells.count, to: &bytes)
    for (name, value) in cells.sorted(by: { $0.key < $1.key }) {
      bytes.append(contentsOf: digits(name))
      append(value.count, to: &bytes)
      bytes.append(value)
    }
    return bytes
  }

  /// The cells in a blob; nil if the bytes are not a valid blob of cells.
  package static func decode(_ bytes: Data) -> [(name: String, value: Data)]? {
    var rest = bytes[...]
    guard rest.prefix(magic.count) == magic else { return nil }
    rest = rest.dropFirst(magic.count)
    guard let count = number(&rest) else { return nil }
    var cells: [(name: String, value: Data)] = []
    for _ in 0..<count {
      guard rest.count >= keyBytes else { return nil }
      let name = hexadecimal(rest.prefix(keyBytes))
      rest = rest.dropFirst(keyBytes)
      guard let length = number(&rest), length <= rest.count,
        cells.last.map({ $0.name < name }) ?? true
      else { return nil }
      cells.append((name, Data(rest.prefix(length))))
      rest = rest.dropFirst(length)
    }
    return rest.isEmpty ? cells : nil
  }

  private static func append(_ number: Int, to bytes: inout Data) {
    withUnsafeBytes(of: UInt32(number).littleEndian) { bytes.append(contentsOf: $0) }
  }

  private static func number(_ rest: inout Data) -> Int? {
    guard rest.count >= 4 else { return nil }
    let value = rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    rest = rest.dropFirst(4)
    return value
  }

  /// The bytes of a well-formed digest.
  private static func digits(_ hex: String) -> [UInt8] {
    func value(_ digit: UInt8) -> UInt8 { digit < 58 ? digit - 48 : digit - 87 }
    let text = Array(hex.utf8)
    return stride(from: 0, to: text.count - 1, by: 2).map {
      value(text[$0]) << 4 | value(text[$0 + 1])
    }
  }
}

extension Store {
  private func segmentPath(_ space: String, _ number: Int) -> String {
    path(.cells, space, Self.segmentName(number) + ".json")
  }

  /// `00000001`: names sort as their numbers do.
  private static func segmentName(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 8 - digits.count)) + digits
  }

  /// The number of such a name; nil for any other.
  static func segmentNumber(_ name: String) -> Int? {
    guard let number = Int(name), number > 0, segmentName(number) == name else { return nil }
    return number
  }

  /// The numbers of a space's segments, in ascending order.
  package func segmentNumbers(_ space: CellSpace) -> [Int] { segmentNumbers(space.hex) }

  private func segmentNumbers(_ space: String) -> [Int] {
    // A folder that cannot be listed counts as empty here; committing to it reports the error.
    ((try? files.list(path(.cells, space))) ?? []).compactMap { name in
      name.hasSuffix(".json") ? Self.segmentNumber(String(name.dropLast(5))) : nil
    }.sorted()
  }

  /// Reads the cells of a segment.
  /// - Throws: `StoreError` if the segment is damaged or missing.
  package func readSegment(
    _ space: CellSpace, _ number: Int
  ) throws -> [(name: String, value: Data)] {
    let place = segmentPath(space.hex, number)
    let entry = try entry(place, space.hex)
    guard let status = files.status(blobPath(entry.blob)) else {
      throw StoreError.missing(path: blobPath(entry.blob))
    }
    guard status.size == entry.size, entry.size <= CellSegment.mostBytes else {
      throw StoreError.unreadable(
        path: blobPath(entry.blob), reason: "it has \(status.size) bytes, not \(entry.size)")
    }
    guard let cells = CellSegment.decode(try readBlob(entry.blob)), cells.count == entry.cells
    else {
      throw StoreError.unreadable(path: blobPath(entry.blob), reason: "it holds no cells")
    }
    return cells
  }

  private func entry(_ place: String, _ space: String) throws -> CellSegment.Entry {
    let bytes = try files.read(place).bytes
    guard let entry = try? JSONDecoder().decode(CellSegment.Entry.self, from: bytes),
      entry.format == CellSpace.format, entry.space == space,
      ContentDigest.isWellFormed(entry.blob), entry.sources.allSatisfy(ContentDigest.isWellFormed)
    else { throw StoreError.unreadable(path: place, reason: "it does not name cells") }
    return entry
  }

  /// Commits cells: first their blob, then the file that names it, under the next free number.
  /// - Returns: the number.
  func publishSegment(_ space: CellSpace, _ bytes: Data, count: Int) throws -> Int {
    try withSharedLock { try place(bytes, space, count: count) }
  }

  private func place(_ bytes: Data, _ space: CellSpace, count: Int) throws -> Int {
    let blob = ContentDigest.hex(of: bytes)
    let temporary = try temporaryPath()
    try files.create(temporary, bytes, mode: 0o400, sync: true)
    try placeBlob(temporary, digest: blob)
    try files.syncDirectory((blobPath(blob) as NSString).deletingLastPathComponent)
    try files.syncDirectory(path(.objects))

    let entry = CellSegment.Entry(
      format: CellSpace.format, space: space.hex, blob: blob, size: bytes.count, cells: count,
      sources: space.sources)
    let folder = path(.cells, space.hex)
    try files.makeDirectory(folder)
    let name = try temporaryPath()
    try files.create(name, try JSONEncoder.plain.encode(entry), sync: true)
    var number = (segmentNumbers(space).last ?? 0) + 1
    while try !files.claim(segmentPath(space.hex, number), with: name) { number += 1 }
    try files.syncDirectory(folder)
    try files.syncDirectory(path(.cells))
    return number
  }

  /// Marks a segment as just used; `gc` removes the least recently used first. Best effort.
  func touchSegment(_ space: CellSpace, _ number: Int) {
    files.touch(segmentPath(space.hex, number))
  }

  /// Removes a damaged segment. If this fails, the next reader finds it damaged again.
  func discardSegment(_ space: CellSpace, _ number: Int) {
    let place = segmentPath(space.hex, number)
    if let entry = try? entry(place, space.hex) { try? discard(damaged: entry.blob) }
    try? files.removeTree(place)
  }

  /// All segments, in the order of spaces and numbers.
  package func cellSegments() throws -> [CellSegment] {
    try digestFolders(.cells).flatMap { space in
      segmentNumbers(space).compactMap { number in
        let place = segmentPath(space, number)
        guard let status = files.status(place) else { return nil }
        let entry = try? entry(place, space)
        return CellSegment(
          path: place, size: status.size, blob: entry?.blob, sources: entry?.sources ?? [],
          cells: entry?.cells ?? 0,
          lastUse: Date(timeIntervalSince1970: Double(status.modified) * 1e-9))
      }
    }
  }
}
