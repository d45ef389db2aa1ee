/// Colours and fonts of all plots.
package enum PlotStyle {
  /// The palette of Okabe & Ito, which can be told apart with any colour vision ("Color Universal
  /// Design", 2008); the variants for dark pages are lighter for contrast. From the seventh series
  /// on, colours repeat with other markers.
  private static let colors: [(light: String, dark: String)] = [
    ("#0072b2", "#56b4e9"), ("#d55e00", "#f0843c"), ("#009e73", "#2fc79c"),
    ("#b8568f", "#dd8fbc"), ("#a67c00", "#f0e442"), ("#4b4b4b", "#c9c9c9"),
  ]

  static func strokeClass(_ series: Int) -> String { "s\(series % colors.count)" }
  static func fillClass(_ series: Int) -> String { "f\(series % colors.count)" }

  /// The style sheet. It uses plain classes, since several viewers and converters do not support
  /// CSS variables.
  static var css: String { "<style>\n\(styles)\n</style>" }

  /// The rules of the style sheet, for elements of the class `plot`.
  package static var styles: String {
    let light = rules { colors[$0].light }
    let dark = rules { colors[$0].dark }
    return """
      .plot text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;\
      font-size:13px;fill:#1f2328}
      .plot .title{font-size:16px;font-weight:600}.plot .panel{font-weight:600}
      .plot .tick,.plot .point{font-size:11px;fill:#57606a}
      .plot .ground{fill:#ffffff}.plot .grid{stroke:#e3e6ea}.plot .axis{stroke:#57606a}
      .plot .line,.plot .front{fill:none;stroke-width:2;stroke-linejoin:round}
      .plot .front{stroke-width:1.2;stroke-dasharray:5 4}
      .plot .bar{stroke-width:1.2;opacity:.7}.plot .column{opacity:.62}
      .plot .mark{stroke:#ffffff;stroke-width:1}
      \(light)
      @media screen and (prefers-color-scheme:dark){
      .plot text{fill:#e6edf3}.plot .tick,.plot .point{fill:#9da7b3}
      .plot .ground{fill:#0d1117}.plot .grid{stroke:#262c36}.plot .axis{stroke:#9da7b3}
      .plot .mark{stroke:#0d1117}
      \(dark)
      }
      """
  }

  private static func rules(_ color: (Int) -> String) -> String {
    colors.indices.map { ".plot .s\($0){stroke:\(color($0))}.plot .f\($0){fill:\(color($0))}" }
      .joined()
  }
}
