/// The number of items a stage needs from one part of an input.
package struct InputDemand: Sendable, Hashable {
  package let role: String
  /// The label of a file that the input is made from.
  package let label: String
  package let count: Int
  /// The field that sets the number.
  package let field: String

  package init(role: String, label: String, count: Int, field: String) {
    self.role = role
    self.label = label
    self.count = count
    self.field = field
  }
}
