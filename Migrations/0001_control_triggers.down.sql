DROP FUNCTION control.refuse_change();
DROP FUNCTION control.touch_updated_at();
DROP SCHEMA control;
