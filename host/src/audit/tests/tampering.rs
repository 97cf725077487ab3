//! What is changed behind the host's back is found.

use super::*;

/// A chain of nine records in each engine.
async fn chains() -> Vec<Bench> {
    let all = Bench::all().await;
    for bench in &all {
        bench.fill(9).await;
        assert_eq!(bench.faults().await, Vec::<String>::new());
    }
    all
}

#[tokio::test]
async fn the_tables_refuse_to_change_or_lose_a_record() {
    for bench in chains().await {
        let mut refused = vec![
            "UPDATE audit_record SET status = 403 WHERE number = 3",
            "DELETE FROM audit_record WHERE number = 9",
            "DELETE FROM audit_record",
            "UPDATE audit_touched SET id = '8' WHERE number = 3",
            "DELETE FROM audit_touched WHERE number = 3",
            "UPDATE audit_head SET number = 8",
            "DELETE FROM audit_head",
        ];
        match bench.pool().engine() {
            Engine::Sqlite => {
                refused.push("INSERT OR REPLACE INTO audit_record SELECT * FROM audit_record WHERE number = 3");
            }
            Engine::Postgres => refused.extend(["TRUNCATE audit_record CASCADE", "TRUNCATE audit_head"]),
        }
        for statement in refused {
            assert!(bench.pool().execute(statement, &[]).await.is_err(), "{statement}");
        }
        assert_eq!(bench.verify().await.records, 9);
    }
}

#[tokio::test]
async fn a_changed_content_is_found() {
    for bench in chains().await {
        bench
            .tamper(&["UPDATE audit_record SET content = replace(content, '192.0.2.1', '192.0.2.2') WHERE number = 4"])
            .await;
        assert_eq!(bench.faults().await, ["record 4 was changed, or stood elsewhere"]);
    }
}

#[tokio::test]
async fn a_changed_content_with_a_hash_that_fits_breaks_the_next_one() {
    for bench in chains().await {
        let stored = bench.journal.store().after(2, 2).await.unwrap();
        let content = stored[1].content.replace("192.0.2.1", "192.0.2.2");
        let hash = chain::link(&stored[0].hash, 4, &content);
        bench
            .tamper(&[&format!("UPDATE audit_record SET content = '{content}', hash = '{hash}' WHERE number = 4")])
            .await;
        assert_eq!(bench.faults().await, ["record 5 was changed, or stood elsewhere"]);
    }
}

#[tokio::test]
async fn a_chain_that_was_written_anew_is_not_signed() {
    for bench in chains().await {
        let mut changes = Vec::new();
        let mut hash = chain::START.to_owned();
        for stored in bench.journal.store().after(0, 9).await.unwrap() {
            let content = stored.content.replace("192.0.2.1", "192.0.2.2");
            hash = chain::link(&hash, stored.number, &content);
            let number = stored.number;
            changes.push(format!(
                "UPDATE audit_record SET content = '{content}', hash = '{hash}' WHERE number = {number}"
            ));
        }
        changes.push(format!("UPDATE audit_head SET hash = '{hash}'"));
        bench.tamper(&changes.iter().map(String::as_str).collect::<Vec<_>>()).await;
        assert_eq!(bench.faults().await, ["the end of the chain is not signed by this installation's key"]);
    }
}

#[tokio::test]
async fn a_missing_record_is_found() {
    for bench in chains().await {
        let without = "DELETE FROM audit_touched WHERE number IN (4, 6, 7)";
        bench.tamper(&[without, "DELETE FROM audit_record WHERE number IN (4, 6, 7)"]).await;
        assert_eq!(bench.faults().await, ["record 4 is missing", "records 6 to 7 are missing"]);
    }
}

#[tokio::test]
async fn a_missing_record_is_found_if_the_others_close_the_gap() {
    for bench in chains().await {
        bench
            .tamper(&[
                "DELETE FROM audit_touched WHERE number >= 4",
                "DELETE FROM audit_record WHERE number = 4",
                "UPDATE audit_record SET number = number - 1 WHERE number = 5",
            ])
            .await;
        let faults = bench.faults().await;
        assert!(faults.contains(&"record 4 was changed, or stood elsewhere".to_owned()), "{faults:?}");
    }
}

#[tokio::test]
async fn records_that_changed_places_are_found() {
    for bench in chains().await {
        bench
            .tamper(&[
                "DELETE FROM audit_touched WHERE number IN (4, 5)",
                "UPDATE audit_record SET number = 100 WHERE number = 4",
                "UPDATE audit_record SET number = 4 WHERE number = 5",
                "UPDATE audit_record SET number = 5 WHERE number = 100",
                "INSERT INTO audit_touched (kind, id, number) VALUES ('patient', '5', 4), ('patient', '4', 5)",
            ])
            .await;
        let faults = bench.faults().await;
        let changed = |number| format!("record {number} was changed, or stood elsewhere");
        assert_eq!(faults, [changed(4), changed(5), changed(6)]);
    }
}

#[tokio::test]
async fn records_that_were_cut_off_at_the_end_are_found() {
    for bench in chains().await {
        bench
            .tamper(&["DELETE FROM audit_touched WHERE number > 7", "DELETE FROM audit_record WHERE number > 7"])
            .await;
        assert_eq!(bench.faults().await, ["the chain ended at record 9, and its last record is 7"]);
        let hash = bench.journal.store().hash(7).await.unwrap().unwrap();
        bench.tamper(&[&format!("UPDATE audit_head SET number = 7, hash = '{hash}'")]).await;
        assert_eq!(bench.faults().await, ["the end of the chain is not signed by this installation's key"]);
    }
}

#[tokio::test]
async fn an_end_that_was_cut_off_with_an_old_signature_is_found_by_who_noted_the_end() {
    for bench in Bench::all().await {
        bench.fill(7).await;
        let (head, signature, _) = bench.journal.store().head().await.unwrap();
        bench.clock.advance(60_000);
        bench.fill(2).await;
        let noted = bench.verify().await.head;
        bench
            .tamper(&[
                "DELETE FROM audit_touched WHERE number > 7",
                "DELETE FROM audit_record WHERE number > 7",
                &format!("UPDATE audit_head SET number = 7, hash = '{}', signature = '{signature}'", head.hash),
            ])
            .await;
        // Nothing in the database tells.
        assert_eq!(bench.faults().await, Vec::<String>::new());
        let mut verifier = bench.verifier();
        verifier.expect(noted, "it was noted");
        assert_eq!(verifier.run().await.unwrap().faults, [verify::Fault::Anchor(9, "it was noted")]);
        // The data directory has it too, and keeps it.
        let kept = Anchor::read(bench.fixture.directory.path()).unwrap().unwrap();
        assert_eq!(kept.number, 8);
        bench.node("restarted").append(&record(8)).await.unwrap();
        assert_eq!(Anchor::read(bench.fixture.directory.path()).unwrap().unwrap(), kept);
    }
}

#[tokio::test]
async fn what_is_searched_by_must_be_what_the_record_says() {
    for bench in chains().await {
        bench
            .tamper(&[
                "UPDATE audit_record SET account = 8 WHERE number = 2",
                "UPDATE audit_record SET account = NULL WHERE number = 3",
                "DELETE FROM audit_touched WHERE number = 5",
                "INSERT INTO audit_touched (kind, id, number) VALUES ('patient', '99', 7)",
            ])
            .await;
        let columns = |number| format!("record {number} was changed: its columns do not say what its content says");
        let touched = |number| format!("record {number} was changed: audit_touched does not say whom it names");
        assert_eq!(bench.faults().await, [columns(2), columns(3), touched(5), touched(7)]);
    }
}

#[tokio::test]
async fn a_record_that_was_slipped_in_is_found() {
    for bench in chains().await {
        let insert = "INSERT INTO audit_record SELECT 10, time, domain, operation, account, status, break_glass, \
             content, hash FROM audit_record WHERE number = 9";
        bench.tamper(&[insert]).await;
        let faults = bench.faults().await;
        assert_eq!(faults.first().unwrap(), "record 10 was changed, or stood elsewhere");
        assert_eq!(faults.last().unwrap(), "there are records up to 10, beyond the end of the chain");
    }
}
