-- Who was seen is what shifts have sold less who was not (yet): far fewer, and counted without reading the orders.
DROP INDEX appointment_completed;
CREATE INDEX appointment_unseen ON appointment (day, dept_id, status)
    WHERE status IN ('pending', 'confirmed', 'no_show');

-- The search for orders that nobody came to goes through the open ones by day and number, from where it was.
DROP INDEX appointment_open;
CREATE INDEX appointment_open ON appointment (day, id) WHERE status IN ('waitlist', 'pending', 'confirmed');
