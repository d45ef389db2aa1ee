package import Fields
package import Foundation

/// Reads and writes cells: results finer than a stage, such as one problem's samples or one paid
/// answer of a server, kept as they are made. A stage that was killed makes only the missing cells,
/// and other stages and pipelines that need the same cells reuse them.
///
/// A cell is a key and a value in a *space*, which names everything that decides the values besides
/// the cells' own keys. A cache is used by one thread. It sees what other processes add to the
/// space when it commits; of two values for one key, the one committed first stays.
package final class CellCache {
  /// Nil for cells that are only in memory.
  private let store: Store?
  private let space: CellSpace
  private let notice: (CellNotice) -> Void
  private var known: [String: (value: Data, segment: Int)] = [:]
  private var fresh: [String: Data] = [:]
  /// The numbers of the segments seen so far, readable or not.
  private var seen: Set<Int> = []
  private var used: Set<Int> = []

  /// - Parameter store: nil for cells that are only in memory.
  package init(
    _ store: Store?, _ space: CellSpace, notice: @escaping (CellNotice) -> Void
  ) {
    self.store = store
    self.space = space
    self.notice = notice
    refresh()
  }

  /// The value of a cell; nil if it is not filled yet.
  package func value(for key: FieldValue) -> Data? {
    let name = key.digest
    if let value = fresh[name] { return value }
    guard let (value, segment) = known[name] else { return nil }
    if used.insert(segment).inserted { store?.touchSegment(space, segment) }
    return value
  }

  /// Fills a cell unless it is already filled. Other processes see it after `commit`.
  package func add(_ key: FieldValue, _ value: Data) {
    let name = key.digest
    if known[name] == nil, fresh[name] == nil { fresh[name] = value }
  }

  /// Writes the cells added since the last commit to the disk, all or none.
  package func commit() throws {
    guard let store, !fresh.isEmpty else { return }
    refresh()
    for (name, value) in fresh.sorted(by: { $0.key < $1.key }) {
      guard let first = known[name]?.value else { continue }
      fresh[name] = nil
      if first != value {
        notice(
          .differs(
            cell: name, first: ContentDigest.hex(of: first),
            second: ContentDigest.hex(of: value)))
      }
    }
    guard !fresh.isEmpty else { return }
    let number = try store.publishSegment(space, CellSegment.encode(fresh), count: fresh.count)
    seen.insert(number)
    used.insert(number)
    for (name, value) in fresh { known[name] = (value, number) }
    fresh = [:]
  }

  /// Reads the segments that were not read before.
  private func refresh() {
    guard let store else { return }
    for number in store.segmentNumbers(space) where seen.insert(number).inserted {
      do {
        for (name, value) in try store.readSegment(space, number) where known[name] == nil {
          known[name] = (value, number)
        }
      } catch {
        notice(.damaged(error.inWords))
        // Only a damaged segment is discarded: after another error its bytes may be sound.
        if (error as? StoreError)?.isDamage == true { store.discardSegment(space, number) }
      }
    }
  }
}

/// Events that a cache reports besides its values.
package enum CellNotice: Sendable, Hashable {
  /// A segment is damaged; its cells will be filled again.
  case damaged(String)
  /// A cell was filled twice, with values of different digests; the first stays.
  case differs(cell: String, first: String, second: String)
}

/// The space of a cache's cells: everything its cells have in common.
package struct CellSpace: Sendable, Hashable {
  /// Raise when the names or the bytes of the same cells change.
  static let format = 1

  /// 64 lower-case hexadecimal digits.
  package let hex: String
  /// The digests of the artifacts from which the values were computed, sorted. Cells are kept for
  /// the runs that use one of these.
  package let sources: [String]

  /// - Parameters:
  ///   - inputs: the digests of the artifacts from which the values were computed, by role.
  ///   - settings: everything else that decides the values, besides kind, version and numerics.
  ///   - salt: the store's salt, which invalidates cells as it invalidates results.
  package init(
    point: StagePoint, fingerprint: String, inputs: [String: String], settings: FieldValue,
    salt: String? = nil
  ) {
    let value = FieldValue.map([
      "cells": .int(Self.format),
      "kind": .string(point.kind.name),
      "version": .int(point.kind.version),
      "numerics": point.kind.usesNumerics
        ? .list([.string(point.numerics.rawValue), .string(fingerprint)]) : .absent,
      "inputs": .map(inputs.mapValues { .string($0) }),
      "settings": settings,
      "salt": salt.map { .string($0) } ?? .absent,
    ])
    hex = value.digest
    sources = Set(inputs.values).sorted()
  }
}
