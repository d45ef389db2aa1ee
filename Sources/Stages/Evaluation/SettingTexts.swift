import Fields
package import PipelineCore

/// The words for the settings of rows that are shown together: the name of a value, or the value as
/// it is written, but a string in quotes where another row's value of that name reads alike. `1`
/// and `"1"` are two values.
package struct SettingTexts {
  private struct Name: Hashable {
    let label: String
    let text: String

    init(_ setting: AxisValue) {
      label = setting.label
      text = setting.shown.text
    }
  }

  private let ambiguous: Set<Name>

  package init(_ rows: [ResultGrid.Row]) {
    let settings = Set(rows.flatMap(\.settings))
    let values = Dictionary(grouping: settings, by: Name.init).mapValues { Set($0.map(\.shown)) }
    ambiguous = Set(values.filter { $0.value.count > 1 }.keys)
  }

  package func text(_ setting: AxisValue) -> String {
    guard let string = setting.shown.stringValue, ambiguous.contains(Name(setting)) else {
      return setting.shown.text
    }
    return JSONText.string(string).compact
  }
}

extension ResultGrid.Row {
  /// `rl, alpha 0.1`.
  func title(_ texts: SettingTexts) -> String {
    ([label] + settings.map { "\($0.label) \(texts.text($0))" }).joined(separator: ", ")
  }

  /// A swept point is told by its settings, any other by its label.
  func shortTitle(_ texts: SettingTexts) -> String {
    settings.isEmpty
      ? label : settings.map { "\($0.label) \(texts.text($0))" }.joined(separator: ", ")
  }
}
