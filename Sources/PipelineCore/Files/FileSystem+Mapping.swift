import Foundation

extension FileSystem {
  /// The size from which files are mapped. Such files are weights, of which a model is a second
  /// copy in memory; the pages of a mapped file take no memory that others need.
  private static let leastMappedSize = 16 << 20

  /// Maps the bytes of an open file into memory; nil if it is small, or the system cannot map it.
  ///
  /// The bytes are those of the file for as long as they are used, so only blobs are mapped, which
  /// are never written to. A file that shrinks while it is mapped would end the program.
  static func mapped(_ descriptor: Int32, size: Int) -> Data? {
    guard size >= leastMappedSize,
      let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0),
      address != MAP_FAILED
    else { return nil }
    return Data(
      bytesNoCopy: address, count: size, deallocator: .custom { munmap($0, $1) })
  }
}
