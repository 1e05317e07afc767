/// First in, first out, with elements that may leave before their turn.
struct WaitQueue<Element> {
  private var elements: [Element] = []
  private var head = 0

  var count: Int { elements.count - head }
  var isEmpty: Bool { head == elements.count }
  var first: Element? { isEmpty ? nil : elements[head] }

  mutating func append(_ element: Element) {
    elements.append(element)
  }

  mutating func prepend(_ element: Element) {
    elements.insert(element, at: head)
  }

  mutating func removeFirst() -> Element {
    let element = elements[head]
    head += 1
    // Moves what is left at most once for each element that went.
    if head * 2 > elements.count {
      elements.removeSubrange(..<head)
      head = 0
    }
    return element
  }

  /// Takes one element out of its place; costs a walk over the queue.
  mutating func removeFirst(where matches: (Element) -> Bool) -> Element? {
    guard let index = elements[head...].firstIndex(where: matches) else { return nil }
    return elements.remove(at: index)
  }

  mutating func removeAll() -> [Element] {
    defer {
      elements.removeAll(keepingCapacity: true)
      head = 0
    }
    return Array(elements[head...])
  }
}
