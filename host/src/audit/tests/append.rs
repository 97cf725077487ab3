//! Adding to the chain.

use futures_util::future::join_all;

use super::*;

#[tokio::test]
async fn an_empty_chain_is_whole() {
    for bench in Bench::all().await {
        let verified = bench.verify().await;
        assert_eq!((verified.records, verified.head.number, verified.faults), (0, 0, vec![]));
    }
}

#[tokio::test]
async fn what_was_added_is_there_in_its_order() {
    for bench in Bench::all().await {
        bench.fill(5).await;
        let verified = bench.verify().await;
        assert_eq!((verified.records, verified.head.number, verified.faults), (5, 5, vec![]));
        let stored = bench.journal.store().after(2, 2).await.unwrap();
        let read: Vec<Record> = stored.iter().map(|one| serde_json::from_str(&one.content).unwrap()).collect();
        assert_eq!(read, [record(3), record(4)]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once_from_several_nodes_make_one_chain() {
    for bench in Bench::all().await {
        let nodes = [bench.node("one"), bench.node("two"), bench.node("three")];
        let adding = nodes.iter().flat_map(|node| (1..=200).map(async |number| node.append(&record(number)).await));
        for added in join_all(adding).await {
            added.unwrap();
        }
        let verified = bench.verify().await;
        assert_eq!((verified.records, verified.head.number, verified.faults), (600, 600, vec![]));
    }
}

#[tokio::test]
async fn a_record_names_thousands_and_bytes_that_json_must_escape() {
    for bench in Bench::all().await {
        let mut large = record(1);
        large.touched.insert("visit".to_owned(), (0..9_000).map(|id| id.to_string()).collect());
        large.roles = vec!["\"quoted\" \\ \u{0} 医生".to_owned()];
        bench.journal.append(&large).await.unwrap();
        assert_eq!(bench.faults().await, Vec::<String>::new());
        let stored = bench.journal.store().after(0, 1).await.unwrap();
        assert_eq!(serde_json::from_str::<Record>(&stored[0].content).unwrap(), large);
    }
}

#[tokio::test]
async fn records_that_nobody_waits_for_are_written_before_a_flush_is_done() {
    for bench in Bench::all().await {
        for number in 1..=50 {
            let node = bench.journal.clone();
            // Polled once, so that it waits in the queue, and dropped.
            let mut adding = Box::pin(async move { node.append(&record(number)).await });
            let _ = futures_util::poll!(&mut adding);
        }
        bench.journal.flush().await;
        assert_eq!(bench.verify().await.records, 50);
    }
}

#[tokio::test]
async fn a_request_that_ends_without_an_answer_is_recorded_as_such() {
    for bench in Bench::all().await {
        let mark = Mark { action: Action::Update, parameters: vec!["patient".to_owned()], patient: Some(0) };
        let asked = |parameter: &str| Asked {
            request: "r",
            domain: "clinic",
            operation: "change",
            mark: &mark,
            parameters: vec![parameter.to_owned()],
            query: vec!["name".to_owned(), "张伟".to_owned()],
            address: "192.0.2.1".to_owned(),
        };
        let mut entry = Entry::new(&bench.journal, asked("7"));
        entry.caller(3, &["doctor".to_owned()]);
        entry.touched().add("visit", &["9".to_owned()]).unwrap();
        drop(entry);
        Entry::new(&bench.journal, asked("张伟")).commit(404).await.unwrap();
        bench.journal.flush().await;
        let read = |one: &store::Stored| serde_json::from_str::<Record>(&one.content).unwrap();
        let mut stored: Vec<Record> = bench.journal.store().after(0, 9).await.unwrap().iter().map(read).collect();
        stored.sort_by_key(|record| record.status);
        let [unknown, dropped] = &stored[..] else { panic!("{stored:?}") };
        assert_eq!((dropped.status, dropped.account, dropped.time), (NO_ANSWER, Some(3), START));
        assert_eq!(dropped.touched[PATIENT].iter().collect::<Vec<_>>(), ["7"]);
        assert_eq!(dropped.touched["visit"].iter().collect::<Vec<_>>(), ["9"]);
        // A name is no id, and not in the record.
        assert_eq!((unknown.status, unknown.account), (404, None));
        assert_eq!(unknown.parameters, [("patient".to_owned(), None)]);
        assert!(unknown.touched.is_empty());
        assert_eq!(unknown.query, ["name"]);
    }
}
