/// Colours and type of every plot.
enum PlotStyle {
  /// Okabe & Ito's palette, told apart with any colour vision ("Color Universal Design", 2008);
  /// the dark half is lightened for contrast. From the seventh series on, colours come again with
  /// other markers.
  private static let colors: [(light: String, dark: String)] = [
    ("#0072b2", "#56b4e9"), ("#d55e00", "#f0843c"), ("#009e73", "#2fc79c"),
    ("#b8568f", "#dd8fbc"), ("#a67c00", "#f0e442"), ("#4b4b4b", "#c9c9c9"),
  ]

  static func strokeClass(_ series: Int) -> String { "s\(series % colors.count)" }
  static func fillClass(_ series: Int) -> String { "f\(series % colors.count)" }

  /// Plain classes: several viewers and converters know no CSS variables.
  static var css: String {
    let light = rules { colors[$0].light }
    let dark = rules { colors[$0].dark }
    return """
      <style>
      text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;\
      font-size:13px;fill:#1f2328}
      .title{font-size:16px;font-weight:600}
      .tick,.point{font-size:11px;fill:#57606a}
      .ground{fill:#ffffff}.grid{stroke:#e3e6ea}.axis{stroke:#57606a}
      .line{fill:none;stroke-width:2;stroke-linejoin:round}
      .bar{stroke-width:1.2;opacity:.7}
      .mark{stroke:#ffffff;stroke-width:1}
      \(light)
      @media (prefers-color-scheme:dark){
      text{fill:#e6edf3}.tick,.point{fill:#9da7b3}
      .ground{fill:#0d1117}.grid{stroke:#262c36}.axis{stroke:#9da7b3}.mark{stroke:#0d1117}
      \(dark)
      }
      </style>
      """
  }

  private static func rules(_ color: (Int) -> String) -> String {
    colors.indices.map { ".s\($0){stroke:\(color($0))}.f\($0){fill:\(color($0))}" }.joined()
  }
}
