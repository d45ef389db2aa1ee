/// Laconic's own words of before, for kinds and values. Such a word is never an alias: it is an
/// error that suggests today's word. Fields that were renamed are in `ForeignNames`.
package enum FormerNames {
  /// Today's word for one of before; nil if the word never was Laconic's.
  package static func successor(of name: String) -> String? { successors[name] }

  private static let successors = [
    // Stage kinds
    "advantages": "advantage_variance",
    // Suites of problems
    "ladder2": "controlled_detours",
  ]
}
