import PostgresClient
import Synchronization

/// What the database tells all servers of at once, so that they need not look for it again and again.
///
/// Triggers tell of it on ``MetadataStore/channel``, whoever makes the change. Where a pooler lets no
/// notification through, or nobody listens, nothing is heard and each looks at intervals.
final class Notices: Sendable {
  enum Subject: String, CaseIterable, Hashable, Sendable {
    /// There are scheduled events to wait for.
    case schedules
    /// Asynchronous actions are called.
    case actions
    /// The metadata are others.
    case metadata = ""
  }

  /// Milliseconds after which one looks all the same who hears notices.
  ///
  /// Triggers may be switched off, as where a dump is loaded.
  static let lookInterval = 10_000

  private let hears = Atomic<Bool>(false)
  private let observers = Mutex<[(Subject, @Sendable () -> Void)]>([])

  /// Whether notices have come through since the listener began.
  var isHeard: Bool { hears.load(ordering: .acquiring) }

  /// Calls back, on the listener's loop, when there is news or it may have been missed.
  func whenTold(of subject: Subject, _ observer: @escaping @Sendable () -> Void) {
    observers.withLock { $0.append((subject, observer)) }
  }

  /// Notes whether notices come through.
  func hear(_ isHeard: Bool) {
    guard hears.exchange(isHeard, ordering: .acquiringAndReleasing) != isHeard else { return }
    for (_, observer) in observers.withLock({ $0 }) { observer() }
  }

  func tell(_ subject: Subject) {
    for (other, observer) in observers.withLock({ $0 }) where other == subject { observer() }
  }

  // MARK: - Triggers

  static let function = """
    create or replace function hdb_catalog.apus_tell() returns trigger language plpgsql as $apus$
    begin
      perform pg_notify('\(MetadataStore.channel)', tg_argv[0]);
      return null;
    end $apus$
    """

  /// Tells of rows of a table that are written and for which a condition holds.
  static func trigger(on table: String, of subject: Subject, when condition: String) -> String {
    """
    do $apus$ begin
      if not exists (
        select from pg_trigger where tgrelid = 'hdb_catalog.\(table)'::regclass
          and tgname = 'apus_tell') then
        create trigger apus_tell after insert or update on hdb_catalog.\(table) for each row
          when (\(condition)) execute function hdb_catalog.apus_tell('\(subject.rawValue)');
      end if;
    end $apus$
    """
  }
}
