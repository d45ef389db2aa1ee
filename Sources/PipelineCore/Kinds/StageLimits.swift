package import Fields

/// Limits on a stage's use of the machine, and the number of retries. They change no result, so
/// they are not part of any key.
package struct StageLimits: FieldGroup, Hashable {
  /// The number of threads to compute with; nil for a fair share of the cores.
  package var threads: Int?
  /// The number of retries after a failure.
  package var retries = 0
  /// The longest time that one try may take.
  package var timeout: TimeSpan?
  /// The most resident memory the process may use while the stage runs.
  package var maxResidentSize: ByteSize?

  package init() {}

  package static let meaning = "Limits of a stage's threads, time and memory, and its retries"
  package static var fields: [Field<StageLimits>] {
    [
      .int(
        "threads", \.threads, 1...4096,
        "Threads of the stage; otherwise a fair share of the cores", .operational),
      .int(
        "retries", \.retries, 0...100,
        "The number of retries after a failure, each from the last checkpoint", .operational),
      Field(
        FieldDescriptor(
          name: "timeout", type: .quantity(.time), defaultValue: .absent,
          meaning: "The most time of one try, after which it is saved and fails: 90s, 30m, 2h",
          fieldClass: .operational)
      ) { limits, value in limits.timeout = value.stringValue.flatMap(TimeSpan.init) },
      Field(
        FieldDescriptor(
          name: "max_rss", type: .quantity(.size), defaultValue: .absent,
          meaning: "The most memory the process may hold before the stage is saved and fails: 2G",
          fieldClass: .operational)
      ) { limits, value in limits.maxResidentSize = value.stringValue.flatMap(ByteSize.init) },
    ]
  }
}
