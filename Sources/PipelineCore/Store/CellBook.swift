package import Fields
package import Foundation

/// Work finer than a stage, kept as it comes: one problem's samples, one server's paid answer. A
/// stage that was killed makes only what is missing, and so does another stage or pipeline that
/// needs the same.
///
/// A cell is a key and a value, in a *space*: all that decides the values beside the cells' own keys.
/// Used by one thread. What others add to the space meanwhile is seen when the book commits; of two
/// values for a key the first that was committed stays.
package final class CellBook {
  private let store: Store
  private let space: CellSpace
  private let notice: (CellNotice) -> Void
  private var known: [String: (value: Data, segment: Int)] = [:]
  private var fresh: [String: Data] = [:]
  /// The numbers of the segments that were read, or passed over.
  private var seen: Set<Int> = []
  private var used: Set<Int> = []

  package init(
    _ store: Store, _ space: CellSpace, notice: @escaping (CellNotice) -> Void
  ) {
    self.store = store
    self.space = space
    self.notice = notice
    refresh()
  }

  /// What a cell holds; nil if nobody has filled it yet.
  package func value(for key: FieldValue) -> Data? {
    let name = key.digest
    if let value = fresh[name] { return value }
    guard let (value, segment) = known[name] else { return nil }
    if used.insert(segment).inserted { store.touchSegment(space, segment) }
    return value
  }

  /// Fills a cell, unless it is. Others see it after `commit`.
  package func add(_ key: FieldValue, _ value: Data) {
    let name = key.digest
    if known[name] == nil, fresh[name] == nil { fresh[name] = value }
  }

  /// Puts what was added since the last time on the disk, as a whole or not at all.
  package func commit() throws {
    guard !fresh.isEmpty else { return }
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

  /// Reads the segments that were not seen yet.
  private func refresh() {
    for number in store.segmentNumbers(space) where seen.insert(number).inserted {
      do {
        for (name, value) in try store.readSegment(space, number) where known[name] == nil {
          known[name] = (value, number)
        }
      } catch {
        notice(.damaged(error.inWords))
        // What cannot be read for another reason may be sound.
        if (error as? StoreError)?.isDamage == true { store.discardSegment(space, number) }
      }
    }
  }
}

/// What a book has to say beside its values.
package enum CellNotice: Sendable, Hashable {
  /// A segment that cannot be used: its cells are filled again.
  case damaged(String)
  /// A cell was filled twice, with values of different digests; the first stays.
  case differs(cell: String, first: String, second: String)
}

/// What all cells of a book have in common.
package struct CellSpace: Sendable, Hashable {
  /// Raise when the same cell would be named or kept by other bytes.
  static let format = 1

  /// 64 lower-case hexadecimal digits.
  package let hex: String
  /// The digests of the artifacts the values were computed from, sorted. Cells are kept for the
  /// runs that use one of these.
  package let sources: [String]

  /// - Parameters:
  ///   - inputs: the digests of what the values were computed from, by role.
  ///   - settings: all else that decides them, beside kind, version and numerics.
  ///   - salt: the store's, which disowns cells as it does results.
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
