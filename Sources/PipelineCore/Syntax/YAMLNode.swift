import Fields

/// A node of a YAML document with its place. Scalars are kept as text; the type of a field decides
/// what a text means.
package struct YAMLNode: Sendable {
  package indirect enum Content: Sendable {
    /// A scalar. `isPlain`: written without quotes and not as a block, so that `true` or `3` are
    /// more than text.
    case scalar(text: String, isPlain: Bool)
    case sequence([YAMLNode])
    case mapping([Entry])
    /// A node that was refused and reported; later code must not report it again.
    case refused
  }

  package struct Entry: Sendable {
    package let key: YAMLNode
    package let value: YAMLNode

    package init(key: YAMLNode, value: YAMLNode) {
      self.key = key
      self.value = value
    }

    package var name: String { key.text ?? "" }

    /// The best place to point at for the value: the value itself, or its key if the value is empty
    /// or is a block below the key.
    package var place: YAMLNode { value.range.isEmpty ? key : value }
  }

  package let content: Content
  package let file: SourceFile
  /// Empty for block collections, because libyaml puts their end where the next token starts.
  package let range: SourceRange
  /// Entries that were written but are not part of the map: the later of two equal keys, and keys
  /// that are no words. Each was reported, so errors that may follow from them need not be shown.
  package let dropped: [Entry]
  /// The variables and aliases through which the value came. The range is where a value was written
  /// that an alias stands for, and where a variable is used.
  package let references: [Reference]
  /// The file in which the text was written; relative paths start from its folder.
  package let home: SourceFile

  /// A second place of a value.
  package struct Reference: Sendable {
    package enum Form: Sendable {
      /// The place is where the variable, or the relevant part of it, was written.
      case variable
      /// The place is where the alias is used.
      case alias
    }

    package let form: Form
    /// `vars.x`, or `*x`.
    package let name: String
    package let file: SourceFile
    package let range: SourceRange
  }

  package init(
    _ content: Content, file: SourceFile, range: SourceRange, dropped: [Entry] = [],
    references: [Reference] = [], home: SourceFile? = nil
  ) {
    self.content = content
    self.file = file
    self.range = range
    self.dropped = dropped
    self.references = references
    self.home = home ?? file
  }

  /// A copy in which this value and every part of it has another place and other references.
  func placed(
    _ place: (YAMLNode) -> (file: SourceFile, range: SourceRange, references: [Reference])
  ) -> YAMLNode {
    func placed(_ entry: Entry) -> Entry {
      Entry(key: entry.key.placed(place), value: entry.value.placed(place))
    }
    let content: Content =
      switch self.content {
      case .scalar, .refused: self.content
      case .sequence(let elements): .sequence(elements.map { $0.placed(place) })
      case .mapping(let entries): .mapping(entries.map(placed))
      }
    let (file, range, references) = place(self)
    return YAMLNode(
      content, file: file, range: range, dropped: dropped.map(placed), references: references,
      home: home)
  }

  /// One note for each variable and alias through which the value came.
  package var notes: [Diagnostic.Note] {
    references.map { reference in
      let verb =
        switch reference.form {
        case .variable: "written"
        case .alias: "used"
        }
      return Diagnostic.Note(
        "\(reference.name.quoted) is \(verb) here", at: reference.range, in: reference.file)
    }
  }

  package var isRefused: Bool {
    if case .refused = content { true } else { false }
  }

  /// True if this node or one below it was refused or dropped.
  package var holdsMistake: Bool {
    switch content {
    case .scalar: false
    case .refused: true
    case .sequence(let elements): elements.contains(where: \.holdsMistake)
    case .mapping(let entries): !dropped.isEmpty || entries.contains { $0.value.holdsMistake }
    }
  }

  /// The text of a scalar; nil for other nodes.
  package var text: String? {
    if case .scalar(let text, _) = content { text } else { nil }
  }

  package var entries: [Entry]? {
    if case .mapping(let entries) = content { entries } else { nil }
  }

  package var elements: [YAMLNode]? {
    if case .sequence(let elements) = content { elements } else { nil }
  }

  package subscript(name: String) -> Entry? {
    entries?.first { $0.name == name }
  }

  /// The node in the words of messages: `a map`, `'abc'`.
  package var described: String {
    switch content {
    case .scalar(let text, let isPlain):
      isPlain && text.isEmpty ? "nothing" : text.quoted
    case .sequence: "a list"
    case .mapping: "a map"
    case .refused: "something unsupported"
    }
  }
}

extension YAMLNode {
  /// A copy with the value at a path of keys replaced. Missing maps on the way are created, with
  /// their keys placed where `path` says.
  package func setting(_ value: YAMLNode, at path: ArraySlice<YAMLNode>) -> YAMLNode {
    guard let key = path.first, let name = key.text else { return value }
    // A refused node stays refused: with one value set, the rest would seem missing.
    if isRefused { return self }
    let rest = path.dropFirst()
    let empty = YAMLNode(.mapping([]), file: key.file, range: key.range)
    var entries = self.entries ?? []
    if let index = entries.firstIndex(where: { $0.name == name }) {
      let old = entries[index]
      entries[index] = Entry(
        key: rest.isEmpty ? key : old.key, value: old.value.setting(value, at: rest))
    } else {
      entries.append(Entry(key: key, value: empty.setting(value, at: rest)))
    }
    // A map that replaces something else gets the file and place of the path.
    let isMap = self.entries != nil
    return YAMLNode(
      .mapping(entries), file: isMap ? file : key.file, range: isMap ? range : key.range,
      dropped: dropped, references: isMap ? references : [], home: isMap ? home : key.home)
  }

  /// A copy without the entry at a path of names; an unchanged copy if there is none.
  package func removing(at path: ArraySlice<String>) -> YAMLNode {
    guard let name = path.first, let entries,
      let index = entries.firstIndex(where: { $0.name == name })
    else { return self }
    var rest = entries
    if path.count == 1 {
      rest.remove(at: index)
    } else {
      rest[index] = Entry(
        key: entries[index].key, value: entries[index].value.removing(at: path.dropFirst()))
    }
    return YAMLNode(
      .mapping(rest), file: file, range: range, dropped: dropped, references: references,
      home: home)
  }

  /// The deepest node on a path of names: the place of the value, or of the last group on the path
  /// that the file contains. Nil if even the first name is missing.
  package func place(of path: [String]) -> YAMLNode? {
    guard let name = path.first else { return nil }
    let rest = Array(path.dropFirst())
    if let elements, let index = Int(name), elements.indices.contains(index) {
      return elements[index].place(of: rest) ?? elements[index]
    }
    guard let entry = self[name] else { return nil }
    if rest.isEmpty { return entry.place }
    return entry.value.place(of: rest) ?? entry.key
  }
}
