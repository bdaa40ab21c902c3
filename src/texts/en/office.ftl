# The admin's screens: monthly inspection, course of an escalation, receipts, statistics, backups, admins who came later
governance-access-share-escalation = give the key of an escalation to an admin who came later
concern-backup-due = the last backup is { $since ->
        [one] 1 day
       *[other] { $since } days
    } old (one is made every { $days } days)
concern-no-backup = the access log tells of no backup (one is made every { $days } days)
concern-backup-how = make one with `gyeot backup create` and keep it elsewhere
concern-not-shared = { $names }: no key to { $n ->
    [one] one escalation that was raised
   *[other] { $n } escalations that were raised
} before they came
concern-not-shared-how = give the keys with `gyeot escalate share NAME`
service-share-no-admin = keys of escalations are given to admins only
escalate-shared = { $name }: keys of { $n } escalations were given
escalation-did-share = gave { $name } the key
help-escalate-share = Give an admin who came later the keys of the escalations that they cannot open
    .name = the admin's name
cli-audit-not-that-file = the signature is good, but it does not name the hash of this file
    .hint = it is another file, or one that was changed after it was signed; compare it with the original
key-inspection = Monthly inspection
    .short = month
key-month-before = The month before
    .short = before
key-month-after = The month after
    .short = after
key-inspection-sign = Inspect and write the signed report
    .short = sign
list-inspection = Monthly inspection
inspection-sign = Sign the inspection
inspection-sign-how = Records that this month was inspected and writes the report, signed with your key, into this file (PDF). The signature lies beside it under the same name with .sig. The report has codes of clients and nothing of what is in their records.
inspection-told = { $month } · { $n ->
        [one] 1 entry
       *[other] { $n } entries
    }
inspection-overdue = ▲ this month is over and not inspected yet: sign it with p
inspection-months-overdue = ▲ months that were not inspected: { $months }
inspection-early = This month is not over: what comes is not in it, so it is inspected again when it is
inspection-what = What
inspection-reads = Reading
inspection-reviews = After-reviews
inspection-roles-short = Role
inspection-times = Times
inspection-records = Records
inspection-clients = Clients
inspection-read-line = read { $times ->
        [one] once
       *[other] { $times } times
    } · { $records ->
        [one] 1 record
       *[other] { $records } records
    } · { $clients ->
        [one] 1 client
       *[other] { $clients } clients
    }
inspection-place = workstation { $place } · records { $records }
inspection-did = Done: { $what }
inspection-role-came = came as { $role }
inspection-role-changed = { $from } → { $to }
inspection-role-left = left as { $role }
inspection-signature = Signature
inspection-signed-by = { $name } · { $at } · signed (Ed25519)
inspection-signed-words = Fingerprint of the key that signed: { $words }
inspection-signed-note = SHA-256 of the signed text: { $hash }
inspection-signed-how = The signature of this page is in the file of the same name with .sig. To check it: gyeot audit signed FILE.sig --of FILE
key-packet-course = Show the whole course
    .short = course
key-packet-receipt = Write down a receipt
    .short = receipt
key-packet-statistics = Write statistics of a period to a file
    .short = statistics
key-course-paper = Write the course on one page
    .short = page
course-title = Course of an escalation
course-paper-title = Course of escalation { $number }
course-paper-how = Writes the whole course on one page (PDF). It has the client's code and neither name nor contact. The monthly inspection lists the reason.
course-client = Client's code
course-state = State
course-tier = Tier
course-done = What was done
course-when = When
course-who = Who
course-what = What
course-due = What is left to do
course-written = Written by { $name }, { $at }. The signed original is in the vault.
receipt-title = Receipt
receipt-how = Type who said that it came, or name the file of a receipt that the receiver signed: one of the two. A signed receipt is checked against the receiver's key that was compared.
receipt-who = Who said that it came (name, office)
receipt-file = File of a signed receipt
say-one-receipt = Either who said it or a signed file, not both
packet-found = After-review: how was it? (number)
statistics-how = Counts the escalations of a period. No person is in it, and small counts are withheld. A name that ends in .csv gives a table, any other one page (PDF).
statistics-from = First day (such as 2026-01-01)
statistics-to = Last day (such as 2026-06-30)
law-unverified = the number of the article is not verified yet
statistics-bar = Chart
statistics-open = not closed
statistics-two = two persons
statistics-alone = alone, reviewed after
office-file-pdf = File (.pdf, a name that is not there yet)
office-file-table = File (.pdf or .csv, a name that is not there yet)
inspection-not-allowed = refused: { $what }
cli-audit-alone = alone
