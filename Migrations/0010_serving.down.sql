DROP FUNCTION control.promote(uuid, text, text, jsonb, text, text, text, text, uuid, uuid);
DROP FUNCTION control.activate_alias(uuid, text, text, text, text);
DROP TABLE control.audit_event;
DROP TABLE control.serving_activation;
DROP TABLE control.serving_alias;
DROP TABLE control.serving_version;
