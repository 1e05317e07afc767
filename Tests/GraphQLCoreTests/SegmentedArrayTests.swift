import Testing

@testable import GraphQLCore

struct SegmentedArrayTests {
  @Test(arguments: [0, 1, 1023, 1024, 1025, 5000])
  func holdsWhatIsAppended(count: Int) {
    let array = SegmentedArray(0..<count)
    #expect(Array(array) == Array(0..<count))
    #expect(array.count == count)
    #expect(array.isEmpty == (count == 0))
  }

  @Test(arguments: [0, 1, 1023, 1024, 1025, 5000])
  func takesManyAtOnce(count: Int) {
    for start in [0, 1, 1000, 1024] {
      var array = SegmentedArray(0..<start)
      array.append(contentsOf: Array(start..<start + count))
      #expect(Array(array) == Array(0..<start + count))
    }
  }

  @Test(arguments: [0, 1, 1023, 1024, 1025, 2048, 3000, 4000])
  func isCutAndGrowsOn(count: Int) {
    var array = SegmentedArray(0..<3000)
    array.truncate(to: count)
    let left = Array(0..<min(count, 3000))
    #expect(Array(array) == left)
    array.append(contentsOf: [-1, -2])
    #expect(Array(array) == left + [-1, -2])
  }

  @Test func aCopyIsIndependent() {
    let array = SegmentedArray(0..<2000)
    var copy = array
    copy[1500] = -1
    copy.append(-2)
    copy[3] += 4
    #expect(Array(array) == Array(0..<2000))
    #expect([copy[3], copy[1499], copy[1500], copy[2000]] == [7, 1499, -1, -2])
  }
}
