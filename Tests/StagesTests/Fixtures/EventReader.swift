import Foundation
import Reporting
import Testing

/// Reads event files of TensorBoard, apart from the code that writes them.
struct EventReader {
  struct Event: Equatable {
    var time = 0.0
    var step = 0
    var tag = ""
    var value: Float?
    var text: String?
  }

  /// The events after the first, which holds the version.
  static func events(in data: Data) throws -> [Event] {
    var rest = Array(data)[...]
    var events: [Event] = []
    while !rest.isEmpty {
      let length = Int(number(rest.prefix(8)))
      #expect(number(rest.dropFirst(8).prefix(4)) == masked(rest.prefix(8)))
      let message = rest.dropFirst(12).prefix(length)
      #expect(number(rest.dropFirst(12 + length).prefix(4)) == masked(message))
      rest = rest.dropFirst(16 + length)
      var event = Event()
      for (path, bytes) in try fields(message, below: []) {
        switch path {
        case [1]: event.time = Double(bitPattern: number(bytes))
        case [2]: event.step = Int(number(bytes))
        case [5, 1, 1]: event.tag = String(decoding: bytes, as: UTF8.self)
        case [5, 1, 2]: event.value = Float(bitPattern: UInt32(number(bytes)))
        case [5, 1, 8, 8]: event.text = String(decoding: bytes, as: UTF8.self)
        default: break
        }
      }
      events.append(event)
    }
    return Array(events.dropFirst())
  }

  /// The fields of a message and of the messages in it, with their numbers from the outermost on.
  private static func fields(
    _ message: ArraySlice<UInt8>, below path: [UInt8]
  ) throws -> [(path: [UInt8], bytes: ArraySlice<UInt8>)] {
    var rest = message
    var found: [(path: [UInt8], bytes: ArraySlice<UInt8>)] = []
    while let tag = rest.popFirst() {
      let path = path + [tag >> 3]
      switch tag & 7 {
      case 0:
        let value = varint(&rest)
        found.append((path, withUnsafeBytes(of: value.littleEndian) { Array($0)[...] }))
      case 1, 5:
        let size = tag & 7 == 1 ? 8 : 4
        found.append((path, rest.prefix(size)))
        rest = rest.dropFirst(size)
      default:
        let size = Int(varint(&rest))
        let content = rest.prefix(size)
        rest = rest.dropFirst(size)
        let isMessage = [[5], [5, 1], [5, 1, 8]].contains(path)
        found += isMessage ? try fields(content, below: path) : [(path, content)]
      }
    }
    return found
  }

  private static func varint(_ rest: inout ArraySlice<UInt8>) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while let byte = rest.popFirst() {
      value |= UInt64(byte & 0x7F) << shift
      shift += 7
      if byte < 0x80 { break }
    }
    return value
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private static func masked(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    let checksum = CRC32C.checksum(of: bytes)
    return UInt64((checksum >> 15 | checksum << 17) &+ 0xA282_EAD8)
  }
}
