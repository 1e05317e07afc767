DROP TABLE events.economic_events;
DROP TABLE events.splits;
DROP TABLE events.dividends;
DROP TABLE events.earnings;
DROP SCHEMA events;
