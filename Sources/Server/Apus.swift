/// The executable: `apus <command>`.
@main struct Apus {
  static func main() async {
    print("apus")
  }
}
