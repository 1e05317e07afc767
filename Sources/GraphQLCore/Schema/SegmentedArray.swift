/// An array in pieces of one size, so that a copy that grows shares the pieces that were there.
///
/// To append to a copy of a plain array, or to change an element of it, copies all of its elements;
/// here it copies one piece of them and a reference to each of the others.
package struct SegmentedArray<Element: Sendable>: RandomAccessCollection, Sendable {
  @usableFromInline var segments: [[Element]] = []
  @usableFromInline var length = 0

  /// How many elements a piece has; all but the last are full.
  @inlinable static var size: Int { 1024 }

  @inlinable package init() {}

  @inlinable package init(_ elements: some Sequence<Element>) {
    for element in elements { append(element) }
  }

  @inlinable package var startIndex: Int { 0 }
  @inlinable package var endIndex: Int { length }
  @inlinable package var count: Int { length }

  @inlinable package subscript(position: Int) -> Element {
    // A coroutine that reads would allocate its frame in builds that are not optimized.
    get { segments[position / Self.size][position % Self.size] }
    _modify { yield &segments[position / Self.size][position % Self.size] }
  }

  @inlinable package mutating func append(_ element: Element) {
    if length % Self.size == 0 { segments.append([]) }
    segments[segments.count - 1].append(element)
    length += 1
  }

  @inlinable package mutating func append(contentsOf elements: [Element]) {
    var position = 0
    while position < elements.count {
      let taken = length % Self.size
      if taken == 0 { segments.append([]) }
      let end = Swift.min(elements.count, position + Self.size - taken)
      segments[segments.count - 1] += elements[position..<end]
      length += end - position
      position = end
    }
  }

  /// Takes the elements from an index on away.
  @inlinable package mutating func truncate(to count: Int) {
    guard count < length else { return }
    length = count
    let full = count / Self.size
    let rest = count % Self.size
    segments.removeLast(segments.count - full - (rest > 0 ? 1 : 0))
    if rest > 0 { segments[full].removeLast(segments[full].count - rest) }
  }
}
