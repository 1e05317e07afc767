import PostgresClient

/// The events of cron triggers and those of one time, in Hasura's own tables.
enum ScheduleLog {
  static let layout =
    [
      """
      create or replace function hdb_catalog.gen_hasura_uuid() returns uuid language sql as
        'select gen_random_uuid()'
      """,
      """
      create table if not exists hdb_catalog.hdb_cron_events (
        id text default hdb_catalog.gen_hasura_uuid() primary key,
        trigger_name text not null,
        scheduled_time timestamptz not null,
        status text not null default 'scheduled',
        tries integer not null default 0,
        created_at timestamptz default now(),
        next_retry_at timestamptz,
        constraint valid_status
          check (status in ('scheduled', 'locked', 'delivered', 'error', 'dead')))
      """,
      """
      create index if not exists hdb_cron_events_apus_time
        on hdb_catalog.hdb_cron_events (trigger_name, scheduled_time)
      """,
      """
      create unique index if not exists hdb_cron_events_unique_scheduled
        on hdb_catalog.hdb_cron_events (trigger_name, scheduled_time) where status = 'scheduled'
      """,
      """
      create table if not exists hdb_catalog.hdb_scheduled_events (
        id text default hdb_catalog.gen_hasura_uuid() primary key,
        webhook_conf json not null,
        scheduled_time timestamptz not null,
        retry_conf json,
        payload json,
        header_conf json,
        status text not null default 'scheduled',
        tries integer not null default 0,
        created_at timestamptz default now(),
        next_retry_at timestamptz,
        comment text,
        constraint valid_status
          check (status in ('scheduled', 'locked', 'delivered', 'error', 'dead')))
      """,
    ]
    + ["cron", "scheduled"].flatMap { kind in
      [
        """
        create index if not exists hdb_\(kind)_event_status on hdb_catalog.hdb_\(kind)_events (status)
        """,
        """
        create table if not exists hdb_catalog.hdb_\(kind)_event_invocation_logs (
          id text default hdb_catalog.gen_hasura_uuid() primary key,
          event_id text references hdb_catalog.hdb_\(kind)_events (id)
            on update cascade on delete cascade,
          status integer,
          request json,
          response json,
          created_at timestamptz default now())
        """,
        Notices.trigger(
          on: "hdb_\(kind)_events",
          of: .schedules,
          when: "new.status = 'scheduled'"
        ),
      ]
    }

  /// One of the two kinds of events.
  enum Kind: String, CaseIterable, Hashable, Sendable {
    case cron
    case oneOff = "one_off"

    var table: String {
      self == .cron ? "hdb_catalog.hdb_cron_events" : "hdb_catalog.hdb_scheduled_events"
    }
    var invocations: String {
      self == .cron
        ? "hdb_catalog.hdb_cron_event_invocation_logs"
        : "hdb_catalog.hdb_scheduled_event_invocation_logs"
    }
  }

  /// Takes up to `$1` events over that are due.
  ///
  /// One may be scheduled for `-infinity`, which cannot be subtracted.
  static func taking(_ kind: Kind) -> String {
    let columns =
      kind == .cron
      ? "e.trigger_name, null::json, null::json, null::json, null::json, null::text"
      : "null::text, e.webhook_conf, e.retry_conf, e.payload, e.header_conf, e.comment"
    return """
      update \(kind.table) as e set status = 'locked' where id in (
        select id from \(kind.table)
        where status = 'scheduled' and scheduled_time <= now()
          and (next_retry_at is null or next_retry_at <= now())
        order by scheduled_time limit $1::int for update skip locked)
      returning e.id, e.tries,
        extract(epoch from now() - greatest(e.scheduled_time, 'epoch'))::bigint,
        to_json(e.scheduled_time at time zone 'utc') #>> '{}',
        to_json(e.created_at at time zone 'utc') #>> '{}', \(columns)
      """
  }

  /// Lets events go that were taken by a server which is no more; `$1` has the ids of those that are
  /// told here.
  static func releasing(_ kind: Kind) -> String {
    """
    update \(kind.table) set status = 'scheduled'
    where status = 'locked' and id not in (select json_array_elements_text($1::json))
    """
  }

  /// Notes what came of an event: its id, the status, the seconds after which it is tried again.
  static func noting(_ kind: Kind) -> String {
    """
    update \(kind.table) set status = $2, tries = tries + $4::int,
      next_retry_at = now() + make_interval(secs => $3::double precision)
    where id = $1
    """
  }

  static func notingInvocation(_ kind: Kind) -> String {
    """
    insert into \(kind.invocations) (event_id, status, request, response)
    values ($1, $2::int, $3::json, $4::json)
    """
  }
}
