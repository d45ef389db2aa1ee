package import Foundation

/// A file of events as TensorBoard reads it: numbers at steps, and texts.
///
/// The file is a sequence of records (tensorflow/core/lib/io/record_writer.h), each a message
/// `Event` (tensorflow/core/util/event.proto) with a `Summary` (framework/summary.proto):
///
///     length: UInt64, masked CRC-32C of the length, message, masked CRC-32C of the message
///
/// ```swift
/// var file = EventFile(time: 1_763_790_852)
/// file.add("reward", 0.41, step: 3, time: 1_763_790_860)
/// try file.data.write(to: folder.appending(path: EventFile.name(time: 1_763_790_852)))
/// ```
package struct EventFile: Sendable {
  package private(set) var data = Data()

  /// - Parameter time: the seconds since 1970 at which the events begin.
  package init(time: Double) {
    add { event in
      event.add(Event.wallTime, time)
      event.add(Event.fileVersion, "brain.Event:2")
    }
  }

  /// The name of a file whose events begin at a time. TensorBoard takes files with `tfevents` in
  /// their names, and reads those of a folder in the order of their names.
  package static func name(time: Double) -> String {
    let seconds = String(Int64(min(max(0, time), 9_999_999_999)))
    return nameStart + String(repeating: "0", count: max(0, 10 - seconds.count)) + seconds
      + nameEnd
  }

  /// True for the names that `name(time:)` returns.
  package static func isName(_ name: String) -> Bool {
    let digits = name.dropFirst(nameStart.count).dropLast(nameEnd.count)
    return name == nameStart + digits + nameEnd && digits.utf8.count == 10
      && digits.utf8.allSatisfy { (48...57).contains($0) }
  }

  private static let nameStart = "events.out.tfevents."
  private static let nameEnd = ".laconic"

  /// Adds a number, which TensorBoard keeps in 32 bits. The part of the tag before its first slash
  /// is the group in which TensorBoard shows it.
  package mutating func add(_ tag: String, _ value: Double, step: Int, time: Double) {
    add(step: step, time: time) { summary in
      summary.add(Value.tag, tag)
      summary.add(Value.simpleValue, Float(value))
    }
  }

  /// Adds a text, which TensorBoard shows as Markdown.
  package mutating func add(_ tag: String, text: String, step: Int, time: Double) {
    var plugin = ProtobufMessage()
    plugin.add(PluginData.name, "text")
    var metadata = ProtobufMessage()
    metadata.add(Metadata.pluginData, plugin)
    metadata.add(Metadata.dataClass, Metadata.tensorClass)
    // A tensor without a shape is a scalar.
    var tensor = ProtobufMessage()
    tensor.add(Tensor.type, Tensor.stringType)
    tensor.add(Tensor.shape, ProtobufMessage())
    tensor.add(Tensor.stringValue, text)
    add(step: step, time: time) { summary in
      summary.add(Value.tag, tag)
      summary.add(Value.tensor, tensor)
      summary.add(Value.metadata, metadata)
    }
  }

  private mutating func add(step: Int, time: Double, _ fill: (inout ProtobufMessage) -> Void) {
    var value = ProtobufMessage()
    fill(&value)
    var summary = ProtobufMessage()
    summary.add(Summary.value, value)
    add { event in
      event.add(Event.wallTime, time)
      // The wire format leaves out a zero.
      if step != 0 { event.add(Event.step, Int64(step)) }
      event.add(Event.summary, summary)
    }
  }

  /// Adds a record with one event.
  private mutating func add(_ fill: (inout ProtobufMessage) -> Void) {
    var event = ProtobufMessage()
    fill(&event)
    let length = Self.littleEndian(UInt64(event.bytes.count))
    data += length + Self.littleEndian(CRC32C.masked(of: length))
    data += event.bytes + Self.littleEndian(CRC32C.masked(of: event.bytes))
  }

  private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  // MARK: Numbers of fields

  private enum Event {
    static let wallTime: UInt8 = 1
    static let step: UInt8 = 2
    static let fileVersion: UInt8 = 3
    static let summary: UInt8 = 5
  }

  private enum Summary {
    static let value: UInt8 = 1
  }

  private enum Value {
    static let tag: UInt8 = 1
    static let simpleValue: UInt8 = 2
    static let tensor: UInt8 = 8
    static let metadata: UInt8 = 9
  }

  private enum Metadata {
    static let pluginData: UInt8 = 1
    static let dataClass: UInt8 = 4
    static let tensorClass: Int64 = 2
  }

  private enum PluginData {
    static let name: UInt8 = 1
  }

  private enum Tensor {
    static let type: UInt8 = 1
    static let stringType: Int64 = 7
    static let shape: UInt8 = 2
    static let stringValue: UInt8 = 8
  }
}
