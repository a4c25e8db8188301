//! What a plugin counts is there by its labels, whoever counts at the same time.

use std::thread;

use super::*;

#[derive(microcore_macros::Label)]
enum Country {
    At,
    NewZealand,
}

#[derive(microcore_macros::Label)]
enum Way {
    Web,
    Till,
}

#[derive(microcore_macros::Meters)]
#[meters(prefix = "shop")]
struct Orders {
    /// Orders placed. By whomever.
    placed: Counter<(Country, Way)>,
    /// Orders that nobody has packed yet.
    open: Gauge,
    #[meter(unit = "eur", bounds = [10, 100.5])]
    worth: Histogram<Country>,
}

#[test]
fn facts_are_made_of_the_names_the_units_and_the_labels() {
    let of = |place: usize| Orders::FACTS[place];
    let placed = of(0);
    assert_eq!((placed.name, placed.dotted, placed.kind), ("shop_placed_total", "shop.placed", "counter"));
    assert_eq!((placed.help, placed.labels, placed.series), ("Orders placed", &["country", "way"][..], 4));
    assert_eq!((of(1).name, of(1).labels.len(), of(1).series), ("shop_open", 0, 1));
    let worth = of(2);
    assert_eq!((worth.name, worth.dotted, worth.unit, worth.series), ("shop_worth_eur", "shop.worth", "eur", 2 * 5));
    assert!(Orders::HOME.ends_with("own::tests::Orders"), "{}", Orders::HOME);
}

#[cfg(feature = "observe")]
#[test]
fn eight_threads_count_by_label_and_nothing_is_lost() {
    let meter = Meter::<Orders>::alone();
    let threads: Vec<_> = (0..8)
        .map(|thread| {
            thread::spawn(move || {
                for _ in 0..10_000 {
                    meter.placed.add(if thread < 6 {
                        (Country::NewZealand, Way::Web)
                    } else {
                        (Country::At, Way::Till)
                    });
                    meter.worth.observe_of(if thread < 6 { 100.5 } else { 7.0 }, Country::At);
                    meter.open.move_by(if thread < 6 { 1 } else { -1 });
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    let placed = meter.placed.read();
    assert_eq!(
        placed,
        [
            (vec![("country", "at"), ("way", "till")], 20_000),
            (vec![("country", "new_zealand"), ("way", "web")], 60_000),
        ]
    );
    assert_eq!(meter.open.read(), [(vec![], 40_000)]);
    let worth = meter.worth.read();
    assert_eq!(worth, [(vec![("country", "at")], vec![20_000, 60_000, 0], 60_000.0 * 100.5 + 20_000.0 * 7.0)]);
    meter.worth.observe_of(f64::NAN, Country::NewZealand);
    assert_eq!(meter.worth.read()[1], (vec![("country", "new_zealand")], vec![0, 0, 1], 0.0));
}

#[test]
fn one_that_is_alone_is_not_shown() {
    let meter = Meter::<Orders>::alone();
    meter.open.set(7);
    assert!(Meter::<Orders>::shown().open.read().is_empty());
    assert_eq!(meter.open.read().len(), usize::from(cfg!(feature = "observe")));
}

#[test]
fn two_structs_may_not_share_a_name_and_plugins_may_share_a_struct() {
    const ORDERS: OwnMetered = <Meter<Orders> as OwnSection>::METERED;
    const { share_no_name(&ORDERS, &ORDERS) };
    let another = OwnMetered { home: "elsewhere::Orders", ..ORDERS };
    assert!(std::panic::catch_unwind(|| share_no_name(&ORDERS, &another)).is_err());
}
