package import Fields

/// The response formats that there are. A new format is one file and one line here.
package enum ResponseFormats {
  package static let all: [any ResponseFormat] = [
    LadderFormat()
  ]

  /// The format of stages that name none.
  package static var standard: any ResponseFormat { all[0] }

  package static var choices: [Choice] { all.map { Choice($0.name, $0.meaning) } }

  package static func named(_ name: String) -> (any ResponseFormat)? {
    all.first { $0.name == name }
  }
}
