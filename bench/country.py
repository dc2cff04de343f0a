"""A country at full size for benchmarks: 13,000 units, 60,000 networks, 150,000 people, 30,000 requests; synthetic.

Rows are made by SQL, because the real actions would take hours; constraints hold all the same. One province and one
hospital are much larger than the others, and the pages are measured there.
"""

from __future__ import annotations

UNITS, NETWORKS, PEOPLE, REQUESTS = 13_000, 60_000, 150_000, 30_000
PROVINCES, LARGEST_PROVINCE, LARGEST_UNIT = 34, 2_000, 1_500
FIRST_AGENCY, FIRST_PROVINCE, FIRST_LOCAL, FIRST_UNIT, FIRST_PERSON, FIRST_REQUEST = 100, 110, 200, 1_000, 1_000, 1_000
"""Keys that we give ourselves begin where those that the database draws will not come."""
_PEOPLE_OF_REQUEST = 10

_PROVINCE = (
    f"""(CASE WHEN n <= {LARGEST_PROVINCE} THEN {FIRST_PROVINCE} ELSE {FIRST_PROVINCE} + n %% {PROVINCES} END)"""
)
_UNIT = f"({FIRST_UNIT} + 1 + n %% {UNITS})"

AGENCIES = f"""
INSERT INTO units_agency (id, valid_from, code, name, level, duty, parent_id) VALUES
    ({FIRST_AGENCY}, '2020-01-01', '00', 'BHXH Việt Nam (đo)', 'national', '', NULL),
    ({FIRST_AGENCY + 1}, '2020-01-01', '00CNTT', 'Trung tâm CNTT (đo)', 'special', 'it_centre', {FIRST_AGENCY}),
    ({FIRST_AGENCY + 2}, '2020-01-01', '00GD', 'Trung tâm Giám định (đo)', 'special', 'assessment_centre',
        {FIRST_AGENCY});
INSERT INTO units_agency (id, valid_from, code, name, level, duty, parent_id)
SELECT {FIRST_PROVINCE} + n, '2020-01-01', 'P' || lpad(n::text, 2, '0'), 'BHXH tỉnh Đo ' || n, 'province', '',
    {FIRST_AGENCY}
FROM generate_series(0, {PROVINCES - 1}) n;
INSERT INTO units_agency (id, valid_from, code, name, level, duty, parent_id)
SELECT {FIRST_LOCAL} + n, '2020-01-01', 'L' || lpad(n::text, 3, '0'), 'BHXH cơ sở Đo ' || n, 'local', '',
    {FIRST_PROVINCE} + n / 3
FROM generate_series(0, {3 * PROVINCES - 1}) n;
INSERT INTO units_unit (id, valid_from, code, name, address, kind, reveals_disease, managing_agency_id,
    receiving_agency_id)
SELECT {FIRST_UNIT} + n, '2020-01-01', 'A' || lpad(upper(to_hex(n)), 4, '0'), 'Bệnh viện Đo ' || n, 'Phường Đo',
    'contracted', false, {FIRST_LOCAL} + 3 * ({_PROVINCE} - {FIRST_PROVINCE}) + n %% 3, {_PROVINCE}
FROM generate_series(1, {UNITS}) n;
INSERT INTO units_unitnetwork (network, valid_from, basis, added_by, added_at, ended_by, unit_id)
SELECT CASE WHEN n %% 12 = 0 THEN set_masklen('2a00::'::inet + n, 128)
            ELSE set_masklen('11.0.0.0'::inet + n * 8, CASE WHEN n %% 10 = 0 THEN 29 ELSE 32 END) END::cidr,
    now() - interval '300 days', 'bench', 'bench', now() - interval '300 days', '', {_UNIT}
FROM generate_series(1, {NETWORKS}) n;
INSERT INTO units_denial (hour, reason, address, account_name, unit_code, times, first_at, last_at)
SELECT date_trunc('hour', now()) - n * interval '1 minute', 'foreign', '11.200.0.0'::inet + n, 'X_BV',
    'A' || lpad(upper(to_hex(1 + n %% 5)), 4, '0'), 3, now() - interval '2 hours', now() - interval '1 hour'
FROM generate_series(1, 5000) n;
"""

PERSONS = f"""
INSERT INTO accounts_person (id, password, full_name, sort_key, citizen_sealed, citizen_digest, social_number,
    phone_sealed, phone_digest, email, position, user_name, handle, must_change_password, state, locked_reason,
    locked_by, created_at, unit_id, shared, password_set_at)
SELECT {FIRST_PERSON} + n, '!', name, sorted, %(citizen)s, decode(md5('c' || n), 'hex'), '9900000101', %(phone)s,
    decode(md5('p' || n), 'hex'), '', 'Nhân viên tiếp đón', 'u' || n, 'B/' || n, false,
    CASE WHEN n %% 33 = 0 THEN 'locked' ELSE 'active' END, CASE WHEN n %% 33 = 0 THEN 'đo' ELSE '' END,
    CASE WHEN n %% 33 = 0 THEN 'bench' ELSE '' END, now() - interval '200 days',
    CASE WHEN n <= {LARGEST_UNIT} THEN {FIRST_UNIT} + 1 ELSE {_UNIT} END, false, now() - interval '20 days'
FROM generate_series(1, {PEOPLE}) n,
    LATERAL (SELECT 'NGUYỄN VĂN ĐO ' || n AS name, 'nguyen van do ' || lpad(n::text, 6, '0') AS sorted) named;
INSERT INTO accounts_grant ("right", granted_at, granted_by, basis, revoked_by, revoked_reason, person_id)
SELECT held, now() - interval '200 days', 'bench', 'bench', '', '', {FIRST_PERSON} + n
FROM generate_series(1, {PEOPLE}) n, unnest(ARRAY['card_lookup', 'history_lookup', 'user_administration']) held
WHERE held = 'card_lookup' OR (held = 'history_lookup' AND n %% 3 = 0)
    OR (held = 'user_administration' AND n BETWEEN {UNITS} AND {2 * UNITS - 1});
"""

FILED = f"""
INSERT INTO registration_summary (id, made_at, made_by, agency_id)
SELECT {FIRST_REQUEST} + n, now() - (340 - n) * interval '8 hours', 'bench', {FIRST_PROVINCE} + (n - 1) / 10
FROM generate_series(1, {10 * PROVINCES}) n;
CREATE TEMPORARY TABLE asked AS
SELECT {FIRST_REQUEST} + n AS id, kind, {_UNIT} AS unit, CASE
    WHEN kind = 'addresses' AND n > {UNITS} THEN 'replaced'
    WHEN kind = 'addresses' THEN (ARRAY['draft', 'returned', 'submitted', 'submitted', 'submitted', 'approved',
        'approved', 'approved', 'refused'])[1 + n %% 20]
    WHEN kind = 'people' THEN (ARRAY['draft', 'submitted', 'submitted', 'returned'])[1 + n %% 10]
    WHEN kind = 'administrator' AND n %% 4 = 0 THEN 'submitted'
    WHEN kind = 'emergency' THEN 'expired' END AS state
FROM generate_series(1, {REQUESTS}) n, LATERAL (SELECT CASE WHEN n <= 16000 THEN 'addresses'
    WHEN n <= 29000 THEN 'people' WHEN n <= 29840 THEN 'administrator' ELSE 'emergency' END AS kind) kinds;
UPDATE asked SET state = 'in_force' WHERE state IS NULL;
INSERT INTO registration_request (id, kind, state, manner, purposes, justification, contact_name, contact_email,
    filed_by, filed_from, begun_at, submitted_at, settled_at, decide_by, unit_id, summary_id)
SELECT a.id, a.kind, a.state, 'supplement', '["card"]', CASE WHEN a.kind = 'emergency' THEN 'đo' ELSE '' END, 'ĐO', '',
    'bench', '', began, CASE WHEN a.state <> 'draft' THEN began + interval '1 hour' END,
    CASE WHEN a.state NOT IN ('draft', 'submitted', 'returned', 'approved') THEN began + interval '2 days' END,
    CASE WHEN a.state <> 'draft' THEN began + interval '7 days' END, a.unit,
    CASE WHEN a.kind = 'addresses' AND (a.state = 'in_force' OR a.state = 'approved' AND a.id %% 20 < 7)
        THEN {FIRST_REQUEST} + 1 + 10 * (u.receiving_agency_id - {FIRST_PROVINCE}) + a.id %% 10 END
FROM asked a JOIN units_unit u ON u.id = a.unit,
    LATERAL (SELECT now() - interval '1 day' - (a.id %% 60) * interval '1 day' AS began) moments;
INSERT INTO registration_steptaken (step, from_state, to_state, by, at, reason, lines, request_id)
SELECT (ARRAY['begin', 'submit', 'decide', 'open'])[s], '', state, 'bench', begun_at + s * interval '1 hour', '',
    '[1]', id
FROM registration_request, generate_series(1, 4) s;
"""

_LINE = """(CASE r.state WHEN 'approved' THEN 'approved' WHEN 'refused' THEN 'refused' WHEN 'in_force' THEN 'in_force'
    WHEN 'replaced' THEN 'ended' WHEN 'expired' THEN 'ended' ELSE 'waiting' END)"""
_COMMON = """CASE WHEN line = 'refused' THEN 'đo' ELSE '' END, CASE WHEN line <> 'waiting' THEN 'bench' ELSE '' END,
    CASE WHEN line <> 'waiting' THEN r.begun_at + interval '1 day' END, '',
    CASE WHEN line IN ('in_force', 'ended') THEN r.begun_at + interval '2 days' END,
    CASE WHEN line = 'ended' THEN 'bench' ELSE '' END,
    CASE WHEN line = 'ended' THEN r.begun_at + interval '3 days' END, CASE WHEN line = 'ended' THEN 'đo' ELSE '' END"""
_COLUMNS = "number, state, reason, decided_by, decided_at, opened_by, in_force_at, ended_by, ended_at, end_reason"

LINES = f"""
INSERT INTO network_addressline ({_COLUMNS}, first, last, line_type, provider, request_id)
SELECT s, line, {_COMMON}, '11.0.0.0'::inet + r.id * 32 + s * 8, '11.0.0.0'::inet + r.id * 32 + s * 8, 'static', 'Đo',
    r.id
FROM registration_request r, generate_series(1, 4) s, LATERAL (SELECT {_LINE} AS line) lines
WHERE r.kind IN ('addresses', 'emergency') AND (r.kind = 'addresses' OR s = 1);
INSERT INTO enrolment_personline ({_COLUMNS}, full_name, citizen_sealed, citizen_digest, social_number, phone_sealed,
    email, position, department, rights, request_id, person_id)
SELECT s, line, {_COMMON}, 'NGUYỄN VĂN ĐO ' || (r.unit_id - {FIRST_UNIT} - 1 + {UNITS} * s), %(citizen)s,
    decode(md5('c' || (r.unit_id - {FIRST_UNIT} - 1 + {UNITS} * s)), 'hex'), '9900000101', %(phone)s, '', 'Đo', 'Đo',
    '["card_lookup"]', r.id,
    CASE WHEN line = 'in_force' THEN {FIRST_PERSON} + r.unit_id - {FIRST_UNIT} - 1 + {UNITS} * s END
FROM registration_request r, generate_series(1, {_PEOPLE_OF_REQUEST}) s, LATERAL (SELECT {_LINE} AS line) lines
WHERE r.kind = 'people' OR r.kind = 'administrator' AND s = 1;
INSERT INTO enrolment_campaign (id, name, opens_at, due_at, opened_by)
VALUES (1, 'Đợt đo', now() - interval '5 days', now() + interval '25 days', 'bench');
INSERT INTO enrolment_confirmation (outcome, by, at, campaign_id, person_id, unit_id)
SELECT 'confirmed', 'bench', now() - interval '1 day', 1, id, unit_id FROM accounts_person
WHERE id BETWEEN {FIRST_PERSON + 20_000} AND {FIRST_PERSON + 70_000};
"""


def fill() -> None:
    """Put the country into the configured database."""
    from django.conf import settings
    from django.db import connection, transaction

    sealed = {"citizen": settings.KEYS.seal("099199000001"), "phone": settings.KEYS.seal("0000000101")}
    with transaction.atomic(), connection.cursor() as cursor:
        for script in (AGENCIES, PERSONS, FILED, LINES):
            for statement in filter(str.strip, script.split(";\n")):
                cursor.execute(statement, sealed)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
